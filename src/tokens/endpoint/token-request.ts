import * as oauth from 'oauth4webapi'
import type { Pool } from 'undici'
import { readAtMost } from '../../network/read-at-most.ts'
import { type Blame, ProblemError } from '../../problems/problem.ts'
import { transportFailure } from '../../problems/transport.ts'
import type { Config, Credentials } from '../../settings/config.ts'
import { longestRetryAfterMs } from '../cache/failure-memory.ts'
import { tokenEndpointFails } from '../token-problems.ts'
import type { AccessToken, Clock } from '../token-source.ts'
import { parseTokenAnswer } from './token-answer.ts'

const mostBodyBytes = 1024 * 1024

const noTokenEndpoint: Blame = {
  whose: 'configuration',
  remedy: 'Check CATAPA_TOKEN_URL, or CATAPA_BASE_URL where that is not set: what answers there gives no tokens.',
}

export type TokenRequestOptions = {
  tokenUrl: URL
  clientAuth: Config['clientAuth']
  timeoutMs: number
  /** Connections of its own: the API's may all be held by requests that wait for this token (design/libraries 35). */
  pool: Pool
  clock: Clock
}

/** What a token endpoint gives. */
export type Issued = {
  access: AccessToken
  /** Only some grants have one, and not with every answer. Never logged or shown. */
  refreshToken: string | undefined
}

/** What came back from the token endpoint, before anyone judges it. A body over 1 MiB is cut there. */
type RawAnswer = {
  status: number
  headers: Record<string, string | string[] | undefined>
  body: string
  complete: boolean
}

/**
 * One request to the token endpoint (RFC 6749 §3.2), as design/catapa 1, 2 and 3 describe it, whatever the grant.
 *
 * @param parameters of the grant; `grant_type` among them
 * @param refused what a refusal means for this grant: its status and, if it is a well-known one, its error code
 * @throws ProblemError what `refused` makes of a refusal; `token_unavailable`, with `retryAfterMs` where the endpoint asks
 * for it, when trying again may help
 */
export async function requestToken(
  credentials: Credentials,
  { grant_type: grantType, ...parameters }: Readonly<{ grant_type: string } & Record<string, string>>,
  options: TokenRequestOptions,
  refused: (status: number, code: string | undefined) => ProblemError,
): Promise<Issued> {
  const { tokenUrl, clock } = options
  const server: oauth.AuthorizationServer = { issuer: tokenUrl.origin, token_endpoint: tokenUrl.href }
  const client: oauth.Client = { client_id: credentials.clientId }
  const sentAt = clock.now()
  let raw: RawAnswer | undefined
  try {
    await oauth.genericTokenEndpointRequest(
      server,
      client,
      clientAuthentication(options.clientAuth, credentials),
      grantType,
      new URLSearchParams(parameters),
      {
        [oauth.allowInsecureRequests]: true, // Which `http:` is allowed was decided with the configuration.
        [oauth.customFetch]: async (_url, request) => {
          raw = await send(request, credentials.tenant, options)
          return new Response(null, { status: 204 })
        },
      },
    )
  } catch (error) {
    throw unreachable(error)
  }
  if (raw === undefined) throw unavailable('The token endpoint was not asked')
  const receivedAtMono = clock.now().mono
  refuseIfNotOk(raw, clock.now().wall, refused)
  const { value, refreshToken, lifetimeMs } = await accept(server, client, raw)
  const access = {
    value,
    tenant: credentials.tenant,
    sentAt,
    receivedAtMono,
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
  { tokenUrl, timeoutMs, pool }: TokenRequestOptions,
): Promise<RawAnswer> {
  const { statusCode, headers, body } = await pool.request({
    method: 'POST',
    path: tokenUrl.pathname + tokenUrl.search,
    headers: { ...request.headers, Tenant: tenant, Via: '1.1 catapa-sidecar' },
    body: request.body.toString(),
    signal: AbortSignal.timeout(Math.ceil(timeoutMs)),
  })
  const { text, complete } = await readAtMost(body, mostBodyBytes)
  return { status: statusCode, headers, body: text, complete }
}

/** Refusal or passing trouble (design/promises 4.8): 408, 429, 5xx and redirects may pass, any other 4xx will not. */
function refuseIfNotOk(
  { status, headers, body }: RawAnswer,
  wall: number,
  refused: (status: number, code: string | undefined) => ProblemError,
): void {
  if (status === 508 || headers['x-catapa-sidecar-placeholder'] !== undefined) {
    throw new ProblemError(
      'credentials_rejected',
      'The token endpoint is a catapa-sidecar itself: set CATAPA_BASE_URL and CATAPA_TOKEN_URL to CATAPA.',
      {
        blame: {
          whose: 'configuration',
          remedy: 'Set CATAPA_BASE_URL and CATAPA_TOKEN_URL to CATAPA, not to a sidecar.',
        },
      },
    )
  }
  if (status === 200) return
  if (status >= 400 && status < 500 && status !== 408 && status !== 429) throw refused(status, errorCode(body))
  const redirect = status >= 300 && status < 400 ? ', a redirect, which is not followed: check CATAPA_TOKEN_URL' : ''
  throw unavailable(
    `The token endpoint answered with status ${status}${redirect}`,
    status < 400 ? noTokenEndpoint : tokenEndpointFails,
    retryAfterMs(headers['retry-after'], wall),
  )
}

/**
 * Lets oauth4webapi judge an answer of 200. What it rejects is malformed, which may pass. The errors of the parsers are
 * dropped, since they quote the answer and with it the token.
 */
async function accept(server: oauth.AuthorizationServer, client: oauth.Client, { body, complete }: RawAnswer) {
  const parsed = complete ? parseTokenAnswer(body) : 'it is over 1 MiB'
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
  throw malformed('its token_type is not Bearer', body)
}

/** RFC 6749 §5.2 and its Spring variants; only well-known codes are repeated, never the endpoint's own text. */
function errorCode(body: string): string | undefined {
  const match =
    /"error"\s*:\s*"(invalid_request|invalid_client|invalid_grant|invalid_token|unauthorized_client|unsupported_grant_type|invalid_scope|unauthorized|access_denied)"/.exec(
      body,
    )
  return match?.[1]
}

/** What a refusal of the client itself means, whatever the grant. */
export function refusedClient(status: number, code: string | undefined): ProblemError {
  const said = code === undefined ? `status ${status}` : `${code}, status ${status}`
  const advice =
    'Check CATAPA_CLIENT_ID, CATAPA_CLIENT_SECRET and CATAPA_TENANT, and that the client still exists in CATAPA (Setup > OAuth 2.0 Clients).'
  const other =
    code === 'invalid_scope'
      ? 'Check CATAPA_SCOPE.'
      : code === undefined && (status === 404 || status === 405)
        ? `Check CATAPA_TOKEN_URL. ${advice}`
        : advice
  return new ProblemError('credentials_rejected', `CATAPA refuses the client (${said}). ${other}`, {
    blame: { whose: 'configuration', remedy: `${other} Then refresh the token.` },
  })
}

/** Only a token endpoint speaks of access tokens at all. */
function malformed(because: string, body: string): ProblemError {
  return unavailable(
    `What the token endpoint answered is no token: ${because}. Check CATAPA_TOKEN_URL`,
    body.includes('"access_token"') ? tokenEndpointFails : noTokenEndpoint,
  )
}

function unavailable(what: string, blame?: Blame, retryAfter?: number): ProblemError {
  const detail = `${what}; the sidecar keeps trying.`
  return new ProblemError('token_unavailable', detail, {
    blame,
    ...(retryAfter !== undefined && { retryAfterMs: retryAfter }),
  })
}

function unreachable(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error
  const { kind, because, proxyError, blame } = transportFailure(error)
  const untrusted = kind === 'untrusted'
  const putCa = 'If a proxy of your company inspects TLS, put its CA into CATAPA_CA_FILE.'
  const detail = untrusted
    ? `The certificate of the token endpoint is not trusted: ${because}. ${putCa}`
    : `The token endpoint could not be reached: ${because}. Check the network, HTTPS_PROXY and CATAPA_TOKEN_URL; the sidecar keeps trying.`
  // The error of undici's parser quotes the answer in `data`, and with it perhaps the token.
  const cause = error instanceof Error && Reflect.has(error, 'data') ? undefined : error
  return new ProblemError('token_unavailable', detail, {
    cause,
    proxyError,
    blame: untrusted ? { whose: 'network', remedy: putCa } : blame,
  })
}

/** `Retry-After` in seconds or as a date (RFC 9110 §10.2.3), at most 5 minutes; anything else counts as missing. */
function retryAfterMs(header: string | string[] | undefined, wall: number): number | undefined {
  const text = [header].flat()[0]?.trim() ?? ''
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : / GMT$/.test(text) ? Date.parse(text) - wall : Number.NaN
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(0, ms), longestRetryAfterMs)
}
