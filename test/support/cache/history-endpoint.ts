// An endpoint for random histories of the token cache: it follows scripts, and else its habit.
import assert from 'node:assert/strict'
import { ProblemError, problem } from '../../../src/problems/problem.ts'
import type { Instant } from '../../../src/time.ts'
import { failureOf } from '../../../src/tokens/cache/token-problems.ts'
import type { AccessToken } from '../../../src/tokens/token-source.ts'
import { someFailure } from '../failures.ts'
import { seededRandom } from '../random.ts'
import type { Reply } from './history-world.ts'

/** A whole number from 0 to below `below`. */
export type Random = (below: number) => number

export function randomFrom(seed: number): Random {
  const next = seededRandom(seed)
  return (below) => Math.floor(next() * below)
}

export function one<T>(random: Random, of: readonly T[]): T {
  return of[random(of.length)] ?? assert.fail()
}

/**
 * What the endpoint does; `same` hands back the token that it gave last, with what is left of it in whole seconds, and
 * `longer` with a new lifetime.
 */
export type Script = {
  kind: 'new' | 'same' | 'longer' | 'transient' | 'refused' | 'login_required'
  lifetimeMs: number
  takesMs: number
  retryAfterMs: number
}

const kinds = ['new', 'new', 'new', 'same', 'longer', 'transient', 'transient', 'refused', 'login_required'] as const
const lifetimes = [-1_000, 0, 500, 2_000, 60_000, 3_600_000, 86_400_000]
const takes = [0, 1, 30, 700, 4_900, 14_000]
const retryAfters = [0, 0, 0, 1_000, 20_000, 10_000_000]
export const usual: Script = { kind: 'new', lifetimeMs: 3_600_000, takesMs: 30, retryAfterMs: 0 }
/** What the endpoint does unless told otherwise. */
export const habits: Script[] = [
  ...Array<Script>(11).fill(usual),
  { ...usual, kind: 'same' },
  { ...usual, kind: 'same' },
  { ...usual, kind: 'longer' },
  { ...usual, kind: 'same', lifetimeMs: 60_000 },
  { ...usual, kind: 'same', lifetimeMs: 0 },
  { ...usual, kind: 'transient' },
  { ...usual, kind: 'refused' },
]

const failures = {
  transient: failureOf(problem('token_unforeseen', {})),
  refused: failureOf(new ProblemError(someFailure('credentials_rejected'))),
  login_required: failureOf(new ProblemError(someFailure('login_required'))),
}

export function script(random: Random): Script {
  return {
    kind: one(random, kinds),
    lifetimeMs: one(random, lifetimes),
    takesMs: one(random, takes),
    retryAfterMs: one(random, retryAfters),
  }
}

/** An endpoint that follows scripts, and else its habit. */
export function endpoint(habit: Script) {
  const scripts: Script[] = []
  let trial: Script | undefined
  let last: AccessToken | undefined
  let issued = 0

  function token({ kind, lifetimeMs }: Script, sentAt: Instant): (receivedAtMono: number) => AccessToken {
    const leftMs = last === undefined ? 0 : last.sentAt.mono + last.lifetimeMs - sentAt.mono
    const alive = last !== undefined && (leftMs > 0 || last.lifetimeMs <= 0) ? last : undefined
    const same = kind === 'new' ? undefined : alive
    const value = same?.value ?? `token-${++issued}`
    const wholeMs = Math.max(0, Math.floor(leftMs / 1000) * 1000)
    const stated = same === undefined || kind === 'longer' ? lifetimeMs : wholeMs
    return (receivedAtMono) => {
      const given = { value, tenant: 'demo', sentAt, receivedAtMono, lifetimeMs: stated, lifetimeAssumed: false }
      if (same === undefined || kind === 'longer') last = given
      return given
    }
  }

  return {
    scripts,
    tries(next: Script): void {
      trial = next
    },
    answer(sentAt: Instant): Reply {
      const next = trial ?? scripts.shift() ?? habit
      trial = undefined
      const { kind, takesMs, retryAfterMs } = next
      if (kind === 'new' || kind === 'same' || kind === 'longer') return { takesMs, outcome: token(next, sentAt) }
      return { takesMs, outcome: () => ({ ...failures[kind], retryAfterMs }) }
    },
  }
}
