import { failure } from '../../problems/causes.ts'
import type { Credentials } from '../../settings/config.ts'
import {
  type Issued,
  type Refused,
  refusedClient,
  requestToken,
  type TokenRequestOptions,
} from '../endpoint/token-request.ts'

/**
 * The refresh-token grant (RFC 6749 §6): one token request. The answer may hold another refresh token, which then takes
 * the place of this one. `scope` is left out, which means "as before".
 *
 * @throws ProblemError `login_required` when the refresh token is not accepted, which is final; else as `requestToken`
 */
export function refresh(refreshToken: string, credentials: Credentials, options: TokenRequestOptions): Promise<Issued> {
  const parameters = { grant_type: 'refresh_token', refresh_token: refreshToken }
  return requestToken(credentials, parameters, options, refused)
}

/** Spring Security OAuth says `invalid_token` of a refresh token that has expired. */
const refused: Refused = (refusal) =>
  refusal.error === 'invalid_grant' || refusal.error === 'invalid_token'
    ? failure('login_over', { path: undefined })
    : refusedClient(refusal)
