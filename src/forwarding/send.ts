import { performance } from 'node:perf_hooks'
import { problem } from '../problems/problem.ts'
import type { AccessToken } from '../tokens/token-source.ts'
import { beforeSending } from './audited.ts'
import { whileServed } from './break-off.ts'
import type { Call } from './call.ts'
import { type Attempt, newAttempt } from './exchange/attempt.ts'
import { exchange, type UpstreamRequest } from './exchange/exchange.ts'
import { checkTenant } from './guard/tenant-rule.ts'
import { requestHeaders } from './headers.ts'
import { mayRepeat } from './replay.ts'
import { PausedError } from './shares/paused-error.ts'

/**
 * Sends a call to CATAPA when its turn has come, with the `offered` token if that is now, else with the one of then.
 *
 * @throws ProblemError; what the call was broken off with
 */
export function send(call: Call, offered: AccessToken): Promise<Attempt> {
  if (call.context.places.take(call)) return sendInTurn(call, offered)
  return turn(call).then((token) => sendInTurn(call, token))
}

/** Sends a call that has a place, unless a pause begins before a byte of it has left: then it waits for another one. */
export async function sendInTurn(call: Call, offered: AccessToken): Promise<Attempt> {
  const { record, context } = call
  const { tokens, places } = context
  const begun = call.audited === undefined ? undefined : beforeSending(call, call.audited)
  let token = begun === undefined ? offered : await tokenOnce(begun, call)
  for (;;) {
    const attempt = newAttempt(call, token)
    record.sentAt = performance.now()
    record.upstreamMs = undefined
    record.reached = call.lost ? 'maybe' : 'no'
    call.atUpstream = true
    try {
      const outgoing = outgoingOf(attempt)
      try {
        await exchange(attempt, outgoing)
      } catch (error) {
        if (!mayRepeat(call, error)) throw error
        call.lost = true
        await exchange(attempt, outgoing)
      }
      if (attempt.status !== 401) tokens.accepted(attempt.token)
      return attempt
    } catch (error) {
      if (!(error instanceof PausedError)) throw error
      // What was to be streamed has been given up with the exchange.
      if (isStream(call.body)) throw problem('catapa_pauses', {}, { retryAfterMs: error.leftMs })
    } finally {
      call.atUpstream = false
      record.upstreamMs ??= performance.now() - record.sentAt
      places.release(call)
    }
    token = await turn(call)
  }
}

function isStream(body: Call['body']): boolean {
  return body !== null && !Buffer.isBuffer(body)
}

/** Waits for a place on the connections to CATAPA, and takes it. The token from before the wait may have ended. */
export async function turn(call: Call): Promise<AccessToken> {
  const { places } = call.context
  await places.turn(call)
  return tokenNow(call)
}

/** The token of then, once that has happened which has to come first: until then the one from before may have ended. */
async function tokenOnce(begun: Promise<void>, call: Call): Promise<AccessToken> {
  try {
    await begun
  } catch (error) {
    call.context.places.release(call)
    throw error
  }
  return tokenNow(call)
}

/** The token for a call that has a place. */
async function tokenNow(call: Call): Promise<AccessToken> {
  const { tokens, places } = call.context
  try {
    return tokens.current() ?? (await whileServed(call, tokens.get()))
  } catch (error) {
    places.release(call)
    throw error
  }
}

/** @throws ProblemError where the credentials have been replaced by those of another tenant since it was judged */
function outgoingOf({ call, token }: Attempt): UpstreamRequest {
  const { request, target, tenant, body, id } = call
  if (target !== undefined && token.tenant !== tenant) {
    checkTenant(request, target, token.tenant)
    call.tenant = token.tenant
  }
  const headers = requestHeaders(request, token, id)
  return { method: request.method ?? '', target: target?.forwarded ?? '/', headers, body }
}
