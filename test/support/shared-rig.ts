import { type CacheOptions, cached, type TokenCache } from '../../src/tokens/cache/token-cache.ts'
import { sealOf } from '../../src/tokens/shared/sealed-token.ts'
import { type SharedOptions, type SharedOutcome, shared } from '../../src/tokens/shared/shared-token.ts'
import type { TokenSource } from '../../src/tokens/token-source.ts'
import { testEndpoint } from './cache-rig.ts'
import { testClock } from './clock.ts'
import { memoryStore } from './memory-store.ts'

const credentials = { tenant: 'demo', clientId: 'client', clientSecret: 'hush' }

const place = {
  baseUrl: new URL('https://api.example.com'),
  tokenUrl: new URL('https://api.example.com/oauth/token'),
  scope: undefined,
}

/** Several sources that share their tokens through one store, on a clock that the test moves, and an endpoint that it scripts. */
export function sharedRig(overrides: Partial<SharedOptions> = {}) {
  const clock = testClock()
  const endpoint = testEndpoint(clock)
  const store = memoryStore(clock)
  const outcomes: SharedOutcome[] = []
  const underWay = new Set<() => Promise<void>>()
  function member(secret = credentials.clientSecret, grant = endpoint.source): TokenSource {
    return shared(
      grant,
      { ...credentials, clientSecret: secret },
      {
        ...place,
        store: store.connect,
        clock,
        refreshMarginMs: 300_000,
        tokenTimeoutMs: 5_000,
        tokenWaitMs: 15_000,
        random: () => 0.5,
        report: (outcome) => outcomes.push(outcome),
        underWay,
        ...overrides,
      },
    )
  }
  /** With the token cache around it, as in a sidecar. */
  function sidecar(options: Partial<CacheOptions> = {}): TokenCache {
    return cached(member(), {
      clock,
      refreshMarginMs: 300_000,
      tokenWaitMs: 15_000,
      idleCheckMs: 21_600_000,
      random: () => 0.5,
      report() {},
      ...options,
    })
  }
  /** Somebody else holds the lock for so long. */
  function lock(holder: string, ms: number): void {
    store.entries.set(sealOf(credentials, place).lockKey, { text: holder, until: clock.now().mono + ms })
  }
  return { clock, endpoint, store, outcomes, underWay, member, sidecar, lock }
}
