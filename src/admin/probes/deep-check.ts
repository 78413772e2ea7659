import type { Dispatcher } from 'undici'
import { asExchangeProblem } from '../../forwarding/exchange/exchange-problem.ts'
import type { Heard } from '../../network/last-answer.ts'
import { inWords } from '../../problems/explain.ts'
import { because } from '../../problems/phrases/transport-phrases.ts'
import { ProblemError } from '../../problems/problem.ts'
import { transportFacts } from '../../problems/transport.ts'
import type { TokenCache } from '../../tokens/cache/token-cache.ts'
import type { AccessToken } from '../../tokens/token-source.ts'
import type { Probed } from '../status/upstream-trouble.ts'
import type { Readiness } from './readiness.ts'

/** CATAPA's path for validating a token, without side effects (design/catapa 9). */
const path = '/v1/oauth-clients/validate-access-token'
const rememberedMs = 15_000
const timeoutMs = 5_000

/** The listeners to its answers: `heard` takes the head, `probed` what came of the question. */
type Told = { heard: Heard; probed: (outcome: Probed) => void }

/**
 * Asks CATAPA whether it accepts the token (design/promises 5.1, `?deep=1`). The answer is remembered and shared, so that
 * CATAPA is asked at most four times a minute. `dispatcher` has a connection of its own, so that a probe neither waits
 * behind requests nor takes a place.
 */
export function deepCheck(tokens: TokenCache, dispatcher: Dispatcher, told: Told): () => Promise<Readiness> {
  let known: { outcome: Promise<Readiness>; until: number } | undefined

  return () => {
    if (known === undefined || performance.now() >= known.until) {
      const check = { outcome: verdict(tokens, dispatcher, told), until: Number.POSITIVE_INFINITY }
      known = check
      check.outcome.then(() => {
        check.until = performance.now() + rememberedMs
      })
    }
    return known.outcome
  }
}

async function verdict(tokens: TokenCache, dispatcher: Dispatcher, { heard, probed }: Told): Promise<Readiness> {
  try {
    let token = await tokens.get()
    let status = await validate(token, dispatcher, heard)
    if (status === 401) {
      token = await tokens.get(token) // As for any request: the first may have been revoked.
      status = await validate(token, dispatcher, heard)
    }
    probed('answered')
    if (status === 401) tokens.reject(token)
    else tokens.accepted(token)
    if (status === 200) return { ready: true, reason: 'ready: CATAPA accepts the token' }
    const what = status === 401 ? 'does not accept the token' : `answered with status ${status}`
    return { ready: false, reason: `CATAPA ${what} when asked whether the token is valid` }
  } catch (error) {
    if (error instanceof ProblemError) {
      probed('not asked')
      return { ready: false, reason: `${error.code}: ${inWords(error.failure, 'operator')}` }
    }
    const seen = error instanceof Error ? asExchangeProblem(error, true) : error
    probed(seen instanceof ProblemError ? seen.failure : 'not asked')
    return { ready: false, reason: `CATAPA could not be asked: ${because(transportFacts(error))}` }
  }
}

async function validate({ tenant, value }: AccessToken, dispatcher: Dispatcher, heard: Heard): Promise<number> {
  const { statusCode, headers, body } = await dispatcher.request({
    method: 'GET',
    path,
    headers: { Tenant: tenant, Authorization: `Bearer ${value}`, Via: '1.1 catapa-sidecar' },
    signal: AbortSignal.timeout(timeoutMs),
  })
  heard(['date', String(headers.date)])
  await body.dump()
  return statusCode
}
