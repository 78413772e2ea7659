import { problem } from '../../problems/problem.ts'
import { isKey } from '../key.ts'
import type { ShownKey } from './shown-keys.ts'

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
