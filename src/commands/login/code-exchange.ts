import type { SecureContext } from 'node:tls'
import { clock } from '../../doctor/steps/clock.ts'
import { connectionPool } from '../../network/connection.ts'
import { exitStatus } from '../../problems/exit-status.ts'
import { ProblemError } from '../../problems/problem.ts'
import type { Config } from '../../settings/config.ts'
import { type Issued, refusedClient, requestToken } from '../../tokens/endpoint/token-request.ts'
import { systemClock } from '../../tokens/token-source.ts'
import type { Authorization } from './authorization.ts'
import { LoginFailure } from './failure.ts'

export type Exchanged = Issued & { refreshToken: string }

/**
 * Exchanges a code for tokens (RFC 6749 §4.1.3), once: a second try with the same code could end what the first one gave.
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
  let codeRefused = false
  const refused = (status: number, error: string | undefined) => {
    codeRefused = error === 'invalid_grant'
    return refusal(status, error)
  }
  try {
    const options = { tokenUrl, clientAuth, timeoutMs, pool, clock: systemClock }
    const issued = await requestToken(config.credentials, parameters, options, refused)
    const { refreshToken } = issued
    if (refreshToken !== undefined) return { ...issued, refreshToken }
    throw new LoginFailure(
      `CATAPA gave an access token but no refresh token, so the login would be over within the hour. ${grantTypes} Nothing was stored.`,
    )
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error
    const words = error.detail.replace(/; the sidecar keeps trying\.$/, '.')
    if (error.code === 'token_unavailable') {
      throw new LoginFailure(
        `${words} Nothing was stored; run login again once that is mended.`,
        exitStatus.unreachable,
      )
    }
    throw new LoginFailure(codeRefused ? `${words}${await clockTrouble(config, secureContext)}` : words)
  } finally {
    await pool.destroy()
  }
}

const grantTypes =
  'In CATAPA (Setup > OAuth 2.0 Clients), give this client the grant types authorization_code and refresh_token.'

function refusal(status: number, error: string | undefined): ProblemError {
  const say = (words: string) => new ProblemError('credentials_rejected', words)
  if (error === 'invalid_grant') {
    return say(
      'CATAPA does not take the code (invalid_grant): it was used before, has expired, or was given for another CATAPA_REDIRECT_URI or client. Run login again, and log in without a long pause.',
    )
  }
  if (error === 'unauthorized_client' || error === 'unsupported_grant_type') {
    return say(`This client may not exchange a code (${error}). ${grantTypes}`)
  }
  return refusedClient(status, error)
}

/** A clock that is off is a reason for codes to be refused as expired. */
async function clockTrouble(config: Config, secureContext: SecureContext): Promise<string> {
  const outcome = await clock({ config, secureContext })
  return outcome.status === 'failed' && outcome.detail.startsWith('the clock')
    ? ` Also, ${outcome.detail}. ${outcome.remedy}`
    : ''
}
