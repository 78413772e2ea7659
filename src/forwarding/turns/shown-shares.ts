/**
 * Who waits for whom, and why: `shares` of `/api/status` (design/promises 10.6). Instants are ISO 8601; nothing in it says
 * how long ago something was, so that two looks at the same state are equal.
 */
export type SharesShown = Readonly<{
  places: Readonly<{
    inUse: number
    /** As many may be in use now: fewer than `of` after a 429. */
    limit: number
    /** SIDECAR_UPSTREAM_CONNECTIONS. */
    of: number
  }>
  /** Every share that has called since the start and still exists, also with nothing waiting: at most one a section of the callers file and one a listener. */
  waiting: readonly ShareShown[]
  /** The pause that CATAPA has asked for; null while there is none. */
  hold: HoldShown | null
  /** Since the start: the pauses that CATAPA has asked for; one that prolongs another is no other one. */
  pauses: Readonly<{ total: number }>
  /** Requests since the start that have waited for the end of a pause, and those that were sent once more after one. */
  held: Readonly<{ total: number; repeated: number }>
  /** Requests since the start that were answered as `overloaded` in place of waiting, or after it, also by what they waited for. */
  turnedAway: Readonly<{ total: number; by: Readonly<Record<TurnedAwayFor, number>> }>
}>

export type ShareShown = Readonly<{
  /** A caller's name, or the address of a listener as SIDECAR_LISTEN has it. */
  share: string
  by: 'name' | 'listener'
  waiting: number
  inFlight: number
  /** What the first of those that wait waits for; null where nobody does. */
  why: WaitsFor | null
}>

/** A place; the caller's own `rate` or `max-in-flight`; the end of a pause. */
export type WaitsFor = 'places' | 'rate' | 'max-in-flight' | 'hold'

/** `room`: more than SIDECAR_MAX_WAITING would wait. */
export type TurnedAwayFor = WaitsFor | 'room'

export type HoldShown = Readonly<{
  until: string
  since: string
  /** Of the answer that asked for the pause. */
  status: number
  /** Requests that wait for its end. */
  waiting: number
}>
