import { dialsOf } from '../../running/dial.ts'
import { localGet, localText } from '../../running/local-request.ts'
import { type ListenAddress, nameOf } from '../../settings/listen-address.ts'
import { memberAt } from '../../words/member-at.ts'
import { printable } from '../../words/printable.ts'
import { reportWords } from './report-words.ts'

const timeoutMs = 5_000
const mostSamples = 2_000
/** If another sidecar's data listener has the address, it does not forward a request with this header. */
const notForCatapa = { Via: '1.1 catapa-sidecar' }

/** What a running sidecar says. `status` is as it came: only parts of it may be shown. */
export type Running = { address: string; answered: boolean; status: unknown; metrics: readonly string[] }

/** Asks the sidecar at SIDECAR_ADMIN_LISTEN for its status and metrics. @param adminListen undefined if that setting is wrong */
export async function askRunning(adminListen: readonly ListenAddress[] | undefined): Promise<Running> {
  const address = adminListen === undefined ? reportWords().addressUnknown : adminListen.map(nameOf).join(' ') || 'off'
  for (const dial of (adminListen ?? []).flatMap(dialsOf)) {
    const answer = await localGet(dial, '/api/status', timeoutMs, notForCatapa)
    if (answer?.status !== 200 || typeof memberAt(answer.body, 'version') !== 'string') continue
    const metrics = await localText(dial, '/metrics', timeoutMs, notForCatapa)
    return { address, answered: true, status: answer.body, metrics: samples(metrics ?? '') }
  }
  return { address, answered: false, status: undefined, metrics: [] }
}

/** The samples that say something: no comments, no buckets of histograms, and none that are 0. */
function samples(text: string): string[] {
  const said = text.split('\n').filter((line) => /^\w/.test(line) && !/^\w+_bucket\b| 0$/.test(line))
  return said.slice(0, mostSamples).map((line) => printable(line.slice(0, 500)))
}
