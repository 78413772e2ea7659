import type { Registry } from 'prom-client'
import type { SharingState } from '../../tokens/shared/start-sharing.ts'
import { counted, plain } from './lazy-metric.ts'

/**
 * Metrics of the shared token (design/promises 11.6). If no token is shared, `state` is undefined and there are no such metrics:
 * a 0 would look like a store that is down.
 */
export function sharingMetrics(registry: Registry, state: (() => SharingState) | undefined): void {
  if (state === undefined) return
  counted(
    registry,
    'shared_tokens_total',
    'Tokens by origin: taken over from another sidecar, asked for and shared, or asked for alone because the store could not be used. This metric and the next two exist only with SIDECAR_CACHE_URL.',
    ['how'],
    () => Object.entries(state().counts).map(([how, count]) => ({ labels: { how }, count })),
  )
  plain(
    registry,
    'gauge',
    'shared_token_store_up',
    '1 while the store of the shared token can be used, else 0.',
    () => {
      const known = state().state
      return Number(known !== undefined && known.failure === undefined)
    },
  )
  plain(
    registry,
    'counter',
    'shared_token_store_failures_total',
    'Times the store of the shared token became unusable.',
    () => state().failures,
  )
}
