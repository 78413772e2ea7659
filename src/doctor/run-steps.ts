import { failed, type Outcome, type Step } from './step.ts'

/** A step that is over. */
export type StepResult = Outcome & { step: string; ms: number }

/** Told what happens, as it happens. */
export type Watcher = { begins(step: string, doing: string): void; ended(result: StepResult): void }

/** Steps one after the other; what a failure has made pointless is not tried. */
export function checkup(watcher: Watcher) {
  const results = new Map<string, StepResult>()

  /** Why there is no point in a step with these needs; undefined when there is. */
  function pointless(needs: readonly string[]): string | undefined {
    for (const need of needs) {
      const result = results.get(need)
      if (result?.status === 'failed') return `not tried, because ${need} failed`
      if (result?.status === 'skipped') return result.detail
    }
    return undefined
  }

  return {
    async perform<On>({ name, needs, doing, run }: Step<On>, subject: () => On): Promise<void> {
      const because = pointless(needs)
      const beganAt = performance.now()
      let outcome: Outcome
      if (because !== undefined) outcome = { status: 'skipped', detail: because }
      else {
        watcher.begins(name, doing)
        outcome = await attempt(() => run(subject()))
      }
      const result = { ...outcome, step: name, ms: Math.round(performance.now() - beganAt) }
      results.set(name, result)
      watcher.ended(result)
    },
    results: () => [...results.values()],
  }
}

/** A step that breaks is our fault and no reason to stop. What an error says could be anything, so it is not repeated. */
async function attempt(run: () => Outcome | Promise<Outcome>): Promise<Outcome> {
  try {
    return await run()
  } catch (error) {
    const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined
    const name = typeof code === 'string' ? code : error instanceof Error ? error.name : typeof error
    return failed('internal', `this check itself failed (${name})`, 'Please report it, with all these lines.')
  }
}
