import type { FastifyBaseLogger } from 'fastify'
import type { Config } from '../config/config.ts'
import type { FinishedRequest } from '../data/finished-request.ts'
import { floodGate } from '../data/flood.ts'
import { closeServer, listenOnAll } from '../listen.ts'
import type { TokenEvent } from '../oauth/cached.ts'
import { adminApp } from './app.ts'
import { deepCheck } from './deep-check.ts'
import { eventStream } from './event-stream.ts'
import { journal } from './journal.ts'
import { metrics } from './metrics.ts'
import { observe } from './observations.ts'
import { processStatus } from './process-status.ts'
import { readiness } from './readiness.ts'
import { adminServer, type LocalPeers } from './server.ts'
import type { AdminSources } from './sources.ts'
import { status } from './status.ts'
import { watchUpstream } from './upstream-seen.ts'

export type Admin = {
  /** Requests that have ended, and what happens to the token: from the moment that the sidecar is put together. */
  finished(request: FinishedRequest): void
  tokenEvent(event: TokenEvent): void
  /** Listens. @throws ListenError */
  start(sources: AdminSources): Promise<StartedAdmin>
}

export type StartedAdmin = { addresses: readonly string[]; stop(): Promise<void> }

/** How long a page may take to read the end of its events. */
const flushMs = 200

/** The admin listener of a sidecar: it watches from the beginning, and shows once there is something to show. */
export function admin(config: Config, logger: FastifyBaseLogger): Admin {
  const observed = observe()
  const past = journal()

  async function start(sources: AdminSources): Promise<StartedAdmin> {
    const { tokens, stopping } = sources
    let adminAddresses: readonly string[] = []
    const ownProcess = processStatus(config.stateDir)
    const seen = watchUpstream([config.baseUrl.origin, config.tokenUrl.origin])
    const isReady = () => readiness(tokens.state(), { stopping: stopping(), answered: observed.tokens.answered })
    const shown = () =>
      status({
        config,
        ownProcess,
        sources,
        observed,
        journal: past,
        seen,
        readiness: isReady,
        adminAddresses: () => adminAddresses,
        logLevel: () => logger.level,
      })
    const events = eventStream(() => JSON.stringify(shown()))
    const localPeers: LocalPeers = new WeakSet()
    const isNews = floodGate(logger)
    const app = await adminApp({
      config,
      sources,
      localPeers,
      logger,
      isNews,
      registry: metrics({
        version: sources.version,
        observed,
        token: tokens.state,
        grant: config.grant,
        login: sources.login,
        ready: () => isReady().ready,
        inFlight: sources.inFlight,
        waiting: sources.waiting,
        connections: sources.connections,
        clockSkewMs: seen.clockSkewMs,
      }),
      readiness: isReady,
      deepReadiness: deepCheck(tokens, sources.dispatcher),
      answered: () => observed.tokens.answered,
      status: shown,
      events,
    })
    const { addresses, servers } = await listenOnAll(config.adminListen, () =>
      adminServer(app.routing, localPeers, logger, isNews),
    )
    adminAddresses = addresses

    return {
      addresses,
      async stop() {
        events.stop()
        seen.stop()
        await Promise.all(servers.map((server) => closeServer(server, flushMs)))
        await app.close()
      },
    }
  }

  return {
    finished(request) {
      observed.finished(request)
      past.finished(request)
    },
    tokenEvent(event) {
      observed.tokenEvent(event)
      if (event.type === 'failed') past.tokenFailed(event.problem)
    },
    start,
  }
}
