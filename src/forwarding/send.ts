import { performance } from 'node:perf_hooks'
import type { AccessToken } from '../tokens/token-source.ts'
import { beforeSending } from './audited.ts'
import { whileServed } from './break-off.ts'
import type { Call } from './call.ts'
import { type Attempt, newAttempt } from './exchange/attempt.ts'
import { exchange, type UpstreamRequest } from './exchange/exchange.ts'
import { checkTenant } from './guard/tenant-rule.ts'
import { requestHeaders } from './headers.ts'
import { mayRepeat } from './replay.ts'

/**
 * Sends a call to CATAPA when its turn has come, with the `offered` token if that is now, else with the one of then.
 *
 * @throws ProblemError; what the call was broken off with
 */
export async function send(call: Call, offered: AccessToken): Promise<Attempt> {
  const { record, context } = call
  const { tokens, places } = context
  const token = places.take() ? offered : await turn(call)
  const begun = call.audited === undefined ? undefined : beforeSending(call, call.audited)
  const attempt = newAttempt(call, begun === undefined ? token : await tokenOnce(begun, call))
  record.sentAt = performance.now()
  record.upstreamMs = undefined
  record.reached = 'no'
  call.atUpstream = true
  try {
    const outgoing = outgoingOf(attempt)
    try {
      await exchange(attempt, outgoing, 'no')
    } catch (error) {
      if (!mayRepeat(call, error)) throw error
      await exchange(attempt, outgoing, 'maybe')
    }
  } finally {
    call.atUpstream = false
    record.upstreamMs ??= performance.now() - record.sentAt
    places.release()
  }
  if (attempt.status !== 401) tokens.accepted(attempt.token)
  return attempt
}

/** Waits for a place on the connections to CATAPA, and takes it. The token from before the wait may have ended. */
function turn(call: Call): Promise<AccessToken> {
  const { tokens, places, room } = call.context
  return room.wait(async () => {
    await places.turn(call)
    try {
      return tokens.current() ?? (await whileServed(call, tokens.get()))
    } catch (error) {
      places.release()
      throw error
    }
  })
}

/** The token of then, once that has happened which has to come first: until then the one from before may have ended. */
async function tokenOnce(begun: Promise<void>, call: Call): Promise<AccessToken> {
  const { tokens, places } = call.context
  try {
    await begun
    return tokens.current() ?? (await whileServed(call, tokens.get()))
  } catch (error) {
    places.release()
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
