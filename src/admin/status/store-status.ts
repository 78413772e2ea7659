import { capital, explain } from '../../problems/explain.ts'
import type { SharingState } from '../../tokens/shared/start-sharing.ts'

/** The state of the shared token (design/promises 11.6). Instants are ISO 8601. */
export type SharingStatus = {
  /** Without user and password. */
  store: string
  /** Whether the store can be used now. */
  up: boolean
  /** Since when; undefined until the state is known. */
  since: string | undefined
  /** In words, without a full stop, with the remedy. */
  failing: { cause: string; happened: string; remedy: string } | undefined
  /** Tokens since the start: taken over from another sidecar, asked for and shared, asked for alone. */
  taken: number
  asked: number
  alone: number
}

export function sharingStatus({ store, state, counts }: SharingState): SharingStatus {
  const failure = state?.failure
  const { happened = '', next = '' } = failure === undefined ? {} : explain(failure, 'operator')
  return {
    store,
    up: state !== undefined && failure === undefined,
    since: state && new Date(state.since).toISOString(),
    failing: failure && { cause: failure.cause, happened: capital(happened), remedy: next },
    ...counts,
  }
}
