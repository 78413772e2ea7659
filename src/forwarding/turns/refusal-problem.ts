import { type ProblemError, problem } from '../../problems/problem.ts'
import type { TurnedAway } from './share.ts'

/** The answer to a call that gets no place (design/promises 10.3): whose limit it is, and when to come again. */
export function refusalProblem({ share, why, atOnce, halved, retryAfterMs }: TurnedAway): ProblemError {
  const { name, by, limits } = share
  const caller = by === 'name' ? name : undefined
  const later = { retryAfterMs }
  if (why === 'room') return problem(atOnce ? 'too_many_waiting' : 'made_room', {}, later)
  if (why === 'hold') return problem('catapa_pauses', {}, later)
  if (why === 'rate') return problem('over_rate', { caller, perSecond: limits.rate ?? 0, atOnce }, later)
  if (why === 'max-in-flight') return problem('over_max_in_flight', { caller, most: limits.maxInFlight ?? 0 }, later)
  return problem('queued_too_long', { halved }, later)
}
