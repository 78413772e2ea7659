import type { Auditing } from '../audit/audit.ts'
import type { AuditEntry, AuditEvent } from '../audit/audit-line.ts'
import type { FinishedRequest } from '../log/finished-request.ts'
import { loggableId } from '../log/request-line.ts'
import { pathTemplate } from '../operations/path-template.ts'
import { type Failure, isOf } from '../problems/failure.ts'
import { ruleName } from '../problems/phrases/caller-phrases.ts'
import type { Audited } from './audited-call.ts'
import type { Call } from './call.ts'
import { deedOf } from './judging/effect-of-call.ts'

/** Takes up a call that has passed the guards, where there is a trail. */
export function takeUp(call: Call): void {
  if (call.context.audit !== undefined) call.audited = newAudited(call)
}

function newAudited(call: Call): Audited {
  const line = { opening: undefined, begin: undefined, unwritten: false, over: undefined }
  return { deed: deedOf(call), allowed: false, by: undefined, ...line }
}

/**
 * What has to happen before a byte of a call leaves, the first time: the line that it begins is on disk (design/promises 9.4).
 * Undefined where nothing has to, as for reading. Rejects with ProblemError `audit_unavailable` where the failure rule
 * refuses it, and with what the call was broken off with.
 */
export function beforeSending(call: Call): Promise<void> | undefined {
  const { audited, context } = call
  const { audit } = context
  if (audit === undefined || audited === undefined || audited.opening !== undefined) return undefined
  if (audited.deed.begins) return begin(call, audited, audit)
  try {
    audit.trail.check()
    return undefined
  } catch (error) {
    audited.unwritten = true
    return Promise.reject(error)
  }
}

async function begin(call: Call, audited: Audited, { trail, onFailure }: Auditing): Promise<void> {
  if (call.brokenOff !== undefined) throw call.brokenOff
  audited.opening = entryOf(call, audited, 'begin')
  try {
    audited.begin = await trail.commit(audited.opening)
  } catch (error) {
    audited.unwritten = true
    if (onFailure !== 'open') throw error
  } finally {
    if (audited.over !== undefined) note(call, audited, audited.over)
  }
}

/** Writes down how a call ended that has passed the guards, or was refused for who calls or what it asks for. */
export function recordEnd(call: Call, finished: FinishedRequest): void {
  const audited = call.audited ?? (refusedBy(finished.failure) === undefined ? undefined : newAudited(call))
  if (audited === undefined) return
  const { opening, begin, unwritten } = audited
  if (opening !== undefined && begin === undefined && !unwritten) audited.over = finished
  else note(call, audited, finished)
}

function note(call: Call, audited: Audited, finished: FinishedRequest): void {
  const { audit } = call.context
  if (audit === undefined) return
  const { opening, begin, unwritten } = audited
  if (opening !== undefined && begin !== undefined) audit.trail.note(entryOf(call, audited, 'end', finished))
  else if (!unwritten) {
    const entry = entryOf(call, audited, 'request', finished)
    if (isOfStranger(entry)) audit.trail.noteGated(entry)
    else audit.trail.note(entry)
  }
}

/** A refusal of a program without a name: it costs nothing, so there is no end to how many of them anybody can cause. */
function isOfStranger({ verdict, caller }: AuditEntry): boolean {
  return verdict === 'refused' && (caller === 'other' || caller === 'anonymous')
}

/** All of a line in one object of one shape: there is one a request, and it is kept for a moment. */
function entryOf(call: Call, audited: Audited, event: AuditEvent, finished?: FinishedRequest): AuditEntry {
  const { id, request, record, target, context } = call
  const { deed, opening, begin } = audited
  const { profile, verdict } = verdictOf(call, audited, finished?.failure)
  return {
    event,
    begin: event === 'end' ? begin : undefined,
    caller: record.caller ?? 'anonymous',
    how: record.how,
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
    // Credentials may have changed since its begin, and it went to the tenant of the token.
    tenant: call.tenant ?? context.tenant(),
    detail: call.life.past.resent.length === 0 ? undefined : { resent: call.life.past.resent.join() },
    subject: opening?.subject ?? (target && context.audit?.digest?.(target.path)),
  }
}

/** What was decided, and by what. */
function verdictOf(
  { record }: Call,
  { allowed, by }: Audited,
  failure?: Failure,
): Pick<AuditEntry, 'profile' | 'verdict'> {
  const refusal = refusedBy(failure)
  if (refusal !== undefined) return { profile: refusal, verdict: 'refused' }
  if (record.wouldHaveBeenRefused !== undefined) return { profile: record.wouldHaveBeenRefused, verdict: 'reported' }
  return allowed ? { profile: by, verdict: 'allowed' } : {}
}

/** What refused a call for who calls or for what it asks for; undefined for all other failures. */
function refusedBy(failure: Failure | undefined): string | undefined {
  if (failure === undefined) return undefined
  if (isOf(failure, 'not_allowed')) return ruleName(failure.facts.rule)
  if (isOf(failure, 'other_tenant')) return 'tenant rule'
  if (isOf(failure, 'key_in_target')) return 'key in the address'
  return isOf(failure, 'caller_unknown') ? 'unknown caller' : undefined
}
