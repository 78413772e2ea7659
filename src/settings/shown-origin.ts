import type { CredentialOrigins, Origin } from './config.ts'
import { secretWords } from './secret-words.ts'

/** For people: `environment (CATAPA_CLIENT_SECRET), wins over /etc/own.env`, or `environment` where there is no such file. */
export function shownOrigin(origin: Origin): string {
  const words = secretWords()
  if (origin.is === 'nowhere') return words.nowhere
  if (origin.is === 'config_file') return origin.path ?? words.anyConfigFile
  const { variable, winsOver } = origin
  const [source, config] =
    origin.is === 'environment' ? [words.environment, undefined] : [origin.name ?? words.aFile, origin.config]
  const shown = variable === undefined ? source : words.by(source, variable, config)
  return winsOver === undefined ? shown : words.winsOver(shown, winsOver)
}

/** Where the credentials come from, for people. */
export function shownOrigins(from: CredentialOrigins | undefined) {
  if (from === undefined) return undefined
  const { tenant, clientId, clientSecret } = from
  return { tenant: shownOrigin(tenant), clientId: shownOrigin(clientId), clientSecret: shownOrigin(clientSecret) }
}
