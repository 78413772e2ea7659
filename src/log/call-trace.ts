/** What a call waits for until it has a place; `hold`: the end of a pause. */
export type WaitedFor = 'places' | 'rate' | 'max-in-flight' | 'hold'

/** A stretch of a call's life as its trace shows it; instants as performance.now. */
export type TraceStep = Readonly<
  { at: number; until: number } & (
    | { is: 'exchange'; status: number | undefined; error: string | undefined }
    | { is: 'wait'; for: WaitedFor }
    | { is: 'token' }
  )
>

/** The trace that a call belongs to (W3C Trace Context). */
export type CallTrace = Readonly<{
  /** 32 hex digits. */
  id: string
  /** Undefined where no span is made of the call. */
  sampled: Readonly<{ span: string; parent: string | undefined; steps: TraceStep[] }> | undefined
}>

/** What a caller's `traceparent` says: its trace, its span, and whether that is sampled. */
export type TraceParent = Readonly<{ id: string; span: string; sampled: boolean }>

const parentForm = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/
const zeros = /^0+$/

/** Reads a `traceparent` (W3C Trace Context, 3.2.2); undefined for one that is malformed or from several headers. */
export function traceParent(text: string | string[] | undefined): TraceParent | undefined {
  if (typeof text !== 'string' || text.length > 512) return undefined
  const [, version = 'ff', id = '', span = '', flags = '', more] = parentForm.exec(text) ?? []
  if (version === 'ff' || (version === '00' && more !== undefined)) return undefined
  if (zeros.test(id) || zeros.test(span)) return undefined
  return { id, span, sampled: (Number.parseInt(flags, 16) & 1) === 1 }
}

/** The trace of a call where no traces are sent: its caller's, if it has one. */
export function callersTrace(traceparent: string | string[] | undefined): CallTrace | undefined {
  const parent = traceParent(traceparent)
  return parent && { id: parent.id, sampled: undefined }
}
