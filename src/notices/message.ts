/**
 * A message to people, before it takes the form of a receiver. Texts are plain sentences without line breaks; nothing in them is
 * meant to format or to mention anything.
 */
export type Message = Readonly<{
  /** The worst first; at least one. */
  items: readonly Item[]
  /** A sentence about the limit of messages a day, on the last one before it. */
  more: string | undefined
  /** Tenant, host name and settings file, in one line. */
  instance: string
  /** The address of the status page; undefined without one. */
  page: string | undefined
  /** On the wall clock, in ms. */
  at: number
}>

/** A state that has begun, lasts on, or is over. */
export type Item = Readonly<{
  /** Its name, as in /api/status, for programs. */
  state: string
  /** Of what, where the state may hold of several things. */
  of?: string | undefined
  event: 'began' | 'lasts' | 'over'
  condition: 'warning' | 'bad'
  /** One line, in sentences. */
  what: string
  /** What to do, in sentences; undefined once it is over. */
  next: string | undefined
  /** On the wall clock, in ms. */
  since: number
  /** Once it is over: how long it took. */
  tookMs: number | undefined
}>
