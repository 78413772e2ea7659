import { connectionPool } from '../../network/connection.ts'
import { because } from '../../problems/phrases/transport-phrases.ts'
import { transportFacts } from '../../problems/transport.ts'
import { type Dial, dialOfSaid, dialsOf } from '../../running/dial.ts'
import { localGet } from '../../running/local-request.ts'
import type { Config } from '../../settings/config.ts'
import { isLoopback } from '../../settings/listen-address.ts'
import { failed, ok, type StepOutcome, type Subject, unreachable } from '../step.ts'
import { validateStepWords } from '../words/validate-step-words.ts'

const path = '/v1/oauth-clients/validate-access-token'
const mostMs = 20_000

/** Whether CATAPA accepts the token: a call without side effects, through the running sidecar if the token is its own. */
export function validateAccessToken(subject: Subject): Promise<StepOutcome> {
  return subject.token === undefined ? throughRunning(subject) : withToken(subject, subject.token)
}

async function withToken({ config, secureContext }: Subject, token: string): Promise<StepOutcome> {
  const { baseUrl, connectTimeoutMs, responseTimeoutMs } = config
  const pool = connectionPool(baseUrl, { secureContext, proxy: config.proxy.base, connectTimeoutMs, connections: 1 })
  try {
    const { statusCode, body } = await pool.request({
      method: 'GET',
      path,
      headers: { Tenant: config.credentials.tenant, Authorization: `Bearer ${token}`, Via: '1.1 catapa-sidecar' },
      signal: AbortSignal.timeout(Math.min(responseTimeoutMs, mostMs)),
    })
    await body.dump()
    return judge(statusCode, 'direct')
  } catch (error) {
    const facts = transportFacts(error)
    return unreachable(validateStepWords().noAnswer(because(facts)), validateStepWords().tryAgain)
  } finally {
    await pool.destroy()
  }
}

async function throughRunning({ running, config }: Subject): Promise<StepOutcome> {
  // The sidecar's callers file does not know this command, and would refuse it.
  if ((await running())?.callers !== undefined) return throughProbe(config)
  const dial = (await running())?.data.map(dialOfSaid).find((found) => found !== undefined && isHere(found, config))
  const answer = dial && (await localGet(dial, path, mostMs))
  const say = validateStepWords()
  if (answer === undefined) return unreachable(say.runningSilent, say.restart)
  const code = [answer.headers['x-catapa-sidecar-error']].flat()[0]
  if (code === undefined) return judge(answer.status, 'through')
  return failed(
    code === 'credentials_rejected' || code === 'login_required' ? 'credentials' : 'unreachable',
    say.runningRefused(/^[a-z_]{1,40}$/.test(code) ? code : undefined),
    say.itsLog,
  )
}

/** Lets the sidecar ask CATAPA by itself (design/promises 5.1). */
async function throughProbe({ adminListen }: Config): Promise<StepOutcome> {
  for (const dial of adminListen.flatMap(dialsOf)) {
    const answer = await localGet(dial, '/readyz?deep=1', mostMs)
    if (answer?.status === 200) return judge(200, 'of')
  }
  return unreachable(validateStepWords().runningUnsure, validateStepWords().askDeep)
}

/** Whether an address is this machine's: a program that answers in a sidecar's place could name any. */
function isHere(dial: Dial, { listen }: Config): boolean {
  if ('path' in dial || isLoopback(dial.host)) return true
  return listen.some((own) => own.kind === 'tcp' && own.host === dial.host)
}

function judge(status: number, by: 'direct' | 'through' | 'of'): StepOutcome {
  const say = validateStepWords()
  if (status === 200) return ok(say.accepts(by))
  if (status === 401) return failed('credentials', say.rejects(by), say.checkTenant)
  if (status === 403) return failed('credentials', say.forbids(by), say.checkRights)
  return unreachable(say.answered(status, by), status >= 500 ? say.trouble : say.checkUrl)
}
