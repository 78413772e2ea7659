import type { FastifyReply, FastifyRequest } from 'fastify'
import { asProblem, ProblemError, problemAnswer } from '../errors.ts'
import { allowedOrigin, type GuardOptions } from './access-guard.ts'
import { closeAfterAnswer, isUnfinished } from './closing.ts'
import { corsHeaders } from './headers.ts'

/** The one error handler: every problem of a request ends here, as the answer of CONTRACT §3. */
export function problemResponse(options: GuardOptions) {
  return (error: unknown, request: FastifyRequest, reply: FastifyReply): void => {
    const problem = fromFastify(error)
    if (problem.code === 'internal_error') request.log.error({ err: error }, 'internal error')
    request.record.problem = problem.code
    const { status, reason, headers, body } = problemAnswer(problem, request.id)
    for (const [name, value] of headers) reply.header(name, value)
    const origin = allowedOrigin(request.raw, options)
    if (origin !== undefined) for (const [name, value] of corsHeaders(origin)) reply.header(name, value)
    const unfinished = isUnfinished(request.raw)
    if (problem.code === 'draining' || unfinished) reply.header('Connection', 'close')
    if (unfinished) closeAfterAnswer(reply.raw)
    reply.raw.statusMessage = reason
    reply.code(status).send(Buffer.from(body)) // A string would get a charset, which JSON does not have.
  }
}

/** What Fastify refuses by itself, though nothing is known that it still does, is the request's fault. */
function fromFastify(error: unknown): ProblemError {
  const status: unknown = error instanceof Error ? Reflect.get(error, 'statusCode') : undefined
  if (!(error instanceof ProblemError) && typeof status === 'number' && status >= 400 && status < 500) {
    return new ProblemError('bad_request', 'The request cannot be forwarded as it stands.', { cause: error })
  }
  return asProblem(error)
}
