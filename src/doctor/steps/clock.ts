import { compareClocks, isOff } from '../../network/compare-clocks.ts'
import { clockOff } from '../../problems/phrases/clock-phrases.ts'
import { because } from '../../problems/phrases/transport-phrases.ts'
import { transportFacts } from '../../problems/transport.ts'
import { ok, type StepOutcome, type Subject, unreachable } from '../step.ts'
import { clockStepWords } from '../words/clock-step-words.ts'

/** Whether this machine and CATAPA have the same time. */
export async function clock({ config, secureContext }: Subject): Promise<StepOutcome> {
  const comparison = await compareClocks(config, secureContext)
  if ('aheadMs' in comparison) return judge(comparison.aheadMs)
  const say = clockStepWords()
  if (comparison.unknown === 'no_date') return ok(say.noDate)
  return unreachable(say.noAnswer(config.baseUrl.host, because(transportFacts(comparison.error))), say.check)
}

function judge(aheadMs: number): StepOutcome {
  if (isOff(aheadMs)) {
    const { happened, next } = clockOff(aheadMs)
    return unreachable(happened, next)
  }
  const seconds = Math.floor(Math.abs(aheadMs) / 1000)
  const say = clockStepWords()
  if (seconds <= 1) return ok(say.same)
  return ok(aheadMs > 0 ? say.ahead(seconds) : say.behind(seconds))
}
