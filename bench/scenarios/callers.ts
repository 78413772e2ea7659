import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Contestants } from '../contestants/contestant.ts'
import { end } from '../processes.ts'
import { cpuOfReads } from './cpu-of-reads.ts'
import { fiftyCallers } from './fifty-callers.ts'
import type { Tools } from './scenario.ts'

/**
 * CPU per request with 50 callers that show keys and have profiles, each on connections of its own, beside none at all. Both
 * get the same bytes: where there is no callers file the header is one that is replaced.
 */
export async function callers({ product }: Contestants, tools: Tools): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'catapa-bench-callers-'))
  const { file, headers } = fiftyCallers(folder)
  const off = { ...(await product()), name: 'no callers', headers }
  const on = {
    ...(await product({ settings: { SIDECAR_CALLERS_FILE: file } })),
    name: '50 callers',
    headers,
  }
  await cpuOfReads('callers: CPU µs', [off, on], tools)
  await Promise.all([end(off.child), end(on.child)])
  rmSync(folder, { recursive: true })
}
