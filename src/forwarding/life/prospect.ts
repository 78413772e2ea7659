import type { IncomingMessage } from 'node:http'
import type { Config } from '../../settings/config.ts'
import type { Call } from '../call.ts'
import { keptBytes } from '../exchange/answer.ts'
import type { Prospect } from './life.ts'

type Coming = Pick<Call, 'request' | 'body' | 'write'>

/** Works out the prospect of a call, once its body is there. */
export function prospectOf({ request, body, write }: Coming, { replay }: Pick<Config, 'replay'>): Prospect {
  const { method } = request
  const streamed = body !== null && !Buffer.isBuffer(body)
  return {
    // A guarded GET is one that CATAPA may read as a write (design/promises 12.2).
    reads: body === null && (method === 'GET' || method === 'HEAD') && write?.known === undefined,
    // With `safe` a body that is at hand by chance is not sent again either.
    replayable: replay === 'safe' ? body === null : replay === 'buffered' && !streamed && !isLarge(body),
    streamed,
    blind: cannotNoticeCut(request),
    guarded: write?.known !== undefined,
  }
}

/** A guarded write's body may be whole and still too large to be sent twice. */
function isLarge(body: Coming['body']): boolean {
  return Buffer.isBuffer(body) && body.length > keptBytes
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
