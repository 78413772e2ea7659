import type { ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { environment, freePort, start } from '../processes.ts'
import { admission } from '../upstream/admission.ts'
import type { Upstream } from '../upstream/upstream.ts'
import type { How } from './contestant.ts'
import { fastClock } from './fast-clock.ts'

/** Starts bare or floor, programs of this folder. */
export async function startScript(
  name: string,
  { origin, certificate }: Pick<Upstream, 'origin' | 'certificate'>,
  { nodeOptions = [], speed }: How,
): Promise<{ port: number; child: ChildProcess }> {
  const port = await freePort()
  const script = join(import.meta.dirname, `${name}.js`)
  const args = [...nodeOptions, script, String(port), origin, admission.Tenant, admission.Authorization]
  const env = { ...environment, ...fastClock(speed), NODE_EXTRA_CA_CERTS: certificate.cert }
  return { port, child: start('proxy', process.execPath, args, { env }) }
}
