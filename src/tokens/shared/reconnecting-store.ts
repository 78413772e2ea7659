import type { Failure } from '../../problems/failure.ts'
import type { Clock } from '../../time.ts'
import { inTime, openStore, type Prepare } from './open-store.ts'
import type { StoreConnection, StorePlace } from './store-connection.ts'
import { storeFailure } from './store-failure.ts'

/** Whether the store works; `since` on the wall clock. */
export type StoreState = Readonly<{ since: number; failure: Failure | undefined }>

/** How long a store that failed is left alone, doubling. */
const firstRestMs = 5_000
const longestRestMs = 60_000

class StoreAwayError extends Error {
  override readonly name = 'StoreAwayError'
}

type Options = {
  prepare: Prepare
  clock: Clock
  /** Called when the store is found to work or to fail, and again only when that has changed. */
  changed: (state: StoreState) => void
}

/**
 * A connection to the store that is kept, and made again in the background (design/promises 11.5): after any failure the store
 * is left alone for 5 s, doubling to 60 s, and meanwhile nobody waits for it.
 */
export function reconnectingStore(place: StorePlace, { prepare, clock, changed }: Options) {
  let current: Promise<StoreConnection> | undefined
  let state: StoreState | undefined
  let restMs = firstRestMs
  let stopped = false
  let cancelRest = () => {}

  function setState(failure: Failure | undefined): void {
    const before = state
    const same = before !== undefined && (before.failure === undefined) === (failure === undefined)
    state = { since: same ? before.since : clock.now().wall, failure }
    if (!same) changed(state)
  }

  function open(): void {
    const attempt: Promise<StoreConnection> = openStore(place, {
      prepare,
      clock,
      lost: (error) => fail(attempt, error),
    })
    current = attempt
    attempt.then(
      () => current === attempt && setState(undefined),
      (error) => fail(attempt, error),
    )
  }

  /** Only the first failure of a connection counts; the others follow from it. */
  function fail(attempt: Promise<StoreConnection>, error: unknown): void {
    if (current !== attempt || stopped) return
    close()
    cancelRest = clock.after(restMs, open)
    restMs = Math.min(2 * restMs, longestRestMs)
    setState(storeFailure(error))
  }

  function close(): void {
    current?.then((connection) => connection.close()).catch(() => {})
    current = undefined
  }

  open()
  return {
    /** @throws at once while the store is left alone */
    async send(command: readonly string[]): Promise<unknown> {
      const attempt = current
      if (attempt === undefined) throw new StoreAwayError('the store is left alone')
      const connection = await attempt
      try {
        const answer = await inTime(connection.send(command), place.timeoutMs, clock)
        restMs = firstRestMs
        return answer
      } catch (error) {
        fail(attempt, error)
        throw error
      }
    },
    /** Undefined until it is known. */
    state: () => state,
    stop(): void {
      stopped = true
      cancelRest()
      close()
    },
  }
}
