import { goalTable, judge } from './goals/judge.ts'
import { type Samples, sampleTable } from './goals/samples.ts'
import { line, versions } from './machine.ts'
import { fail } from './say.ts'
import type { Size } from './scenarios/scenario.ts'

/** Direct requests, one at a time, take longer than this only where others use the machine too. */
const busyMs = 1

/** The result as it is printed. Ends the run where the machine was too busy for one, unless it is wanted `anyway`. */
export function report(
  samples: Samples,
  { rounds, warmUp }: Size,
  directP99Ms: number,
  { json, anyway }: { json: boolean; anyway: boolean },
): string {
  const worst = Math.max(directP99Ms, ...(samples['rate: p99 ms']?.direct ?? []))
  const tooLong = `p99 of direct requests is ${worst.toFixed(2)} ms, over ${busyMs}`
  if (worst > busyMs && !anyway) fail(`the machine is too busy to tell: ${tooLong}. --anyway reports all the same.`)
  const goals = judge(samples)
  const machine = { ...versions(), directP99Ms: worst, rounds, warmUp }
  if (json) return `${JSON.stringify({ machine, goals, samples }, null, 1)}\n`
  const warning =
    worst > busyMs
      ? `\nTHE MACHINE WAS BUSY: p99 of direct requests up to ${worst.toFixed(2)} ms. Do not quote this.\n`
      : ''
  return `${goalTable(goals)}\n\n${sampleTable(samples)}\n\n${line(machine)}\n${warning}`
}
