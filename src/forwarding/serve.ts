import { asProblem } from '../problems/problem.ts'
import type { AccessToken } from '../tokens/token-source.ts'
import { CallerGoneError, whileServed } from './break-off.ts'
import { type Call, enter } from './call.ts'
import { type Attempt, passKept } from './exchange/attempt.ts'
import { requestBody } from './exchange/request-body.ts'
import { hasBody } from './guard/framing.ts'
import { resetConnection } from './listener/closing.ts'
import { mayPass, mayReplay, staleRefusal } from './replay.ts'
import { send } from './send.ts'

/**
 * Everything that passed the guards: a token, one exchange with CATAPA, and a second one if CATAPA no longer accepts the
 * token. Answers whatever happens, and never rejects.
 */
export async function serve(call: Call): Promise<void> {
  enter(call)
  try {
    if (hasBody(call.request)) call.body = await requestBody(call)
    const first = await send(call, call.context.tokens.current() ?? (await tokenFor(call)))
    const another = first.status === 401 ? await anotherToken(first) : undefined
    const last = another === undefined ? first : await send(call, another)
    if (!mayPass(last)) throw staleRefusal()
    passKept(last)
  } catch (error) {
    fail(call, error)
  }
}

/** Waits for a token, after a 401 for another one than the `refused`. */
function tokenFor(call: Call, refused?: AccessToken): Promise<AccessToken> {
  const { room, tokens } = call.context
  return room.wait(() => whileServed(call, tokens.get(refused)))
}

/** Another token than the one that CATAPA refused; undefined where the request is not to be sent again. */
async function anotherToken(first: Attempt): Promise<AccessToken | undefined> {
  const { call, kept, token } = first
  if (kept === undefined || !mayReplay(call.body, call.context.config)) return undefined
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

/** No answer of CATAPA's: one of ours, unless that has begun, or nobody is there any more. */
function fail({ body, reply, response, record }: Call, error: unknown): void {
  if (body !== null && !Buffer.isBuffer(body)) body.destroy() // The caller may be writing still; what comes is discarded.
  if (error instanceof CallerGoneError || response.destroyed) reply.hijack()
  else if (reply.sent) {
    record.problem = asProblem(error)
    resetConnection(response)
  } else reply.send(error instanceof Error ? error : asProblem(error))
}
