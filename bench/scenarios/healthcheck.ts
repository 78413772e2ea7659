import { spawnSync } from 'node:child_process'
import type { Contestants } from '../contestants/contestant.ts'
import { add } from '../goals/samples.ts'
import { end } from '../processes.ts'
import type { Tools } from './scenario.ts'

/** The `healthcheck` command beside the least that Node does. */
export async function healthcheck({ product }: Contestants, { samples, size }: Tools): Promise<void> {
  const { cli, env, child } = await product()
  const tookMs = (args: string[]) => {
    const begun = performance.now()
    const { status, stderr } = spawnSync(process.execPath, args, { env, encoding: 'utf8' })
    if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status}: ${stderr}`)
    return performance.now() - begun
  }
  for (let round = 0; round < 2 * size.rounds; round++) {
    add(samples, 'healthcheck: ms', 'node', tookMs(['-e', '0']))
    add(samples, 'healthcheck: ms', 'product', tookMs([cli, 'healthcheck']))
  }
  await end(child)
}
