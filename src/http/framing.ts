import type { IncomingMessage } from 'node:http'
import { type ProblemError, problem } from '../problems/problem.ts'

/** Whether a request has a body (RFC 9112 §6.3). */
export function hasBody({ headers }: IncomingMessage): boolean {
  if (headers['transfer-encoding'] !== undefined) return true
  const length = headers['content-length']
  return length !== undefined && Number(length) > 0
}

/**
 * Refuses framing that Node's parser accepts and a proxy must not: CATAPA could see another end of the body.
 *
 * @throws ProblemError `bad_request` for a coding other than that of HTTP/1.1, `body_too_large` for a body whose stated
 * length is over the limit
 */
export function checkFraming({ headers, httpVersion }: IncomingMessage, maxBytes: number): void {
  const coding = headers['transfer-encoding']
  if (coding !== undefined && (httpVersion === '1.0' || coding.toLowerCase() !== 'chunked')) {
    throw problem('transfer_coding', {})
  }
  if (Number(headers['content-length'] ?? 0) > maxBytes) throw tooLarge()
}

export function tooLarge(): ProblemError {
  return problem('body_too_large', {})
}
