import { setTimeout as sleep } from 'node:timers/promises'
import { failure } from '../../problems/causes.ts'
import type { Failure } from '../../problems/failure.ts'
import { asProblem } from '../../problems/problem.ts'
import type { TokenCache } from '../../tokens/cache/token-cache.ts'

/** Between two questions to the cache, which decides by itself when to ask the token endpoint. */
const pauseMs = 200

type Waiting = Pick<TokenCache, 'get' | 'state'>

/**
 * Waits for the first token. A refusal ends the wait at once: CATAPA would only refuse again.
 *
 * @returns why there is none, or undefined when there is one
 */
export async function firstToken(tokens: Waiting, mostMs: number): Promise<Failure | undefined> {
  const deadline = performance.now() + mostMs
  const over = new AbortController()
  const late = sleep(mostMs, 'late' as const, { signal: over.signal }).catch(() => 'late' as const)
  try {
    while (performance.now() < deadline) {
      const outcome = await Promise.race([attempt(tokens), late])
      if (outcome === undefined) return undefined
      if (outcome === 'late') break
      if (outcome.code !== 'token_unavailable') return outcome
      await sleep(Math.min(pauseMs, Math.max(0, deadline - performance.now())))
    }
    return tokens.state().failure ?? failure('token_pending', {})
  } finally {
    over.abort()
  }
}

async function attempt(tokens: Waiting): Promise<Failure | undefined> {
  try {
    await tokens.get()
    return undefined
  } catch (error) {
    return asProblem(error).failure
  }
}
