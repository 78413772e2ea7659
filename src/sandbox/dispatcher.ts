import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout } from 'node:timers/promises'
import { invalidToken, refusalOf } from './bearer.ts'
import { controlOf } from './controls.ts'
import { spend } from './faults.ts'
import { countIfPaused, pauseStated, takesOne } from './quota.ts'
import { reset, shapingOf } from './response-faults.ts'
import {
  drain,
  type Endpoint,
  headerValues,
  json,
  type SandboxAnswer,
  type SandboxCall,
  SandboxRefusal,
  send,
  springError,
} from './sandbox-request.ts'
import type { SandboxState } from './state.ts'
import { tokenEndpoint } from './token-endpoint.ts'

type Sandbox = Readonly<{ state: SandboxState; api: Endpoint; authorize: Endpoint }>
type Exchange = Readonly<{ call: SandboxCall; response: ServerResponse; gone: AbortSignal }>

/** Answers one request: a control, an OAuth endpoint or the API. Never rejects. */
export async function answerRequest(
  request: IncomingMessage,
  url: string,
  response: ServerResponse,
  sandbox: Sandbox,
): Promise<void> {
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  // A caller that vanishes is no error of the sandbox.
  request.on('error', () => {})
  response.on('error', () => {})
  const exchange = { call: callOf(request, url, sandbox.state), response, gone: gone.signal }
  try {
    await dispatch(exchange, sandbox)
  } catch (error) {
    if (gone.signal.aborted) return
    if (response.headersSent) reset(response)
    else await send(exchange.call, response, answerFor(error, exchange.call), gone.signal).catch(() => reset(response))
  }
}

function callOf(request: IncomingMessage, url: string, state: SandboxState): SandboxCall {
  // In absolute form (RFC 9112 §3.2.2) the origin goes before the path.
  const [path = '', ...query] = url.replace(/^https?:\/\/[^/?]*/i, '').split('?')
  return {
    request,
    method: request.method ?? 'GET',
    url,
    path,
    query: new URLSearchParams(query.join('?')),
    params: [],
    origin: state.options.publicOrigin ?? `http://${request.headers.host ?? 'localhost'}`,
  }
}

async function dispatch(exchange: Exchange, { state, api, authorize }: Sandbox): Promise<void> {
  const { call, response, gone } = exchange
  const control = controlOf(call.path)
  if (control) await send(call, response, await control(call, state), gone)
  else if (call.path === '/oauth/token') await serveToken(exchange, state)
  else if (call.path === '/oauth2/authorize') await send(call, response, await authorize(call), gone)
  else await serveApi(exchange, state, api)
}

async function serveToken({ call, response, gone }: Exchange, state: SandboxState): Promise<void> {
  state.tokenRequestsInFlight += 1
  state.stats.maxConcurrentTokenRequests = Math.max(state.stats.maxConcurrentTokenRequests, state.tokenRequestsInFlight)
  const { tokenLatencyMs = 0 } = state.faults
  const hang = spend(state.faults.tokenHang)
  try {
    const answer = await tokenEndpoint(call, state)
    if (hang) await untilGone(gone)
    if (tokenLatencyMs > 0) await setTimeout(tokenLatencyMs, undefined, { signal: gone })
    await send(call, response, answer, gone)
  } finally {
    state.tokenRequestsInFlight -= 1
  }
}

async function serveApi({ call, response, gone }: Exchange, state: SandboxState, api: Endpoint): Promise<void> {
  state.apiRequestsInFlight += 1
  state.stats.apiRequests += 1
  state.stats.maxConcurrentApiRequests = Math.max(state.stats.maxConcurrentApiRequests, state.apiRequestsInFlight)
  countIfPaused(state, performance.now())
  // As on arrival: a later DELETE doesn't hurry what is under way.
  const { latencyMs = 0, slowBody } = state.faults
  const overQuota = overQuotaOf(call, state)
  try {
    const answer = overQuota ?? (await apiAnswer(call, state, api))
    if (latencyMs > 0 && overQuota === undefined) await setTimeout(latencyMs, undefined, { signal: gone })
    if (answer !== 'reset') pauseStated(state, answer, performance.now())
    if (answer === 'reset') reset(response)
    else
      await send(
        call,
        response,
        answer,
        gone,
        shapingOf(call, answer, { slowBody, cutBody: state.faults.cutBody }, gone),
      )
  } finally {
    state.apiRequestsInFlight -= 1
  }
}

async function apiAnswer(call: SandboxCall, state: SandboxState, api: Endpoint): Promise<SandboxAnswer | 'reset'> {
  const { faults } = state
  if (spend(faults.unauthorized)) return invalidToken(state, 'Invalid access token: injected by /sandbox/faults')
  const busy = spend(faults.tooManyRequests)
  if (busy) return withRetryAfter(tooManyRequests(call), busy.retryAfter)
  const refusal = refusalOf(call, state)
  if (refusal) return refusal

  recordWrite(call, state)
  const lost = spend(faults.resets)
  const broken = lost ? undefined : spend(faults.serverErrors)
  if (lost?.early) return 'reset'
  if (lost || broken) await drain(call.request)
  if (lost) return 'reset'
  if (broken) {
    const answer = springError(broken.status ?? 500, call.path, 'Injected by /sandbox/faults')
    return withRetryAfter(answer, broken.retryAfter)
  }
  const answer = await api(call)
  await drain(call.request)
  return answer
}

/** Counts a write once its body is here: from then on CATAPA would act, whether or not its answer arrives. */
function recordWrite(call: SandboxCall, state: SandboxState): void {
  const id = headerValues(call.request, 'x-ledger-id')[0]
  if (id === undefined || call.method === 'GET' || call.method === 'HEAD') return
  call.request.once('end', () => state.ledger.set(id, (state.ledger.get(id) ?? 0) + 1))
}

/** As a gateway refuses, which asks nobody. */
function overQuotaOf(call: SandboxCall, state: SandboxState): SandboxAnswer | undefined {
  const { quota } = state.faults
  if (quota === undefined || takesOne(state, quota, performance.now())) return undefined
  return withRetryAfter(tooManyRequests(call), quota.retryAfter)
}

function tooManyRequests(call: SandboxCall): SandboxAnswer {
  return springError(429, call.path, 'Injected by /sandbox/faults')
}

function withRetryAfter(answer: SandboxAnswer, retryAfter: number | string | undefined): SandboxAnswer {
  return retryAfter === undefined
    ? answer
    : { ...answer, headers: { ...answer.headers, 'Retry-After': String(retryAfter) } }
}

function answerFor(error: unknown, call: SandboxCall): SandboxAnswer {
  if (error instanceof SandboxRefusal) return error.answer
  // A fault of the sandbox's own should be found, so it says what it is.
  return json(500, { error: 'sandbox_failed', message: String(error), path: call.path })
}

async function untilGone(gone: AbortSignal): Promise<void> {
  if (gone.aborted) return
  await new Promise((resolve) => gone.addEventListener('abort', resolve, { once: true }))
}
