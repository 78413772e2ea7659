import { everyoneElse, shownName } from '../../callers/caller.ts'
import type { Asked } from '../../callers/judge/ambiguity.ts'
import { isRestricted, judge } from '../../callers/judge/judge.ts'
import { uploadAmbiguity } from '../../callers/judge/override-part.ts'
import { hasKey } from '../../callers/key.ts'
import { type Recognised, recognise } from '../../callers/recognise/recognise.ts'
import { unrestricted } from '../../callers/restrictions.ts'
import { findOperation } from '../../operations/find-operation.ts'
import { ruleName } from '../../problems/phrases/caller-phrases.ts'
import { problem } from '../../problems/problem.ts'
import type { Call } from '../call.ts'

/**
 * Takes down who calls (design/promises 8.5); a promise only where that has to be looked up.
 *
 * @throws ProblemError `caller_unknown`
 */
export function callerOf(call: Call): Promise<void> | undefined {
  const { callers } = call.context.rules
  if (callers === undefined) return undefined
  call.record.caller = everyoneElse // Unless it turns out to be somebody.
  const recognised = recognise(call.request, callers())
  if (recognised instanceof Promise) return recognised.then((it) => identify(call, it))
  identify(call, recognised)
  return undefined
}

export function identify(call: Call, { section, how, key }: Recognised): void {
  call.restrictions = section.restrictions
  const { record } = call
  record.caller = shownName(section.name)
  record.how = how
  record.key = key
}

/** A key that stands in path or query would go on to CATAPA with it (design/promises 8.5). @throws ProblemError `policy_denied` */
export function checkNoKey({ target, context }: Call): void {
  if (context.rules.callers === undefined || target === undefined || !hasKey(target.forwarded)) return
  throw problem('key_in_target', { where: hasKey(target.path) ? 'path' : 'query' })
}

/** Whether its caller may make a call (design/promises 8.6 to 8.9). @throws ProblemError `policy_denied` */
export function checkOperation(call: Call): void {
  const { request, target, restrictions = unrestricted, context, audited } = call
  if (target === undefined || !isRestricted(restrictions, context.rules.profiles)) return
  const { method = '', rawHeaders } = request
  const { path, query } = target
  const operation = audited === undefined ? findOperation(method, path) : audited.deed.known
  const asked = { method, path, query, rawHeaders, operation }
  heed(call, asked)
  if (/multipart/i.test(request.headers['content-type'] ?? '')) call.upload = asked
}

/** Looks at the beginning of an upload, a part of which may ask for another method. @throws ProblemError `policy_denied` */
export function checkUpload(call: Call, begun: Buffer): void {
  if (call.upload === undefined) return
  const upload = uploadAmbiguity(begun, call.request.headers['content-type'] ?? '')
  if (upload !== undefined) heed(call, { ...call.upload, upload })
}

function heed({ record, audited, restrictions = unrestricted, context }: Call, asked: Asked): void {
  const judged = judge(asked, restrictions, context.rules.profiles)
  if (judged.verdict === 'allowed') {
    if (audited !== undefined) audited.by = judged.by
    return
  }
  const { verdict, rule, wanted, effect } = judged
  if (verdict === 'refused') throw problem('not_allowed', { caller: record.caller, rule, wanted, effect })
  record.wouldHaveBeenRefused = ruleName(rule)
}
