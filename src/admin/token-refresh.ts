import type { TokenCache } from '../oauth/cached.ts'
import type { Clock } from '../oauth/token-source.ts'

const apartMs = 10_000

/**
 * Asks for a new token when an operator wants one, but not twice in ten seconds, counted from the end of the last such
 * request: calls in between share its outcome, a failure only while it lasts. What the sidecar asks for by itself, for
 * new credentials and logins too, neither counts nor waits.
 *
 * @throws ProblemError as the token source does
 */
export function tokenRefresh({ renew, state }: Pick<TokenCache, 'renew' | 'state'>, { now }: Pick<Clock, 'now'>) {
  let outcome: Promise<void> | undefined
  /** On the monotonic clock; undefined while the request is under way. */
  let endedAt: number | undefined

  return async (): Promise<void> => {
    if (outcome === undefined || (endedAt !== undefined && now().mono - endedAt >= apartMs)) {
      endedAt = undefined
      outcome = renew().finally(() => {
        endedAt = now().mono
      })
    } else if (endedAt !== undefined && state().failure === undefined) {
      return
    }
    await outcome
  }
}
