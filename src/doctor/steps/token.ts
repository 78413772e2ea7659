import { connectionPool } from '../../network/connection.ts'
import { failure as newFailure } from '../../problems/causes.ts'
import type { exitStatus } from '../../problems/exit-status.ts'
import { explain } from '../../problems/explain.ts'
import { asProblem } from '../../problems/problem.ts'
import type { SidecarStatus } from '../../running/sidecar-status.ts'
import { grantOf } from '../../sidecar/client.ts'
import { systemClock } from '../../time.ts'
import { share } from '../../tokens/shared/share-if-set.ts'
import { failed, ok, type StepOutcome, type Subject, saidByRunning } from '../step.ts'
import { tokenStepWords } from '../words/token-step-words.ts'

/** Whether CATAPA issues a token. A running sidecar's token is left alone: with some servers a new token ends the old one. */
export async function token(subject: Subject): Promise<StepOutcome> {
  const running = await subject.ourSidecar()
  const outcome = running && ofRunning(running)
  if (outcome !== undefined) return outcome
  const say = tokenStepWords()
  if (subject.newToken === 'never') return { status: 'skipped', detail: say.notNew }
  const { config, secureContext } = subject
  if (config.credentials.clientSecret === '') return { status: 'skipped', detail: say.noSecret }
  const { tokenUrl, clientAuth, tokenTimeoutMs: timeoutMs, connectTimeoutMs } = config
  const pool = connectionPool(tokenUrl, { secureContext, proxy: config.proxy.token, connectTimeoutMs, connections: 1 })
  const url = subject.newToken === 'always' ? undefined : config.cacheUrl
  // A new token could end the shared one, so CATAPA is asked only if the store has none.
  const sharing = await share({ ...config, cacheUrl: url }, { secureContext, log: { info() {}, warn() {} } })
  try {
    const { source } = grantOf(config, { tokenUrl, clientAuth, timeoutMs, pool, clock: systemClock })
    const grant = source(config.credentials)
    const { value, lifetimeMs, shared } = await (sharing?.source(grant, config.credentials) ?? grant)()
    subject.token = value
    const minutes = Math.round(lifetimeMs / 60_000)
    return ok(shared === 'taken' ? say.shared(minutes) : say.given(minutes))
  } catch (error) {
    const { failure } = asProblem(error)
    const { happened, next } = explain(failure, 'operator')
    return failed(exitOf(failure), happened, next)
  } finally {
    await sharing?.stop()
    await pool.destroy()
  }
}

function exitOf({ code, cause }: { code: string; cause: string | undefined }): keyof typeof exitStatus {
  if (code === 'credentials_rejected' || code === 'login_required') return 'credentials'
  if (cause === 'login_not_stored') return 'configuration'
  return cause === 'login_busy' ? 'notInTime' : 'unreachable'
}

/** Our own words, chosen by the sidecar's answer but without its text: any program could be answering. */
function afterRefusal({ aboutTenant }: { aboutTenant: boolean }): string {
  if (!aboutTenant) return tokenStepWords().checkSecret
  return explain(aboutTheTenant, 'operator').next
}

const aboutTheTenant = newFailure('client_refused', { status: 401, aboutTenant: true, grant: 'client_credentials' })

/** Undefined if the sidecar has neither a token nor a failure, as after a long idle time. */
function ofRunning({ token: { valid, expiresAt, failure } }: SidecarStatus): StepOutcome | undefined {
  const say = tokenStepWords()
  if (failure?.code === 'credentials_rejected') {
    return failed('credentials', say.refused(failure.happened), say.again(afterRefusal(failure)))
  }
  if (failure?.code === 'login_required') return saidByRunning('credentials', failure.detail)
  if (valid) {
    return ok(say.ofRunning(expiresAt && Math.max(0, Math.round((expiresAt - Date.now()) / 60_000))))
  }
  if (failure === undefined) return undefined
  return saidByRunning(exitOf(failure), failure.detail)
}
