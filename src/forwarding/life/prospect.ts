import type { IncomingMessage } from 'node:http'
import type { Config } from '../../settings/config.ts'
import type { Call } from '../call.ts'
import type { Prospect } from './life.ts'

/** A 401 is short; a body that may be sent again is kept up to the same size (design/promises 2.9). */
export const keptBytes = 64 * 1024

type Coming = Pick<Call, 'request' | 'body'>

/** Works out the prospect of a call, once its body is there. */
export function prospectOf({ request, body }: Coming, { replay }: Pick<Config, 'replay'>): Prospect {
  const { method } = request
  const streamed = body !== null && !Buffer.isBuffer(body)
  return {
    reads: body === null && (method === 'GET' || method === 'HEAD'),
    // With `safe` a body that is at hand by chance is not sent again either.
    replayable: replay === 'safe' ? body === null : replay === 'buffered' && !streamed,
    streamed,
    blind: cannotNoticeCut(request),
  }
}

/** Whether a body is collected before it is sent, so that it is still there for a second time. */
export function collectsBody({ headers }: IncomingMessage, { replay }: Pick<Config, 'replay'>): boolean {
  return replay === 'buffered' && Number(headers['content-length'] ?? 0) <= keptBytes
}

const saysClose = /(^|,)\s*close\s*(,|$)/i

/**
 * Callers that take the end of the connection for the end of the answer cannot notice a cut (design/promises 3.13):
 * HTTP/1.0, and `Connection: close`.
 */
function cannotNoticeCut({ headers, httpVersion }: IncomingMessage): boolean {
  return httpVersion === '1.0' || (headers.connection !== undefined && saysClose.test(headers.connection))
}
