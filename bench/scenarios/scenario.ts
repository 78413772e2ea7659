import type { Contestants, Measured } from '../contestants/contestant.ts'
import type { Samples } from '../goals/samples.ts'
import type { KindName } from '../load/commands.ts'
import type { Load } from '../load/load.ts'

/** Requests and rounds of a full run, and of one for development. */
export const sizes = {
  full: { rounds: 9, warmUp: 20_000, get64: 8000, get1: 2000, post: 4000, large: 3000, rate: 600, starts: 9, gib: 16 },
  quick: { rounds: 3, warmUp: 3000, get64: 2000, get1: 500, post: 700, large: 500, rate: 60, starts: 1, gib: 2 },
}
export type Size = typeof sizes.full

export type Tools = { load: Load; samples: Samples; size: Size }

/** With contestants that are started and warmed up once. */
export type SharedScenario = {
  /** Their own code for it is warmed up too. */
  warmUpKind?: KindName
  run(running: readonly Measured[], tools: Tools): Promise<void>
}

/** With contestants that it starts itself. */
export type LoneScenario = (contestants: Contestants, tools: Tools) => Promise<void>

/** Single requests a second, over all contestants. */
export const lowRate = 150
