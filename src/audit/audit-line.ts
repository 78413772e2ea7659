import type { Effect } from '../operations/operation.ts'

/** The versions of the form of a line: the second one has the members of guarded writes, the third one a trace (design/promises 9.2). */
export const formVersions = [1, 2, 3] as const
export type FormVersion = (typeof formVersions)[number]

/** The events of a line. `request`: a read or a refusal; `begin` and `end`: before and after any other call. */
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
  ...(['login', 'logout', 'flood', 'segment', 'retention', 'gap', 'recovered', 'release'] as const),
] as const
export type AuditEvent = (typeof auditEvents)[number]

/**
 * An audit line before it has its place in the trail (design/promises 9.2); undefined members are left out. Never a token, a key,
 * the value of a query, a body, the value of a header, or a raw path.
 */
export type AuditEntry = Readonly<{
  event: AuditEvent
  /** In an `end`: the `seq` of its `begin`. */
  begin?: number | undefined
  /** Its name in the callers file, `other`, or `anonymous` without such a file. */
  caller?: string | undefined
  how?: 'listener' | 'key' | 'certificate' | 'user' | undefined
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
  /** Of a call that is traced, or that its caller traces: 32 hex digits. */
  traceId?: string | undefined
  tenant?: string | undefined
  /** HMAC-SHA-256 of the raw path, lower-case hex. */
  subject?: string | undefined
  /** In the `begin` of a guarded write: the same in two lines, the same write. HMAC-SHA-256, lower-case hex. */
  fingerprint?: string | undefined
  /** In the `begin` of a guarded write with an `Idempotency-Key`: the same of its content. */
  content?: string | undefined
  /** In the `end` of a guarded write that CATAPA answered: whether its caller got the answer. */
  delivered?: 'yes' | 'no' | undefined
  /** In the line of a repeat: the `seq` of the earlier write's `begin`. */
  repeatOf?: number | undefined
  /** For events of the trail or the sidecar: counts, digests, file names without folders. */
  detail?: Readonly<Record<string, string | number>> | undefined
}>

/** The members of an entry in the order of a line: by this list lines are written, checked and read. None may be missing. */
export function membersOf(entry: AuditEntry) {
  return {
    event: entry.event,
    begin: entry.begin,
    caller: entry.caller,
    how: entry.how,
    method: entry.method,
    operation: entry.operation,
    effect: entry.effect,
    profile: entry.profile,
    verdict: entry.verdict,
    status: entry.status,
    origin: entry.origin,
    reached: entry.reached,
    requestBytes: entry.requestBytes,
    responseBytes: entry.responseBytes,
    durationMs: entry.durationMs,
    requestId: entry.requestId,
    traceId: entry.traceId,
    tenant: entry.tenant,
    subject: entry.subject,
    fingerprint: entry.fingerprint,
    content: entry.content,
    delivered: entry.delivered,
    repeatOf: entry.repeatOf,
    detail: entry.detail,
  } satisfies Record<keyof AuditEntry, unknown>
}

const ofGuardedWrites = ['fingerprint', 'content', 'delivered', 'repeatOf']
const allNames = Object.keys(membersOf({ event: 'start' }))
const untraced = allNames.filter((name) => name !== 'traceId')

/** The names of the members in each version, in the order of a line. */
export const memberNames: Readonly<Record<FormVersion, readonly string[]>> = {
  1: untraced.filter((name) => !ofGuardedWrites.includes(name)),
  2: untraced,
  3: allNames,
}

/** The version that a line of this entry has: the first one that knows its members. */
export function versionOf({ traceId, fingerprint, delivered, repeatOf }: AuditEntry): FormVersion {
  if (traceId !== undefined) return 3
  return fingerprint === undefined && delivered === undefined && repeatOf === undefined ? 1 : 2
}

/** The `seq` of a line, and its hash, which the next one has as `prev`. */
export type ChainHead = Readonly<{ seq: number; hash: string }>

/** The head before the first line. */
export const noHead: ChainHead = { seq: 0, hash: '0'.repeat(64) }

/** A trail to write to. */
export type Trail = Readonly<{
  /** Writes a line without waiting. `state` shows whether lines can be written. */
  note(entry: AuditEntry): void
  /** As `note`, for events that anybody can cause without end: the first in ten seconds have a line each, the others share one. */
  noteGated(entry: AuditEntry): void
  /** Writes a line that is on disk (fdatasync) once the promise resolves with its `seq`. @throws ProblemError `audit_unavailable` */
  commit(entry: AuditEntry): Promise<number>
  /** Call before a request that needs no begin line. @throws ProblemError `audit_unavailable`, counted, while all are refused */
  check(): void
  state(): TrailState
  /** Writes all that waits, then `last`, and gives the folder back. */
  stop(last?: AuditEntry): Promise<void>
}>

export type TrailState = Readonly<{
  folder: string
  /** Of the last line surely on disk, since a published head must not outlive its line. Lines of reads get there within seconds. */
  head: ChainHead
  /** Lines written since the start. */
  lines: number
  /** Entries without a line since the start, as counted by gap lines now or later. */
  unrecorded: number
  /** Undefined while all is well. */
  failing: Failing | undefined
  /** Undefined unless the file being written was tampered with since the start. */
  replaced: Replaced | undefined
}>

/** The file being written was replaced, cut, added to or removed by another program. */
export type Replaced = Readonly<{
  times: number
  /** For the last time: the time as Date.now, the name of the file, and `replaced` or ENOENT. */
  at: number
  file: string
  why: string
  /** Lines that are surely gone, all times together. */
  lost: number
}>

/** A time in which nothing can be written. */
export type Failing = Readonly<{
  /** As Date.now. */
  since: number
  /** An errno, or `replaced` (a file was replaced, cut or added to), `taken`, `stalled`, `open_folder`, `damaged`. */
  why: string
  /** Requests refused because of it. */
  refused: number
  /** Entries that have no line. */
  unrecorded: number
}>
