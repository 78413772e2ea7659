import { problem } from '../../problems/problem.ts'
import { isKey } from '../key.ts'

/** A key that a request shows, and the name beside it where there is one. */
export type ShownKey = Readonly<{ key: string; name: string | undefined }>

/** The headers in which a key may come, as one text; undefined where there are none. */
export function keyHeaders(rawHeaders: readonly string[]): string | undefined {
  let found: string | undefined
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] ?? ''
    if (name.length !== 13 && name.length !== 9) continue // Lengths first: this runs for every header.
    const kind = name.toLowerCase()
    if (kind !== 'authorization' && kind !== 'x-api-key') continue
    const value = rawHeaders[i + 1] ?? ''
    found = found === undefined ? `${kind}: ${value}` : `${found}\n${kind}: ${value}`
  }
  return found
}

/**
 * The keys in the headers of `keyHeaders` (design/promises 8.5): as Bearer, as the password of Basic, as `X-Api-Key`. Values that
 * do not begin like a key are ignored. A key in place of Basic's name counts too, as one that does not fit its name: it must
 * not pass for no key at all.
 */
export function shownKeys(headers: string | undefined): readonly ShownKey[] {
  if (headers === undefined) return []
  return headers.split('\n').flatMap((header) => {
    const colon = header.indexOf(': ') // Put there by `keyHeaders`; Node has trimmed the value.
    const [kind, value] = [header.slice(0, colon), header.slice(colon + 2)]
    if (kind === 'x-api-key') return isKey(value) ? [{ key: value, name: undefined }] : []
    const [, scheme = '', credentials = ''] = /^(\S+)[ \t]+(.*)$/s.exec(value) ?? []
    if (scheme.toLowerCase() === 'bearer') return isKey(credentials) ? [{ key: credentials, name: undefined }] : []
    return scheme.toLowerCase() === 'basic' ? ofBasic(credentials) : []
  })
}

/** The keys in Basic credentials: mostly the password, with its caller's name before the colon (RFC 7617 §2). */
export function ofBasic(credentials: string): readonly ShownKey[] {
  const text = Buffer.from(credentials, 'base64').toString('latin1')
  const colon = text.indexOf(':')
  const name = colon === -1 ? text : text.slice(0, colon)
  const password = colon === -1 ? '' : text.slice(colon + 1)
  if (isKey(password)) return [{ key: password, name: name === '' ? undefined : name }]
  return isKey(name) ? [{ key: name, name }] : []
}

/** Far more than a token request of the client-credentials grant has. */
export const mostFormBytes = 64 * 1024

/**
 * The key in the body of a caller's own token request (design/promises 8.5, RFC 6749 §2.3.1): the client id is the caller's
 * name, the client secret its key.
 *
 * @throws ProblemError `caller_unknown` where either comes more than once (RFC 6749 §3.2)
 */
export function keyOfForm(body: string): ShownKey | undefined {
  const form = new URLSearchParams(body)
  const names = form.getAll('client_id')
  const secrets = form.getAll('client_secret')
  if (names.length > 1 || secrets.length > 1) throw problem('caller_unknown', { shown: 'repeated' })
  const [[name = ''], [key = '']] = [names, secrets]
  return isKey(key) ? { key, name: name === '' ? undefined : name } : undefined
}
