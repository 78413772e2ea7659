import type { Credentials } from '../../settings/config.ts'
import type { Clock } from '../../time.ts'
import type { AccessToken, TokenSource } from '../token-source.ts'
import { remainingMs, type Seal, type SealedFor, sealOf } from './sealed-token.ts'
import type { TokenStore } from './token-store.ts'

export type SharedOptions = SealedFor & {
  /** The store for the keys of one client, with a lock that ends after `lockMs` unless it is prolonged. */
  store: (seal: Seal, lockMs: number) => TokenStore
  clock: Clock
  /** Renew this long before expiry, at most 20 % of the lifetime; a token nearer to its end is not taken over. */
  refreshMarginMs: number
  /** Of one token request. */
  tokenTimeoutMs: number
  /** Longest that a caller waits for a token. */
  tokenWaitMs: number
  /** From 0 to 1, as Math.random. */
  random: () => number
  report: (outcome: SharedOutcome) => void
  /** Functions that give leases back, for the end of the sidecar. */
  underWay: Set<() => Promise<void>>
}

/** Taken from another sidecar, asked for and shared, or asked for alone because the store was of no use. */
export type SharedOutcome = 'taken' | 'asked' | 'alone'

/** The lock outlives the token request that it guards (design/field 36). */
const lockBeyondMs = 2000
/** Between two looks while another sidecar asks. */
const firstPollMs = 20
const longestPollMs = 250
/** After so many looks that each found another useless text, this sidecar asks by itself. */
const mostUseless = 3
/** So many refused tokens are recognised: one may still be in a store that was away when it was refused. */
const mostRefused = 10
/** The cache adds up to a tenth of its margin at random, so a token this near to its end may be replaced at any moment. */
const earliest = 1.1

/** What the functions below share. */
type Sharer = {
  readonly grant: TokenSource
  readonly options: SharedOptions
  readonly seal: Seal
  readonly store: TokenStore
  readonly lockMs: number
  /** How long another sidecar is waited for. */
  readonly patienceMs: number
  /** What the cache was given last, and its text in the store: asked again, it wants something else. */
  last: Readonly<{ token: AccessToken; text: string | undefined }> | undefined
  /** What the store had at the last look; another sidecar may have put something there since. */
  known: string
  refused: readonly string[]
}

/**
 * A token source around the client-credentials `grant` that shares its tokens with other sidecars through a store: of
 * all that want a new one at a time one asks, and the others take over what it got (design/promises 11.3 and 11.4).
 * A fault of the store costs nothing but the sharing.
 */
export function shared(grant: TokenSource, credentials: Credentials, options: SharedOptions): TokenSource {
  const { tokenTimeoutMs, tokenWaitMs } = options
  const seal = sealOf(credentials, options)
  const lockMs = tokenTimeoutMs + lockBeyondMs
  // While another sidecar is waited for, enough of the callers' wait is left for a token request of our own.
  const patienceMs =
    tokenWaitMs > 0 ? Math.min(lockMs, Math.max(tokenWaitMs - tokenTimeoutMs, tokenWaitMs / 2)) : lockMs
  const store = options.store(seal, lockMs)
  const sharer: Sharer = { grant, options, seal, store, lockMs, patienceMs, last: undefined, known: '', refused: [] }
  return Object.assign((rejected?: AccessToken) => getToken(sharer, rejected), {
    instead: (rejected: AccessToken) => getInstead(sharer, rejected),
  })
}

async function getToken(sharer: Sharer, rejected?: AccessToken): Promise<AccessToken> {
  // From here on: the store may have given the lock, and its answer may be on its way.
  sharer.options.underWay.add(sharer.store.release)
  const taken = await lookOrLease(sharer, rejected).catch(() => undefined)
  return taken === undefined ? askForAll(sharer, rejected) : take(sharer, taken)
}

async function getInstead(sharer: Sharer, rejected: AccessToken): Promise<AccessToken | undefined> {
  const { last, store } = sharer
  const { underWay } = sharer.options
  const alone = last?.token.value === rejected.value && last.text === undefined
  underWay.add(store.release)
  try {
    const taken = await lookOrLease(sharer, rejected)
    if (taken !== undefined) return take(sharer, taken)
    if (alone) return await askForAll(sharer, rejected)
    await store.release()
  } catch {
    // The store is still of no use, or so is the endpoint: the refused token stays what there is.
  }
  underWay.delete(store.release)
  return undefined
}

/** @returns the token of another sidecar; undefined: this one is to ask. @throws what is wrong with the store */
async function lookOrLease(sharer: Sharer, rejected: AccessToken | undefined): Promise<AccessToken | undefined> {
  const { store, seal, patienceMs } = sharer
  const { clock, random } = sharer.options
  const until = clock.now().mono + patienceMs
  if (rejected !== undefined && !sharer.refused.includes(rejected.value)) {
    sharer.refused = [...sharer.refused, rejected.value].slice(-mostRefused)
  }
  sharer.known = sharer.last?.text ?? ''
  let drop = rejected !== undefined && sharer.last?.token.value === rejected.value
  for (let pollMs = firstPollMs, useless = 0; useless < mostUseless; ) {
    const found = await store.lease(sharer.known, drop)
    if (found === 'acquired' || clock.now().mono >= until) return undefined
    if (found === 'held') {
      await new Promise<void>((resolve) => clock.after(pollMs * (0.5 + random()), resolve))
      pollMs = Math.min(2 * pollMs, longestPollMs)
      continue
    }
    const token = seal.open(found.found, found.ttlMs < 0 ? Number.POSITIVE_INFINITY : found.ttlMs, clock.now())
    if (token !== undefined && isWanted(sharer, token, rejected)) {
      sharer.last = { token, text: found.found }
      return token
    }
    sharer.known = found.found
    drop = token !== undefined && token.value === rejected?.value
    useless += 1
  }
  return undefined
}

/** Whether a token of the store is what the cache wants: a step forward, and not about to be replaced. */
function isWanted({ last, refused, options }: Sharer, token: AccessToken, rejected: AccessToken | undefined): boolean {
  const { clock, refreshMarginMs } = options
  if (token.value === rejected?.value) return false
  if (token.value === last?.token.value) return true // Another sidecar was handed it back: the cache wants to know.
  if (refused.includes(token.value)) return false
  const now = clock.now()
  const marginMs = earliest * Math.min(refreshMarginMs, 0.2 * token.lifetimeMs)
  if (remainingMs(token, now) <= marginMs) return false
  return rejected !== undefined || last === undefined || remainingMs(token, now) >= remainingMs(last.token, now)
}

function take({ store, options }: Sharer, token: AccessToken): AccessToken {
  options.underWay.delete(store.release)
  options.report('taken')
  return { ...token, shared: 'taken' }
}

async function askForAll(sharer: Sharer, rejected: AccessToken | undefined): Promise<AccessToken> {
  const { store, options } = sharer
  try {
    const token = await ask(sharer, rejected)
    put(sharer, token, rejected).then((done) => {
      options.underWay.delete(store.release)
      options.report(done ? 'asked' : 'alone')
    })
    return { ...token, shared: 'asked' }
  } catch (error) {
    store.release().catch(() => {}) // The next one may ask; a lock that stays ends by itself.
    options.underWay.delete(store.release)
    throw error
  }
}

/** Asks the endpoint; meanwhile the lock is kept. */
async function ask({ grant, store, lockMs, options }: Sharer, rejected: AccessToken | undefined): Promise<AccessToken> {
  let cancel = () => {}
  const keep = () => {
    cancel = options.clock.after(lockMs / 2, () => {
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

/** No call waits for that. @returns whether the token lies in the store now */
async function put(sharer: Sharer, token: AccessToken, rejected: AccessToken | undefined): Promise<boolean> {
  const { store, seal, options } = sharer
  const last = { token, text: undefined }
  sharer.last = last
  const now = options.clock.now()
  const text = token.value === rejected?.value ? undefined : seal.seal(token, now)
  try {
    if (text === undefined) {
      await store.release()
      return true
    }
    const done = await store.put(text, remainingMs(token, now), sharer.known)
    if (done && sharer.last === last) sharer.last = { token, text }
    return done
  } catch {
    return false
  }
}
