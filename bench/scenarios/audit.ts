import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Contestants } from '../contestants/contestant.ts'
import { add } from '../goals/samples.ts'
import { inAnyOrder } from '../order.ts'
import { end } from '../processes.ts'
import { cpuUs } from '../usage.ts'
import type { Tools } from './scenario.ts'

/** CPU per read, and writes per second of 64 writers, with an audit trail on the disk of the temporary folder beside none. */
export async function audit({ product }: Contestants, { load, samples, size }: Tools): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'catapa-bench-audit-'))
  const off = { ...(await product()), name: 'no trail' }
  const on = { ...(await product({ settings: { SIDECAR_AUDIT_DIR: join(folder, 'trail') } })), name: 'a trail' }
  for (const one of [off, on]) {
    await load.burst(one, { requests: size.warmUp })
    await load.burst(one, { kind: 'post', requests: size.post })
  }
  for (let round = 0; round < size.rounds; round++) {
    for (const one of inAnyOrder([off, on])) {
      await load.burst(one, { requests: 200 })
      const before = cpuUs(one.pid)
      await load.burst(one, { requests: size.get64 })
      add(samples, 'audit: CPU µs', one.name, (cpuUs(one.pid) - before) / size.get64)
      const { seconds } = await load.burst(one, { kind: 'post', requests: size.post })
      add(samples, 'audit: writes/s', one.name, size.post / seconds)
    }
  }
  await Promise.all([end(off.child), end(on.child)])
  rmSync(folder, { recursive: true })
}
