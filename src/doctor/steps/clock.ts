import { compareClocks, isOff } from '../../network/compare-clocks.ts'
import { clockOff } from '../../problems/phrases/clock-phrases.ts'
import { because } from '../../problems/phrases/transport-phrases.ts'
import { transportFacts } from '../../problems/transport.ts'
import { ok, type StepOutcome, type Subject, unreachable } from '../step.ts'

/** Whether this machine and CATAPA have the same time. */
export async function clock({ config, secureContext }: Subject): Promise<StepOutcome> {
  const comparison = await compareClocks(config, secureContext)
  if ('aheadMs' in comparison) return judge(comparison.aheadMs)
  if (comparison.unknown === 'no_date') return ok('cannot be told: the answer has no Date')
  return unreachable(
    `${config.baseUrl.host} gave no HTTP answer: ${because(transportFacts(comparison.error))}`,
    'Check that CATAPA_BASE_URL is the address of CATAPA, and whether CATAPA is up: open it in a browser.',
  )
}

function judge(aheadMs: number): StepOutcome {
  if (isOff(aheadMs)) {
    const { happened, next } = clockOff(aheadMs)
    return unreachable(happened, next)
  }
  const seconds = Math.floor(Math.abs(aheadMs) / 1000)
  return ok(seconds <= 1 ? 'the same time as at CATAPA' : `${seconds} s ${aheadMs > 0 ? 'ahead of' : 'behind'} CATAPA`)
}
