import { connectionPool } from '../../network/connection.ts'
import { because } from '../../problems/phrases/transport-phrases.ts'
import { transportFacts } from '../../problems/transport.ts'
import { failed, type Outcome, ok, type Subject } from '../step.ts'

const mostSkewMs = 60_000

/** Compares this machine's clock with the `Date` of any answer of CATAPA. */
export async function clock({ config, secureContext }: Pick<Subject, 'config' | 'secureContext'>): Promise<Outcome> {
  const { baseUrl, connectTimeoutMs } = config
  const pool = connectionPool(baseUrl, { secureContext, proxy: config.proxy.base, connectTimeoutMs, connections: 1 })
  try {
    const sentAt = Date.now()
    const { headers, body } = await pool.request({
      method: 'HEAD',
      path: '/',
      headers: { Via: '1.1 catapa-sidecar' },
      signal: AbortSignal.timeout(connectTimeoutMs),
    })
    const receivedAt = Date.now()
    await body.dump()
    return judge(headers, (sentAt + receivedAt) / 2)
  } catch (error) {
    const facts = transportFacts(error)
    return failed(
      'unreachable',
      `${baseUrl.host} gave no HTTP answer: ${because(facts)}`,
      'Check that CATAPA_BASE_URL is the address of CATAPA, and whether CATAPA is up: open it in a browser.',
    )
  } finally {
    await pool.destroy()
  }
}

function judge(headers: Record<string, string | string[] | undefined>, now: number): Outcome {
  const date = Date.parse([headers.date].flat()[0] ?? '')
  if (Number.isNaN(date)) return ok('cannot be told: the answer has no Date')
  const ageMs = Number([headers.age].flat()[0] ?? 0) * 1000 || 0
  const aheadMs = now - (date + ageMs + 500) // A Date has whole seconds.
  if (Math.abs(aheadMs) <= mostSkewMs) {
    const seconds = Math.floor(Math.abs(aheadMs) / 1000)
    return ok(
      seconds <= 1 ? 'the same time as at CATAPA' : `${seconds} s ${aheadMs > 0 ? 'ahead of' : 'behind'} CATAPA`,
    )
  }
  return failed(
    'unreachable',
    `the clock of this machine is ${duration(Math.abs(aheadMs))} ${aheadMs > 0 ? 'ahead of' : 'behind'} CATAPA's`,
    'Set it, and let it be kept right: timedatectl set-ntp true on Linux, w32tm /resync on Windows; in a container or virtual machine, on its host.',
  )
}

function duration(ms: number): string {
  const minutes = Math.round(ms / 60_000)
  const [days, hours, rest] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24, minutes % 60]
  const parts = [days && `${days} d`, hours && `${hours} h`, rest && `${rest} min`].filter(Boolean)
  return parts.join(' ') || `${Math.round(ms / 1000)} s`
}
