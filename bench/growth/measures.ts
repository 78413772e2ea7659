// `npm run bench -- --growth`: what becomes of the cost as something grows, what disturbs, and what remains in memory.
import { growth } from './growth.ts'
import { hours } from './hours.ts'
import { steps } from './steps.ts'
import type { GrowthTools } from './tools.ts'

/** Name → what it measures: a table. */
export const measures: Record<string, (tools: GrowthTools) => Promise<string>> = { growth, steps, hours }
