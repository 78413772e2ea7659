import type { Credentials } from '../../settings/config.ts'
import type { Clock } from '../../time.ts'
import type { AccessToken, TokenSource } from '../token-source.ts'
import { remainingMs, type Seal, type SealedFor, sealOf } from './sealed-token.ts'
import type { TokenStore } from './token-store.ts'

export type SharedOptions = SealedFor & {
  /** The store for the keys of one client, with a lock that lasts so long unless it is prolonged. */
  store: (seal: Seal, lockMs: number) => TokenStore
  clock: Clock
  /** Renew this long before expiry, at most 20 % of the lifetime: what is nearer to its end is not taken over. */
  refreshMarginMs: number
  /** One token request. */
  tokenTimeoutMs: number
  /** Longest that a caller waits for a token. */
  tokenWaitMs: number
  /** From 0 to 1, as Math.random. */
  random: () => number
  report: (outcome: SharedOutcome) => void
  /** How the locks that are held are given back: for the end of the sidecar. */
  underWay: Set<() => Promise<void>>
}

/** Taken from another sidecar; asked for and shared; or asked for alone, since the store was of no use. */
export type SharedOutcome = 'taken' | 'asked' | 'alone'

/** The lock outlives the token request that it guards (design/field 36). */
const lockBeyondMs = 2000
/** Between two looks at what another sidecar is asking for. */
const firstPollMs = 20
const longestPollMs = 250
/** A store that has something else of no use at each look is as good as none. */
const mostUseless = 3
/** So many refused tokens are known again: one of them may still lie in a store that was away when it was refused. */
const mostRefused = 10
/** The cache renews up to a tenth of its margin earlier, by chance: what is as near to its end may be replaced any moment. */
const earliest = 1.1

/**
 * A token source around the client-credentials `grant` that shares its tokens with other sidecars through a store: of
 * all that want a new one at a time one asks, and the others take over what it got (design/promises 11.3 and 11.4).
 * Whatever is wrong with the store costs nothing but the sharing.
 */
export function shared(grant: TokenSource, credentials: Credentials, options: SharedOptions): TokenSource {
  const { clock, refreshMarginMs, tokenTimeoutMs, tokenWaitMs, random, report, underWay } = options
  const seal = sealOf(credentials, options)
  const lockMs = tokenTimeoutMs + lockBeyondMs
  const store = options.store(seal, lockMs)
  // Who waits for another sidecar keeps enough of the callers' wait for a token request of its own.
  const patienceMs =
    tokenWaitMs > 0 ? Math.min(lockMs, Math.max(tokenWaitMs - tokenTimeoutMs, tokenWaitMs / 2)) : lockMs
  /** What the cache was given last, and its text in the store: asked again, it wants something else. */
  let last: Readonly<{ token: AccessToken; text: string | undefined }> | undefined
  /** What the store had at the last look; another sidecar may have put something there since. */
  let known = ''

  let refused: readonly string[] = []

  function remember({ value }: AccessToken): void {
    if (!refused.includes(value)) refused = [...refused, value].slice(-mostRefused)
  }

  /** Whether a token of the store is what the cache wants: a step forward, and not about to be replaced. */
  function isWanted(token: AccessToken, rejected: AccessToken | undefined): boolean {
    if (token.value === rejected?.value) return false
    if (token.value === last?.token.value) return true // Another sidecar was handed it back: the cache wants to know.
    if (refused.includes(token.value)) return false
    const now = clock.now()
    const marginMs = earliest * Math.min(refreshMarginMs, 0.2 * token.lifetimeMs)
    if (remainingMs(token, now) <= marginMs) return false
    return rejected !== undefined || last === undefined || remainingMs(token, now) >= remainingMs(last.token, now)
  }

  /** @returns the token of another sidecar; undefined: this one is to ask. @throws what is wrong with the store */
  async function lookOrLease(rejected: AccessToken | undefined): Promise<AccessToken | undefined> {
    const until = clock.now().mono + patienceMs
    if (rejected !== undefined) remember(rejected)
    known = last?.text ?? ''
    let drop = rejected !== undefined && last?.token.value === rejected.value
    for (let pollMs = firstPollMs, useless = 0; useless < mostUseless; ) {
      const found = await store.lease(known, drop)
      if (found === 'acquired' || clock.now().mono >= until) return undefined
      if (found === 'held') {
        await new Promise<void>((resolve) => clock.after(pollMs * (0.5 + random()), resolve))
        pollMs = Math.min(2 * pollMs, longestPollMs)
        continue
      }
      const token = seal.open(found.found, found.ttlMs < 0 ? Number.POSITIVE_INFINITY : found.ttlMs, clock.now())
      if (token !== undefined && isWanted(token, rejected)) {
        last = { token, text: found.found }
        return token
      }
      known = found.found
      drop = token !== undefined && token.value === rejected?.value
      useless += 1
    }
    return undefined
  }

  /** Asks the endpoint; meanwhile the lock is kept. */
  async function ask(rejected: AccessToken | undefined): Promise<AccessToken> {
    let cancel = () => {}
    const keep = () => {
      cancel = clock.after(lockMs / 2, () => {
        store.prolong().catch(() => {})
        keep()
      })
    }
    keep()
    try {
      return await grant(rejected)
    } finally {
      cancel()
    }
  }

  /** Nobody waits for that. @returns whether it lies there now */
  async function put(token: AccessToken, rejected: AccessToken | undefined): Promise<boolean> {
    last = { token, text: undefined }
    const now = clock.now()
    const text = token.value === rejected?.value ? undefined : seal.seal(token, now)
    try {
      if (text === undefined) {
        await store.release()
        return true
      }
      const done = await store.put(text, remainingMs(token, now), known)
      if (done && last.token === token) last = { token, text }
      return done
    } catch {
      return false
    }
  }

  function take(token: AccessToken): AccessToken {
    underWay.delete(store.release)
    report('taken')
    return { ...token, shared: 'taken' }
  }

  async function askForAll(rejected: AccessToken | undefined): Promise<AccessToken> {
    try {
      const token = await ask(rejected)
      put(token, rejected).then((done) => {
        underWay.delete(store.release)
        report(done ? 'asked' : 'alone')
      })
      return { ...token, shared: 'asked' }
    } catch (error) {
      store.release().catch(() => {}) // The next one may ask; a lock that stays ends by itself.
      underWay.delete(store.release)
      throw error
    }
  }

  async function source(rejected?: AccessToken): Promise<AccessToken> {
    underWay.add(store.release) // From here on: the store may have given the lock, and its answer may be on its way.
    const taken = await lookOrLease(rejected).catch(() => undefined)
    return taken === undefined ? askForAll(rejected) : take(taken)
  }

  async function instead(rejected: AccessToken): Promise<AccessToken | undefined> {
    const alone = last?.token.value === rejected.value && last.text === undefined
    underWay.add(store.release)
    try {
      const taken = await lookOrLease(rejected)
      if (taken !== undefined) return take(taken)
      if (alone) return await askForAll(rejected)
      await store.release()
    } catch {
      // The store is still of no use, or so is the endpoint: the refused token stays what there is.
    }
    underWay.delete(store.release)
    return undefined
  }

  return Object.assign(source, { instead })
}
