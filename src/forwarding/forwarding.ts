import { METHODS } from 'node:http'
import Fastify, { type FastifyBaseLogger, type FastifyInstance, type FastifyRequest } from 'fastify'
import type { FinishedRequest } from '../log/finished-request.ts'
import { finishedRequest, requestLog } from '../log/request-line.ts'
import { type ProblemCode, ProblemError } from '../problems/problem.ts'
import { checkFraming } from './exchange/request-body.ts'
import { allowedOrigin, checkAuthority, checkHost, checkLoop, checkMethod, checkOrigin } from './guard/access-guard.ts'
import { answerPreflight } from './guard/preflight.ts'
import { judgeTarget } from './guard/target.ts'
import { checkTenant } from './guard/tenant-rule.ts'
import { corsHeaders, mayBePage, requestId, sandboxed } from './headers.ts'
import { closeAfterAnswer, isUnfinished } from './listener/closing.ts'
import { placeholder } from './placeholder.ts'
import { problemResponse } from './problem-response.ts'
import { type ProxyOptions, proxy } from './proxy.ts'
import { newRecord } from './request-record.ts'

export type DataAppOptions = ProxyOptions & {
  logger: FastifyBaseLogger
  /** The tenant whose credentials are loaded now. */
  tenant: () => string
  /** Whether another request that ended with a problem is to be logged. */
  isNews: (problem: ProblemCode) => boolean
  /** Hears of each request once it has ended. */
  onFinished?: (request: FinishedRequest) => void
}

/**
 * What stands between a caller and CATAPA, in the order of a request. Fastify has no logger of its own: one for each request
 * would cost more than its line does.
 */
export async function dataApp(options: DataAppOptions): Promise<FastifyInstance> {
  const { config } = options
  const app = Fastify({
    genReqId: ({ headers }) => requestId(headers['x-request-id']),
    rewriteUrl: () => '/', // One route; the raw target is judged by us (design/libraries 13).
    return503OnClosing: false,
    exposeHeadRoutes: false,
  })
  // No method has a body as far as Fastify is concerned: it would refuse odd content types, and we stream
  // (design/libraries 23).
  for (const method of METHODS) {
    if (method !== 'CONNECT') app.addHttpMethod(method, { hasBody: false, overrideExisting: true })
  }
  app.decorateRequest('record')
  app.setErrorHandler(problemResponse(options.logger))
  const tokenRequest = placeholder(config, options.logger, options.callers)
  const logRequest = requestLog(options.logger, options.isNews)

  app.addHook('onRequest', (request, reply, done) => {
    request.record = newRecord(request.raw)
    // Fastify's onResponse misses callers who leave.
    reply.raw.on('close', () => {
      const finished = finishedRequest(request, reply)
      logRequest(finished)
      options.onFinished?.(finished)
    })
    guard(request, options)
    if (answerPreflight(request, reply, config)) return
    if (tokenRequest.concerns(request)) return tokenRequest.answer(request, reply)
    done()
  })
  // Fastify sends what we answer ourselves; CATAPA's answers have a writer of their own.
  app.addHook('onSend', ({ raw }, reply, _payload, done) => {
    const origin = allowedOrigin(raw, config)
    if (origin !== undefined) for (const [name, value] of corsHeaders(origin)) reply.header(name, value)
    if (mayBePage(raw.headers['sec-fetch-dest'], true)) reply.headers(sandboxed)
    const early = isUnfinished(raw)
    if (early || options.draining()) reply.header('Connection', 'close')
    if (early) closeAfterAnswer(reply.raw)
    done()
  })
  await proxy(app, options)
  await app.ready()
  return app
}

/** @throws ProblemError for whatever must not reach CATAPA; `Host` is judged first, always. */
function guard(request: FastifyRequest, { config, tenant, draining }: DataAppOptions): void {
  const { raw, record } = request
  checkHost(raw, config)
  checkMethod(raw)
  const target = judgeTarget(request.originalUrl)
  record.target = target
  if (target.authority !== undefined) checkAuthority(target.authority, config.allowedHosts)
  checkOrigin(raw, config)
  checkLoop(raw)
  record.tenant = tenant()
  checkTenant(raw, target, record.tenant)
  if (draining())
    throw new ProblemError('draining', 'The sidecar is shutting down; send the request again in a moment.')
  checkFraming(raw, config.maxBodyBytes)
}
