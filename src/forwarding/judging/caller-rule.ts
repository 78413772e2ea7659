import { everyoneElse, shownName } from '../../callers/caller.ts'
import type { Asked } from '../../callers/judge/ambiguity.ts'
import { isRestricted, judge } from '../../callers/judge/judge.ts'
import { uploadAmbiguity } from '../../callers/judge/override-part.ts'
import { hasKey } from '../../callers/key.ts'
import { type Recognised, recognise } from '../../callers/recognise/recognise.ts'
import { unrestricted } from '../../callers/restrictions.ts'
import { findOperation } from '../../operations/find-operation.ts'
import { problem } from '../../problems/problem.ts'
import type { Call } from '../call.ts'
import type { Judged, KnownCaller } from './judged.ts'

/** Every caller until it is recognised, where there is a callers file. */
export const unrecognised: KnownCaller = {
  name: everyoneElse,
  how: undefined,
  key: undefined,
  restrictions: unrestricted,
  repeats: undefined,
}

/**
 * Takes down the caller (design/promises 8.5); a promise only where it has to be looked up.
 *
 * @throws ProblemError `caller_unknown`
 */
export function identify(call: Call): Promise<void> | undefined {
  const { callers } = call.context.rules
  if (callers === undefined) return undefined
  call.judged = { ...call.judged, caller: unrecognised }
  const recognised = recognise(call.request, callers())
  if (recognised instanceof Promise) return recognised.then((it) => takeDown(call, it))
  takeDown(call, recognised)
  return undefined
}

/** A caller that has been recognised is the call's. */
export function takeDown(call: Call, { section, how, key }: Recognised): void {
  const { name, restrictions, repeats } = section
  call.judged = { ...call.judged, caller: { name: shownName(name), how, key, restrictions, repeats: repeats?.value } }
}

/** A key that stands in path or query would go on to CATAPA with it (design/promises 8.5). @throws ProblemError `policy_denied` */
export function checkNoKey({ judged: { target }, context }: Call): void {
  if (context.rules.callers === undefined || target === undefined || !hasKey(target.forwarded)) return
  throw problem('key_in_target', { where: hasKey(target.path) ? 'path' : 'query' })
}

/** Whether its caller may make a call (design/promises 8.6 to 8.9). @throws ProblemError `policy_denied` */
export function checkOperation({ request, judged, context }: Call): Judged {
  const { target, caller = unrecognised, deed } = judged
  if (target === undefined || !isRestricted(caller.restrictions, context.rules.profiles)) return judged
  const { method = '', rawHeaders } = request
  const { path, query } = target
  const operation = deed === undefined ? findOperation(method, path) : deed.known
  const asked = { method, path, query, rawHeaders, operation }
  const upload = /multipart/i.test(request.headers['content-type'] ?? '') ? asked : undefined
  return withVerdict({ ...judged, upload }, asked, context.rules.profiles)
}

/** Looks at the beginning of an upload, a part of which may ask for another method. @throws ProblemError `policy_denied` */
export function checkUpload({ request, judged, context }: Call, begun: Buffer): Judged {
  if (judged.upload === undefined) return judged
  const upload = uploadAmbiguity(begun, request.headers['content-type'] ?? '')
  return upload === undefined ? judged : withVerdict(judged, { ...judged.upload, upload }, context.rules.profiles)
}

function withVerdict(judged: Judged, asked: Asked, profiles: Call['context']['rules']['profiles']): Judged {
  const { caller } = judged
  const found = judge(asked, caller?.restrictions ?? unrestricted, profiles)
  if (found.verdict === 'allowed') return { ...judged, allowedBy: found.by }
  const { verdict, rule, wanted, effect } = found
  if (verdict === 'refused') throw problem('not_allowed', { caller: caller?.name, rule, wanted, effect })
  return { ...judged, wouldHaveBeenRefused: rule }
}
