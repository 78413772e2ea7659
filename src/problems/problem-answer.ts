import { STATUS_CODES } from 'node:http'
import { inLanguage, type Language } from '../words/language.ts'
import { proxyErrorOf } from './causes.ts'
import { problems } from './codes.ts'
import { inWords } from './explain.ts'
import { isOf } from './failure.ts'
import { answerWords } from './phrases/answer-words.ts'
import type { ProblemError } from './problem.ts'

/** The answer for a problem: RFC 9457 body, RFC 9209 header, and the code in the reason phrase for PHP. */
export type ProblemAnswer = { status: number; reason: string; headers: [name: string, value: string][]; body: string }

/** Renders a problem for the caller (design/promises 3.15), with its `detail` in this language. */
export function problemAnswer(
  problem: ProblemError,
  { requestId, traceId, language }: { requestId: string; traceId?: string | undefined; language: Language },
): ProblemAnswer {
  const { failure, code, reached } = problem
  const { status, title } = problems[code]
  const detail = inLanguage(language, () => detailOf(problem))
  const body = JSON.stringify({
    // A tag URI (RFC 4151): it names the section of the documentation without pretending to be a web address.
    type: `tag:catapa-sidecar,2026:docs/errors.md#${code}`,
    title,
    status,
    detail,
    code,
    requestId,
    traceId,
    reached,
    ...(isOf(failure, 'repeated_write') && { first: failure.facts }),
  })
  const headers: [string, string][] = [
    ['Content-Type', 'application/problem+json'],
    ['Content-Length', String(Buffer.byteLength(body))],
    ['Cache-Control', 'no-store'],
    ['X-Catapa-Sidecar-Error', code],
    ['Proxy-Status', `catapa-sidecar; error=${proxyErrorOf(failure)}`],
    ['X-Request-Id', requestId],
  ]
  if (language !== 'en') headers.push(['Content-Language', language])
  if (status === 503 || (status === 409 && problem.retryAfterMs !== undefined))
    headers.push(['Retry-After', String(retryAfterSeconds(problem))])
  if (status === 405) headers.push(['Allow', 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS'])
  return { status, reason: `${STATUS_CODES[status]} (catapa-sidecar: ${code})`, headers, body }
}

function detailOf({ failure, reached, refusedBefore }: ProblemError): string {
  const detail = inWords(failure, 'caller')
  const { checkFirst, onlyRefused } = answerWords()
  return reached === 'maybe' ? `${detail} ${checkFirst}` : refusedBefore ? `${detail} ${onlyRefused}` : detail
}

/**
 * Old HTTP clients sleep for the whole time, so it stays between 1 and 10 seconds, or up to 60 where an earlier request is known to
 * be in vain.
 */
function retryAfterSeconds({ code, retryAfterMs = 1000 }: ProblemError): number {
  const seconds = Math.ceil(retryAfterMs / 1000 - 1e-6) // Differences of instants may be a trifle too large.
  return Math.min(code === 'overloaded' ? 60 : 10, Math.max(1, seconds || 1))
}
