import type { Report } from './config-error.ts'
import { nearest } from './distance.ts'
import { sandboxSettings, settings } from './settings.ts'
import type { Sources } from './sources.ts'
import { proxySettings } from './upstream-settings.ts'

const inCallersFile = 'is not a setting: the callers file has it, which SIDECAR_CALLERS_FILE names'

/** Refused, and why: a protection that isn't there is never silently accepted (design/promises 1.9). */
const refusals: Readonly<Record<string, string>> = {
  SIDECAR_POLICY: inCallersFile,
  SIDECAR_CALLER_KEYS_FILE: inCallersFile,
  SIDECAR_STATE_KEY: 'is not in this version of catapa-sidecar: leave it out',
}
const reserved = Object.keys(refusals)

const proxies = Object.values(proxySettings).map(({ name }) => name)
const real = [...settings, ...sandboxSettings].flatMap(({ name, file }) => (file ? [name, `${name}_FILE`] : [name]))
// `exec` sets these for its child, which can be another sidecar.
const ofExec = ['CATAPA_URL', 'CATAPA_SOCKET']
const accepted = new Set([...real, ...proxies.map((name) => name.toLowerCase()), ...reserved, ...ofExec])

// What Kubernetes injects into a pod for each service of its namespace.
const injected =
  /^[A-Z][A-Z0-9_]*_(SERVICE_HOST|SERVICE_PORT(_[A-Z0-9_]+)?|PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)$/

function isInjected(name: string, value: string): boolean {
  return injected.test(name) || (/^[A-Z][A-Z0-9_]*_PORT$/.test(name) && /^(tcp|udp|sctp):\/\//.test(value))
}

/** How the names begin that a command reads. */
export type Prefix = 'SIDECAR_' | 'CATAPA_' | 'SANDBOX_'

function beginsWith(name: string, prefixes: readonly string[]): boolean {
  return prefixes.some((prefix) => name.toUpperCase().startsWith(prefix))
}

/** A name from outside, fit for a terminal. */
function printable(name: string): string {
  return name.replace(/[^\w.-]/g, '?')
}

/**
 * Reports names that are almost one of `candidates`. `warn` gets a sentence for each other unknown one: in the
 * environment those that begin with one of `prefixes`, in the `--config` file all that don't belong to another command.
 */
function checkUnknown(
  sources: Sources,
  prefixes: readonly Prefix[],
  candidates: readonly string[],
  report: Report,
  warn: (sentence: string) => void,
): void {
  for (const [name, value] of sources.environment) {
    if (accepted.has(name) || isInjected(name, value)) continue
    const candidate = nearest(name, candidates, 2)
    if (candidate !== undefined) report(printable(name), `is not a setting; did you mean ${candidate}?`)
    else if (beginsWith(name, prefixes)) warn(`${printable(name)} is set but is not a setting: it is ignored.`)
  }
  for (const [name, { line, value }] of sources.file) {
    if (accepted.has(name) || isInjected(name, value)) continue
    // One letter for the proxy variables, since FTP_PROXY is within two of HTTP_PROXY.
    const candidate = nearest(name, candidates, 2) ?? nearest(name, prefixes.includes('CATAPA_') ? proxies : [], 1)
    if (candidate !== undefined) {
      report(printable(name), `is not a setting (line ${line} of the --config file); did you mean ${candidate}?`)
    } else if (beginsWith(name, prefixes)) {
      warn(`${printable(name)} in line ${line} of the --config file is not a setting: it is ignored.`)
    } else if (!beginsWith(name, ['SIDECAR_', 'CATAPA_', 'SANDBOX_'])) {
      // Without its name, which can be a piece of a secret that was broken over several lines.
      warn(`Line ${line} of the --config file sets a name that is not a setting: it is ignored.`)
    }
  }
}

/**
 * Reports names that are reserved or almost a setting's, and warns of other unknown ones (design/promises 1.9). Only
 * names with the given prefixes count (and the proxy variables together with `CATAPA_`); what Kubernetes injects is
 * ignored.
 */
export function checkNames(
  sources: Sources,
  prefixes: readonly Prefix[],
  report: Report,
  warn: (sentence: string) => void = () => {},
): void {
  const refused = Object.entries(refusals).filter(([name]) => beginsWith(name, prefixes))
  for (const [name, problem] of refused) {
    if (sources.environment.has(name) || sources.file.has(name)) report(name, problem)
  }
  const candidates = [...real, ...reserved].filter((name) => beginsWith(name, prefixes))
  checkUnknown(sources, prefixes, candidates, report, warn)
}

/** Reports what is almost the one name that a command reads. */
export function checkSpelling(sources: Sources, setting: string, report: Report): void {
  checkUnknown(sources, [], [setting], report, () => {})
}
