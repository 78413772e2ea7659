// What is measured. A scenario adds one value a round for each contestant, so that ratios can be taken within a round.
import { audit } from './audit.ts'
import { callers } from './callers.ts'
import { cost } from './cost.ts'
import { everything } from './everything.ts'
import { healthcheck } from './healthcheck.ts'
import { idle } from './idle.ts'
import { atLowRate } from './low-rate.ts'
import { stalled, twoGib } from './memory.ts'
import { overTls } from './over-tls.ts'
import { repeats } from './repeats.ts'
import type { LoneScenario, SharedScenario } from './scenario.ts'
import { starts } from './starts.ts'
import { traced } from './traced.ts'

export const shared: Record<string, SharedScenario> = {
  get64: { run: cost('get64', { kind: 'get', connections: 64 }) },
  get1: { run: cost('get1', { kind: 'get', connections: 1, lead: 50 }) },
  post: { run: cost('post', { kind: 'post', connections: 64 }), warmUpKind: 'post' },
  large: { run: cost('large', { kind: 'large', connections: 64 }), warmUpKind: 'large' },
  idle: { run: idle },
  rate: { run: atLowRate },
}
export const alone: Record<string, LoneScenario> = {
  start: starts,
  gib: twoGib,
  stalled,
  healthcheck,
  everything,
  callers,
  audit,
  repeats,
  tls: overTls,
  traces: traced,
}
