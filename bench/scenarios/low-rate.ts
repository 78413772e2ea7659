import type { Measured } from '../contestants/contestant.ts'
import { add } from '../goals/samples.ts'
import { lowRate, type Tools } from './scenario.ts'

/** p50 and p99 of single requests at a low rate, one to each in turn. */
export async function atLowRate(running: readonly Measured[], { load, samples, size }: Tools): Promise<void> {
  for (let round = 0; round < size.rounds; round++) {
    for (const { name, p50Ms, p99Ms } of await load.rate(running, { perSecond: lowRate, requests: size.rate })) {
      add(samples, 'rate: p50 ms', name, p50Ms)
      add(samples, 'rate: p99 ms', name, p99Ms)
    }
  }
}
