import { pathTemplate } from '../../operations/path-template.ts'
import { type ProblemError, problem } from '../../problems/problem.ts'
import { contentDigest, keyDigest } from './fingerprint.ts'
import { count, type GuardState } from './guard-state.ts'
import { isGuarded } from './guarded-operation.ts'
import { readIdempotencyKey } from './idempotency-key.ts'
import { add, type Decision, decide, expire, isFull, type KnownWrite, writesLike } from './known-writes.ts'
import { steadyNow } from './steady-now.ts'
import type { StoredAnswer } from './stored-answer.ts'
import { twoTurns } from './two-turns.ts'
import { type GuardedCall, isWhole, type WriteOfCall } from './write-of-call.ts'

/**
 * A call as a write, if it is one that is guarded or watched.
 *
 * @throws ProblemError `bad_request` for a wrong `Idempotency-Key`; `token_unavailable` while the tenant, part of what is the same
 * write, is not known (design/promises 15.2)
 */
export function writeOf(state: GuardState, call: GuardedCall): WriteOfCall | undefined {
  const { request, judged, context, id } = call
  const { target, deed, caller, tenant = '' } = judged
  const mode = caller?.repeats ?? state.mode
  if (mode === 'off' || target === undefined || deed === undefined || !isGuarded(request, target, deed))
    return undefined
  if (mode === 'guard' && tenant === '') throw problem('tenant_not_known', {})
  const share = context.places.shareOf(call)
  const identity = { origin: `${share.by} ${share.name}`, tenant }
  const { key, flawed } = readIdempotencyKey(request.rawHeaders)
  if (flawed && mode === 'guard') throw problem('idempotency_key', {})
  const write: WriteOfCall = {
    mode,
    caller: caller?.name ?? 'anonymous',
    method: request.method ?? '',
    operation: deed.known?.template ?? pathTemplate(target.path),
    requestId: id,
    origin: identity.origin,
    key: key === undefined || mode === 'watch' ? undefined : keyDigest(state.newHmac, identity, key),
    hash: contentDigest(state.newHmac, identity, request, target.forwarded),
    gatheredBytes: 0,
    status: undefined,
    known: undefined,
    repeatOf: undefined,
    given: undefined,
    settled: false,
    closed: undefined,
  }
  if (flawed) count(state, write, 'watched')
  return write
}

/**
 * Before a guarded write is sent: it is, unless it repeats an earlier one. From here on a repeat of it is recognised.
 *
 * @returns the earlier one's answer, which the caller gets instead
 * @throws ProblemError `repeated`, `key_reused`, `overloaded`; the reason of an early end
 */
export async function admit(
  state: GuardState,
  call: GuardedCall,
  write: WriteOfCall,
): Promise<StoredAnswer | undefined> {
  // Without a key, only a body that is whole shows whether it is the same.
  if (write.key === undefined && !isWhole(call)) write.mode = 'watch'
  if (write.mode === 'watch') return undefined
  const { guarded } = state
  const known = knownWrite(write, isWhole(call))
  let waited = false
  let heard = false
  for (;;) {
    expire(guarded, steadyNow())
    const earlier = writesLike(guarded, known.same)
    const decision = decide(earlier, known)
    const dependsOnCaller = decision.what === 'refuse' ? decision.outcome === 'under_way' : decision.what === 'send'
    if (dependsOnCaller && earlier.length > 0 && !heard) {
      heard = true
      await twoTurns() // A hang-up of the earlier one's caller that has arrived is heard first.
      if (call.endedEarly !== undefined) throw call.endedEarly
    } else if (decision.what === 'wait') {
      waited = true
      await untilEnded(call, decision.earlier)
    } else if (decision.what === 'give') {
      decision.earlier.claimed = true
      write.repeatOf = decision.earlier
      write.given = decision.earlier
      count(state, write, waited ? 'waited' : 'answered')
      return decision.answer
    } else if (decision.what === 'send') {
      if (isBurdened(state, call, write)) throw problem('carried_writes', {}, { retryAfterMs: 5000 })
      if (isFull(guarded, write.caller)) throw problem('open_writes', {}, { retryAfterMs: 60_000 })
      add(guarded, known)
      write.known = known
      return undefined
    } else {
      write.repeatOf = decision.earlier
      count(state, write, 'refused')
      throw refusal(decision)
    }
  }
}

/** A write as it is known to later ones. @param whole all of its content is in the digest */
export function knownWrite(
  { caller, method, operation, requestId, key, hash }: WriteOfCall,
  whole: boolean,
): KnownWrite {
  const content = whole ? hash.digest('hex') : undefined
  return {
    same: key ?? content ?? '',
    content: key === undefined ? undefined : content,
    keyed: key !== undefined,
    ...{ caller, method, operation, requestId },
    beganAt: Date.now(),
    seq: undefined,
    stage: { is: 'under way', callerGone: false },
    claimed: false,
    wake: undefined,
  }
}

/** Waits for the end of an earlier write, for which no other repeat waits then. */
async function untilEnded(call: GuardedCall, earlier: KnownWrite): Promise<void> {
  const ended = new Promise<void>((wake) => {
    earlier.wake = wake
  })
  earlier.claimed = true
  try {
    await call.context.places.waitFor(call, false, () => ended)
  } finally {
    earlier.claimed = false
  }
}

/** Half of all places are taken by writes whose callers have gone, some of them by this caller's. */
function isBurdened({ carried }: GuardState, { context }: GuardedCall, { origin }: WriteOfCall): boolean {
  if (!carried.has(origin)) return false
  const all = [...carried.values()].reduce((sum, count) => sum + count, 0)
  return all * 2 >= context.config.upstreamConnections
}

function refusal(decision: Decision & { what: 'refuse' | 'other content' }): ProblemError {
  const { requestId, seq, beganAt, stage } = decision.earlier
  if (decision.what === 'other content') return problem('key_reused', { requestId })
  const { outcome } = decision
  const status = stage.is === 'under way' ? undefined : stage.status
  return problem(
    'repeated_write',
    { outcome, requestId, seq, time: new Date(beganAt).toISOString(), status },
    { retryAfterMs: outcome === 'under_way' ? 1000 : undefined },
  )
}
