import { METHODS } from 'node:http'
import { everyone, everyoneElse } from '../../callers/caller.ts'
import { readCallers } from '../../callers/file/read-callers.ts'
import { judge, type Verdict } from '../../callers/judge/judge.ts'
import { judgeTarget, type Target } from '../../forwarding/judging/target.ts'
import { findOperation } from '../../operations/find-operation.ts'
import type { Operation } from '../../operations/operation.ts'
import type { ProfileName } from '../../operations/profiles.ts'
import { exitStatus } from '../../problems/exit-status.ts'
import { inWords } from '../../problems/explain.ts'
import { ruleName, whatWouldAllow } from '../../problems/phrases/caller-phrases.ts'
import { ProblemError } from '../../problems/problem.ts'
import { takeEnvironment } from '../../settings/environment.ts'
import { readPolicyConfig } from '../../settings/read-config.ts'
import { didYouMean } from '../../words/did-you-mean.ts'
import type { CommandOptions } from '../command.ts'
import { complain } from '../complain.ts'
import { type FoundCaller, findCaller } from './caller-section.ts'
import { policyWords } from './policy-words.ts'

/** Says whether a request of a caller would be allowed, why, and how to allow it (design/promises 8.10). @throws ConfigError */
export async function checkPolicy({ configPath, operands, own }: CommandOptions): Promise<number> {
  const [caller, methodWord, target, ...more] = operands
  if (caller === undefined || methodWord === undefined || target === undefined || more.length > 0) {
    return complain('policy', policyWords().checkTakes)
  }
  if (own.profile !== undefined || own.caller !== undefined || own.callers !== undefined || own.trail !== undefined)
    return complain('policy', policyWords().checkTakesJson)
  const method = methodWord.toUpperCase()
  if (!METHODS.includes(method)) {
    return complain('policy', policyWords().badMethod(didYouMean(method, METHODS)))
  }
  const config = readPolicyConfig(takeEnvironment(), configPath)
  const found = findCaller(caller, readCallers(config))
  if ('unknown' in found) return complain('policy', found.unknown)
  const judgement = judged({ caller, method, target }, found, config.profile)
  process.stdout.write(own.json === true ? `${JSON.stringify(judgement)}\n` : inSentences(judgement))
  return judgement.verdict === 'refused' ? exitStatus.notInTime : exitStatus.fine
}

/** `by`: the rule line or profile that decides, or why nobody may send such a request. */
type Judgement = Readonly<{
  verdict: Verdict['verdict']
  by: string
  wouldAllow: string | undefined
  /** Undefined if it did not matter; null for one that the catalogue does not have. */
  operation: Operation | null | undefined
}>

type Asked = Readonly<{ caller: string; method: string; target: string }>

function judged(
  asked: Asked,
  found: Exclude<FoundCaller, { unknown: string }>,
  everyoneMay: readonly ProfileName[],
): Judgement {
  const { caller, method } = asked
  if ('unnamed' in found) {
    return refused(policyWords().everyoneElseRefused)
  }
  const read = judgedTarget(asked.target)
  if ('refusal' in read) return refused(policyWords().nobodyMaySend(read.refusal))
  if (method === 'CONNECT' || method === 'TRACE') return refused(policyWords().nobodyMayUse)
  const { path, query } = read.target
  const operation = findOperation(method, path)
  const verdict = judge({ method, path, query, rawHeaders: [], operation }, found.restrictions, everyoneMay)
  if (verdict.verdict === 'allowed') {
    return { verdict: 'allowed', by: verdict.by, wouldAllow: undefined, operation: operation ?? null }
  }
  const { rule, wanted } = verdict
  const wouldAllow = whatWouldAllow({ caller: caller === everyone ? everyoneElse : caller, rule, wanted })
  return { verdict: verdict.verdict, by: ruleName(rule), wouldAllow, operation: operation ?? null }
}

function judgedTarget(raw: string): { target: Target } | { refusal: string } {
  try {
    return { target: judgeTarget(raw) }
  } catch (error) {
    if (error instanceof ProblemError) return { refusal: inWords(error.failure, 'operator') }
    throw error
  }
}

function refused(by: string): Judgement {
  return { verdict: 'refused', by, wouldAllow: undefined, operation: undefined }
}

function inSentences({ verdict, by, wouldAllow, operation }: Judgement): string {
  const lines = [policyWords()[verdict](by), wouldAllow, operation === undefined ? undefined : operationText(operation)]
  return lines.flatMap((line) => (line === undefined ? [] : [`${line}\n`])).join('')
}

function operationText(operation: Operation | null): string {
  if (operation === null) return policyWords().notInCatalogue
  const { method, template, effect, domain, unsure } = operation
  return policyWords().operation(`${method} ${template}`, effect, domain, unsure)
}
