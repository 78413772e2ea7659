import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Contestants } from '../contestants/contestant.ts'
import { end } from '../processes.ts'
import { cpuOfReads } from './cpu-of-reads.ts'
import { fiftyCallers } from './fifty-callers.ts'
import type { Tools } from './scenario.ts'

/** CPU per read with callers, profiles and an audit trail, beside bare, which gets as many bytes. */
export async function everything({ product, bare }: Contestants, tools: Tools): Promise<void> {
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
  await cpuOfReads('everything: CPU µs', both, tools)
  await Promise.all(both.map(({ child }) => end(child)))
  rmSync(folder, { recursive: true })
}
