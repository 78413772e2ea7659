import type { FastifyBaseLogger } from 'fastify'
import { loggableId, product } from '../log/request-line.ts'
import { ProblemError, problem } from '../problems/problem.ts'
import type { Config } from '../settings/config.ts'
import { type Call, enter } from './call.ts'
import { streamedBody } from './exchange/request-body.ts'
import { decodeOnce } from './guard/percent.ts'

const answer = JSON.stringify({ access_token: 'catapa-sidecar', token_type: 'Bearer', expires_in: 3600 })

/** Callers that are remembered as logged; there may be any number of programs, not of log lines. */
const mostSeen = 1000

/**
 * Some programs insist on getting a token first, CATAPA's own Python SDK among them. Their token request never leaves:
 * the credentials in it are dropped, and the answer is a placeholder that the sidecar will replace
 * (design/promises 3.2).
 */
export function placeholder(
  { baseUrl, tokenUrl, placeholderToken, maxBodyBytes, bodyTimeoutMs }: Config,
  log: FastifyBaseLogger,
) {
  const path = tokenUrl.origin === baseUrl.origin ? decodeOnce(tokenUrl.pathname) : undefined
  const seen = new Set<string>()

  function logFirst({ record, request, id }: Call): void {
    const { caller } = record
    const program = product(request.headers['user-agent'])
    const who = `${caller} ${program}`
    if (seen.has(who) || seen.size >= mostSeen) return
    seen.add(who)
    log.info(
      { requestId: loggableId(id), caller, program },
      'a caller asks for a token by itself; it gets a placeholder, its credentials are dropped',
    )
  }

  return {
    /** Whether this is a token request of a caller. @throws ProblemError `policy_denied` when they are switched off */
    concerns({ request, target }: Call): boolean {
      if (request.method !== 'POST' || target === undefined || decodeOnce(target.path) !== path) return false
      if (placeholderToken) return true
      throw problem('placeholder_off', {})
    },

    /** Reads the request to its end first: old programs do not expect an answer before they have sent all of it. */
    answer(call: Call): void {
      const { request, reply, record, id } = call
      logFirst(call)
      const body = streamedBody(request, maxBodyBytes, (count) => {
        record.requestBytes += count
      })
      enter(call)
      call.underWay = { end: (reason) => body.destroy(reason) }
      request.setTimeout(bodyTimeoutMs, () => body.destroy(silent()))
      body.once('error', (error) => {
        if (error instanceof ProblemError) reply.send(error)
        else reply.hijack() // The caller has gone.
      })
      // Not the body's end: that comes a little before the request's, and an answer between them closes the connection.
      request.once('end', () => {
        if (body.errored !== null) return
        record.responseBytes = answer.length
        reply.headers({
          'Content-Type': 'application/json',
          'Cache-Control': 'no-store',
          'X-Catapa-Sidecar-Placeholder': '1',
          'X-Request-Id': id,
        })
        reply.send(Buffer.from(answer))
      })
      body.resume()
    },
  }
}

function silent(): ProblemError {
  return problem('token_request_silent', {})
}
