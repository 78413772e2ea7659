import { METHODS } from 'node:http'
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify'
import type { Config } from '../config/config.ts'
import { ProblemError } from '../errors.ts'
import { allowedOrigin, checkAuthority, checkHost, checkLoop, checkMethod, checkOrigin } from './access-guard.ts'
import { logRequest } from './access-log.ts'
import { corsHeaders, requestId } from './headers.ts'
import { placeholder } from './placeholder.ts'
import { problemResponse } from './problem-response.ts'
import { type ProxyOptions, proxy } from './proxy.ts'
import { checkFraming } from './request-body.ts'
import { newRecord } from './request-record.ts'
import { judgeTarget } from './target.ts'
import { checkTenant } from './tenant-rule.ts'

export type DataAppOptions = ProxyOptions & {
  logger: FastifyBaseLogger
  /** The tenant whose credentials are loaded now. */
  tenant: () => string
  draining: () => boolean
}

/** What stands between a caller and CATAPA, in the order of a request. */
export async function dataApp(options: DataAppOptions): Promise<FastifyInstance> {
  const { config } = options
  const app = Fastify({
    loggerInstance: options.logger,
    genReqId: ({ headers }) => requestId(headers['x-request-id']),
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    rewriteUrl: () => '/', // One route; the raw target is judged by us (STACK row 13).
    return503OnClosing: false,
    exposeHeadRoutes: false,
  })
  // No method has a body as far as Fastify is concerned: it would refuse odd content types, and we stream (STACK row 23).
  for (const method of METHODS) {
    if (method !== 'CONNECT') app.addHttpMethod(method, { hasBody: false, overrideExisting: true })
  }
  app.decorateRequest('record')
  app.setErrorHandler(problemResponse(config))
  const tokenRequest = placeholder(config)

  app.addHook('onRequest', (request, reply, done) => {
    request.record = newRecord()
    guard(request, options)
    if (answerPreflight(request, reply, config)) return
    if (tokenRequest.concerns(request)) return tokenRequest.answer(request, reply)
    done()
  })
  app.addHook('onResponse', (request, reply, done) => {
    logRequest(request, reply)
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
  checkTenant(raw, target.query, tenant())
  if (draining())
    throw new ProblemError('draining', 'The sidecar is shutting down; send the request again in a moment.')
  checkFraming(raw, config.maxBodyBytes)
}

/** A browser's question whether a page of an allowed origin may call (CONTRACT §3); CATAPA is not asked. */
function answerPreflight({ raw, id }: FastifyRequest, reply: FastifyReply, config: Config): boolean {
  const { headers } = raw
  const origin = allowedOrigin(raw, config)
  const method = headers['access-control-request-method']
  if (raw.method !== 'OPTIONS' || origin === undefined || method === undefined) return false
  for (const [name, value] of corsHeaders(origin)) reply.header(name, value)
  reply
    .header('Access-Control-Allow-Methods', method)
    .header('Access-Control-Max-Age', '600')
    .header('X-Request-Id', id)
  const asked = headers['access-control-request-headers']
  if (asked !== undefined) reply.header('Access-Control-Allow-Headers', asked)
  if (headers['access-control-request-private-network'] !== undefined)
    reply.header('Access-Control-Allow-Private-Network', 'true')
  reply.code(204).send()
  return true
}
