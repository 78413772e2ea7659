import type { FastifyReply, FastifyRequest } from 'fastify'
import { asProblem, problemAnswer } from '../errors.ts'
import { allowedOrigin, type GuardOptions } from './access-guard.ts'
import { corsHeaders } from './headers.ts'

/** The one error handler: every problem of a request ends here, as the answer of CONTRACT §3. */
export function problemResponse(options: GuardOptions) {
  return (error: unknown, request: FastifyRequest, reply: FastifyReply): void => {
    const { record, raw, log, id } = request
    const problem = asProblem(error, record.sentAt === 0 ? 'no' : 'maybe')
    if (problem.code === 'internal_error') log.error({ err: error }, 'internal error')
    const { status, reason, headers, body } = problemAnswer(problem, id)
    const bytes = Buffer.from(body) // A string would get a charset, which JSON does not have.
    record.problem = problem.code
    record.responseBytes = raw.method === 'HEAD' ? 0 : bytes.length
    for (const [name, value] of headers) reply.header(name, value)
    const origin = allowedOrigin(raw, options)
    if (origin !== undefined) for (const [name, value] of corsHeaders(origin)) reply.header(name, value)
    if (problem.code === 'draining') reply.header('Connection', 'close')
    reply.raw.statusMessage = reason
    reply.code(status).send(bytes)
  }
}
