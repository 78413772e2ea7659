import { isOf } from '../problems/failure.ts'
import { asProblem, ProblemError } from '../problems/problem.ts'
import type { AccessToken } from '../tokens/token-source.ts'
import { CallerGoneError } from './break-off.ts'
import { type Call, enter } from './call.ts'
import { type Attempt, passKept } from './exchange/attempt.ts'
import { requestBody } from './exchange/request-body.ts'
import { hasBody } from './guard/framing.ts'
import { resetConnection } from './listener/closing.ts'
import { askForBody } from './listener/continue.ts'
import { mayPass, mayReplay, staleRefusal } from './replay.ts'
import { send, sendInTurn, turn } from './send.ts'

/**
 * Everything that passed the guards: a token, one exchange with CATAPA, and a second one if CATAPA no longer accepts the
 * token, or asks for a pause that the call waits out. Answers whatever happens, and never rejects.
 */
export async function serve(call: Call): Promise<void> {
  enter(call)
  try {
    if (hasBody(call.request)) {
      askForBody(call.request, call.response)
      call.body = await requestBody(call)
    }
    let last = await send(call, call.context.tokens.current() ?? (await tokenFor(call)))
    for (let next = onceMore(last); next !== undefined; next = onceMore(last)) {
      const another = await next
      if (another === undefined) break
      last = another
    }
    if (!mayPass(last) || (last.status === 401 && (await endedElsewhere(last)))) throw staleRefusal(call.lost)
    passKept(last)
  } catch (error) {
    fail(call, error instanceof ProblemError ? withThePast(call, error) : error)
  }
}

/** A problem that is of the last thing that was tried, with what CATAPA has done with the call before. */
function withThePast({ lost, refused }: Call, error: ProblemError): ProblemError {
  const { failure, cause, retryAfterMs, reached } = error
  const told = reached === 'maybe' || isOf(failure, 'token_no_longer_current')
  if (!lost && (told || refused === undefined)) return error
  return new ProblemError(failure, { cause, retryAfterMs, reached: lost ? 'maybe' : 'no', refusedBefore: true })
}

/** The call as it is sent once more; undefined where its answer is the last one. */
function onceMore(last: Attempt): Promise<Attempt | undefined> | undefined {
  const { call, kept, status, paused } = last
  if (kept === undefined) return undefined
  if (status === 401 && call.refused === undefined && mayReplay(call.body, call.context.config))
    return withAnotherToken(last)
  return paused ? afterPause(last) : undefined
}

/** After a 401. */
async function withAnotherToken(last: Attempt): Promise<Attempt | undefined> {
  const { call, token } = last
  call.refused = token
  const another = await anotherToken(last)
  return another && send(call, another)
}

/** After the pause that CATAPA has asked for. Whom no place comes to in time gets the answer that there is. */
async function afterPause({ call }: Attempt): Promise<Attempt | undefined> {
  call.waitedOut = true
  let token: AccessToken
  try {
    token = await turn(call)
  } catch (error) {
    if (call.brokenOff !== undefined) throw error
    return undefined
  }
  call.record.replayed = true
  call.context.places.repeats()
  return sendInTurn(call, token)
}

/** Waits for a token, after a 401 for another one than the `refused`. */
function tokenFor(call: Call, refused?: AccessToken): Promise<AccessToken> {
  const { places, tokens } = call.context
  return places.awaitToken(call, () => tokens.get(refused))
}

/** Another token than the one that CATAPA refused; undefined where the request is not to be sent again. */
async function anotherToken(first: Attempt): Promise<AccessToken | undefined> {
  const { call, token } = first
  try {
    const another = await tokenFor(call, token)
    call.record.replayed = true
    return another
  } catch (error) {
    if (call.brokenOff !== undefined) throw call.brokenOff
    if (!mayPass(first)) throw error
    return undefined
  }
}

/**
 * Whether the token that CATAPA refused was ended by the newer one of another sidecar, which shares it: that shows when its
 * successor is there, and then the 401 is no answer to the request (design/promises 11.4).
 */
async function endedElsewhere({ call, kept, token }: Attempt): Promise<boolean> {
  const inVain = token === call.refused // Its successor was waited for already.
  if (kept === undefined || token.shared === undefined || inVain) return false
  try {
    return (await tokenFor(call, token)).shared === 'taken'
  } catch {
    if (call.brokenOff !== undefined) throw call.brokenOff
    return false
  }
}

/** No answer of CATAPA's: one of ours, unless that has begun, or nobody is there any more. */
function fail({ body, reply, response, record }: Call, error: unknown): void {
  if (body !== null && !Buffer.isBuffer(body)) body.destroy() // The caller may be writing still; what comes is discarded.
  if (error instanceof CallerGoneError || response.destroyed) reply.hijack()
  else if (reply.sent) {
    record.problem = asProblem(error)
    resetConnection(response)
  } else reply.send(error instanceof Error ? error : asProblem(error))
}
