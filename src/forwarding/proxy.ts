import { performance } from 'node:perf_hooks'
import type { Readable } from 'node:stream'
import proxyPlugin from '@fastify/http-proxy'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Dispatcher } from 'undici'
import { asProblem, ProblemError } from '../problems/problem.ts'
import type { Config } from '../settings/config.ts'
import type { TokenCache } from '../tokens/cache/cached.ts'
import type { AccessToken } from '../tokens/token-source.ts'
import { type Caller, CallerGoneError, type Callers, callerOf, whileServed } from './caller.ts'
import { cannotNoticeCut, type KeptAnswer, keeping, play, toCaller } from './exchange/answer.ts'
import { type AnswerSink, exchange, type UpstreamRequest } from './exchange/exchange.ts'
import { arrivedBody, begunBody, bufferedBody, hasBody, streamedBody } from './exchange/request-body.ts'
import { allowedOrigin } from './guard/access-guard.ts'
import { checkTenant } from './guard/tenant-rule.ts'
import { requestHeaders } from './headers.ts'
import { resetConnection } from './listener/closing.ts'
import type { Slots, WaitingRoom } from './places.ts'

export type ProxyOptions = {
  config: Config
  tokens: TokenCache
  dispatcher: Dispatcher
  room: WaitingRoom
  places: Slots
  /** The callers whose answer has not left yet, for whoever has to interrupt them. */
  callers: Callers
  draining: () => boolean
}

/** A 401 is short; a body that may be sent again is kept up to the same size (design/promises 2.9). */
const keptBytes = 64 * 1024
/** What is collected for callers that cannot notice a cut. */
const blindCallerBytes = 1024 * 1024

/**
 * Everything that passed the guards: a token, one exchange with CATAPA, and a second one if CATAPA no longer accepts
 * the token. It takes the place of @fastify/http-proxy's own handler; the exchange is our own (design/libraries 40).
 */
export async function proxy(app: FastifyInstance, options: ProxyOptions): Promise<void> {
  await app.register(proxyPlugin, {
    upstream: options.config.baseUrl.origin,
    httpMethods: app.supportedMethods,
    routes: ['/'],
    proxyPayloads: false,
    // A hook that does not go on, and not the plugin's `handler`: for that it would first work out a destination, by
    // parsing three URLs, which nobody asks for here.
    preHandler(request: FastifyRequest, reply: FastifyReply) {
      void serve(request, reply, options)
    },
  })
}

/** Answers one request, whatever happens; never rejects. */
async function serve(request: FastifyRequest, reply: FastifyReply, options: ProxyOptions): Promise<void> {
  const caller = callerOf(request, reply.raw, options.callers)
  let body: BodySource = null
  try {
    const { tokens, room, config } = options
    if (hasBody(request.raw)) body = await requestBody(caller, request, config)
    const token = tokens.current() ?? (await room.wait(() => whileServed(caller, tokens.get())))
    const sink = answerSink(request, reply, options)
    const first = await send(caller, request, body, token, sink, options)
    const refused = first.kept?.status === 401
    const kept = refused ? await afterRefusal(first, caller, request, body, sink, options) : first.kept
    if (kept !== undefined) play(kept, sink)
  } catch (error) {
    if (body !== null && !Buffer.isBuffer(body)) body.destroy() // The caller may be writing still; what comes is discarded.
    if (error instanceof CallerGoneError || reply.raw.destroyed) reply.hijack()
    else if (reply.sent) {
      request.record.problem = asProblem(error)
      resetConnection(reply.raw)
    } else reply.send(error instanceof Error ? error : asProblem(error))
  }
}

/**
 * CATAPA no longer accepts the token: once more with another one, where the body is still there.
 *
 * @returns the answer to pass on, unless it has been already
 */
async function afterRefusal(
  first: Sent,
  caller: Caller,
  request: FastifyRequest,
  body: BodySource,
  sink: AnswerSink,
  options: ProxyOptions,
): Promise<KeptAnswer | undefined> {
  if (!mayReplay(body, options.config)) return judged(first)
  const fresh = await replacement(caller, first, options)
  if (fresh === undefined) return first.kept
  request.record.replayed = true
  return judged(await send(caller, request, body, fresh, sink, options))
}

type BodySource = Buffer | Readable | null

/** An exchange that was made: the token it was made with, and the answer if it was kept back. */
type Sent = {
  token: AccessToken
  kept: KeptAnswer | undefined
  /** The answer is a 401, and the token had been dropped already, or replaced. */
  stale: boolean
}

async function requestBody(
  caller: Caller,
  { raw, record }: FastifyRequest,
  { replay, maxBodyBytes, bodyTimeoutMs }: Config,
): Promise<BodySource> {
  const arrived = await arrivedBody(raw)
  if (arrived !== undefined) {
    record.requestBytes = arrived.length
    return arrived
  }
  const count = (bytes: number) => {
    record.requestBytes += bytes
  }
  const begun = raw.readableLength > 0
  const body = streamedBody(raw, maxBodyBytes, count)
  const buffered = replay === 'buffered' && Number(raw.headers['content-length'] ?? 0) <= keptBytes
  if (begun && !buffered) return body
  const ready = buffered ? bufferedBody(body, keptBytes, bodyTimeoutMs) : begunBody(body, bodyTimeoutMs)
  return whileServed(caller, ready).catch((error: unknown) => {
    body.destroy() // Nobody reads the rest any more.
    throw error
  })
}

/** A body that was streamed is gone; what `safe` had at hand by chance is not repeated either. */
function mayReplay(body: BodySource, { replay }: Config): boolean {
  return replay === 'safe' ? body === null : replay === 'buffered' && (body === null || Buffer.isBuffer(body))
}

/**
 * Another token than the one that CATAPA refused; undefined when there is none, so that the 401 passes.
 *
 * @throws ProblemError when there is none, and the one that was refused had not been current any more
 */
async function replacement(
  caller: Caller,
  { token: refused, stale }: Sent,
  { tokens, room }: ProxyOptions,
): Promise<AccessToken | undefined> {
  try {
    return await room.wait(() => whileServed(caller, tokens.get(refused)))
  } catch (error) {
    if (caller.brokenOff !== undefined) throw caller.brokenOff
    if (stale) throw error
    return undefined
  }
}

/**
 * A 401 reaches the caller only if CATAPA gave it to a token that was current when CATAPA answered
 * (design/promises 3.17).
 *
 * @returns the answer to pass on, unless it has been already
 * @throws ProblemError `token_unavailable` for another 401
 */
function judged({ stale, kept }: Sent): KeptAnswer | undefined {
  if (stale) throw staleRefusal()
  return kept
}

function staleRefusal(): ProblemError {
  return new ProblemError(
    'token_unavailable',
    'CATAPA did not accept the request, since its token was no longer current; it was not carried out and may be sent again.',
    {
      blame: {
        whose: 'catapa',
        remedy:
          'Send it again: CATAPA did nothing of it. If this stays, another program may use the same OAuth client.',
      },
    },
  )
}

function answerSink(
  request: FastifyRequest,
  reply: FastifyReply,
  { config, callers, draining }: ProxyOptions,
): AnswerSink {
  const { record } = request
  const { headers } = request.raw
  const context = {
    requestId: request.id,
    upstreamOrigin: config.baseUrl.origin,
    ownOrigin: `http://${headers.host ?? record.listener ?? 'localhost'}`,
    allowedOrigin: allowedOrigin(request.raw, config),
    destination: headers['sec-fetch-dest'],
  }
  const onHead = () => {
    record.fromUpstream = true
    record.upstreamMs ??= performance.now() - record.sentAt
    reply.hijack()
  }
  return toCaller(reply.raw, {
    context,
    silenceMs: config.bodyTimeoutMs,
    onHead,
    onBytes: (bytes) => {
      record.responseBytes += bytes
    },
    onCut: (problem) => {
      record.problem ??= problem
      record.cut = true
    },
    alone: () => callers.size === 1,
    draining,
  })
}

/**
 * Waits for a place on the connections to CATAPA, and takes it.
 *
 * @returns the token to send then: the one from before the wait may have ended
 */
function turn(caller: Caller, { tokens, places, room }: ProxyOptions): Promise<AccessToken> {
  return room.wait(async () => {
    await places.turn(caller)
    try {
      return tokens.current() ?? (await whileServed(caller, tokens.get()))
    } catch (error) {
      places.release()
      throw error
    }
  })
}

/** One exchange with CATAPA, when its turn has come. What is kept back is a 401, or for a caller that cannot notice a cut. */
async function send(
  caller: Caller,
  request: FastifyRequest,
  body: BodySource,
  offered: AccessToken,
  sink: AnswerSink,
  options: ProxyOptions,
): Promise<Sent> {
  const { tokens, places, dispatcher, config } = options
  const { raw, record, method, id } = request
  const token = places.take() ? offered : await turn(caller, options)
  const blind = cannotNoticeCut(caller.response)
  let status = 0
  let stale = false
  const keeper = keeping(
    blind ? blindCallerBytes : keptBytes,
    (given) => {
      status = given
      // Not later: once the place is free, the next in the queue would take the refused token along.
      if (given === 401) stale = !tokens.reject(token)
      return blind || given === 401
    },
    () => {
      if (stale) throw staleRefusal()
    },
    sink,
  )
  record.sentAt = performance.now()
  record.upstreamMs = undefined
  caller.atUpstream = true
  try {
    const { target } = record
    // The credentials may have been replaced by those of another tenant since it was judged.
    if (target !== undefined && token.tenant !== record.tenant) checkTenant(raw, target, token.tenant)
    const headers = requestHeaders(raw.rawHeaders, raw.headers.connection, token, id)
    const outgoing = { method, target: target?.forwarded ?? '/', headers, body }
    for (let attempt = 1; ; attempt++) {
      try {
        await exchange(dispatcher, outgoing, config, caller, keeper.sink, attempt === 1 ? 'no' : 'maybe')
        break
      } catch (error) {
        if (attempt > 1 || !mayRepeat(outgoing, error)) throw error
      }
    }
  } finally {
    caller.atUpstream = false
    record.upstreamMs ??= performance.now() - record.sentAt
    places.release()
  }
  if (status !== 401) tokens.accepted(token)
  return { token, kept: keeper.answer(), stale }
}

/**
 * A GET or HEAD is sent once more when its connection was lost before any byte of an answer: mostly a connection that
 * CATAPA had closed while it was idle. Nothing else is ever repeated here.
 */
function mayRepeat({ method, body }: UpstreamRequest, error: unknown): boolean {
  const safe = body === null && (method === 'GET' || method === 'HEAD')
  return safe && error instanceof ProblemError && error.unanswered === true
}
