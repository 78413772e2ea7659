import * as oauth from 'oauth4webapi'
import { exitStatus } from '../../problems/exit-status.ts'
import type { Config } from '../../settings/config.ts'
import { LoginFailure } from './login-failure.ts'
import { loginFailureWords } from './login-failure-words.ts'

/** An authorization request (RFC 6749 §4.1.1), with the values that its answer is checked against. */
export type Authorization = Readonly<{
  /** The address for the browser. */
  url: string
  state: string
  /** The secret of PKCE (RFC 7636); undefined where CATAPA_PKCE is off. */
  verifier: string | undefined
}>

/** Makes an authorization request with a random state and verifier. */
export async function newAuthorization(config: Config): Promise<Authorization> {
  const state = oauth.generateRandomState()
  const verifier = config.pkce ? oauth.generateRandomCodeVerifier() : undefined
  const url = new URL(config.authorizeUrl)
  const parameters = {
    response_type: 'code',
    client_id: config.credentials.clientId,
    redirect_uri: config.redirectUri,
    state,
    ...(config.scope !== undefined && { scope: config.scope }),
    ...(verifier !== undefined && {
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    }),
  }
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
  return { url: url.href, state, verifier }
}

/**
 * The code in an answer that carries the right state.
 *
 * @throws LoginFailure when it has none: denied, refused, of another tenant, malformed
 */
export function codeIn(answer: URLSearchParams, { state }: Authorization, config: Config): string {
  const { tenant, clientId } = config.credentials
  // The tenant is checked first: a code of another tenant must never be sent.
  if (answer.getAll('tenant').some((other) => other !== tenant)) {
    throw new LoginFailure(loginFailureWords().otherTenant)
  }
  const parameters = new URLSearchParams(answer)
  // One authorization server only, so nothing to mix up (RFC 9207), and its issuer is not among the settings.
  parameters.delete('iss')
  try {
    const judged = oauth.validateAuthResponse(
      { issuer: config.authorizeUrl.origin },
      { client_id: clientId },
      parameters,
      state,
    )
    const code = judged.getAll('code')
    if (code.length === 1 && code[0]) return code[0]
  } catch (error) {
    if (error instanceof oauth.AuthorizationResponseError) throw refusal(error.error)
  }
  throw new LoginFailure(loginFailureWords().noCode, exitStatus.unreachable)
}

/** The error codes of RFC 6749 §4.1.2.1 in words; the text that came with the code is not repeated. */
function refusal(code: string): LoginFailure {
  const said = loginFailureWords()
  switch (code) {
    case 'access_denied':
      return new LoginFailure(said.denied)
    case 'unauthorized_client':
    case 'unsupported_response_type':
      return new LoginFailure(said.notForPeople(code))
    case 'invalid_scope':
      return new LoginFailure(said.unknownScope)
    case 'invalid_request':
      return new LoginFailure(said.notUnderstood)
    case 'server_error':
    case 'temporarily_unavailable':
      return new LoginFailure(said.ownTrouble(code), exitStatus.unreachable)
    default:
      return new LoginFailure(said.refused(/^[a-z_]{1,40}$/.test(code) ? code : undefined))
  }
}
