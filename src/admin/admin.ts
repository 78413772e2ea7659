import type { FastifyBaseLogger } from 'fastify'
import type { FinishedRequest } from '../log/finished-request.ts'
import { floodGate } from '../log/flood-gate.ts'
import { upstreamSeen } from '../network/last-answer.ts'
import { closeServer, listenOnAll } from '../network/listen.ts'
import { processStatus } from '../running/process-status.ts'
import type { Config } from '../settings/config.ts'
import type { TokenEvent } from '../tokens/cache/token-cache.ts'
import { adminServer, type LocalPeers } from './admin-server.ts'
import type { AdminSources } from './admin-sources.ts'
import { callerCounts } from './metrics/caller-counts.ts'
import { metrics } from './metrics/metrics.ts'
import { observe } from './metrics/request-counts.ts'
import { deepCheck } from './probes/deep-check.ts'
import type { Readiness } from './probes/readiness.ts'
import { adminApp } from './routes.ts'
import { drift } from './status/drift.ts'
import { eventStream } from './status/event-stream.ts'
import { journal } from './status/recent-requests.ts'
import { type Status, status } from './status/status.ts'
import { upstreamTrouble } from './status/upstream-trouble.ts'

export type StartedAdmin = {
  addresses: readonly string[]
  status(): Status
  /** As `/readyz?deep=1`. */
  askCatapa(): Promise<Readiness>
  stop(): Promise<void>
}

/** How long a page may take to read the end of its events. */
const flushMs = 200

/** What is known of a sidecar, and its admin listener, if there is one. It counts from the beginning, and listens after `start`. */
export function admin(config: Config, logger: FastifyBaseLogger) {
  const observed = observe()
  const past = journal()
  const seen = upstreamSeen()
  const trouble = upstreamTrouble()
  const drifted = drift()
  let callers: AdminSources['callers']
  const counts = callerCounts(() => callers?.())

  /** Listens. @throws ListenError */
  async function start(sources: AdminSources): Promise<StartedAdmin> {
    const { tokens } = sources
    callers = sources.callers
    let adminAddresses: readonly string[] = []
    const ownProcess = processStatus(config.stateDir)
    const shown = () =>
      status({
        config,
        ownProcess,
        sources,
        observed,
        callerCounts: counts,
        journal: past,
        seen,
        trouble: trouble.current,
        drift: drifted.shown,
        adminAddresses: () => adminAddresses,
        logLevel: () => logger.level,
      })
    const askCatapa = deepCheck(tokens, sources.dispatcher, { heard: seen.heard, probed: trouble.probed })
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
        ...sources,
        observed,
        callerCounts: counts,
        drift: drifted.shown,
        token: tokens.state,
        grant: config.grant,
        ready: () => shown().readiness.ready,
        clockSkewMs: seen.clockSkewMs,
      }),
      readiness: () => shown().readiness,
      deepReadiness: askCatapa,
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
      status: shown,
      askCatapa,
      async stop() {
        events.stop()
        await Promise.all(servers.map((server) => closeServer(server, flushMs)))
        await app.close()
      },
    }
  }

  return {
    /** A request has ended. Requests and token events count from the beginning, before the listener is open. */
    finished(request: FinishedRequest): void {
      observed.finished(request)
      past.finished(request)
      trouble.finished(request)
      counts.finished(request)
      drifted.finished(request)
    },
    tokenEvent(event: TokenEvent): void {
      observed.tokenEvent(event)
      if (event.type === 'failed') past.tokenFailed(event.problem.failure)
    },
    /** CATAPA has answered. */
    heard: seen.heard,
    start,
  }
}
