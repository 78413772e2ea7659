import { check } from './check.ts'
import type { Credentials } from './config.ts'
import type { Report } from './config-error.ts'
import { credentialsSchema } from './schema.ts'
import { credentialValues, type Sources, settingValues } from './sources.ts'

function flawOf(name: string, value: string): string | undefined {
  if (value.includes('\0')) return 'contains a NUL character: it was not read as the text that was meant'
  if (value !== value.trim()) return 'has blanks or line breaks around it'
  if (/[\x00-\x1F\x7F-\x9F]/.test(value)) return 'contains a line break or another control character'
  if (name === 'CATAPA_TENANT' && !/^[\x21-\x7E]+$/.test(value)) {
    return 'should be visible ASCII characters without blanks, since it is sent in a header'
  }
  // RFC 6749 appendix A.1. What was copied from a page likes to bring a character along that can't be seen.
  if (name === 'CATAPA_CLIENT_ID' && !/^[\x20-\x7E]+$/.test(value)) return 'should be ASCII characters'
  return undefined
}

/** Reads the credentials from their sources, files included. Undefined when they cannot be had, which is reported. */
export function toCredentials(sources: Sources, report: Report): Credentials | undefined {
  const reported = new Set<string>()
  const tell: Report = (name, problem) => {
    reported.add(name)
    report(name, problem)
  }
  const given = credentialValues(sources, tell)
  const tellOf = (name: string, flaw: string) => {
    const where = given.get(name)?.where
    tell(name, where === undefined ? flaw : `${flaw} (in ${where})`)
  }
  const values = new Map<string, string>()
  for (const [name, { value }] of given) {
    const flaw = flawOf(name, value)
    if (flaw === undefined) values.set(name, value)
    else tellOf(name, flaw)
  }
  const clientAuth = settingValues(sources).get('CATAPA_CLIENT_AUTH') ?? 'client_secret_basic'
  if (clientAuth === 'client_secret_basic' && values.get('CATAPA_CLIENT_ID')?.includes(':')) {
    tellOf(
      'CATAPA_CLIENT_ID',
      'should have no colon, which ends the id in Basic authentication; CATAPA_CLIENT_AUTH=client_secret_basic_encoded or client_secret_post can send it',
    )
  }
  const checked = check(credentialsSchema, values, report, reported)
  return (
    checked && {
      tenant: checked.CATAPA_TENANT,
      clientId: checked.CATAPA_CLIENT_ID,
      clientSecret: checked.CATAPA_CLIENT_SECRET,
    }
  )
}
