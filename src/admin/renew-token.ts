import type { Clock } from '../time.ts'
import type { TokenCache } from '../tokens/cache/token-cache.ts'

const apartMs = 10_000

/**
 * The outcome of a token request that was asked for by hand, and its age; 0: the request is under way. `asks`: this call made
 * the request.
 */
export type Refreshed = { ageMs: number; asks: boolean; outcome: Promise<void> }

/**
 * Asks for a new token when an operator wants one, but not twice in ten seconds, counted from the end of the last such
 * request: calls in between share its outcome, a failure only while it lasts. Requests that the sidecar makes by itself, for
 * new credentials and logins too, neither count nor wait.
 */
export function tokenRefresh({ renew, state }: Pick<TokenCache, 'renew' | 'state'>, { now }: Pick<Clock, 'now'>) {
  let outcome: Promise<void> | undefined
  /** On the monotonic clock; undefined while the request is under way. */
  let endedAt: number | undefined

  return (): Refreshed => {
    const ageMs = endedAt === undefined ? 0 : now().mono - endedAt
    if (outcome === undefined || ageMs >= apartMs) {
      endedAt = undefined
      outcome = renew().finally(() => {
        endedAt = now().mono
      })
      return { ageMs: 0, asks: true, outcome }
    }
    const overcome = endedAt !== undefined && state().failure === undefined
    return { ageMs, asks: false, outcome: overcome ? Promise.resolve() : outcome }
  }
}
