import type { Pool } from 'undici'
import { connectionPool, trust } from '../network/connection.ts'
import type { Config } from '../settings/config.ts'
import { takeEnvironment } from '../settings/environment.ts'

export type Pools = ReturnType<typeof upstreamPools>

/** The connections to CATAPA. Probes have one of their own, so that they neither wait behind requests nor take a place. */
export function upstreamPools({ extraCa, connectTimeoutMs, baseUrl, tokenUrl, proxy, upstreamConnections }: Config) {
  const secureContext = trust(extraCa, takeEnvironment().NODE_EXTRA_CA_CERTS)
  const shared = { secureContext, connectTimeoutMs }
  return {
    secureContext,
    api: connectionPool(baseUrl, { ...shared, proxy: proxy.base, connections: upstreamConnections }),
    tokenEndpoint: connectionPool(tokenUrl, { ...shared, proxy: proxy.token, connections: 2 }),
    probing: connectionPool(baseUrl, { ...shared, proxy: proxy.base, connections: 1 }),
  }
}

/** How many connections there are to each endpoint, for people. */
export function connectionsOf({
  api,
  tokenEndpoint,
}: Pools): { target: 'api' | 'token'; connected: number; free: number }[] {
  const of = <Target>(target: Target, { stats: { connected, free } }: Pool) => ({ target, connected, free })
  return [of('api', api), of('token', tokenEndpoint)]
}
