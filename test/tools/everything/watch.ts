import type { Findings } from './findings.ts'
import type { Plants } from './plants.ts'
import type { SidecarProcess } from './sidecar-process.ts'

type Sample = Readonly<{ at: number; rssMiB: number; descriptors: number }>

/** Memory and descriptors of a process that is never restarted. */
export type Watch = Readonly<{
  sample(): void
  /** Compares the end with the second minute. */
  judge(): { warmMiB: number; endMiB: number; descriptors: number }
}>

const minuteMs = 60_000
/** A process that has run for a shorter time is still growing into its work. */
const settledMs = 4 * minuteMs
const mostMiB = { settled: 25, young: 150 }
/** The connections to CATAPA come and go. */
const mostDescriptors = 128

export function watchProcess(sidecar: SidecarProcess, findings: Findings, plants: Plants): Watch {
  const beganAt = performance.now()
  const samples: Sample[] = []
  return {
    sample() {
      const [rssMiB, descriptors] = [sidecar.rssMiB(), sidecar.descriptors()]
      if (rssMiB === undefined || descriptors === undefined) return
      samples.push({ at: performance.now() - beganAt, rssMiB, descriptors })
    },
    judge() {
      const ranMs = samples.at(-1)?.at ?? 0
      const isSettled = ranMs >= settledMs
      const [from, until] = isSettled ? [minuteMs, 2 * minuteMs] : [ranMs / 3, (2 * ranMs) / 3]
      const warm = samples.filter(({ at }) => at >= from && at <= until)
      const last = samples.filter(({ at }) => at >= ranMs - Math.min(minuteMs, ranMs / 3))
      const [warmMiB, descriptorsThen] = [median(warm, 'rssMiB'), median(warm, 'descriptors')]
      const endMiB = median(last, 'rssMiB') + (plants.take('memory-grows') ? 500 : 0)
      const descriptors = median(last, 'descriptors') + (plants.take('descriptors-grow') ? 500 : 0)
      const most = isSettled ? mostMiB.settled : mostMiB.young
      if (endMiB > warmMiB + most) findings.add('memory stays flat', `${warmMiB} MiB, then ${endMiB}`)
      if (descriptors > descriptorsThen + mostDescriptors) {
        findings.add('descriptors stay flat', `${descriptorsThen}, then ${descriptors}`)
      }
      return { warmMiB, endMiB, descriptors }
    },
  }
}

function median(samples: readonly Sample[], what: 'rssMiB' | 'descriptors'): number {
  const sorted = samples.map((sample) => sample[what]).sort((a, b) => a - b)
  return Math.round(sorted[Math.floor(sorted.length / 2)] ?? 0)
}
