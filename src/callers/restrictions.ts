import type { ProfileName } from '../operations/profiles.ts'

/** An `allow` or `deny` line of the callers file: `METHOD[,METHOD] PATTERN`. */
export type RuleLine = Readonly<{
  /** In the callers file, from 1. */
  line: number
  /** Upper case; undefined: every method. Never HEAD, which is judged as GET. */
  methods: ReadonlySet<string> | undefined
  /** Segments of the pattern, with `=` for `%3D`. `*` is any one segment; `**`, always the last, is any number, also none. */
  segments: readonly string[]
}>

/** What a caller may do: everything, where nothing is given. */
export type Restrictions = Readonly<{
  /** All of them must allow. */
  profiles: readonly ProfileName[]
  /** Added to the profiles; without a profile nothing else is allowed. */
  allow: readonly RuleLine[]
  /** Stronger than profiles and `allow`. */
  deny: readonly RuleLine[]
  /** A refusal is only logged, and the request goes on. */
  report: boolean
}>

export const unrestricted: Restrictions = { profiles: [], allow: [], deny: [], report: false }

/** How much a caller may send at a time (design/promises 10.2); `restrictions.ts` says what it may do. */
export type Limits = Readonly<{
  /** The most requests at CATAPA at a time; undefined: as many as there are places. */
  maxInFlight: number | undefined
  /** The most requests a second, on average; undefined: any number. */
  rate: number | undefined
}>

export const unlimited: Limits = { maxInFlight: undefined, rate: undefined }
