import { connectionPool } from '../../network/connection.ts'
import { because } from '../../problems/phrases/transport-phrases.ts'
import { transportFacts } from '../../problems/transport.ts'
import { type Dial, dialOfSaid, dialsOf } from '../../running/dial.ts'
import { localGet } from '../../running/local-request.ts'
import type { Config } from '../../settings/config.ts'
import { isLoopback } from '../../settings/listen-address.ts'
import { failed, ok, type StepOutcome, type Subject, unreachable } from '../step.ts'

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
    return judge(statusCode, '')
  } catch (error) {
    const facts = transportFacts(error)
    return unreachable(`CATAPA did not answer: ${because(facts)}`, 'Try again; if it fails again, CATAPA may be down.')
  } finally {
    await pool.destroy()
  }
}

async function throughRunning({ running, config }: Subject): Promise<StepOutcome> {
  // The sidecar's callers file does not know this command, and would refuse it.
  if ((await running())?.callers !== undefined) return throughProbe(config)
  const dial = (await running())?.data.map(dialOfSaid).find((found) => found !== undefined && isHere(found, config))
  const answer = dial && (await localGet(dial, path, mostMs))
  if (answer === undefined) {
    return unreachable(
      'the running sidecar does not answer on its data listener',
      'Look at its log, or restart it. With --new-token it is left out.',
    )
  }
  const code = [answer.headers['x-catapa-sidecar-error']].flat()[0]
  if (code === undefined) return judge(answer.status, ' through the running sidecar')
  return failed(
    code === 'credentials_rejected' || code === 'login_required' ? 'credentials' : 'unreachable',
    `the running sidecar answered with ${/^[a-z_]{1,40}$/.test(code) ? code : 'an error'}`,
    'Its log says more, and docs/errors.md has a list of these codes. With --new-token it is left out.',
  )
}

/** Lets the sidecar ask CATAPA by itself (design/promises 5.1). */
async function throughProbe({ adminListen }: Config): Promise<StepOutcome> {
  for (const dial of adminListen.flatMap(dialsOf)) {
    const answer = await localGet(dial, '/readyz?deep=1', mostMs)
    if (answer?.status === 200) return judge(200, ' of the running sidecar')
  }
  return unreachable(
    'the running sidecar does not say that CATAPA accepts its token',
    'GET /readyz?deep=1 on its admin listener says why not. With --new-token it is left out.',
  )
}

/** Whether an address is this machine's: a program that answers in a sidecar's place could name any. */
function isHere(dial: Dial, { listen }: Config): boolean {
  if ('path' in dial || isLoopback(dial.host)) return true
  return listen.some((own) => own.kind === 'tcp' && own.host === dial.host)
}

function judge(status: number, way: string): StepOutcome {
  if (status === 200) return ok(`CATAPA accepts the token${way}`)
  if (status === 401) {
    return failed(
      'credentials',
      `CATAPA does not accept the token that it has issued${way} (status 401)`,
      'Check that CATAPA_TENANT is the tenant of this client, and that CATAPA_BASE_URL and CATAPA_TOKEN_URL belong to the same CATAPA.',
    )
  }
  if (status === 403) {
    return failed(
      'credentials',
      `CATAPA forbids the call${way} (status 403)`,
      'In CATAPA, check what this client is allowed to do (Setup > OAuth 2.0 Clients).',
    )
  }
  if (status >= 500) {
    return unreachable(`CATAPA answered with status ${status}${way}`, 'CATAPA itself has trouble: try again later.')
  }
  return unreachable(
    `CATAPA answered with status ${status}${way}`,
    'Check that CATAPA_BASE_URL is the address of the API of CATAPA.',
  )
}
