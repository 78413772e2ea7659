import type { ProblemCode } from '../problems/codes.ts'
import type { Failure, RefusalRule } from '../problems/failure.ts'
import type { Resent } from './request-record.ts'

/** A request that has ended, as log, metrics and status page show it: counts and names, no value that a person wrote. */
export type FinishedRequest = {
  /** As it may be logged. */
  requestId: string
  method: string
  /** Without ids; undefined when the target was not accepted. */
  path: string | undefined
  /** Names of parameters. */
  query: string[] | undefined
  /** Undefined when the caller left before there was an answer. */
  status: number | undefined
  origin: 'catapa' | 'sidecar'
  problem: ProblemCode | undefined
  /** The sentence about it for whoever runs the sidecar: callers get one without paths, addresses and names. */
  detail: string | undefined
  /** For the admin listener only: it is not logged. */
  failure: Failure | undefined
  callerGone: true | undefined
  /** Why it was sent to CATAPA once more, each reason at most once, in this order; undefined where it was not. */
  resent: readonly Resent[] | undefined
  /** The id of the earlier request that it repeats (design/promises 12). */
  repeatOf?: string | undefined
  /** What it waited for until it had a place on the connections to CATAPA, and how long; undefined where it did not. */
  waitedFor?: 'places' | 'rate' | 'max-in-flight' | 'hold' | undefined
  waitedMs?: number | undefined
  durationMs: number
  upstreamMs: number | undefined
  requestBytes: number
  responseBytes: number
  /** Its name where there is a callers file, `other` for who has none there; else the address that it called from. */
  caller: string
  /** The address, where `caller` is a name. */
  address: string | undefined
  /** How it was recognised. */
  how: 'listener' | 'key' | 'user' | undefined
  /** The first 8 digits of the key's digest. It is logged only where the caller is unknown. */
  key: string | undefined
  /** Of an unknown caller: the name that came with its key, if the callers file has it, else `…`. */
  claimedCaller?: string | undefined
  /** The rule that would have refused it, where that is only reported. */
  wouldHaveBeenRefused: string | undefined
  /** The same for programs that read the log. */
  rule?: RefusalRule | undefined
  program: string | undefined
  listener: string
}
