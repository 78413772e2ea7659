import { performance } from 'node:perf_hooks'
import type { FastifyBaseLogger } from 'fastify'
import { inWords } from '../problems/explain.ts'
import type { TokenEvent } from '../tokens/cache/token-cache.ts'

/** A failure that is the same again within so long needs no line of its own. */
const sameForMs = 10_000

/**
 * One line for what happens to the token. Never the token. Attempts that fail in the same way one after the other, as the
 * first ones do within a second, are one line; the next line says how many they were.
 */
export function tokenLog(log: FastifyBaseLogger, now = () => performance.now()): (event: TokenEvent) => void {
  let last: { text: string; at: number; more: number } | undefined

  return (event) => {
    const text = textOf(event)
    if (last !== undefined && last.text === text && now() - last.at < sameForMs) {
      last.more += 1
      return
    }
    const failedAlike = last?.more || undefined
    last = text === undefined ? undefined : { text, at: now(), more: 0 }
    logTokenEvent(failedAlike === undefined ? log : log.child({ failedAlike }), event)
  }
}

/** Of a failure: what tells it from others. */
function textOf(event: TokenEvent): string | undefined {
  if (event.type !== 'failed') return undefined
  return `${inWords(event.problem.failure, 'operator')} ${event.tokenStillValid}`
}

function logTokenEvent(log: FastifyBaseLogger, event: TokenEvent): void {
  switch (event.type) {
    case 'obtained':
      log.info(
        { lifetimeS: seconds(event.lifetimeMs), assumed: event.assumed || undefined, tookMs: Math.round(event.tookMs) },
        event.shared === 'taken' ? 'access token taken over from another sidecar' : 'access token obtained',
      )
      break
    case 'unchanged':
      log.info({ remainingS: seconds(event.remainingMs) }, 'the token endpoint handed back the token already held')
      break
    case 'rejected':
      log.warn(
        { remainingS: seconds(event.remainingMs), renewing: event.renewing },
        event.remainingMs > 0
          ? 'CATAPA refused the access token before its expiry; does another program use this OAuth client?'
          : 'CATAPA refused the access token, which expired on the way',
      )
      break
    case 'failed': {
      const { failure } = event.problem
      const fields = {
        problem: failure.code,
        detail: inWords(failure, 'operator'),
        tokenStillValid: event.tokenStillValid,
        retryInS: Number.isFinite(event.retryInMs) ? seconds(event.retryInMs) : undefined,
      }
      if (event.tokenStillValid) log.warn(fields, 'access token not renewed')
      else log.error(fields, 'no access token')
      break
    }
  }
}

function seconds(ms: number): number {
  return Math.round(ms / 100) / 10
}
