import type { FastifyBaseLogger, FastifyReply, FastifyRequest } from 'fastify'
import { loggableId } from '../log/finished-request.ts'
import { asProblem } from '../problems/problem.ts'
import { problemAnswer } from '../problems/problem-answer.ts'
import type { Language } from '../words/language.ts'

/** The one error handler: every problem of a request ends here, as the answer of design/promises 3.15. */
export function problemResponse(log: FastifyBaseLogger, language: Language) {
  return (error: unknown, { call: { record, request, id: requestId } }: FastifyRequest, reply: FastifyReply): void => {
    const problem = asProblem(error, record.sentAt === 0 ? 'no' : 'maybe')
    if (problem.code === 'internal_error') log.error({ requestId: loggableId(requestId), err: error }, 'internal error')
    const { status, reason, headers, body } = problemAnswer(problem, { requestId, traceId: record.trace?.id, language })
    const bytes = Buffer.from(body) // A string would get a charset, which JSON does not have.
    record.problem = problem
    record.responseBytes = request.method === 'HEAD' ? 0 : bytes.length
    for (const [name, value] of headers) reply.header(name, value)
    // After a request that is not what HTTP/1.1 says, nobody can be sure where the next one begins.
    if (problem.code === 'bad_request') reply.header('Connection', 'close')
    reply.raw.statusMessage = reason
    reply.code(status).send(bytes)
  }
}
