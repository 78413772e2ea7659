import type { Effect } from '../operations/operation.ts'

/** The version of the form of a line. */
export const formVersion = 1

/** What a line tells. `request`: a read or a refusal; `begin` and `end`: what is not a read, before and after. */
export const auditEvents = [
  ...([
    'request',
    'begin',
    'end',
    'start',
    'stop',
    'credentials',
    'callers-file',
    'log-level',
    'token-refresh',
  ] as const),
  ...(['login', 'logout', 'flood', 'segment', 'retention', 'gap', 'recovered'] as const),
] as const
export type AuditEvent = (typeof auditEvents)[number]

/**
 * What is told, before it has its place in the trail: the members that apply (design/promises 9.2); one that is undefined is
 * left out.
 * Never a token, a key, the value of a query, a body, the value of a header, or a raw path.
 */
export type AuditEntry = Readonly<{
  event: AuditEvent
  /** Of `end`: the `seq` of its `begin`. */
  begin?: number | undefined
  /** Its name in the callers file, `other`, or `anonymous` without such a file. */
  caller?: string | undefined
  how?: 'listener' | 'key' | 'user' | undefined
  method?: string | undefined
  /** The catalogue's template, or the path without ids. */
  operation?: string | undefined
  effect?: Effect | 'unknown' | undefined
  /** The profile, line or rule that decided. */
  profile?: string | undefined
  verdict?: 'allowed' | 'refused' | 'reported' | undefined
  status?: number | undefined
  origin?: 'catapa' | 'sidecar' | undefined
  reached?: 'no' | 'maybe' | 'yes' | undefined
  requestBytes?: number | undefined
  responseBytes?: number | undefined
  durationMs?: number | undefined
  requestId?: string | undefined
  tenant?: string | undefined
  /** HMAC-SHA-256 of the raw path, lower-case hex. */
  subject?: string | undefined
  /** Of what happened to the trail or the sidecar: counts, digests, file names without folders. */
  detail?: Readonly<Record<string, string | number>> | undefined
}>

/** How a member stands in a line: the word of an event, a text or a number, or an object of these. */
export type MemberKind = 'event' | 'value' | 'facts'

type KindOf<Name extends keyof AuditEntry> = Name extends 'event'
  ? 'event'
  : NonNullable<AuditEntry[Name]> extends string | number
    ? 'value'
    : 'facts'

/** The members of an entry in the order of a line: by this list lines are written, checked and read. None may be missing. */
export const entryMembers = {
  event: 'event',
  begin: 'value',
  caller: 'value',
  how: 'value',
  method: 'value',
  operation: 'value',
  effect: 'value',
  profile: 'value',
  verdict: 'value',
  status: 'value',
  origin: 'value',
  reached: 'value',
  requestBytes: 'value',
  responseBytes: 'value',
  durationMs: 'value',
  requestId: 'value',
  tenant: 'value',
  subject: 'value',
  detail: 'facts',
} as const satisfies { readonly [Name in keyof AuditEntry]-?: KindOf<Name> }

/** Where a line stands, and the hash that the next one has as `prev`. */
export type ChainHead = Readonly<{ seq: number; hash: string }>

/** Before the first line. */
export const noHead: ChainHead = { seq: 0, hash: '0'.repeat(64) }

/** A trail that is being written. */
export type Trail = Readonly<{
  /** A line that is not waited for. Whether it could be written shows in `state`. */
  note(entry: AuditEntry): void
  /** The same of what anybody can cause without end: the first within ten seconds have a line each, the others one together. */
  noteGated(entry: AuditEntry): void
  /** A line that is on disk (fdatasync) once the promise resolves, with its `seq`. @throws ProblemError `audit_unavailable` */
  commit(entry: AuditEntry): Promise<number>
  /** Before a request that needs no line of its own first. @throws ProblemError `audit_unavailable`, counted, where all are refused now */
  check(): void
  state(): TrailState
  /** What waits is written, and `last` behind it; the folder is given back. */
  stop(last?: AuditEntry): Promise<void>
}>

export type TrailState = Readonly<{
  folder: string
  /** Of the last line that is on disk: one that is published must not outlive its line. Reads come to it within seconds. */
  head: ChainHead
  /** Lines written since the start. */
  lines: number
  /** What has no line since the start, as the gap lines have counted it or will. */
  unrecorded: number
  /** Undefined while all is well. */
  failing: Failing | undefined
  /** Undefined unless somebody has had a hand in the file that was being written, since the start. */
  replaced: Replaced | undefined
}>

/** The file that is being written was replaced, cut, added to or removed by another program. */
export type Replaced = Readonly<{
  times: number
  /** Of the last time: as Date.now, the name of the file, and `replaced` or ENOENT. */
  at: number
  file: string
  why: string
  /** Lines of it that are surely gone, of all times together. */
  lost: number
}>

/** Nothing can be written at the moment. */
export type Failing = Readonly<{
  /** As Date.now. */
  since: number
  /** An errno, or `replaced` (a file was replaced, cut or added to), `taken`, `stalled`, `open_folder`, `damaged`. */
  why: string
  /** Requests that were refused for it. */
  refused: number
  /** What went without a line. */
  unrecorded: number
}>
