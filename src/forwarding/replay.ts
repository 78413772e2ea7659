import type { IncomingMessage } from 'node:http'
import { ProblemError, problem } from '../problems/problem.ts'
import type { Config } from '../settings/config.ts'
import type { Call } from './call.ts'

// All that decides whether CATAPA gets a request a second time, and nothing else does.

/** A 401 is short; a body that may be sent again is kept up to the same size (design/promises 2.9). */
export const keptBytes = 64 * 1024

/** Whether a body is collected before it is sent, so that it is still there for a second time. */
export function collectsBody({ headers }: IncomingMessage, { replay }: Pick<Config, 'replay'>): boolean {
  return replay === 'buffered' && Number(headers['content-length'] ?? 0) <= keptBytes
}

type Repeatable = { readonly request: { method?: string | undefined }; readonly body: Call['body'] }

/** A GET or HEAD without a body: to send it twice, or later, changes nothing. */
export function onlyReads({ request: { method }, body }: Repeatable): boolean {
  return body === null && (method === 'GET' || method === 'HEAD')
}

/**
 * A GET or HEAD is sent once more, with the same token, when its connection was lost before any byte of an answer: mostly
 * a connection that CATAPA had closed while it was idle.
 */
export function mayRepeat(call: Repeatable, error: unknown): boolean {
  return onlyReads(call) && error instanceof ProblemError && error.unanswered
}

/**
 * After a 401 a request is sent once more, with another token than the refused one, if its body is still there. One that
 * was streamed is gone; what `safe` had at hand by chance is not repeated either.
 */
export function mayReplay(body: Call['body'], { replay }: Pick<Config, 'replay'>): boolean {
  return replay === 'safe' ? body === null : replay === 'buffered' && (body === null || Buffer.isBuffer(body))
}

/**
 * A 401 reaches the caller only if CATAPA gave it to a token that was current when CATAPA answered
 * (design/promises 3.17). Another one says nothing about the request: that ends with the reason why no other token came,
 * or, where none was asked for, with `staleRefusal`.
 */
export function mayPass({ stale }: { readonly stale: boolean }): boolean {
  return !stale
}

/** `lost`: the request was sent before, and nobody knows what came of that. */
export function staleRefusal(lost: boolean): ProblemError {
  return problem('token_no_longer_current', { lost })
}
