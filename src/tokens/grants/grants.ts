import { failure } from '../../problems/causes.ts'
import type { Credentials } from '../../settings/config.ts'
import {
  type Issued,
  type Refused,
  refusedClient,
  requestToken,
  type TokenRequestOptions,
} from '../endpoint/token-request.ts'
import type { TokenSource } from '../token-source.ts'

export type GrantOptions = TokenRequestOptions & { scope: string | undefined }

/**
 * The client-credentials grant (RFC 6749 §4.4), as design/catapa 1 describes it: one token request a call. A refresh
 * token in the answer is of no use here.
 *
 * @throws ProblemError `credentials_rejected` when the client is refused; else as `requestToken`
 */
export function clientCredentials(credentials: Credentials, { scope, ...options }: GrantOptions): TokenSource {
  const parameters = { grant_type: 'client_credentials', ...(scope !== undefined && { scope }) }
  return async () => (await requestToken(credentials, parameters, options, refusedClient)).access
}

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
