import type { SecureContext } from 'node:tls'
import { compareClocks, isOff } from '../../network/compare-clocks.ts'
import { connectionPool } from '../../network/connection.ts'
import { failure } from '../../problems/causes.ts'
import { exitStatus } from '../../problems/exit-status.ts'
import { inWords } from '../../problems/explain.ts'
import { isOf } from '../../problems/failure.ts'
import { clockOff } from '../../problems/phrases/clock-phrases.ts'
import { ProblemError } from '../../problems/problem.ts'
import type { Config } from '../../settings/config.ts'
import { systemClock } from '../../time.ts'
import { type Issued, type Refused, refusedClient, requestToken } from '../../tokens/endpoint/token-request.ts'
import type { Authorization } from './authorization.ts'
import { LoginFailure } from './login-failure.ts'
import { loginFailureWords } from './login-failure-words.ts'

export type Exchanged = Issued & { refreshToken: string }

/**
 * Exchanges a code for tokens (RFC 6749 §4.1.3), once: a second try with the same code could end the first one's tokens.
 *
 * @throws LoginFailure
 */
export async function exchange(
  code: string,
  { verifier }: Authorization,
  config: Config,
  secureContext: SecureContext,
): Promise<Exchanged> {
  const { tokenUrl, clientAuth, tokenTimeoutMs: timeoutMs, connectTimeoutMs, redirectUri } = config
  const pool = connectionPool(tokenUrl, { secureContext, proxy: config.proxy.token, connectTimeoutMs, connections: 1 })
  const parameters = {
    grant_type: 'authorization_code',
    code,
    redirect_uri: redirectUri,
    ...(verifier !== undefined && { code_verifier: verifier }),
  }
  try {
    const options = { tokenUrl, clientAuth, timeoutMs, pool, clock: systemClock }
    const issued = await requestToken(config.credentials, parameters, options, refused)
    const { refreshToken } = issued
    if (refreshToken !== undefined) return { ...issued, refreshToken }
    throw new LoginFailure(loginFailureWords().noRefreshToken)
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error
    const { failure } = error
    const words = inWords(failure, 'operator')
    if (failure.code === 'token_unavailable') {
      throw new LoginFailure(loginFailureWords().notNow(words), exitStatus.unreachable)
    }
    throw new LoginFailure(
      isOf(failure, 'code_refused') ? `${words}${await clockTrouble(config, secureContext)}` : words,
    )
  } finally {
    await pool.destroy()
  }
}

const refused: Refused = (refusal) =>
  refusal.error === 'invalid_grant' ? failure('code_refused', {}) : refusedClient(refusal)

/** A wrong clock can be the reason that a code is refused as expired. */
async function clockTrouble(config: Config, secureContext: SecureContext): Promise<string> {
  const comparison = await compareClocks(config, secureContext)
  if (!('aheadMs' in comparison) || !isOff(comparison.aheadMs)) return ''
  const { happened, next } = clockOff(comparison.aheadMs)
  return loginFailureWords().clockToo(happened, next)
}
