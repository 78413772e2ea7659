import type { Contestants } from '../contestants/contestant.ts'
import type { Load } from '../load/load.ts'
import type { Upstream } from '../upstream/upstream.ts'

export type GrowthTools = {
  contestants: Contestants
  load: Load
  upstream: Upstream
  folder: string
  rounds: number
  warmUp: number
  seconds: number
  speed: number
}

/** Where tokens live for a few seconds only. */
export function shortLived({ origin }: Upstream): string {
  return `${origin}/oauth/short-lived`
}
