import { hash } from 'node:crypto'
import { type AuditEntry, formVersion, type Head } from './audit-line.ts'

/** A line with its line feed, and where the trail stands after it. */
export type Line = Readonly<{ text: string; head: Head }>

/**
 * The line that an entry becomes behind `before` (design/promises 9.2 and 9.5). Its members are written out in their order: a
 * walk over their names costs half as much again. Its hash is that of the same text without the member `hash`, which stands
 * last. No member of `detail` may be called `hash`: who cuts it out by hand takes the first that he finds.
 */
export function lineAfter(before: Head, entry: AuditEntry, at: number): Line {
  const seq = before.seq + 1
  const text = JSON.stringify({
    v: formVersion,
    seq,
    time: new Date(at).toISOString(),
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
    tenant: entry.tenant,
    subject: entry.subject,
    detail: entry.detail,
    prev: before.hash,
  })
  const own = hash('sha256', text, 'hex')
  return { text: `${text.slice(0, -1)},"hash":"${own}"}\n`, head: { seq, hash: own } }
}

/** What a line that was read says of its own place. */
export type Place = Readonly<{ head: Head; at: number /** Its hash is that of its bytes. */; intact: boolean }>

/** @returns undefined for what is no line of a trail */
export function placeOf(line: string): Place | undefined {
  const [, hashed, own = ''] = lineEnd.exec(line) ?? []
  const parsed = hashed === undefined ? undefined : parse(line)
  const seq: unknown = Reflect.get(Object(parsed), 'seq')
  const at = Date.parse(String(Reflect.get(Object(parsed), 'time')))
  if (typeof seq !== 'number' || !Number.isSafeInteger(seq) || seq < 1 || Number.isNaN(at)) return undefined
  return { head: { seq, hash: own }, at, intact: hash('sha256', `${hashed}}`, 'hex') === own }
}

const lineEnd = /^(.*),"hash":"([0-9a-f]{64})"\}$/s

function parse(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
