import { shownReceiver } from '../../settings/notify-url.ts'
import { ok, type StepOutcome, type Subject } from '../step.ts'
import { noticesStepWords } from '../words/notices-step-words.ts'

/** Whom the sidecar tells. The settings were judged with the others; nothing is sent, since `doctor` runs often. */
export function notices({ config }: Subject): StepOutcome {
  return ok(noticesStepWords().tells(config.notify.map(shownReceiver).join(', ')))
}
