import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Contestants } from '../contestants/contestant.ts'
import { add } from '../goals/samples.ts'
import { inAnyOrder } from '../order.ts'
import { end } from '../processes.ts'
import { cpuUs } from '../usage.ts'
import { fiftyCallers } from './fifty-callers.ts'
import type { Tools } from './scenario.ts'

/** CPU per read with callers, profiles and an audit trail, beside bare, which gets as many bytes. */
export async function everything({ product, bare }: Contestants, { load, samples, size }: Tools): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'catapa-bench-everything-'))
  const { file, headers } = fiftyCallers(folder)
  const settings = {
    SIDECAR_CALLERS_FILE: file,
    SIDECAR_PROFILE: 'no-delete',
    SIDECAR_AUDIT_DIR: join(folder, 'trail'),
  }
  const both = [
    { ...(await product({ settings })), headers },
    // Under another name, since it would send it along, and the upstream refuses two of one name.
    { ...(await bare()), headers: { 'X-Caller-Key-': headers.Authorization } },
  ]
  for (const one of both) await load.burst(one, { requests: size.warmUp })
  for (let round = 0; round < size.rounds; round++) {
    for (const one of inAnyOrder(both)) {
      await load.burst(one, { requests: 200 })
      const before = cpuUs(one.pid)
      await load.burst(one, { requests: size.get64 })
      add(samples, 'everything: CPU µs', one.name, (cpuUs(one.pid) - before) / size.get64)
    }
  }
  await Promise.all(both.map(({ child }) => end(child)))
  rmSync(folder, { recursive: true })
}
