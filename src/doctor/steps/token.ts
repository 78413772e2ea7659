import { whatAndMend } from '../../admin/page/words.ts'
import { connectionPool } from '../../network/connection.ts'
import { asProblem, type ProblemError } from '../../problems/problem.ts'
import type { Config } from '../../settings/config.ts'
import { grantOf } from '../../sidecar/client.ts'
import { systemClock } from '../../tokens/token-source.ts'
import type { SidecarStatus } from '../sidecar-status.ts'
import { clause, failed, type Outcome, ok, type Subject, saidByRunning } from '../step.ts'
import { type Refusal, watchedPool } from '../watched-pool.ts'

const setup = 'Setup > OAuth 2.0 Clients'

/** Whether CATAPA gives us a token. A running sidecar's is not disturbed: with some servers a new one ends the old. */
export async function token(subject: Subject): Promise<Outcome> {
  const running = await subject.running()
  if (!subject.newToken && running?.same === true) {
    const outcome = ofRunning(running)
    if (outcome !== undefined) return outcome
  }
  const { config, secureContext } = subject
  const { tokenUrl, clientAuth, tokenTimeoutMs: timeoutMs, connectTimeoutMs } = config
  const pool = connectionPool(tokenUrl, { secureContext, proxy: config.proxy.token, connectTimeoutMs, connections: 1 })
  let refusal: Refusal | undefined
  const watched = watchedPool(pool, (found) => {
    refusal = found
  })
  try {
    const { source } = grantOf(config, { tokenUrl, clientAuth, timeoutMs, pool: watched, clock: systemClock })
    const { value, lifetimeMs } = await source(config.credentials)()
    subject.token = value
    return ok(`CATAPA gave one, valid for ${Math.round(lifetimeMs / 60_000)} min`)
  } catch (error) {
    const problem = asProblem(error)
    if (problem.code === 'login_required') return loginRequired(problem.operatorDetail)
    if (/cannot be stored/.test(problem.detail)) return loginNotStored(problem.operatorDetail)
    if (isOthersTurn(problem.operatorDetail)) return othersTurn(problem.operatorDetail)
    return problem.code === 'credentials_rejected'
      ? refused(problem, refusal, config.grant)
      : unavailable(problem, timeoutMs)
  } finally {
    await pool.destroy()
  }
}

/** Undefined where it has nothing to say: no token and no failure, as after a long idle time. */
function ofRunning({ token: { valid, expiresAt, failure } }: SidecarStatus): Outcome | undefined {
  const whose = 'the running sidecar'
  const again = '--new-token asks CATAPA anew.'
  if (failure?.code === 'credentials_rejected') {
    return failed(
      'credentials',
      `${whose} was refused: ${clause(firstSentence(failure.detail))}`,
      `${checkAll} ${again}`,
    )
  }
  if (failure?.code === 'login_required') return saidByRunning('credentials', failure.detail)
  if (!valid && failure !== undefined && /cannot be stored in/.test(failure.detail))
    return saidByRunning('configuration', failure.detail)
  if (!valid && failure !== undefined && isOthersTurn(failure.detail)) return saidByRunning('notInTime', failure.detail)
  if (valid) {
    const left =
      expiresAt === undefined ? '' : ` for another ${Math.max(0, Math.round((expiresAt - Date.now()) / 60_000))} min`
    return ok(`${whose} has one, valid${left}; not asked for another (--new-token)`)
  }
  if (failure === undefined) return undefined
  return failed(
    'unreachable',
    `${whose} has none: ${clause(firstSentence(failure.detail))}`,
    `Look at its log. ${again}`,
  )
}

function loginRequired(detail: string): Outcome {
  const [what, mend] = whatAndMend(detail)
  return failed('credentials', clause(what), mend || 'Log in: catapa-sidecar login')
}

function loginNotStored(detail: string): Outcome {
  const [what, mend] = whatAndMend(detail.replace(' The sidecar keeps trying.', ''))
  return failed('configuration', clause(what), mend)
}

/** Processes that share a login take turns. */
function isOthersTurn(detail: string): boolean {
  return /has the turn of the login/.test(detail)
}

/** As when `login` or `logout` cannot have its turn. */
function othersTurn(detail: string): Outcome {
  const [what, mend] = whatAndMend(detail)
  return failed('notInTime', clause(what), mend)
}

const checkAll = `Check CATAPA_CLIENT_SECRET, CATAPA_CLIENT_ID and CATAPA_TENANT, and that the client still exists in CATAPA (${setup}).`

function refused(problem: ProblemError, refusal: Refusal | undefined, grant: Config['grant']): Outcome {
  const detail = clause(firstSentence(problem.detail))
  return failed('credentials', detail, refusalRemedy(problem.detail, refusal, grant))
}

const grantTypes = {
  client_credentials: '"client credentials"',
  authorization_code: '"authorization code" and "refresh token"',
}

/** The codes are those of RFC 6749 §5.2, which the grant repeats from a fixed list. */
function refusalRemedy(detail: string, refusal: Refusal | undefined, grant: Config['grant']): string {
  if (/is a catapa-sidecar itself/.test(detail)) return 'Set CATAPA_BASE_URL and CATAPA_TOKEN_URL to CATAPA.'
  if (/\(invalid_scope/.test(detail)) return 'Check CATAPA_SCOPE; leave it out unless CATAPA asked for it.'
  if (/\((unauthorized_client|unsupported_grant_type)/.test(detail)) {
    return `In CATAPA, let this client have the grant type ${grantTypes[grant]} (${setup}).`
  }
  if (refusal?.aboutTenant) {
    return 'The answer is about the tenant: check CATAPA_TENANT, which is the code of the tenant, and that this client was made in that tenant.'
  }
  if (refusal?.status === 404 || refusal?.status === 405) return `Check CATAPA_TOKEN_URL. ${checkAll}`
  if (/\((invalid_client|unauthorized)/.test(detail)) {
    return `The secret or the id of the client is wrong, or the client is not of this tenant: check CATAPA_CLIENT_SECRET first, then CATAPA_CLIENT_ID and CATAPA_TENANT, and that the client still exists (${setup}).`
  }
  return checkAll
}

function unavailable(problem: ProblemError, timeoutMs: number): Outcome {
  const detail = clause(firstSentence(problem.detail.replace('; the sidecar keeps trying', '')))
  if (problem.proxyError === 'connection_timeout') {
    return failed(
      'unreachable',
      detail,
      `It was given ${timeoutMs / 1000} s (SIDECAR_TOKEN_TIMEOUT). Try again; if it stays, CATAPA is overloaded or something on the way holds the request back.`,
    )
  }
  if (/could not be reached/.test(detail)) {
    return failed(
      'unreachable',
      detail,
      'The connection could be made a moment ago: try again; if it stays, something on the way cuts it.',
    )
  }
  const status = /status (\d+)/.exec(detail)?.[1]
  if (status !== undefined && !status.startsWith('3')) {
    return failed('unreachable', detail, 'CATAPA itself has trouble: try again later, and ask its support if it stays.')
  }
  return failed(
    'unreachable',
    detail,
    'Check CATAPA_TOKEN_URL: something answers there, but not as the token endpoint.',
  )
}

/** The advice that follows it has its own place here. */
function firstSentence(detail: string): string {
  return /^.*?\.(?= [A-Z]|$)/.exec(detail)?.[0] ?? detail
}
