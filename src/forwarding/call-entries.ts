import type { AuditEntry, AuditEvent } from '../audit/audit-line.ts'
import { type FinishedRequest, loggableId } from '../log/finished-request.ts'
import { pathTemplate } from '../operations/path-template.ts'
import { type Failure, isOf } from '../problems/failure.ts'
import { ruleName } from '../problems/phrases/caller-phrases.ts'
import type { AuditedCall } from './audited-call.ts'
import type { Call, Context } from './call.ts'
import type { Deed } from './judging/effect-of-call.ts'
import type { Judged } from './judging/judged.ts'

/**
 * Before a byte of a call leaves for the first time, its begin line is on disk, where it needs one (design/promises 9.4).
 * Undefined for a call that needs none, such as a read. Rejects with ProblemError `audit_unavailable` where the failure rule
 * refuses the call, and with the reason of an early end.
 */
export function beforeSending(call: Call): Promise<void> | undefined {
  const { audited, judged, context } = call
  const { audit } = context
  const { deed, recorded } = judged
  if (audit === undefined || deed === undefined || !recorded || audited.at !== 'none') return undefined
  if (deed.begins) return begin(call, deed)
  try {
    audit.trail.check()
    return undefined
  } catch (error) {
    call.audited = { at: 'unwritten', opening: undefined }
    return Promise.reject(error)
  }
}

async function begin(call: Call, deed: Deed): Promise<void> {
  const { audit } = call.context
  if (audit === undefined) return
  if (call.endedEarly !== undefined) throw call.endedEarly
  const opening = entryOf(call, deed, 'begin')
  call.audited = { at: 'beginning', opening, over: undefined }
  try {
    const seq = await audit.trail.commit(opening)
    if (call.write?.known !== undefined) call.write.known.seq = seq
    next(call, { at: 'begun', opening, seq })
  } catch (error) {
    next(call, { at: 'unwritten', opening })
    if (audit.onFailure !== 'open') throw error
  }
}

/** Its begin line is on disk, or cannot be; the call may be over by then. */
function next(call: Call, audited: AuditedCall): void {
  const { audited: before } = call
  call.audited = audited
  if (before.at === 'beginning' && before.over !== undefined) recordEnd(call, before.over)
}

/** Writes down the end of a call for CATAPA, or the refusal of one by a rule. */
export function recordEnd(call: Call, finished: FinishedRequest): void {
  const entry = endOf(call, finished)
  if (entry !== undefined) noteEnd(call.context, entry)
}

/** The line for that; undefined where there is none, or none yet. */
export function endOf(call: Call, finished: FinishedRequest): AuditEntry | undefined {
  const { audited, judged, context } = call
  const { deed } = judged
  if (context.audit === undefined || deed === undefined || audited.at === 'unwritten') return undefined
  if (!judged.recorded && refusedBy(finished.failure) === undefined) return undefined
  if (audited.at === 'beginning') {
    call.audited = { ...audited, over: finished }
    return undefined
  }
  return entryOf(call, deed, audited.at === 'begun' ? 'end' : 'request', finished)
}

export function noteEnd({ audit }: Context, entry: AuditEntry): void {
  if (isOfStranger(entry)) audit?.trail.noteGated(entry)
  else audit?.trail.note(entry)
}

/** A refusal of a program without a name: it costs nothing, so there is no end to how many of them anybody can cause. */
function isOfStranger({ event, verdict, caller }: AuditEntry): boolean {
  return event === 'request' && verdict === 'refused' && (caller === 'other' || caller === 'anonymous')
}

/** All of a line in one object of one shape: there is one a request, and it is kept for a moment. */
function entryOf(call: Call, deed: Deed, event: AuditEvent, finished?: FinishedRequest): AuditEntry {
  const { id, request, record, judged, audited, context, write } = call
  const { target, caller } = judged
  const { profile, verdict } = verdictOf(judged, finished?.failure)
  return {
    event,
    begin: event === 'end' && audited.at === 'begun' ? audited.seq : undefined,
    caller: caller?.name ?? 'anonymous',
    how: caller?.how,
    method: request.method,
    operation: deed.known?.template ?? finished?.path ?? pathTemplate(target?.path ?? ''),
    effect: deed.effect,
    profile,
    verdict,
    status: finished?.status,
    origin: finished?.status === undefined ? undefined : finished.origin,
    reached: finished && record.reached,
    requestBytes: finished?.requestBytes,
    responseBytes: finished?.responseBytes,
    durationMs: finished?.durationMs,
    requestId: finished?.requestId ?? loggableId(id),
    traceId: record.trace?.id,
    // Credentials may have changed since its begin line, and the call went to the tenant of the token.
    tenant: judged.tenant ?? context.tenant(),
    subject: openingOf(audited)?.subject ?? (target && context.audit?.digest?.(target.path)),
    fingerprint: event === 'begin' ? write?.known?.same : undefined,
    content: event === 'begin' && write?.known?.keyed ? (write.known.content ?? '') : undefined,
    delivered: event === 'end' && write?.known !== undefined ? 'no' : undefined, // Until the opposite has shown.
    repeatOf: event === 'begin' ? undefined : write?.repeatOf?.seq,
    detail: detailOf(call, finished),
  }
}

/** `answered`: CATAPA's status for a write where the caller got another one. */
function detailOf({ life, write, record }: Call, finished: FinishedRequest | undefined): AuditEntry['detail'] {
  const { resent } = life.past
  const answered = finished?.origin === 'sidecar' && record.reached === 'yes' ? write?.status : undefined
  if (resent.length === 0 && answered === undefined) return undefined
  return { ...(resent.length > 0 && { resent: resent.join() }), ...(answered !== undefined && { answered }) }
}

function openingOf(audited: AuditedCall): AuditEntry | undefined {
  return audited.at === 'none' ? undefined : audited.opening
}

/** The verdict, and the rule behind it. */
function verdictOf(judged: Judged, failure?: Failure): Pick<AuditEntry, 'profile' | 'verdict'> {
  const { allowedBy, wouldHaveBeenRefused, accepted } = judged
  const refusal = refusedBy(failure)
  if (refusal !== undefined) return { profile: refusal, verdict: 'refused' }
  if (wouldHaveBeenRefused !== undefined) return { profile: ruleName(wouldHaveBeenRefused), verdict: 'reported' }
  return accepted ? { profile: allowedBy, verdict: 'allowed' } : {}
}

/** The rule that refused a call for its caller or its request; undefined for all other failures. */
function refusedBy(failure: Failure | undefined): string | undefined {
  if (failure === undefined) return undefined
  if (isOf(failure, 'not_allowed')) return ruleName(failure.facts.rule)
  if (isOf(failure, 'other_tenant')) return 'tenant rule'
  if (isOf(failure, 'key_in_target')) return 'key in the address'
  return isOf(failure, 'caller_unknown') ? 'unknown caller' : undefined
}
