import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Contestants } from '../contestants/contestant.ts'
import { add } from '../goals/samples.ts'
import { inAnyOrder } from '../order.ts'
import { end } from '../processes.ts'
import { cpuUs } from '../usage.ts'
import type { Tools } from './scenario.ts'

/** No two writes that are sent soon after each other are the same: that would be waited for. */
const shape = { urls: 20_000 }
const kinds = [
  ['note', 'repeats: CPU µs, 1 KiB'],
  ['post', 'repeats: CPU µs, 20 KiB'],
  ['get', 'repeats: CPU µs, read'],
] as const

/** CPU per write and per read with an audit trail, with and without a guard against repeats. */
export async function repeats({ product }: Contestants, { load, samples, size }: Tools): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'catapa-bench-repeats-'))
  const started = async (name: string, settings: Record<string, string>) => ({
    ...(await product({
      settings: {
        SIDECAR_AUDIT_DIR: join(folder, name),
        SIDECAR_AUDIT_KEY_FILE: join(folder, `${name}.key`),
        ...settings,
      },
    })),
    name,
  })
  const all = [await started('unguarded', {}), await started('guarded', { SIDECAR_REPEATS: 'guard' })]
  for (const one of all) {
    await load.burst(one, { requests: size.warmUp })
    for (const [kind] of kinds) await load.burst(one, { kind, requests: size.post, shape })
  }
  for (let round = 0; round < size.rounds; round++) {
    for (const one of inAnyOrder(all)) {
      for (const [kind, measure] of kinds) {
        const requests = kind === 'get' ? size.get64 : size.post
        await load.burst(one, { kind, requests: 200, shape })
        const before = cpuUs(one.pid)
        await load.burst(one, { kind, requests, shape })
        add(samples, measure, one.name, (cpuUs(one.pid) - before) / requests)
      }
    }
  }
  await Promise.all(all.map(({ child }) => end(child)))
  rmSync(folder, { recursive: true })
}
