import { METHODS } from 'node:http'
import proxyPlugin from '@fastify/http-proxy'
import Fastify, { type FastifyBaseLogger, type FastifyInstance } from 'fastify'
import type { AuditEntry } from '../audit/audit-line.ts'
import { isNobodys } from '../callers/recognise/recognise.ts'
import {
  allowedOrigin,
  checkAuthority,
  checkHost,
  checkLoop,
  checkMethod,
  checkOrigin,
  isSecure,
} from '../http/access-guard.ts'
import { closeAfterAnswer, isUnfinished } from '../http/closing.ts'
import { checkFraming } from '../http/framing.ts'
import { sandboxed } from '../http/sandboxed-headers.ts'
import { withoutSchemas } from '../http/without-schemas.ts'
import { type FinishedRequest, finishedRequest } from '../log/finished-request.ts'
import type { IsNews } from '../log/flood-gate.ts'
import { requestLog } from '../log/request-line.ts'
import { orEnglish } from '../words/language.ts'
import { type Call, type Context, leave, newCall } from './call.ts'
import { endOf, noteEnd, recordEnd } from './call-entries.ts'
import { corsHeaders, mayBePage, requestId } from './headers.ts'
import { checkNoKey, checkOperation, identify } from './judging/caller-rule.ts'
import { deedOf } from './judging/effect-of-call.ts'
import { answerPreflight, isPreflight } from './judging/preflight.ts'
import { judgeTarget } from './judging/target.ts'
import { checkTenant } from './judging/tenant-rule.ts'
import { shuttingDown } from './life/end-early.ts'
import { serve } from './life/serve.ts'
import { problemResponse } from './problem-response.ts'
import type { TellDelivery, WriteOfCall } from './repeats/repeats.ts'
import { placeholder, shownInHead } from './token-placeholder.ts'

export type DataAppOptions = {
  context: Context
  logger: FastifyBaseLogger
  isNews: IsNews
  /** Hears of each request once it has ended. */
  onFinished?: (request: FinishedRequest) => void
}

/**
 * Everything between a caller and CATAPA, in the order of a request. Fastify has no logger of its own: one for each request
 * would cost more than its line does.
 */
export async function dataApp({ context, logger, isNews, onFinished }: DataAppOptions): Promise<FastifyInstance> {
  const { config } = context
  const app = bareApp()
  app.decorateRequest('call')
  app.setErrorHandler(problemResponse(logger, orEnglish(config.language)))
  const tokenRequest = placeholder(config, logger)
  const logRequest = requestLog(logger, isNews)

  /** Its answer has left, or its caller has and nothing more is done for it. */
  function over(call: Call): void {
    const finished = finishedRequest(call)
    logRequest(finished)
    onFinished?.(finished)
    if (call.record.trace?.sampled !== undefined) context.tracing?.ended(call, finished)
    if (call.write !== undefined) recordWrite(call, call.write, finished)
    else if (context.audit !== undefined) recordEnd(call, finished)
    leave(call)
  }

  app.addHook('onRequest', (request, reply, done) => {
    const call = newCall(request, reply, context)
    request.call = call
    // Fastify's onResponse misses callers who leave.
    reply.raw.on('close', () => {
      const repeats = context.repeats?.()
      if (repeats === undefined || !repeats.carry(call)) return over(call)
      call.carried = () => {
        if (call.write !== undefined) repeats.endCarried(call.write)
        over(call)
      }
    })
    guard(call)
    const { audit } = context
    if (audit !== undefined || context.repeats?.() !== undefined)
      call.judged = { ...call.judged, deed: deedOf(call.request, call.judged.target) }
    if (isPreflight(call)) {
      accept(call)
      return answerPreflight(call)
    }
    if (tokenRequest.concerns(call)) {
      const shown = shownInHead(call)
      accept(call)
      return tokenRequest.answer(call, shown)
    }
    if (audit !== undefined) call.judged = { ...call.judged, recorded: true }
    const lookedUp = identify(call)
    if (lookedUp !== undefined) return void lookedUp.then(() => accept(call, true)).then(() => done(), done)
    accept(call, true)
    done()
  })
  // Fastify sends what we answer ourselves; CATAPA's answers have a writer of their own.
  app.addHook('onSend', ({ raw }, reply, _payload, done) => {
    const origin = allowedOrigin(raw, config)
    if (origin !== undefined) for (const [name, value] of corsHeaders(origin)) reply.header(name, value)
    if (mayBePage(raw.headers['sec-fetch-dest'], true)) reply.headers(sandboxed)
    const early = isUnfinished(raw)
    if (early || context.draining() || isNobodys(raw.socket)) reply.header('Connection', 'close')
    if (early) closeAfterAnswer(reply.raw)
    done()
  })
  await app.register(proxyPlugin, {
    upstream: config.baseUrl.origin,
    httpMethods: app.supportedMethods,
    routes: ['/'],
    proxyPayloads: false,
    // In place of the plugin's own handler; the exchange is our own (design/libraries 40). A hook that does not go on, and
    // not the plugin's `handler`: for that it would first work out a destination, by parsing three URLs: 10 µs in one run.
    preHandler({ call }) {
      void serve(call)
    },
  })
  await app.ready()
  return app
}

/** A Fastify that judges nothing by itself: one route for every target, no idea of bodies. */
function bareApp(): FastifyInstance {
  const app = Fastify({
    genReqId: ({ headers }) => requestId(headers['x-request-id']),
    rewriteUrl: () => '/', // The raw target is judged by us (design/libraries 13).
    return503OnClosing: false,
    exposeHeadRoutes: false,
    schemaController: withoutSchemas,
  })
  // No method has a body as far as Fastify is concerned: it would refuse odd content types, and we stream
  // (design/libraries 23).
  for (const method of METHODS) {
    if (method !== 'CONNECT') app.addHttpMethod(method, { hasBody: false, overrideExisting: true })
  }
  return app
}

/** @throws ProblemError for whatever must not reach CATAPA; `Host` is judged first, always. */
function guard(call: Call): void {
  const { request, reply, context } = call
  const { config } = context
  checkHost(request, config, context)
  checkMethod(request)
  const target = judgeTarget(reply.request.originalUrl) // Of `request` it has become "/".
  call.judged = { ...call.judged, target }
  if (target.authority !== undefined)
    checkAuthority(target.authority, config.allowedHosts, isSecure(request) ? context.ownNames : undefined)
  checkOrigin(request, config)
  checkLoop(request)
}

/** The guards that need to know the caller. @param forwards CATAPA is to get the call @throws ProblemError */
function accept(call: Call, forwards = false): void {
  const { request, context } = call
  const { target } = call.judged
  const tenant = context.tenant()
  call.judged = { ...call.judged, tenant }
  if (target !== undefined) checkTenant(request, target, tenant)
  if (forwards) {
    checkNoKey(call)
    call.judged = checkOperation(call)
  }
  if (context.draining()) throw shuttingDown()
  checkFraming(request, context.config.maxBodyBytes)
  call.judged = { ...call.judged, accepted: true }
}

/** The end of a guarded write has its line once it has shown whether its caller got the answer (design/promises 12.6). */
function recordWrite(call: Call, write: WriteOfCall, finished: FinishedRequest): void {
  call.context.repeats?.()?.afterAnswer(call, write, noting(call.context, endOf(call, finished)))
}

/** By itself, so that it keeps nothing of the call alive for as long. */
function noting(context: Context, entry: AuditEntry | undefined): TellDelivery {
  return (delivered = entry?.delivered) => entry && noteEnd(context, { ...entry, delivered })
}
