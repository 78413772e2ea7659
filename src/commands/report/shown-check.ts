import type { StepResult } from '../../doctor/run-steps.ts'
import { reportWords } from './report-words.ts'

/** A step of `doctor` as it may be sent to others. The step `login` names a person where all is well. */
export function shownCheck(result: StepResult) {
  const { step, status, detail, ms } = result
  const told = step === 'login' && status === 'ok' ? reportWords().personLoggedIn : detail
  return { step, status, detail: told, ...('remedy' in result && { remedy: result.remedy }), ms }
}
