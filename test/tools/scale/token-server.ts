import { problem } from '../../../src/problems/problem.ts'
import type { NoToken } from '../../../src/tokens/cache/failures.ts'
import { failureOf } from '../../../src/tokens/token-problems.ts'
import type { AccessToken } from '../../../src/tokens/token-source.ts'

/** What a token request does to the tokens that are there: nothing; it hands the same one back; it ends them. */
export type ServerKind = 'side by side' | 'same again' | 'ends the old'

/** A token as the server knows it, in milliseconds of the simulation. */
export type Issued = { readonly value: string; readonly expiresAt: number; endedAt: number }
/** A token as a sidecar knows it. */
export type SimulatedToken = AccessToken & Readonly<{ issued: Issued; shared?: 'taken' }>

export type Outage = Readonly<{
  from: number
  to: number
  /** From then on its answers have a `Retry-After`. */
  statedFrom: number
  retryAfterMs: number
}>

export type ServerOptions = Readonly<{
  kind: ServerKind
  lifetimeMs: number
  /** From the token request to its answer; the server acts in the middle of it. */
  tokenMs: number
  outage: Outage | undefined
  /** When the client got another secret: the one before is refused from then on. */
  rotatedAt: number
}>

export type TokenServer = {
  /** What the answer to a token request of now will be. Requests are sent in the order of time, and all take equally long. */
  ask(now: number, withNewSecret: boolean): SimulatedToken | NoToken
  isGood(token: SimulatedToken, at: number): boolean
}

const client = { status: 401, error: 'invalid_client', grant: 'client_credentials' } as const
const refused = failureOf(problem('client_refused', client))

/** @param ended is told of a token that is ended by a new one */
export function tokenServer(options: ServerOptions, ended: (issued: Issued) => void): TokenServer {
  const { kind, lifetimeMs, tokenMs, outage, rotatedAt } = options
  const down = failureOf(problem('token_endpoint_status', { status: 503 }))
  const stated = { retryAfterMs: outage?.retryAfterMs ?? 0 }
  const downFor = failureOf(problem('token_endpoint_status', { status: 503 }, stated))
  let count = 0
  let current: Issued | undefined

  function issue(at: number): Issued {
    if (kind === 'same again' && current !== undefined && current.expiresAt > at) return current
    const before = current
    current = { value: String(++count), expiresAt: at + lifetimeMs, endedAt: Number.POSITIVE_INFINITY }
    if (kind === 'ends the old' && before !== undefined) {
      before.endedAt = at
      ended(before)
    }
    return current
  }

  return {
    ask(now, withNewSecret) {
      const at = now + tokenMs / 2
      if (outage !== undefined && at >= outage.from && at < outage.to) return at < outage.statedFrom ? down : downFor
      if (at >= rotatedAt !== withNewSecret) return refused
      const issued = issue(at)
      return {
        value: issued.value,
        tenant: 'demo',
        sentAt: { mono: now, wall: now },
        receivedAtMono: now + tokenMs,
        lifetimeMs: 1000 * Math.floor((issued.expiresAt - at) / 1000),
        lifetimeAssumed: false,
        issued,
      }
    },
    isGood: ({ issued }, at) => at < issued.endedAt && at < issued.expiresAt,
  }
}

/** @throws Error for a token from elsewhere, of which there is none */
export function simulated(token: AccessToken): SimulatedToken {
  if (!isSimulated(token)) throw new Error('a token that no simulated server has issued')
  return token
}

const isSimulated = (token: AccessToken): token is SimulatedToken => 'issued' in token
