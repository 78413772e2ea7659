import type { ProfileName } from '../operations/profiles.ts'

/** An `allow` or `deny` line of the callers file: `METHOD[,METHOD] PATTERN`. */
export type RuleLine = Readonly<{
  /** In the callers file, from 1. */
  line: number
  /** Upper case; undefined is every method. HEAD is never among them: it is judged as GET. */
  methods: ReadonlySet<string> | undefined
  /** Segments of the pattern with `=` for `%3D`: `*` is any one, `**`, which is always the last, the rest, also none. */
  segments: readonly string[]
}>

/** What a caller may do. Nothing of it given: everything. */
export type Restrictions = Readonly<{
  /** All of them must allow. */
  profiles: readonly ProfileName[]
  /** They add to the profiles; without a profile only they allow. */
  allow: readonly RuleLine[]
  /** They win over everything. */
  deny: readonly RuleLine[]
  /** What they refuse goes on, and is told. */
  report: boolean
}>

export const unrestricted: Restrictions = { profiles: [], allow: [], deny: [], report: false }
