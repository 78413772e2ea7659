import type { FastifyBaseLogger } from 'fastify'
import type { ProblemCode } from '../problems/codes.ts'

const windowMs = 10_000
/** So many lines of one failure say all that there is to say. */
const mostLines = 20

/**
 * Lets the first lines of a failure through and counts the rest, which one line tells at the end of ten seconds: an
 * outage under load must not fill the disk. The metrics count every request.
 *
 * @returns whether this one is to be logged
 */
export function floodGate(log: FastifyBaseLogger): (problem: ProblemCode) => boolean {
  const counts = new Map<ProblemCode, number>()

  function summarise(problem: ProblemCode): void {
    const more = (counts.get(problem) ?? 0) - mostLines
    counts.delete(problem)
    if (more > 0) log.warn({ problem, more, withinS: windowMs / 1000 }, 'more requests ended like this')
  }

  return (problem) => {
    const count = (counts.get(problem) ?? 0) + 1
    counts.set(problem, count)
    if (count === 1) setTimeout(summarise, windowMs, problem).unref()
    return count <= mostLines
  }
}
