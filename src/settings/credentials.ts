import type { Credentials } from './config.ts'
import type { Report } from './config-error.ts'
import { credentialSettings } from './credential-settings.ts'
import { checkClientId } from './cross-checks.ts'
import { givenAs, originsOf } from './origin.ts'
import { readGroup } from './read-group.ts'
import { credentialValues, settingValues } from './setting-values.ts'
import { settingWords } from './setting-words.ts'
import type { Sources } from './sources.ts'
import { upstreamSettings } from './upstream-settings.ts'

/** Reads the credentials from their sources, files included. A credential that cannot be read is reported, and empty. */
export function readCredentials(sources: Sources, configPath: string | undefined, report: Report): Credentials {
  const unreadable = new Set<string>()
  const given = credentialValues(sources, (name, problem) => {
    unreadable.add(name)
    report(name, problem)
  })
  const ofSecret = givenAs(credentialSettings.clientSecret.name, sources)
  const byCommand = ofSecret !== undefined && 'command' in ofSecret
  const reportWithPlace: Report = (name, problem, kind) => {
    if (kind === 'missing' && byCommand) return // The command prints it.
    const value = given.get(name)
    // A file that could not be read was reported already.
    if (value === undefined && unreadable.has(name)) return
    report(name, value?.where === undefined ? problem : settingWords().inPlace(problem, value.where), kind)
  }
  const values = new Map([...given].map(([name, { value }]) => [name, value]))
  const credentials = readGroup(credentialSettings, values, reportWithPlace)
  const { name, default: fallback } = upstreamSettings.clientAuth
  const clientAuth = settingValues(sources).get(name) ?? fallback
  checkClientId(credentials.clientId, clientAuth, reportWithPlace)
  return { ...credentials, from: originsOf(sources, configPath) }
}
