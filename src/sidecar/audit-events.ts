import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Auditing } from '../audit/audit-in-use.ts'
import type { AuditEntry } from '../audit/audit-line.ts'
import type { CallersFile } from '../callers/caller.ts'
import type { Config, Credentials } from '../settings/config.ts'
import type { ClientEvents } from './client.ts'
import { version } from './version.ts'

// Events of the audit trail besides calls (design/promises 9.3). A digest of a secret is always under the audit key: a plain one
// would help to guess the secret.

/** The members of a `start` line. */
export function startOf(
  { credentials, profile }: Config,
  callers: CallersFile | undefined,
  digest: Auditing['digest'],
): Omit<AuditEntry, 'event'> {
  const { tenant, clientId } = credentials
  const files = { ...digestOfCredentials(credentials, digest), ...(callers && digestIn(callers.path)) }
  return { tenant, detail: { version: version(), clientId, profile: profile.join(' '), ...files } }
}

/** Another callers file is in use. */
export function callersChanged(path: string): AuditEntry {
  return { event: 'callers-file', detail: digestIn(path) }
}

function digestIn(path: string): Readonly<Record<string, string>> {
  const callersFile = fileDigest(path)
  return callersFile === undefined ? {} : { callersFile }
}

/** The same digest in two lines: the same tenant, client and secret. No path begins like this text. */
function digestOfCredentials(
  { tenant, clientId, clientSecret }: Credentials,
  digest: Auditing['digest'],
): Readonly<Record<string, string>> {
  if (clientSecret === '') return {} // A command prints it later, and an event of its own tells.
  return digest === undefined ? {} : { credentials: digest(JSON.stringify([tenant, clientId, clientSecret])) }
}

/** Events of the OAuth client. */
export function clientEvents(
  note: (entry: AuditEntry) => void,
  digest: Auditing['digest'],
): Omit<ClientEvents, 'tokenEvent'> {
  return {
    credentials(now, before) {
      const { tenant, clientId } = now
      const secret = now.clientSecret === before.clientSecret ? 'same' : 'changed'
      note({ event: 'credentials', tenant, detail: { clientId, secret, ...digestOfCredentials(now, digest) } })
    },
    login(now) {
      if (now === undefined) note({ event: 'logout' })
      else note({ event: 'login', detail: now.who && { userId: now.who.id } })
    },
  }
}

/** SHA-256 of a file's bytes, lower-case hex, as `sha256sum` prints it; undefined if the file cannot be read any more. */
function fileDigest(path: string): string | undefined {
  try {
    return createHash('sha256').update(readFileSync(path)).digest('hex')
  } catch {
    return undefined
  }
}
