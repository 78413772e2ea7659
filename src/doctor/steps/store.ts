import { explain } from '../../problems/explain.ts'
import { storeTimeoutMs } from '../../settings/cache-url.ts'
import { withoutSecrets } from '../../settings/upstream-url.ts'
import { systemClock } from '../../time.ts'
import { openStore, prepare } from '../../tokens/shared/open-store.ts'
import { storeFailure } from '../../tokens/shared/store-failure.ts'
import { type DoctorStep, failed, ok, type StepOutcome, type Subject } from '../step.ts'

/** So long it is waited for here, to be able to say how slow it is. */
const patienceMs = 2000

/** Whether the store of the shared token does what a sidecar needs of it, as fast as that wants it. */
export const store: DoctorStep = {
  name: 'store',
  needs: ['configuration'],
  doing: 'asking the store of the shared token',
  applies: ({ cacheUrl }) => cacheUrl !== undefined,
  run: askStore,
}

async function askStore({ config, secureContext }: Subject): Promise<StepOutcome> {
  const { cacheUrl: url } = config
  if (url === undefined) return { status: 'skipped', detail: 'each sidecar has a token of its own' }
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
    return failed(
      'unreachable',
      `${where}: ${happened}`,
      `${next} Without it calls work too: each sidecar has its own token then.`,
    )
  }
  const tookMs = Math.ceil(performance.now() - beganAt)
  const slow = `\nNote: a sidecar waits ${storeTimeoutMs} ms for it at most, and then goes on without.`
  return ok(`${where} does what is needed, and answered within ${tookMs} ms${tookMs > storeTimeoutMs ? slow : ''}`)
}
