import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Contestants } from '../contestants/contestant.ts'
import { add } from '../goals/samples.ts'
import { inAnyOrder } from '../order.ts'
import { end } from '../processes.ts'
import { cpuUs } from '../usage.ts'
import type { Tools } from './scenario.ts'

const count = 50

/**
 * CPU per request with 50 callers that show keys and have profiles, each on connections of its own, beside none at all. Both
 * get the same bytes: where there is no callers file the header is one that is replaced.
 */
export async function callers({ product }: Contestants, { load, samples, size }: Tools): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'catapa-bench-callers-'))
  const keys = Array.from({ length: count }, () => `csk_${randomBytes(32).toString('base64url')}`)
  const file = join(folder, 'callers')
  writeFileSync(file, `${keys.map(section).join('')}[*]\nprofile = no-delete\n`, { mode: 0o600 })
  const headers = { Authorization: keys.map((key) => `Bearer ${key}`) }
  const off = { ...(await product()), name: 'no callers', headers }
  const on = {
    ...(await product({ settings: { SIDECAR_CALLERS_FILE: file } })),
    name: '50 callers',
    headers,
  }
  for (const one of [off, on]) await load.burst(one, { requests: size.warmUp })
  for (let round = 0; round < size.rounds; round++) {
    for (const one of inAnyOrder([off, on])) {
      await load.burst(one, { requests: 200 })
      const before = cpuUs(one.pid)
      await load.burst(one, { requests: size.get64 })
      add(samples, 'callers: CPU µs', one.name, (cpuUs(one.pid) - before) / size.get64)
    }
  }
  await Promise.all([end(off.child), end(on.child)])
  rmSync(folder, { recursive: true })
}

function section(key: string, index: number): string {
  const digest = createHash('sha256').update(key).digest('hex')
  return `[caller-${index}]\nkey = sha256:${digest}\nprofile = read-only no-approvals\ndeny = DELETE /core/v1/**\n`
}
