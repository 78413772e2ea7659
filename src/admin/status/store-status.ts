import { capital, explain } from '../../problems/explain.ts'
import type { SharingState } from '../../tokens/shared/start-sharing.ts'

/** How it stands with the token that is shared (design/promises 11.6). Instants are ISO 8601. */
export type SharingStatus = {
  /** Without user and password. */
  store: string
  /** It can be used now. */
  up: boolean
  /** Since when it is so; undefined until it is known. */
  since: string | undefined
  /** In words, without its full stop, and what to do. */
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
