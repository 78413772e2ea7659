import type { FastifyBaseLogger } from 'fastify'
import { pino } from 'pino'
import type { FinishedRequest } from './finished-request.ts'
import type { IsNews } from './flood-gate.ts'

// grip: line of pino
const { asJsonSym, lsCacheSym } = pino.symbols

/** One line a request; a flood of one failure is summarised. */
export function requestLog(log: FastifyBaseLogger, isNews: IsNews): (request: FinishedRequest) => void {
  const lines = log.child({})
  Reflect.set(lines, asJsonSym, lineOf(Reflect.get(lines, lsCacheSym)))
  return (request) => {
    const { problem, callerGone, status } = request
    if (problem !== undefined) {
      if (isNews(problem)) lines.warn(request, 'request')
    } else if (!callerGone || status !== undefined || isNews('caller_gone')) lines.info(request, 'request')
  }
}

/**
 * A line as pino makes it, but by one `JSON.stringify`: pino looks at each field, which is 2 to 5 % of a request.
 *
 * @param begins of lines, by level
 */
function lineOf(begins: Readonly<Record<number, string>>) {
  return (request: FinishedRequest, message: string, level: number, time: string): string =>
    `${begins[level]}${time},${JSON.stringify(logged(request)).slice(1, -1)},"msg":"${message}"}\n`
}

/** What the line has of a request: the failure only in words, and a key only where it is nobody's. */
export function logged(request: FinishedRequest) {
  const { problem, resent, key } = request
  return {
    ...request,
    failure: undefined,
    ending: undefined,
    resent: resent?.join(),
    key: problem === 'caller_unknown' ? key : undefined,
  }
}
