import { environment, freePort, start } from '../processes.ts'
import { tenant } from '../upstream/admission.ts'
import type { Upstream } from '../upstream/upstream.ts'
import type { How } from './contestant.ts'
import { fastClock } from './fast-clock.ts'

/** Starts a build of the product. */
export async function startProduct(
  cli: string,
  upstream: Upstream,
  { nodeOptions = [], settings, speed, port: own }: How,
) {
  const [port, adminPort] = [own ?? (await freePort()), await freePort()]
  const env = {
    ...environment,
    ...fastClock(speed),
    CATAPA_TENANT: tenant,
    CATAPA_CLIENT_ID: 'bench',
    CATAPA_CLIENT_SECRET: 'bench',
    CATAPA_BASE_URL: upstream.origin,
    CATAPA_CA_FILE: upstream.certificate.cert,
    SIDECAR_LISTEN: `localhost:${port}`,
    SIDECAR_ADMIN_LISTEN: `localhost:${adminPort}`,
    ...settings,
  }
  const child = start('proxy', process.execPath, [...nodeOptions, cli, 'start'], { env })
  return { port, adminPort, child, cli, env }
}
