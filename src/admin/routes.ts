import { METHODS } from 'node:http'
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify'
import type { Registry } from 'prom-client'
import { closeAfterAnswer, isUnfinished } from '../http/closing.ts'
import { sandboxed } from '../http/sandboxed-headers.ts'
import { withoutSchemas } from '../http/without-schemas.ts'
import { type ProblemCode, problems } from '../problems/codes.ts'
import { ProblemError } from '../problems/problem.ts'
import type { Config } from '../settings/config.ts'
import { systemClock } from '../time.ts'
import { inLanguage, type Language, loadLanguage } from '../words/language.ts'
import { AdminRefusal, adminGuard, checkIntent } from './admin-guard.ts'
import type { LocalPeers } from './admin-server.ts'
import type { AdminSources } from './admin-sources.ts'
import { changeLogLevel } from './log-level.ts'
import { statusPage } from './page/page.ts'
import type { Readiness } from './probes/readiness.ts'
import { releaseWrite } from './release-write.ts'
import { tokenRefresh } from './renew-token.ts'
import type { eventStream } from './status/event-stream.ts'
import type { Status } from './status/status.ts'

export type AdminAppOptions = {
  config: Config
  sources: AdminSources
  localPeers: LocalPeers
  logger: FastifyBaseLogger
  /** Whether another problem of this kind is to be logged. */
  isNews: (problem: ProblemCode) => boolean
  registry: Registry
  readiness: () => Readiness
  /** Also asks CATAPA. */
  deepReadiness: () => Promise<Readiness>
  /** The first token request has been answered, or has failed. */
  answered: () => boolean
  status: () => Status
  events: ReturnType<typeof eventStream>
}

/** Headers of every answer. The status page and its parts have a policy of their own instead of the sandbox. */
const careful = { 'Cache-Control': 'no-store', ...sandboxed }

/** The admin listener (design/promises 5): probes, metrics, status, and operations. */
export async function adminApp(options: AdminAppOptions): Promise<FastifyInstance> {
  const app = Fastify({
    loggerInstance: options.logger,
    logController: new LogController({ disableRequestLogging: true }),
    return503OnClosing: false,
    schemaController: withoutSchemas,
    frameworkErrors: (_error, _request, reply) => refuse(reply, 400, 'The address of this request is malformed.'),
  })
  // Bodies are ignored: Fastify would refuse odd types by itself (design/libraries 23).
  for (const method of METHODS) {
    if (method !== 'CONNECT') app.addHttpMethod(method, { hasBody: false, overrideExisting: true })
  }
  guardAll(app, options)
  refusals(app, options)
  probes(app, options)
  views(app, options)
  operations(app, options)
  await app.ready()
  return app
}

/** Guards of every request, and headers of every answer. */
function guardAll(app: FastifyInstance, { config, localPeers }: AdminAppOptions): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(careful)
    adminGuard(request.raw, pathOf(request.url), { ...config, localPeers })
  })
  app.addHook('onSend', ({ raw }, reply, _payload, done) => {
    if (isUnfinished(raw)) {
      reply.header('Connection', 'close')
      closeAfterAnswer(reply.raw)
    }
    done()
  })
}

/** Answers to unknown paths, wrong methods and errors; registered before the routes, whose methods it has to know. */
function refusals(app: FastifyInstance, { isNews, logger }: AdminAppOptions): void {
  const methods = new Map<string, string[]>()
  app.addHook('onRoute', ({ url, method }) => {
    methods.set(url, [...(methods.get(url) ?? []), ...[method].flat()])
  })
  app.setNotFoundHandler((request) => {
    const allowed = methods.get(pathOf(request.url))
    if (allowed === undefined) throw new AdminRefusal(404, 'There is nothing here, or it is switched off.')
    throw new AdminRefusal(405, 'This address takes another method.', { Allow: allowed.join(', ') })
  })
  app.setErrorHandler(async (error, request, reply) => {
    if (error instanceof AdminRefusal) return refuse(reply.headers(error.headers), error.status, error.message)
    if (error instanceof ProblemError) {
      if (error.code === 'method_not_allowed') reply.header('Allow', 'GET, HEAD, POST')
      reply.header('X-Catapa-Sidecar-Error', error.code)
      const detail = inLanguage(await languageFor(request, reply), () => error.detail)
      return refuse(reply, problems[error.code].status, detail, { code: error.code })
    }
    if (isNews('internal_error')) logger.error({ err: error }, 'internal error on the admin listener')
    return refuse(reply, 500, 'This is a fault of catapa-sidecar; please report it with its log.')
  })
}

/** Routes that show something. */
function views(app: FastifyInstance, options: AdminAppOptions): void {
  const { registry, events } = options
  app.get('/metrics', async (_request, reply) => {
    reply.header('Content-Type', registry.contentType)
    return registry.metrics()
  })
  statusPage(app, options.status, options.config.language)
  app.get('/api/status', async (request, reply) => timedIn(await languageFor(request, reply), options))
  app.get('/api/events', { exposeHeadRoute: false }, async (request, reply) => {
    const language = await languageFor(request, reply)
    if (events.isFull()) throw new AdminRefusal(503, 'Too many pages are watching already; close one.')
    reply.hijack()
    events.add(reply.raw, language)
  })
}

/** Routes that change something. */
function operations(app: FastifyInstance, options: AdminAppOptions): void {
  const { config, sources, logger } = options
  const refresh = tokenRefresh(sources.tokens, systemClock)
  app.post('/api/token/refresh', async (request, reply) => {
    checkIntent(request.raw)
    const { ageMs, asks, outcome } = refresh()
    sources.audit?.trail[asks ? 'note' : 'noteGated']({ event: 'token-refresh' })
    reply.header('Age', Math.floor(ageMs / 1000)) // RFC 9111 §5.1: an outcome may be shared.
    const language = await languageFor(request, reply)
    await outcome
    return timedIn(language, options)
  })
  app.post('/api/log-level', async (request) => {
    checkIntent(request.raw)
    const changed = changeLogLevel(logger, parameters(request.url).get('level'))
    if (changed.from !== changed.to) sources.audit?.trail.noteGated({ event: 'log-level', detail: changed })
    return changed
  })
  app.post('/api/repeats/release', async (request, reply) => {
    checkIntent(request.raw)
    releaseWrite(sources, parameters(request.url).get('write'))
    return timedIn(await languageFor(request, reply), options)
  })
  if (!config.quit) return
  app.post('/quitquitquit', async (request) => {
    checkIntent(request.raw)
    sources.quit()
    return 'The sidecar drains and ends.\n'
  })
}

function probes(app: FastifyInstance, { readiness, deepReadiness, answered, sources }: AdminAppOptions): void {
  app.get('/livez', async (_request, reply) => say(reply, true, 'ok'))
  app.get('/startupz', async (_request, reply) =>
    say(reply, answered(), answered() ? 'ok' : 'starting: the first token request has not been answered yet'),
  )
  app.get('/readyz', async (request, reply) => {
    const known = readiness()
    // In a pause that CATAPA has asked for, nothing is sent to it.
    const may = !sources.stopping() && sources.shares().hold === null
    const deep = may && parameters(request.url).get('deep') === '1'
    const asked = deep ? await deepReadiness() : known
    const now = readiness()
    const { ready, reason } = asked.ready && !now.ready ? now : asked
    return say(reply, ready, reason)
  })
}

/** A probe's answer is a status; the sentence is for people. */
function say(reply: FastifyReply, good: boolean, sentence: string): FastifyReply {
  return reply
    .code(good ? 200 : 503)
    .type('text/plain; charset=utf-8')
    .send(`${sentence}\n`)
}

/** The language that the address asks for, in `language`; its words are loaded. Without one programs get English. */
async function languageFor({ url }: FastifyRequest, reply?: FastifyReply): Promise<Language> {
  const language = parameters(url).get('language') === 'id' ? 'id' : 'en'
  await loadLanguage(language)
  if (language !== 'en') reply?.header('Content-Language', language)
  return language
}

function timedIn(language: Language, options: AdminAppOptions) {
  return inLanguage(language, () => timed(options))
}

/** A status with its time. */
function timed({ status, sources: { startedAt } }: AdminAppOptions) {
  const now = Date.now()
  return { at: new Date(now).toISOString(), uptimeSeconds: Math.round((now - startedAt) / 1000), ...status() }
}

function refuse(reply: FastifyReply, status: number, detail: string, more: { code?: string } = {}): FastifyReply {
  const body = Buffer.from(JSON.stringify({ status, detail, ...more }))
  return reply
    .code(status)
    .headers({ ...careful, 'Content-Type': 'application/problem+json' })
    .send(body)
}

function pathOf(url: string): string {
  return url.split('?', 1)[0] ?? ''
}

function parameters(url: string): URLSearchParams {
  return new URLSearchParams(url.split('?')[1])
}
