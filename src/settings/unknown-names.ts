import { nearest } from '../words/did-you-mean.ts'
import type { Report } from './config-error.ts'
import type { Sources } from './sources.ts'
import { unknownNameWords } from './unknown-name-words.ts'

/** Prefixes of the settings' names. A command reads some of them. */
export type Prefix = 'SIDECAR_' | 'CATAPA_' | 'SANDBOX_'

// Variables that Kubernetes injects into a pod for each service of its namespace.
const injected =
  /^[A-Z][A-Z0-9_]*_(SERVICE_HOST|SERVICE_PORT(_[A-Z0-9_]+)?|PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)$/

function isInjected(name: string, value: string): boolean {
  return injected.test(name) || (/^[A-Z][A-Z0-9_]*_PORT$/.test(name) && /^(tcp|udp|sctp):\/\//.test(value))
}

export function beginsWith(name: string, prefixes: readonly string[]): boolean {
  return prefixes.some((prefix) => name.toUpperCase().startsWith(prefix))
}

/** A name from outside, fit for a terminal. */
function printable(name: string): string {
  return name.replace(/[^\w.-]/g, '?')
}

/** The known names. `proxies`: variables of the outgoing proxy, compared in the `--config` file only. */
export type Known = Readonly<{
  accepted: ReadonlySet<string>
  candidates: readonly string[]
  proxies?: readonly string[]
  prefixes?: readonly Prefix[]
}>

/**
 * Reports names that are almost one of `candidates`. `warn` gets a sentence for each other unknown name: in the environment
 * only names with one of `prefixes`, in the `--config` file all names that belong to no other command.
 */
export function checkUnknown(
  sources: Sources,
  { accepted, candidates, proxies = [], prefixes = [] }: Known,
  report: Report,
  warn: (sentence: string) => void = () => {},
): void {
  for (const [name, value] of sources.environment) {
    if (accepted.has(name)) continue
    const candidate = nearest(name, candidates, 2)
    if ((candidate === undefined && !beginsWith(name, prefixes)) || isInjected(name, value)) continue
    if (candidate !== undefined) report(printable(name), unknownNameWords().almost(candidate))
    else warn(unknownNameWords().ignored(printable(name)))
  }
  for (const [name, { line, value }] of sources.file) {
    if (accepted.has(name) || isInjected(name, value)) continue
    // One letter for the proxy variables, since FTP_PROXY is within two of HTTP_PROXY.
    const candidate = nearest(name, candidates, 2) ?? nearest(name, proxies, 1)
    if (candidate !== undefined) {
      report(printable(name), unknownNameWords().almostInLine(candidate, line))
    } else if (beginsWith(name, prefixes)) {
      warn(unknownNameWords().ignoredInLine(printable(name), line))
    } else if (!beginsWith(name, ['SIDECAR_', 'CATAPA_', 'SANDBOX_'])) {
      // Without the name: it can be a piece of a secret that was broken over several lines.
      warn(unknownNameWords().ignoredLine(line))
    }
  }
}
