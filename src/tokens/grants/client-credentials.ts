import type { Credentials } from '../../settings/config.ts'
import { refusedClient, requestToken, type TokenRequestOptions } from '../endpoint/token-request.ts'
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
