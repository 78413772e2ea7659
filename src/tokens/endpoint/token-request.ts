import * as oauth from 'oauth4webapi'
import type { Pool } from 'undici'
import type { Heard } from '../../network/last-answer.ts'
import { readAtMost } from '../../network/read-at-most.ts'
import { longestRetryAfterMs, retryAfterMs } from '../../network/retry-after.ts'
import { failure } from '../../problems/causes.ts'
import type { Failure, RefusalFacts, TokenFlaw } from '../../problems/failure.ts'
import { ProblemError, problem } from '../../problems/problem.ts'
import { stageOf, transportFacts } from '../../problems/transport.ts'
import type { Config, Credentials } from '../../settings/config.ts'
import type { Clock } from '../../time.ts'
import type { AccessToken } from '../token-source.ts'
import { parseTokenAnswer } from './token-answer.ts'

const mostBodyBytes = 1024 * 1024

export type TokenRequestOptions = {
  tokenUrl: URL
  clientAuth: Config['clientAuth']
  timeoutMs: number
  /** Connections of its own: requests that wait for this token may have all of the API's (design/libraries 35). */
  pool: Pool
  clock: Clock
  /** Takes the head of the answer. */
  heard?: Heard | undefined
  watch?: WatchTokenRequest | undefined
}

/**
 * Is told that a token request begins, and, by the function that it gives, that it has ended: the status of the answer, and the code of the
 * problem.
 */
export type WatchTokenRequest = () => (status: number | undefined, problem: string | undefined) => void

/** The tokens in an answer of the token endpoint. */
export type Issued = {
  access: AccessToken
  /** Only with some grants, and not in every answer. Never logged or shown. */
  refreshToken: string | undefined
}

/** The failure that a refusal means for a grant. */
export type Refused = (refusal: RefusalFacts) => Failure

/** The client itself is refused, with any grant. */
export const refusedClient: Refused = (refusal) => failure('client_refused', refusal)

/**
 * One request to the token endpoint (RFC 6749 §3.2) for any grant, as design/catapa 1, 2 and 3 describe it.
 *
 * @param parameters of the grant; `grant_type` among them
 * @param refused makes the failure of a refusal for this grant
 * @throws ProblemError with the failure of `refused`; or `token_unavailable` when trying again may help, with `retryAfterMs`
 * where the endpoint asks for it
 */
export async function requestToken(
  credentials: Credentials,
  parameters: Parameters,
  options: TokenRequestOptions,
  refused: Refused,
): Promise<Issued> {
  const ended = options.watch?.()
  if (ended === undefined) return await ask(credentials, parameters, options, refused)
  let status: number | undefined
  const answered = (answer: number) => {
    status = answer
  }
  try {
    const issued = await ask(credentials, parameters, { ...options, answered }, refused)
    ended(status, undefined)
    return issued
  } catch (error) {
    ended(status, error instanceof ProblemError ? error.code : 'internal_error')
    throw error
  }
}

type Parameters = Readonly<{ grant_type: string } & Record<string, string>>
type Asking = TokenRequestOptions & { answered?: (status: number) => void }

async function ask(
  credentials: Credentials,
  { grant_type: grantType, ...parameters }: Parameters,
  options: Asking,
  refused: Refused,
): Promise<Issued> {
  const { tokenUrl, clock } = options
  const server: oauth.AuthorizationServer = { issuer: tokenUrl.origin, token_endpoint: tokenUrl.href }
  const client: oauth.Client = { client_id: credentials.clientId }
  const sentAt = clock.now()
  const answer = await oauth
    .genericTokenEndpointRequest(
      server,
      client,
      clientAuthentication(options.clientAuth, credentials),
      grantType,
      new URLSearchParams(parameters),
      {
        [oauth.allowInsecureRequests]: true, // The configuration has decided already where `http:` is allowed.
        [oauth.customFetch]: (_url, request) => send(request, credentials.tenant, options),
      },
    )
    .catch(unreachable)
  const receivedAt = clock.now()
  const body = await answer.text()
  if (answer.status !== 200 || answer.headers.has(placeholder)) {
    const grant = grantType === 'client_credentials' ? grantType : 'authorization_code'
    throw notIssued(answer, body, receivedAt.wall, (facts) => refused({ ...facts, grant, from: credentials.from }))
  }
  const { value, refreshToken, lifetimeMs } = await issued(server, client, body)
  const access = {
    value,
    tenant: credentials.tenant,
    sentAt,
    receivedAtMono: receivedAt.mono,
    lifetimeMs: lifetimeMs ?? 3_600_000,
    lifetimeAssumed: lifetimeMs === undefined,
  }
  return { access, refreshToken }
}

/** CATAPA's SDK joins the raw id and secret; RFC 6749 §2.3.1 form-encodes them first. */
function clientAuthentication(method: Config['clientAuth'], { clientId, clientSecret }: Credentials): oauth.ClientAuth {
  if (method === 'client_secret_post') return oauth.ClientSecretPost(clientSecret)
  if (method === 'client_secret_basic_encoded') return oauth.ClientSecretBasic(clientSecret)
  return (_server, _client, _body, headers) => {
    headers.set('authorization', `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`)
  }
}

/** Sends the prepared request. Redirects are not followed: a token request goes to one place only. */
async function send(
  request: oauth.CustomFetchOptions<'POST', URLSearchParams>,
  tenant: string,
  { tokenUrl, timeoutMs, pool, heard, answered }: Asking,
): Promise<Response> {
  const { statusCode, headers, body } = await pool.request({
    method: 'POST',
    path: tokenUrl.pathname + tokenUrl.search,
    headers: { ...request.headers, Tenant: tenant, Via: '1.1 catapa-sidecar' },
    body: request.body.toString(),
    signal: AbortSignal.timeout(Math.ceil(timeoutMs)),
  })
  heard?.(['date', String(headers.date)])
  answered?.(statusCode)
  const { text, complete } = await readAtMost(body, mostBodyBytes)
  if (!complete && statusCode === 200) throw malformed('too_large', text)
  if (statusCode > 599) throw problem('token_endpoint_status', { status: statusCode }) // A Response cannot have it.
  const told = heeded.flatMap((name): [string, string][] => {
    const value = [headers[name]].flat()[0]
    return value === undefined ? [] : [[name, value]]
  })
  return new Response(withoutBody.has(statusCode) ? null : text, { status: statusCode, headers: told })
}

const placeholder = 'x-catapa-sidecar-placeholder'
const heeded = [placeholder, 'retry-after', 'date']
/** Statuses with which a Response cannot have a body. */
const withoutBody = new Set([204, 205, 304])

/** Refusal or passing trouble (design/promises 4.8): 408, 429, 5xx and redirects may pass, any other 4xx will not. */
function notIssued(
  { status, headers }: Response,
  body: string,
  wall: number,
  refused: (refusal: Omit<RefusalFacts, 'grant' | 'from'>) => Failure,
): ProblemError {
  if (status === 508 || headers.has(placeholder)) return problem('token_endpoint_is_sidecar', {})
  if (status >= 400 && status < 500 && status !== 408 && status !== 429) {
    const aboutTenant = /tenant/i.test(body) || undefined
    return new ProblemError(refused({ status, error: errorCode(body), aboutTenant }))
  }
  const asked = retryAfterMs(headers.get('retry-after') ?? '', headers.get('date'), wall)
  const retryAfter = { retryAfterMs: asked && Math.min(asked, longestRetryAfterMs) }
  if (status >= 400) return problem('token_endpoint_status', { status }, retryAfter)
  return problem(status >= 300 ? 'token_endpoint_redirects' : 'no_token_in_answer', { status }, retryAfter)
}

/**
 * Lets oauth4webapi judge an answer of 200. An answer that it rejects is malformed, which may pass. The parsers' errors are
 * dropped, since they quote the answer and with it the token.
 */
async function issued(server: oauth.AuthorizationServer, client: oauth.Client, body: string) {
  const parsed = parseTokenAnswer(body)
  if (typeof parsed === 'string') throw malformed(parsed, body)
  try {
    const answer = new Response(JSON.stringify(parsed.json), { headers: { 'content-type': 'application/json' } })
    const { access_token, token_type, refresh_token } = await oauth.processGenericTokenEndpointResponse(
      server,
      client,
      answer,
    )
    if (token_type === 'bearer') {
      return { value: access_token, refreshToken: refresh_token, lifetimeMs: parsed.lifetimeMs }
    }
  } catch {}
  throw malformed('token_type', body)
}

/** RFC 6749 §5.2 and its Spring variants; only well-known codes are repeated, never the endpoint's own text. */
function errorCode(body: string): string | undefined {
  const match =
    /"error"\s*:\s*"(invalid_request|invalid_client|invalid_grant|invalid_token|unauthorized_client|unsupported_grant_type|invalid_scope|unauthorized|access_denied)"/.exec(
      body,
    )
  return match?.[1]
}

/** An answer without the words `access_token` is not from a token endpoint. */
function malformed(flaw: TokenFlaw, body: string): ProblemError {
  return problem(body.includes('"access_token"') ? 'token_malformed' : 'no_token_endpoint', { flaw })
}

function unreachable(error: unknown): never {
  if (error instanceof ProblemError) throw error
  const facts = transportFacts(error)
  // The error of undici's parser quotes the answer in `data`, and with it perhaps the token.
  const cause = error instanceof Error && Reflect.has(error, 'data') ? undefined : error
  throw problem(stageOf(facts) === 'untrusted' ? 'token_endpoint_untrusted' : 'token_endpoint_unreachable', facts, {
    cause,
  })
}
