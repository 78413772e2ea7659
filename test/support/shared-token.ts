import type { SandboxOptions } from '../../src/sandbox/app.ts'
import type { Config } from '../../src/settings/config.ts'
import type { SidecarOptions } from '../../src/sidecar/sidecar.ts'
import { type Ending, json, startTestSandbox, startTestSidecar, type TestSidecar } from './sidecar.ts'
import { startValkey, type Valkey } from './valkey.ts'

/** A machine on which tests run may be too busy for 250 ms. */
export const patient: Omit<SidecarOptions, 'files'> = { storeTimeoutMs: 5_000 }

export type Shop = {
  sandboxUrl: string
  valkey: Valkey
  start(overrides?: Partial<Config>, options?: Omit<SidecarOptions, 'files'>): Promise<TestSidecar>
  /** So many, begun at once. */
  several(count: number): Promise<TestSidecar[]>
  stats(): Promise<{ tokenRequests: number; rejectedTokens: number; apiRequests: number }>
}

/** A sandbox, a store, and sidecars that share their token through it. */
export async function shop(t: Ending, options: Partial<SandboxOptions> = {}): Promise<Shop> {
  const [{ url: sandboxUrl }, valkey] = await Promise.all([startTestSandbox(t, options), startValkey(t)])
  const start: Shop['start'] = (overrides, more) =>
    startTestSidecar(t, sandboxUrl, { cacheUrl: valkey.url, ...overrides }, { ...patient, ...more })
  return {
    sandboxUrl,
    valkey,
    start,
    several: (count) => Promise.all(Array.from({ length: count }, () => start())),
    stats: () => json(fetch(`${sandboxUrl}/sandbox/stats`)),
  }
}

/** What a caller sees of one GET. */
export async function statusOf({ url }: TestSidecar): Promise<number> {
  const response = await fetch(`${url}/core/v1/employees?size=1`)
  await response.arrayBuffer()
  return response.status
}

/** What the log says of the store, in its order. */
export function saidOfStore({ log }: TestSidecar): string[] {
  return log.filter(({ store }) => store !== undefined).map(({ detail, msg }) => String(detail ?? msg))
}
