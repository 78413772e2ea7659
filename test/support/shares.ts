import type { ServerResponse } from 'node:http'
import type { SharesShown } from '../../src/forwarding/turns/shown-shares.ts'
import type { Config } from '../../src/settings/config.ts'
import { type Ending, json, type Received, startUpstream, type TestSidecar } from './sidecar.ts'
import { patienceMs } from './wire.ts'

/** For sidecars whose turns are looked at. */
export const withAdmin: Partial<Config> = { adminListen: [{ kind: 'localhost', port: 0 }] }

/** `shares` of `/api/status`. */
export async function sharesOf({ adminAddresses }: Pick<TestSidecar, 'adminAddresses'>): Promise<SharesShown> {
  return (await json(fetch(`${adminAddresses[0]}/api/status`))).shares
}

/** Waits until the turns are as they should be. */
export async function untilShares(
  sidecar: TestSidecar,
  what: string,
  holds: (shares: SharesShown) => boolean,
  withinMs = patienceMs,
): Promise<SharesShown> {
  const deadline = performance.now() + withinMs
  for (;;) {
    const shares = await sharesOf(sidecar)
    if (holds(shares)) return shares
    if (performance.now() > deadline) throw new Error(`not within ${withinMs} ms: ${what}; ${JSON.stringify(shares)}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

export type Arrived = Readonly<{ request: Received; response: ServerResponse; at: number }>

/** A CATAPA that answers when the test says so. */
export async function startPatientUpstream(t: Ending): Promise<{ url: string; arrived: Arrived[] }> {
  const arrived: Arrived[] = []
  const { url } = await startUpstream(t, (request, response) => {
    arrived.push({ request, response, at: performance.now() })
  })
  return { url, arrived }
}
