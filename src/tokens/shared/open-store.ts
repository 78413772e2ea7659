import { randomUUID } from 'node:crypto'
import type { Clock } from '../../time.ts'
import type { StoreConnection, StorePlace } from './store-connection.ts'
import { tryOut } from './token-store.ts'

/**
 * Prepares a connection, which takes our time and none of the store's. `lost` is called once when an open connection ends by
 * itself.
 */
export type Prepare = (place: StorePlace, lost: (error: unknown) => void) => Promise<StoreConnection>

/** Loads the library, which is loaded nowhere else. */
export const prepare: Prepare = async (place, lost) =>
  (await import('./store-connection.ts')).storeConnection(place, lost)

/** A time-out is waited for in slices, so that a blocked event loop of ours does not count against the store. */
const slices = 5

/** The store took too long. */
export class StoreTimeoutError extends Error {
  override readonly name = 'StoreTimeoutError'
  readonly code = 'ETIMEDOUT'
}

/**
 * Connects, and tries whether the store can do everything needed.
 *
 * @param lost called once when the connection ends by itself later
 * @throws any error of the connection or of the store
 */
export async function openStore(
  place: StorePlace,
  { prepare, clock, lost }: { prepare: Prepare; clock: Clock; lost: (error: unknown) => void },
): Promise<StoreConnection> {
  const connection = await prepare(place, lost)
  async function make(): Promise<void> {
    await connection.connect()
    await tryOut(connection.send, randomUUID())
  }
  try {
    await inTime(make(), place.timeoutMs, clock)
    return connection
  } catch (error) {
    connection.close()
    throw error
  }
}

/** @throws StoreTimeoutError where it takes longer */
export function inTime<Result>(act: Promise<Result>, timeoutMs: number, clock: Clock): Promise<Result> {
  return new Promise((resolve, reject) => {
    let cancel = () => {}
    const wait = (left: number): void => {
      // At the end one more tick: the answer may have arrived and not been read.
      cancel = clock.after(left > 0 ? timeoutMs / slices : 0, () => {
        if (left > 0) wait(left - 1)
        else reject(new StoreTimeoutError('the store did not answer in time'))
      })
    }
    wait(slices)
    act.then(resolve, reject).finally(() => cancel())
  })
}
