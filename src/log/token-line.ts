import type { FastifyBaseLogger } from 'fastify'
import { inWords } from '../problems/explain.ts'
import type { TokenEvent } from '../tokens/cache/cached.ts'

/** One line for what happens to the token. Never the token. */
export function logTokenEvent(log: FastifyBaseLogger, event: TokenEvent): void {
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
