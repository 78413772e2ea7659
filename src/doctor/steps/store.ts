import { explain } from '../../problems/explain.ts'
import { storeTimeoutMs } from '../../settings/cache-url.ts'
import { withoutSecrets } from '../../settings/upstream-url.ts'
import { systemClock } from '../../time.ts'
import { openStore, prepare } from '../../tokens/shared/open-store.ts'
import { storeFailure } from '../../tokens/shared/store-failure.ts'
import { notesOf, ok, type StepOutcome, type Subject, unreachable } from '../step.ts'
import { storeStepWords } from '../words/store-step-words.ts'

/** A longer wait than a sidecar's, to be able to say how slow the store is. */
const patienceMs = 2000

/** Whether the store of the shared token does what a sidecar needs, and fast enough. */
export async function store({ config, secureContext }: Subject): Promise<StepOutcome> {
  const { cacheUrl: url } = config
  const say = storeStepWords()
  if (url === undefined) return { status: 'skipped', detail: say.none }
  const where = withoutSecrets(url)
  const place = { url, secureContext, timeoutMs: patienceMs }
  let beganAt = 0
  const measured: typeof prepare = async (at, lost) => {
    const connection = await prepare(at, lost)
    beganAt = performance.now()
    return connection
  }
  try {
    const connection = await openStore(place, { prepare: measured, clock: systemClock, lost: () => {} })
    connection.close()
  } catch (error) {
    const { happened, next } = explain(storeFailure(error), 'operator')
    return unreachable(say.failed(where, happened), say.without(next))
  }
  const tookMs = Math.ceil(performance.now() - beganAt)
  const notes = tookMs > storeTimeoutMs ? [say.slow(storeTimeoutMs)] : []
  return ok([say.works(where, tookMs), ...notesOf(notes)].join('\n'))
}
