import type { AccessToken, TokenSource } from '../token-source.ts'
import type { CacheOptions, TokenState } from './cache-options.ts'
import {
  accepted,
  began,
  found,
  initial,
  joined,
  looked,
  missed,
  rejected,
  type State,
  type Step,
  served,
  startedOver,
  stopped,
  used,
} from './cache-state.ts'
import { isSame, remainingMs } from './held-token.ts'
import { requestEnded } from './request-ended.ts'
import { handOut, schedule } from './schedule.ts'
import { shown } from './shown-state.ts'
import { failureOf, refusesFresh, stopping } from './token-problems.ts'
import { answerTo, type TokenWaiter } from './waiters.ts'

export type { CacheOptions, TokenEvent, TokenState } from './cache-options.ts'

export type TokenCache = ReturnType<typeof cached>

/** A use is noted at most this often: the new state would cost more than everything else that a request does here. */
const useNotedMs = 10
/** While 401s renew nothing, the source is asked for another token at most this often. */
const lookEveryMs = 1_000

/** What the functions below share. `flight` is the token request under way, and never rejects. */
type Shell = {
  readonly options: CacheOptions
  readonly line: ReturnType<typeof waitingLine>
  state: State
  flight: Promise<unknown> | undefined
  lookedAt: number
  cancelTimer: () => void
}

/**
 * A cache around a token source (design/promises 4): one token request at a time, expiry on two clocks, renewal in the
 * background before it, memory of failures, and dropping of tokens that CATAPA refuses. Its knowledge is a `State`, and
 * `schedule` decides what is due; here are the timer, the token request under way and the promises of the waiters.
 */
export function cached(source: TokenSource, options: CacheOptions) {
  const { clock } = options
  const shell: Shell = {
    options,
    line: waitingLine(),
    state: initial(source, clock.now()),
    flight: undefined,
    lookedAt: Number.NEGATIVE_INFINITY,
    cancelTimer: () => {},
  }
  return {
    /** A token that can be sent at once, if there is one; starts a renewal that is due. */
    current: () => current(shell),
    /**
     * Waits for a token as long as design/promises 4.1 allows.
     *
     * @throws ProblemError `token_unavailable`, `credentials_rejected` or `login_required`
     */
    get: (refused?: AccessToken) => get(shell, refused),
    /**
     * CATAPA answered 401 to this token. Drops it if it is still the current one, and starts the renewal.
     *
     * @returns whether it was the current one
     */
    reject: (token: AccessToken) => reject(shell, token),
    /** CATAPA answered something else than 401 to this token. */
    accepted(token: AccessToken): void {
      shell.state = accepted(shell.state, token)
    },
    /** Tries another source and, only if that works, uses it from now on. @throws ProblemError as the source does */
    replace: (other: TokenSource) => ask(shell, other),
    /** Asks for a new token now, even after failures. @throws ProblemError as the source does */
    renew: shared(() => ask(shell)),
    /** Another person logged in, or nobody is logged in: forgets the token and all failures, and asks the source again. */
    startOver: () => take(shell, { state: startedOver(shell.state, clock.now()) }),
    state: (): TokenState => shown(shell.state, shell.line.length(), clock.now(), options),
    /** Begins: asks for the first token. */
    start: () => wake(shell),
    /** Answers all waiting requests, and asks for no more tokens. */
    stop: () => take(shell, { state: stopped(shell.state) }),
  }
}

function take(shell: Shell, { state, event }: Step): void {
  shell.state = state
  wake(shell)
  if (event !== undefined) shell.options.report(event)
}

/** Does what is due now, answers the waiters whose time is up, and sets the timer for what is due next. */
function wake(shell: Shell): void {
  const { options, line, state } = shell
  const { clock } = options
  const now = clock.now()
  const { askAt, answerUpTo, retryInMs, lookAt } = schedule(state, now, options)
  shell.cancelTimer()
  if (askAt <= now.mono) return void ask(shell).catch(() => {}) // It wakes again.
  const first = line.answer(answerUpTo, (waiter) => answerTo(waiter, state, now, retryInMs))
  const next = served(state, first)
  if (next !== state) take(shell, { state: next })
  else if (lookAt < Number.POSITIVE_INFINITY) shell.cancelTimer = clock.after(lookAt - now.mono, () => wake(shell))
}

/** One token request after the other, for all that want one. @throws ProblemError when it brought no usable token */
async function ask(shell: Shell, other?: TokenSource): Promise<void> {
  const { clock } = shell.options
  while (shell.flight !== undefined) await shell.flight
  if (shell.state.stopped) throw stopping.problem
  const from = other ?? shell.state.source
  const request = (async () => from(shell.state.rejected))().catch(failureOf)
  shell.flight = request
  take(shell, { state: began(shell.state, from, clock.now()) })
  const outcome = await request
  shell.flight = undefined
  const step = requestEnded(shell.state, outcome, clock.now(), shell.options)
  take(shell, step)
  if (step.failure !== undefined) throw step.failure.problem
}

/** Waits for a token that the source has instead of a refused one, if there may be one. */
async function look(shell: Shell, refused: AccessToken): Promise<void> {
  const { clock } = shell.options
  const { instead } = shell.state.source
  if (instead === undefined) return
  const at = clock.now()
  if (shell.flight !== undefined || at.mono < shell.lookedAt + lookEveryMs) return void (await shell.flight)
  shell.lookedAt = at.mono
  const request = instead(refused)
  shell.flight = request
  take(shell, { state: looked(shell.state, refused, at) })
  const token = await request
  shell.flight = undefined
  take(
    shell,
    token === undefined
      ? { state: missed(shell.state) }
      : requestEnded(found(shell.state), token, clock.now(), shell.options),
  )
}

function current(shell: Shell): AccessToken | undefined {
  const { options } = shell
  const now = options.clock.now()
  if (now.mono - shell.state.usedAt >= useNotedMs) shell.state = used(shell.state, now)
  const { state } = shell
  if (state.held !== undefined && remainingMs(state.held, now) > state.held.renewBeforeMs) return state.held.token
  const token = handOut(state, now, options.tokenWaitMs)
  if (token !== undefined && schedule(state, now, options).askAt <= now.mono) wake(shell)
  return token
}

function reject(shell: Shell, token: AccessToken): boolean {
  const step = rejected(shell.state, token, shell.options.clock.now())
  if (step !== undefined) take(shell, step)
  return step !== undefined
}

async function get(shell: Shell, refused?: AccessToken): Promise<AccessToken> {
  const { options, line } = shell
  if (refused !== undefined && reject(shell, refused) && shell.state.held !== undefined) {
    await look(shell, refused)
    const { held } = shell.state
    if (held !== undefined && isSame(held.token, refused)) throw refusesFresh.problem
  }
  const ready = current(shell)
  if (ready !== undefined) return ready
  const deadline = options.clock.now().mono + options.tokenWaitMs
  const outcome = line.join({ deadline, refused })
  take(shell, { state: joined(shell.state, deadline) })
  return outcome
}

/** The promises of waiting calls, in the order of their deadlines: all wait equally long. */
function waitingLine() {
  const line = new Set<TokenWaiter & { resolve: (token: AccessToken) => void; reject: (error: Error) => void }>()
  return {
    length: () => line.size,
    join(waiter: TokenWaiter): Promise<AccessToken> {
      return new Promise((resolve, reject) => {
        line.add({ ...waiter, resolve, reject })
      })
    },
    /** @returns the deadline of the first that waits on */
    answer(upTo: number, answerOf: (waiter: TokenWaiter) => AccessToken | Error): number | undefined {
      for (const waiter of line) {
        if (waiter.deadline > upTo) return waiter.deadline
        line.delete(waiter)
        const said = answerOf(waiter)
        if (said instanceof Error) waiter.reject(said)
        else waiter.resolve(said)
      }
      return undefined
    },
  }
}

/** Calls while one is under way share its outcome. */
function shared(act: () => Promise<void>): () => Promise<void> {
  let underWay: Promise<void> | undefined
  return () => {
    underWay ??= act().finally(() => {
      underWay = undefined
    })
    return underWay
  }
}
