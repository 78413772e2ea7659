import type { Instant } from '../../time.ts'
import type { AccessToken } from '../token-source.ts'
import type { CacheOptions } from './cache-options.ts'
import { replaced, type State, type Step } from './cache-state.ts'
import { type NoToken, remember } from './failures.ts'
import { heldToken, isSame, remainingMs, renewedSame, sighted, validToken } from './held-token.ts'
import { paused, resumed } from './rejections.ts'
import { schedule } from './schedule.ts'
import { expiredOnTheWay, handedBackExpired, stopping, superseded, tryingAgain } from './token-problems.ts'

type Options = Pick<CacheOptions, 'refreshMarginMs' | 'random' | 'idleCheckMs'>

/** The token request under way has ended. */
export function requestEnded(before: State, outcome: AccessToken | NoToken, now: Instant, options: Options): Step {
  const { flight } = before
  if (flight === undefined || before.stopped) return { state: over(before), failure: stopping }
  if (flight.source === undefined) return { state: over(before), failure: superseded }
  const trial = flight.source !== before.source
  if ('kind' in outcome) {
    // A failed trial says nothing about the source in use, and is reported by `replace`.
    return trial ? { state: over(before), failure: outcome } : failed(before, outcome, now, options)
  }
  const state = trial ? replaced(before, flight.source) : before
  const { held, rejected } = state
  const after401 = flight.rejected !== undefined
  const refused = rejected !== undefined && isSame(rejected, outcome)
  if (refused && !after401) return { state: over(state) } // Asked for before the 401, so it proves nothing.
  const known = held !== undefined && isSame(held.token, outcome)
  // A token from another sidecar is not fresh, so its refusal does not show that CATAPA refuses fresh tokens too.
  const doubtful = after401 && outcome.shared !== 'taken'
  const next = known ? renewedSame(held, outcome, now, options) : heldToken(outcome, options, doubtful)
  const left = remainingMs(next, now)
  const { lifetimeMs, lifetimeAssumed: assumed, shared } = outcome
  const how = shared && { shared }
  if (left <= 0 && (known || lifetimeMs > 0)) {
    const step = failed(state, known ? handedBackExpired : expiredOnTheWay, now, options)
    return trial ? { ...step, failure: undefined } : step // The other source works, even if its token came too late.
  }
  // A token with a lifetime ≤ 0 does not replace a valid one, unless that is from the source before.
  const fleeting = left > 0 ? undefined : sighted(state.fleeting, outcome, now.mono)
  const kept = left > 0 ? next : trial ? undefined : held
  // The same token after a 401 counts as refused; another sidecar's token ends a pause (design/promises 11.4).
  const rejections = refused
    ? paused(state.rejections, now.mono)
    : shared === 'taken'
      ? resumed(state.rejections)
      : state.rejections
  const learnt = { rejected: undefined, failure: undefined, rejections, provenAt: now.mono }
  return {
    state: { ...state, ...learnt, flight: undefined, held: kept, fleeting, offered: next.token },
    event: known
      ? { type: 'unchanged', remainingMs: left, ...how }
      : { type: 'obtained', lifetimeMs, assumed, tookMs: now.mono - flight.at, ...how },
  }
}

const over = (state: State): State => ({ ...state, flight: undefined })

function failed(before: State, noToken: NoToken, now: Instant, options: Options): Step {
  const failure = tryingAgain(noToken)
  const provenAt = failure.kind === 'transient' ? before.provenAt : now.mono
  const remembered = remember(before.failure, failure, now, options.random())
  const state = { ...before, flight: undefined, provenAt, failure: remembered }
  // The next attempt comes sooner if a request goes on waiting for it.
  const { waiting } = state
  const alone = waiting !== undefined && waiting.last <= schedule(state, now, options).answerUpTo
  const { retryInMs } = schedule(alone ? { ...state, waiting: undefined } : state, now, options)
  const tokenStillValid = validToken(state.held, now) !== undefined
  return { state, failure, event: { type: 'failed', problem: failure.problem, tokenStillValid, retryInMs } }
}
