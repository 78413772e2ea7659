import type { TraceParent } from '../log/call-trace.ts'
import type { TraceSettings } from '../settings/traces.ts'

/** Whether a call is sampled: a new trace, or one that its caller has begun. */
export type Sampler = (traceId: string, parent: TraceParent | undefined) => boolean

/** Hex digits of a trace id of which W3C Trace Context level 2 says that they are random; 13 of the 14, which a number holds exactly. */
const randomFrom = 18
const randomDigits = 13

/** OTEL_TRACES_SAMPLER. */
export function sampler({ sampler: name, ratio }: Pick<TraceSettings, 'sampler' | 'ratio'>): Sampler {
  const own = rootSampler(name, ratio)
  if (!name.startsWith('parentbased_')) return (id) => own(id)
  return (id, parent) => (parent === undefined ? own(id) : parent.sampled)
}

/** Whether no new trace is ever sampled. */
export function isOff({ sampler: name }: Pick<TraceSettings, 'sampler'>): boolean {
  return name.endsWith('always_off')
}

/** A ratio decides by the id, so that all programs that see a trace decide alike. */
function rootSampler(name: TraceSettings['sampler'], ratio: number): (traceId: string) => boolean {
  if (name.endsWith('always_off')) return () => false
  if (name.endsWith('always_on') || ratio >= 1) return () => true
  const threshold = (1 - ratio) * 16 ** randomDigits
  return (id) => ratio > 0 && Number.parseInt(id.slice(randomFrom, randomFrom + randomDigits), 16) >= threshold
}
