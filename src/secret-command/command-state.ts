import type { Failure } from '../problems/failure.ts'
import type { Credentials } from '../settings/config.ts'
import type { Fetched } from './read-output.ts'

/** So long before the secret expires the command runs again. */
const beforeExpiryMs = 60_000
const firstRetryMs = 5_000
const longestRetryMs = 300_000
const never = Number.POSITIVE_INFINITY

/** Why the command runs: nothing is there yet, the secret expires, or CATAPA refuses the client. */
export type Reason = 'start' | 'expiry' | 'refusal'

/** All that is known of the secret's command (design/promises 15.3). Instants are on the wall clock. */
export type CommandState = Readonly<{
  taken: number
  failed: number
  last: Readonly<{ at: number; tookMs: number; ok: boolean }> | undefined
  /** The failure of the last run; `since`: of the first one in a row. */
  failing: Readonly<{ failure: Failure; since: number }> | undefined
  /** What the last good run brought. */
  fetched: Fetched | undefined
  /** What is to be tried beside the credentials in use; a token request that has made it run tries it itself. */
  offered: Credentials | undefined
  /** When it runs by itself. Infinity: not without an event. */
  dueAt: number
  /** Runs in a row after which it is to run soon again: failed ones, and those whose secret has expired already. */
  inVain: number
}>

export const notRun: CommandState = {
  ...{ taken: 0, failed: 0, last: undefined, failing: undefined, fetched: undefined, offered: undefined },
  ...{ dueAt: never, inVain: 0 },
}

/** The wait after so many runs in vain: 5 s, doubling to 5 min. */
export function retryMs(inVain: number): number {
  return Math.min(firstRetryMs * 2 ** Math.max(0, inVain - 1), longestRetryMs)
}

/** A run brought credentials. */
export function ranWell(
  state: CommandState,
  fetched: Fetched,
  { at, tookMs, reason }: { at: number; tookMs: number; reason: Reason },
): CommandState {
  const offered = reason === 'expiry' ? fetched.credentials : undefined
  const known = {
    ...state,
    taken: state.taken + 1,
    last: { at, tookMs, ok: true },
    failing: undefined,
    fetched,
    offered,
  }
  const wantedAt = fetched.expiresAt === undefined ? never : fetched.expiresAt - beforeExpiryMs
  if (wantedAt > at) return { ...known, dueAt: wantedAt, inVain: 0 }
  const inVain = state.inVain + 1
  return { ...known, dueAt: at + retryMs(inVain), inVain }
}

/**
 * A run failed; what was good stays. Without any secret the token cache asks again, after `retryMs`; after a refusal CATAPA is asked
 * again first, as refusals are remembered.
 */
export function ranBadly(
  state: CommandState,
  failure: Failure,
  { at, tookMs, reason }: { at: number; tookMs: number; reason: Reason },
): CommandState {
  const failing = { failure, since: state.failing?.since ?? at }
  const known = { ...state, failed: state.failed + 1, last: { at, tookMs, ok: false }, failing }
  if (reason === 'refusal') return known
  const inVain = state.inVain + 1
  return { ...known, inVain, dueAt: reason === 'expiry' ? at + retryMs(inVain) : never }
}
