import type { Server } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyBaseLogger } from 'fastify'
import { oauthClient } from './client.ts'
import type { Config, Credentials } from './config/config.ts'
import { takeEnvironment } from './config/environment.ts'
import { connectionPool, trust } from './connection.ts'
import { dataApp } from './data/app.ts'
import { breakOff, type Caller } from './data/caller.ts'
import { resetConnection } from './data/closing.ts'
import { dataServer } from './data/server.ts'
import { slots, waitingRoom } from './data/slots.ts'
import { ProblemError } from './errors.ts'
import { listenOnAll } from './listen.ts'
import type { TokenCache } from './oauth/cached.ts'

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
 * Config → OAuth client, data listener; started. `reread` reads the credentials anew where they come from files.
 *
 * @throws ListenError
 */
export async function startSidecar(
  config: Config,
  logger: FastifyBaseLogger,
  reread?: () => Credentials,
): Promise<Sidecar> {
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
  const client = oauthClient(config, tokenEndpoint, reread, logger)
  const callers = new Set<Caller>()
  let draining = false
  const app = await dataApp({
    config,
    tokens: client.tokens,
    dispatcher: api,
    room: waitingRoom(config.maxWaiting),
    places: slots(config.upstreamConnections),
    callers,
    logger,
    tenant: () => client.credentials().tenant,
    draining: () => draining,
  })
  const { addresses, servers } = await listenOnAll(config.listen, () => dataServer(app.routing, logger))
  client.start()

  return {
    addresses,
    tokens: client.tokens,
    async stop() {
      await sleep(config.shutdownDelayMs)
      draining = true
      await untilNone(callers, config.shutdownGraceMs)
      for (const caller of callers) breakOff(caller, caller.atUpstream ? interrupted() : stopping())
      client.stop()
      await untilNone(callers, flushMs)
      for (const { response } of callers) resetConnection(response)
      await Promise.all(servers.map(close))
      await Promise.all([app.close(), api.destroy(), tokenEndpoint.destroy()])
    },
  }
}

function interrupted(): ProblemError {
  return new ProblemError('interrupted', 'The sidecar was stopped while CATAPA was working on the request.')
}

/** For requests that were still waiting: for their body, a token or a connection. */
function stopping(): ProblemError {
  return new ProblemError('draining', 'The sidecar is shutting down; send the request again in a moment.')
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
