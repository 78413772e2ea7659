import { randomUUID } from 'node:crypto'
import type { SecureContext } from 'node:tls'
import type { FastifyBaseLogger } from 'fastify'
import { inWords } from '../../problems/explain.ts'
import { storeTimeoutMs } from '../../settings/cache-url.ts'
import type { Config, Credentials } from '../../settings/config.ts'
import { withoutSecrets } from '../../settings/upstream-url.ts'
import { systemClock } from '../../time.ts'
import type { TokenSource } from '../token-source.ts'
import { prepare } from './open-store.ts'
import { reconnectingStore, type StoreState } from './reconnecting-store.ts'
import { type SharedOptions, type SharedOutcome, shared } from './shared-token.ts'
import { tokenStore } from './token-store.ts'

/** The shared token for log, metrics and page (design/promises 11.6), without the store's user and password. */
export type SharingState = Readonly<{
  /** Its address in SIDECAR_CACHE_URL. */
  store: string
  /** Undefined until it is known. */
  state: StoreState | undefined
  /** How tokens were obtained since the start. */
  counts: Readonly<Record<SharedOutcome, number>>
  /** How often the store was found to fail. */
  failures: number
}>

export type Sharing = ReturnType<typeof startSharing>

type Settings = Pick<Config, 'baseUrl' | 'tokenUrl' | 'scope' | 'refreshMarginMs' | 'tokenTimeoutMs' | 'tokenWaitMs'>

export type SharingParts = {
  url: URL
  secureContext: SecureContext
  log: Pick<FastifyBaseLogger, 'info' | 'warn'>
  /** Tests only: command time-out for a busy machine. */
  timeoutMs?: number | undefined
}

/** Shares tokens with other sidecars through the store of SIDECAR_CACHE_URL; connects to it at once. */
export function startSharing(settings: Settings, { url, secureContext, log, timeoutMs }: SharingParts) {
  const counts = { taken: 0, asked: 0, alone: 0 }
  const store = withoutSecrets(url)
  let failures = 0
  const underWay = new Set<() => Promise<void>>()
  const kept = reconnectingStore(
    { url, secureContext, timeoutMs: timeoutMs ?? storeTimeoutMs },
    { prepare, clock: systemClock, changed },
  )

  function changed({ failure }: StoreState): void {
    if (failure === undefined) {
      log.info({ store }, 'the token is shared with other sidecars through this store')
      return
    }
    failures += 1
    const detail = inWords(failure, 'operator')
    log.warn({ store, detail }, 'the token is not shared for now, since its store cannot be used')
  }

  const options: SharedOptions = {
    ...settings,
    store: (seal, lockMs) => tokenStore(kept.send, { seal, holder: randomUUID(), lockMs }),
    clock: systemClock,
    random: Math.random,
    underWay,
    report: (outcome) => {
      counts[outcome] += 1
    },
  }
  return {
    /** The tokens of a `grant` of these credentials, shared. */
    source: (grant: TokenSource, credentials: Credentials): TokenSource => shared(grant, credentials, options),
    state: (): SharingState => ({ store, state: kept.state(), counts, failures }),
    /** Gives the lease and the connection back. */
    async stop(): Promise<void> {
      await Promise.allSettled([...underWay].map((release) => release()))
      kept.stop()
    },
  }
}
