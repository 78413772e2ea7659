import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import { admin, type StartedAdmin } from '../admin/admin.ts'
import type { Auditing } from '../audit/audit-in-use.ts'
import type { CallersFile } from '../callers/caller.ts'
import { type Calls, newCalls } from '../forwarding/call.ts'
import { dataServer } from '../forwarding/data-server.ts'
import { dataApp } from '../forwarding/forwarding.ts'
import { endEarly, shuttingDown } from '../forwarding/life/end-early.ts'
import { isAtUpstream } from '../forwarding/life/life.ts'
import { keepPace } from '../forwarding/slow-callers.ts'
import { fairPlaces, type Places } from '../forwarding/turns/places.ts'
import { resetConnection } from '../http/closing.ts'
import { floodGate, type IsNews } from '../log/flood-gate.ts'
import { closeServer, listenOnAll } from '../network/listen.ts'
import { problem } from '../problems/problem.ts'
import { type SecretParts, secretIfSet } from '../secret-command/secret-if-set.ts'
import type { Config } from '../settings/config.ts'
import type { Followed } from '../settings/followed-files.ts'
import { isTls, type ListenAddress } from '../settings/listen-address.ts'
import type { TokenEvent } from '../tokens/cache/token-cache.ts'
import { share } from '../tokens/shared/share-if-set.ts'
import type { Sharing } from '../tokens/shared/start-sharing.ts'
import type { Tracing } from '../traces/tracing.ts'
import { loadLanguage, orEnglish } from '../words/language.ts'
import { callersChanged, clientEvents, startOf } from './audit-events.ts'
import { type KeptTrail, keepTrail, openAudit } from './audit-trail.ts'
import { type Callers, startCallers } from './callers.ts'
import { type Client, oauthClient } from './client.ts'
import { entrances } from './entrances.ts'
import { keepTickShape } from './keep-tick-shape.ts'
import { type OpenedRepeats, openRepeats } from './open-repeats.ts'
import { type OwnCertificates, startCertificates } from './own-certificate.ts'
import type { ReadCertificates } from './read-certificates.ts'
import { type ToldPeople, tellPeople } from './tell-people.ts'
import { traceCalls } from './trace-calls.ts'
import { connectionsOf, type Pools, upstreamPools } from './upstream-pools.ts'
import { tunedForRequests } from './v8-limits.ts'
import { version } from './version.ts'

export type Sidecar = Awaited<ReturnType<typeof startSidecar>>

/** Most time for the last bytes of answers to leave. */
const flushMs = 1000
/** Most time for the last spans, within the grace period. */
const mostLastSpansMs = 2000

export type SidecarOptions = {
  /** Files that new credentials may come from. */
  files?: Followed | undefined
  /** The file of `--config`, for people. */
  configPath?: string | undefined
  /** The callers file. It is followed if `config.callersFile` names it. */
  callers?: CallersFile | undefined
  /** For listeners of `tls:`. */
  certificates?: ReadCertificates | undefined
  /** Whether new connections of `tls:` are asked for a certificate. */
  asksForCertificates?: (() => boolean) | undefined
  /** Tests only: in place of the trail of `config.auditDir`. */
  audit?: Auditing | undefined
  /** Tests only: shorter times between two looks at the certificate files. */
  certificateLookMs?: number | undefined
  /** Tests only: a shorter window. */
  paceWindowMs?: number | undefined
  /** Tests only: a longer time-out of store commands, for a busy machine. */
  storeTimeoutMs?: number | undefined
  /** Tests only: spans are sent sooner, and again. */
  traceEveryMs?: number | undefined
}

/**
 * Config → audit trail, OAuth client, data listener, admin listener; started.
 *
 * @throws ConfigError, ListenError
 */
export async function startSidecar(config: Config, logger: FastifyBaseLogger, options: SidecarOptions = {}) {
  await loadLanguage(orEnglish(config.language))
  const audit = options.audit ?? (await openAudit(config, logger))
  const trail = audit && keepTrail(audit.trail, startOf(config, options.callers, audit.digest), logger)
  let sharing: Sharing | undefined
  try {
    const pools = upstreamPools(config)
    const { secureContext } = pools
    const tracing = await traceCalls(config, logger, options.traceEveryMs)
    sharing = await share(config, { secureContext, log: logger, timeoutMs: options.storeTimeoutMs })
    const secretParts = await secretIfSet(config)
    const sidecar = await assemble(config, logger, {
      ...options,
      audit,
      note: trail?.note,
      pools,
      sharing,
      secretParts,
      tracing,
    })
    /** Answers the accepted requests, within the grace period, and ends (design/promises 2.12). */
    const stop = () => sidecar.stop().finally(trail?.stop)
    return { ...sidecar, stop }
  } catch (error) {
    await sharing?.stop() // Its connection would keep the process from ending.
    await trail?.stop()
    throw error
  }
}

type Note = KeptTrail['note']
type Connected = SidecarOptions & {
  note: Note | undefined
  pools: Pools
  sharing: Sharing | undefined
  tracing: Tracing | undefined
  secretParts: SecretParts | undefined
}

/** What a sidecar is made of before it listens. `draining`: it takes no new calls; `stopping`: it has begun to end. */
type Parts = {
  readonly config: Config
  readonly logger: FastifyBaseLogger
  readonly pools: Pools
  readonly client: Client
  readonly tracing: Tracing | undefined
  readonly calls: Calls
  readonly places: Places
  readonly guard: OpenedRepeats
  readonly app: FastifyInstance
  readonly isNews: IsNews
  /** Undefined where no listener can have TLS. */
  readonly own: OwnCertificates | undefined
  readonly phase: { stopping: boolean; draining: boolean }
}

type Listeners = Awaited<ReturnType<typeof listenForCallers>>

async function assemble(config: Config, logger: FastifyBaseLogger, connected: Connected) {
  const { files, configPath, callers, paceWindowMs, audit, pools, tracing, note = () => {} } = connected
  keepTickShape()
  const operated = isWatched(config) ? admin(config, logger) : undefined
  const told = { ...clientEvents(note, audit?.digest), tokenEvent: (event: TokenEvent) => operated?.tokenEvent(event) }
  const { sharing, secretParts } = connected
  const ways = { pool: pools.tokenEndpoint, heard: operated?.heard, sharing, secretParts, watch: tracing?.tokenRequest }
  const client = oauthClient(config, ways, files, logger, told)
  const { tokens } = client
  const calls = newCalls()
  const places = fairPlaces(config, logger)
  const startedAt = Date.now()
  const isNews = floodGate(logger)
  const phase = { stopping: false, draining: false }
  let listeners: Listeners | undefined
  const fileInUse = () => listeners?.callers?.inUse().file ?? callers
  const asksForCertificates = () => fileInUse()?.sections.some(({ certificates }) => certificates.length > 0) ?? false
  const own = startCertificates(connected.certificates, { asksForCertificates, ...connected }, logger)
  const guard = await openRepeats(config, callers, audit, logger)
  const repeats = guard.current
  const rules = { profiles: config.profile, callers: callers && (() => fileInUse() ?? callers) }
  const app = await dataApp({
    context: {
      ...{ config, tokens, dispatcher: pools.api, places, calls, rules, audit, repeats, tracing },
      heard: operated?.heard,
      tenant: () => client.credentials().tenant,
      ownNames: own?.ownNames,
      draining: () => phase.draining,
    },
    logger,
    isNews,
    onFinished: (request) => operated?.finished(request),
  })
  const parts = { config, logger, pools, client, tracing, calls, places, guard, app, isNews, phase, own }
  listeners = await listenForCallers(parts, callers, note)
  client.start() // The token request runs while the admin listener is built.
  let quit = () => {}
  const quitRequested = new Promise<void>((resolve) => {
    quit = resolve
  })
  const { addresses, callers: named } = listeners
  const inFlight = () => calls.size
  const { credentials, inUseSince, mistakes, login } = client
  let people: ToldPeople | undefined
  const started = await operated
    ?.start({
      ...{ version: version(), startedAt, addresses, tokens, audit, inFlight },
      ...{ credentials, inUseSince, mistakes, login },
      secretCommand: client.secretCommand,
      sharing: client.sharing,
      repeats,
      notices: () => people?.notices(),
      traces: tracing?.shown,
      callers: named?.inUse,
      certificates: own?.inUse,
      stopping: () => phase.stopping,
      waiting: places.waiting,
      shares: places.shown,
      connections: () => connectionsOf(pools),
      dispatcher: pools.probing,
      quit: () => phase.stopping || quit(),
    })
    .catch(closing((patienceMs) => endAll(parts, listeners, patienceMs)))
  const { secureContext } = pools
  people = started && (await tellPeople(config, { known: started, configPath, secureContext, log: logger }))
  await tunedForRequests()
  const stopPace = keepPace(calls, paceWindowMs)
  return {
    /** Addresses of the data listener. */
    addresses,
    /** Addresses of listeners for single callers. */
    callerAddresses: named?.addresses() ?? [],
    /** Addresses of the admin listener; none if it is off. */
    adminAddresses: started?.addresses ?? [],
    tokens,
    /** Requests that have not been answered to the last byte. */
    inFlight,
    /** Requests in flight that wait for a token or for a place. */
    waiting: places.waiting,
    /** Resolves at `POST /quitquitquit`. */
    quitRequested,
    stop: () => stop(parts, listeners, stopPace, started, people),
  }
}

/** Whether anybody looks at what is known: at the admin listener, or by being told. */
function isWatched({ adminListen, notify, heartbeatUrl }: Config): boolean {
  return adminListen.length > 0 || notify.length > 0 || heartbeatUrl !== undefined
}

/** Opens the listeners of all callers and of single ones. @throws ListenError */
async function listenForCallers(
  { config, logger, places, guard, app, isNews, own }: Parts,
  callers: CallersFile | undefined,
  note: Note,
) {
  if (callers !== undefined) places.useSections(callers.sections)
  const language = orEnglish(config.language)
  const newServer = (address: ListenAddress) => {
    if (!isTls(address)) return dataServer(app.routing, logger, isNews, language)
    if (own === undefined) throw new Error('a tls: address without a certificate')
    const server = dataServer(app.routing, logger, isNews, language, own.listening)
    own.serves(server)
    return server
  }
  const { addresses, servers } = await listenOnAll(config.listen, entrances(newServer))
  const closeOf = (named: Callers | undefined) => (patienceMs: number) =>
    Promise.all([...servers, ...(named?.servers() ?? [])].map((server) => closeServer(server, patienceMs)))
  if (callers === undefined) return { addresses, callers, close: closeOf(undefined) }
  const changed = async (file: CallersFile) => {
    await guard.useFile(file) // First: no write of a caller that it guards goes unguarded.
    places.useSections(file.sections)
    note(callersChanged(file.path))
  }
  const parts = { config, newServer, log: logger, changed }
  const named = await startCallers(callers, parts).catch(closing(closeOf(undefined)))
  return { addresses, callers: named, close: closeOf(named) }
}

async function endAll({ client, pools, own, tracing }: Parts, listeners: Listeners, patienceMs: number): Promise<void> {
  own?.stop()
  await Promise.all([client.stop(), listeners.close(patienceMs)])
  await Promise.all([pools.tokenEndpoint.destroy(), tracing?.stop(0)])
}

async function stop(
  { config, client, tracing, calls, places, guard, app, pools, phase, own }: Parts,
  listeners: Listeners,
  stopPace: () => void,
  started: StartedAdmin | undefined,
  people: ToldPeople | undefined,
): Promise<void> {
  phase.stopping = true
  const toldNoMore = people?.stop()
  if (config.shutdownDelayMs > 0) await sleep(config.shutdownDelayMs) // Without a delay, draining begins in this tick.
  phase.draining = true
  const graceEndsAt = performance.now() + config.shutdownGraceMs
  await untilNone(calls, config.shutdownGraceMs)
  for (const call of calls) {
    endEarly(call, isAtUpstream(call.life.phase) ? problem('cut_by_shutdown', {}) : shuttingDown())
  }
  const tokenRequestsEnded = client.stop()
  await untilNone(calls, flushMs)
  stopPace()
  listeners.callers?.stop()
  own?.stop()
  places.stop()
  for (const { response } of calls) resetConnection(response)
  await listeners.close(flushMs)
  guard.current()?.stop()
  await tokenRequestsEnded
  await tracing?.stop(Math.min(mostLastSpansMs, graceEndsAt - performance.now()))
  await Promise.all([app.close(), pools.api.destroy(), pools.tokenEndpoint.destroy()])
  await toldNoMore
  await started?.stop() // Last, so that /readyz answers until then.
  await pools.probing.destroy()
}

/** Gives up what was opened already, and throws on. */
function closing(closeAll: (patienceMs: number) => Promise<unknown>): (error: unknown) => Promise<never> {
  return async (error) => {
    await closeAll(0)
    throw error
  }
}

async function untilNone(calls: Calls, mostMs: number): Promise<void> {
  const deadline = performance.now() + mostMs
  while (calls.size > 0 && performance.now() < deadline) await sleep(20)
}
