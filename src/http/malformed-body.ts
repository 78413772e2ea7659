import type { IncomingMessage } from 'node:http'
import type { ProblemError } from '../problems/problem.ts'

const malformed = Symbol('malformed')
const known = new WeakMap<IncomingMessage, ProblemError>()

/** Notes that the body of a request is not HTTP, for its present or later reader. */
export function markMalformed(request: IncomingMessage, problem: ProblemError): void {
  known.set(request, problem)
  request.emit(malformed, problem)
}

/** Calls `end` once the body of a request is known not to be HTTP: at once if that has happened before. */
export function onceMalformed(request: IncomingMessage, end: (problem: ProblemError) => void): void {
  const problem = known.get(request)
  if (problem === undefined) request.once(malformed, end)
  else end(problem)
}
