import { errorCode } from '../files/errno.ts'
import { type DoctorStep, failed, type StepOutcome } from './step.ts'
import { doctorWords, type StepName } from './words/doctor-words.ts'

/** A step that has ended. */
export type StepResult = StepOutcome & { step: StepName; ms: number }

/** Is told when each step begins and ends. */
export type DoctorWatcher = { begins(step: StepName): void; ended(result: StepResult): void }

/** Runs steps one after the other; steps that a failure has made pointless are skipped. */
export function checkup(watcher: DoctorWatcher) {
  const results = new Map<StepName, StepResult>()

  /** Why a step with these needs is pointless; undefined if it is not. */
  function pointless(needs: readonly StepName[]): string | undefined {
    for (const need of needs) {
      const result = results.get(need)
      if (result?.status === 'failed') return doctorWords().notTried(need)
      if (result?.status === 'skipped') return result.detail
    }
    return undefined
  }

  return {
    async perform<On>({ name, needs, run }: DoctorStep<On>, subject: () => On): Promise<void> {
      const because = pointless(needs)
      const beganAt = performance.now()
      let outcome: StepOutcome
      if (because !== undefined) outcome = { status: 'skipped', detail: because }
      else {
        watcher.begins(name)
        outcome = await attempt(() => run(subject()))
      }
      const result = { ...outcome, step: name, ms: Math.round(performance.now() - beganAt) }
      results.set(name, result)
      watcher.ended(result)
    },
    results: () => [...results.values()],
  }
}

/** A step that throws is our fault and no reason to stop. The error's text could hold anything, so it is not repeated. */
async function attempt(run: () => StepOutcome | Promise<StepOutcome>): Promise<StepOutcome> {
  try {
    return await run()
  } catch (error) {
    const name = errorCode(error) ?? (error instanceof Error ? error.name : typeof error)
    return failed('internal', doctorWords().checkFailed(name), doctorWords().reportIt)
  }
}
