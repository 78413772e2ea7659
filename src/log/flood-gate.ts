import type { FastifyBaseLogger } from 'fastify'
import type { ProblemCode } from '../problems/codes.ts'

/** What a request ended with, be it that its caller left before there was an answer. */
export type Ending = ProblemCode | 'caller_gone'

/** Whether another request that ended so is to be logged. */
export type IsNews = (ending: Ending) => boolean

const windowMs = 10_000
/** So many lines of one failure say all that there is to say. */
const mostLines = 20

/**
 * Lets the first lines of one kind through and counts the rest, which one line tells at the end of ten seconds: an
 * outage under load must not fill the disk, nor must a program that hangs up again and again. The metrics count every
 * request.
 */
export function floodGate(log: FastifyBaseLogger): IsNews {
  const counts = new Map<Ending, number>()

  function summarise(ending: Ending): void {
    const more = (counts.get(ending) ?? 0) - mostLines
    counts.delete(ending)
    if (more <= 0) return
    const how = ending === 'caller_gone' ? { callerGone: true } : { problem: ending }
    log.warn({ ...how, more, withinS: windowMs / 1000 }, 'more requests ended like this')
  }

  return (ending) => {
    const count = (counts.get(ending) ?? 0) + 1
    counts.set(ending, count)
    if (count === 1) setTimeout(summarise, windowMs, ending).unref()
    return count <= mostLines
  }
}
