import type { FastifyBaseLogger } from 'fastify'
import { trust } from '../network/connection.ts'
import type { Config } from '../settings/config.ts'
import { takeEnvironment } from '../settings/environment.ts'
import { proxyFor } from '../settings/proxy-variables.ts'
import type { Tracing } from '../traces/tracing.ts'
import { version } from './version.ts'

type Settings = Pick<Config, 'traces' | 'baseUrl' | 'tokenUrl' | 'extraCa' | 'proxies'>

/** Starts the traces of calls; undefined without an endpoint for them: nothing is loaded then (design/promises 16.1). */
export async function traceCalls(
  { traces: settings, baseUrl: upstream, tokenUrl, extraCa, proxies }: Settings,
  log: FastifyBaseLogger,
  everyMs?: number,
): Promise<Tracing | undefined> {
  if (settings === undefined) return undefined
  const { startTracing } = await import('../traces/tracing.ts')
  const trusted = [extraCa, settings.extraCa].filter((pem) => pem !== undefined).join('\n')
  const secureContext = trust(trusted === '' ? undefined : trusted, takeEnvironment().NODE_EXTRA_CA_CERTS)
  const proxy = proxyFor(settings.endpoint, proxies)
  return startTracing({
    settings,
    upstream,
    tokenUrl,
    version: version(),
    secureContext,
    proxy,
    log,
    everyMs,
    firstRetryMs: everyMs,
  })
}
