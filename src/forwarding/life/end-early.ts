import { type ProblemError, problem } from '../../problems/problem.ts'

/** Something that is done for a caller, as long as there is one to do it for. */
export type Served = {
  /** Why nothing more is done: the caller left, was too slow, or the sidecar has to stop. */
  endedEarly: Error | undefined
  /** One thing at a time, and how it is ended. */
  underWay: { end(reason: Error): void } | undefined
}

/** The caller left before it was answered: there is nobody to tell. */
export class CallerGoneError extends Error {
  constructor() {
    super('the caller has gone')
    this.name = 'CallerGoneError'
  }
}

/** Ends what is under way, and whatever would come after it. */
export function endEarly(served: Served, reason: Error): void {
  if (served.endedEarly !== undefined) return
  served.endedEarly = reason
  served.underWay?.end(reason)
}

/** Waits no longer than there is somebody to wait for. @throws what it was broken off with */
export function whileServed<T>(served: Served, outcome: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    served.underWay = { end: reject }
    outcome.then(resolve, reject)
    if (served.endedEarly !== undefined) reject(served.endedEarly)
  })
}

/** For requests that come too late, or that were still waiting: for their body, a token or a connection. */
export function shuttingDown(): ProblemError {
  return problem('shutting_down', {})
}
