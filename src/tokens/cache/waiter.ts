import type { ProblemError } from '../../problems/problem.ts'
import { refusesFresh } from '../token-problems.ts'
import type { AccessToken } from '../token-source.ts'
import { isSame } from './held-token.ts'

/** A request that waits for a token. */
export type Waiter = {
  /** On the monotonic clock. */
  readonly deadline: number
  /** What is to be cancelled when the wait ends. */
  readonly cancels: (() => void)[]
  settle(token: AccessToken | undefined, problem: ProblemError | undefined): void
}

/** One more among those who wait, until it is settled. The `refused` token is of no use to it. */
export function wait(
  waiters: Set<Waiter>,
  deadline: number,
  refused: AccessToken | undefined,
): { waiter: Waiter; outcome: Promise<AccessToken> } {
  let resolve = (_token: AccessToken) => {}
  let reject = (_problem: ProblemError | undefined) => {}
  const outcome = new Promise<AccessToken>((resolved, rejected) => {
    resolve = resolved
    reject = rejected
  })
  const waiter: Waiter = {
    deadline,
    cancels: [],
    settle(token, problem) {
      waiters.delete(waiter)
      for (const cancel of waiter.cancels) cancel()
      if (token === undefined) reject(problem)
      else if (refused !== undefined && isSame(refused, token)) reject(refusesFresh())
      else resolve(token)
    },
  }
  waiters.add(waiter)
  return { waiter, outcome }
}
