import type { Server } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyBaseLogger } from 'fastify'
import type { Config } from './config/config.ts'
import { takeEnvironment } from './config/environment.ts'
import { connectionPool, trust } from './connection.ts'
import { dataApp } from './data/app.ts'
import type { Caller } from './data/caller.ts'
import { dataServer } from './data/server.ts'
import { slots, waitingRoom } from './data/slots.ts'
import { ProblemError } from './errors.ts'
import { listenOnAll } from './listen.ts'
import { cached, type TokenCache } from './oauth/cached.ts'
import { clientCredentials } from './oauth/client-credentials.ts'
import { systemClock } from './oauth/token-source.ts'
import { logTokenEvent } from './token-log.ts'

export type Sidecar = {
  /** Where callers reach it. */
  addresses: readonly string[]
  tokens: TokenCache
  /** Answers what it has accepted, within the grace period, and ends (CONTRACT §2, `SIDECAR_SHUTDOWN_…`). */
  stop(): Promise<void>
}

/** How long answers may take to leave after everything was answered. */
const flushMs = 1000

/**
 * Config → token source, data listener; started.
 *
 * @throws ListenError
 */
export async function startSidecar(config: Config, logger: FastifyBaseLogger): Promise<Sidecar> {
  const secureContext = trust(config.extraCa, takeEnvironment().NODE_EXTRA_CA_CERTS)
  const { connectTimeoutMs } = config
  const api = connectionPool(config.baseUrl, {
    secureContext,
    proxy: config.proxy.base,
    connectTimeoutMs,
    connections: config.upstreamConnections,
  })
  const tokenEndpoint = connectionPool(config.tokenUrl, {
    secureContext,
    proxy: config.proxy.token,
    connectTimeoutMs,
    connections: 2,
  })
  const grant = clientCredentials(config.credentials, {
    tokenUrl: config.tokenUrl,
    clientAuth: config.clientAuth,
    scope: config.scope,
    timeoutMs: config.tokenTimeoutMs,
    pool: tokenEndpoint,
    clock: systemClock,
  })
  const tokens = cached(grant, {
    clock: systemClock,
    refreshMarginMs: config.refreshMarginMs,
    tokenWaitMs: config.tokenWaitMs,
    idleCheckMs: config.idleCheckMs,
    random: Math.random,
    report: (event) => logTokenEvent(logger, event),
  })
  const callers = new Set<Caller>()
  let draining = false
  const app = await dataApp({
    config,
    tokens,
    dispatcher: api,
    room: waitingRoom(config.maxWaiting),
    places: slots(config.upstreamConnections),
    callers,
    logger,
    tenant: () => config.credentials.tenant,
    draining: () => draining,
  })
  const { addresses, servers } = await listenOnAll(config.listen, () => dataServer(app.routing, logger))
  tokens.start()

  return {
    addresses,
    tokens,
    async stop() {
      await sleep(config.shutdownDelayMs)
      draining = true
      await untilNone(callers, config.shutdownGraceMs)
      for (const { breakOff } of callers) breakOff?.(interrupted())
      tokens.stop()
      await untilNone(callers, flushMs)
      await Promise.all(servers.map(close))
      await Promise.all([app.close(), api.destroy(), tokenEndpoint.destroy()])
    },
  }
}

function interrupted(): ProblemError {
  return new ProblemError('interrupted', 'The sidecar was stopped while CATAPA was working on the request.')
}

async function untilNone(callers: ReadonlySet<Caller>, mostMs: number): Promise<void> {
  const deadline = performance.now() + mostMs
  while (callers.size > 0 && performance.now() < deadline) await sleep(20)
}

/** Stops listening; answers that are still leaving get a moment. */
async function close(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve))
  server.closeIdleConnections()
  const timer = setTimeout(() => server.closeAllConnections(), flushMs)
  await closed
  clearTimeout(timer)
}
