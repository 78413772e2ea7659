import type { Report } from './config-error.ts'
import { sandboxSettings, settings } from './settings.ts'
import type { Sources } from './sources.ts'
import { unknownNameWords } from './unknown-name-words.ts'
import { beginsWith, checkUnknown, type Prefix } from './unknown-names.ts'
import { proxySettings } from './upstream-settings.ts'

/** Why each name is refused: a protection that does not exist is never silently accepted (design/promises 1.9). */
const refusals = {
  SIDECAR_POLICY: 'inCallersFile',
  SIDECAR_CALLER_KEYS_FILE: 'inCallersFile',
  SIDECAR_STATE_KEY: 'notHere',
} as const
const reserved = Object.keys(refusals)

const proxies = Object.values(proxySettings).map(({ name }) => name)
const real = [...settings, ...sandboxSettings].flatMap(({ name, file }) => (file ? [name, `${name}_FILE`] : [name]))
// `exec` sets these for its child, which can be another sidecar.
const ofExec = ['CATAPA_URL', 'CATAPA_SOCKET']
const accepted = new Set([...real, ...proxies.map((name) => name.toLowerCase()), ...reserved, ...ofExec])

/**
 * Reports names that are reserved or almost a setting's, and warns of other unknown ones (design/promises 1.9). Only
 * names with the given prefixes count (and the proxy variables together with `CATAPA_`); Kubernetes' own variables are
 * ignored.
 */
export function checkNames(
  sources: Sources,
  prefixes: readonly Prefix[],
  report: Report,
  warn: (sentence: string) => void = () => {},
): void {
  const refused = Object.entries(refusals).filter(([name]) => beginsWith(name, prefixes))
  for (const [name, why] of refused) {
    if (sources.environment.has(name) || sources.file.has(name)) report(name, unknownNameWords()[why])
  }
  const candidates = [...real, ...reserved].filter((name) => beginsWith(name, prefixes))
  const known = { accepted, candidates, prefixes, proxies: prefixes.includes('CATAPA_') ? proxies : [] }
  checkUnknown(sources, known, report, warn)
}

/** Reports a name that is almost that of `setting`, for a command that reads only this one. */
export function checkSpelling(sources: Sources, setting: string, report: Report): void {
  checkUnknown(sources, { accepted, candidates: [setting] }, report)
}
