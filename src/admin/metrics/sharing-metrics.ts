import type { Registry } from 'prom-client'
import type { SharingState } from '../../tokens/shared/sharing.ts'
import { counted, plain } from './read-when-asked.ts'

/** The token that is shared with other sidecars (design/promises 11.6); `state` is undefined where none is. */
export function sharingMetrics(registry: Registry, state: (() => SharingState) | undefined): void {
  counted(
    registry,
    'shared_tokens_total',
    'Tokens where they are shared with other sidecars, by how they were had: taken over from another sidecar, asked for and shared, or asked for alone, since the store could not be used.',
    ['how'],
    () => Object.entries(state?.().counts ?? {}).map(([how, count]) => ({ labels: { how }, count })),
  )
  plain(
    registry,
    'gauge',
    'shared_token_store_up',
    '1 while the store of the shared token can be used, else 0; always 0 where no token is shared.',
    () => {
      const known = state?.().state
      return Number(known !== undefined && known.failure === undefined)
    },
  )
  plain(
    registry,
    'counter',
    'shared_token_store_failures_total',
    'How often the store of the shared token could be used no more.',
    () => state?.().failures ?? 0,
  )
}
