import { METHODS } from 'node:http'
import { everyone, everyoneElse } from '../../callers/caller.ts'
import { judge } from '../../callers/judge.ts'
import { readCallers } from '../../callers/read-callers.ts'
import type { Verdict } from '../../callers/verdict.ts'
import { judgeTarget, type Target } from '../../forwarding/guard/target.ts'
import { findOperation } from '../../operations/find-operation.ts'
import type { Operation } from '../../operations/operation.ts'
import { exitStatus } from '../../problems/exit-status.ts'
import { inWords } from '../../problems/explain.ts'
import { ruleName, whatWouldAllow } from '../../problems/phrases/caller-phrases.ts'
import { ProblemError } from '../../problems/problem.ts'
import { takeEnvironment } from '../../settings/environment.ts'
import { didYouMean } from '../../settings/meant.ts'
import { readPolicyConfig } from '../../settings/read-config.ts'
import type { CommandOptions } from '../command.ts'
import { findCaller } from './caller-section.ts'
import { misuse } from './policy-complaint.ts'

/** Says whether a request of a caller would be allowed, why, and what would allow it (design/promises 8.10). @throws ConfigError */
export async function checkPolicy({ configPath, operands, own }: CommandOptions): Promise<number> {
  const [caller, methodWord, target, ...more] = operands
  if (caller === undefined || methodWord === undefined || target === undefined || more.length > 0) {
    return misuse(
      'check takes CALLER METHOD PATH, for example check payroll-export GET /core/v1/employees; "*" is everyone else',
    )
  }
  if (own.profile !== undefined || own.caller !== undefined)
    return misuse('check takes no options: --profile and --caller are for list')
  const method = methodWord.toUpperCase()
  if (!METHODS.includes(method)) {
    return misuse(`check takes a method of HTTP before the path${didYouMean(method, METHODS)}`)
  }
  const config = readPolicyConfig(takeEnvironment(), configPath)
  const found = findCaller(caller, readCallers(config))
  if ('unknown' in found) return misuse(found.unknown)
  if ('unnamed' in found) {
    return refused('The callers file has no section [*]: whoever it does not know is refused (caller_unknown).')
  }
  const judged = judgedTarget(target)
  if ('refusal' in judged) return refused(`Nobody may send that, whoever calls. ${judged.refusal}`)
  if (method === 'CONNECT' || method === 'TRACE')
    return refused('Nobody may send that, whoever calls (method_not_allowed).')
  const { path, query } = judged.target
  const operation = findOperation(method, path)
  const asked = { method, path, query, rawHeaders: [], operation }
  const verdict = judge(asked, found.restrictions, config.profile)
  process.stdout.write(`${verdictText(verdict, caller)}\n${operationText(operation)}\n`)
  return verdict.verdict === 'refused' ? exitStatus.notInTime : exitStatus.fine
}

function judgedTarget(raw: string): { target: Target } | { refusal: string } {
  try {
    return { target: judgeTarget(raw) }
  } catch (error) {
    if (error instanceof ProblemError) return { refusal: inWords(error.failure, 'operator') }
    throw error
  }
}

async function refused(sentence: string): Promise<number> {
  process.stdout.write(`refused: ${sentence}\n`)
  return exitStatus.notInTime
}

function verdictText(verdict: Verdict, caller: string): string {
  if (verdict.verdict === 'allowed') return `allowed: ${verdict.by}`
  const { rule, wanted } = verdict
  const would = whatWouldAllow({ caller: caller === everyone ? everyoneElse : caller, rule, wanted })
  const happens = verdict.verdict === 'refused' ? 'refused' : 'allowed, since report = true; it would be refused'
  return `${happens}: ${ruleName(rule)}\n${would}`
}

function operationText(operation: Operation | undefined): string {
  if (operation === undefined) return 'The catalogue does not have this operation: it is judged by its method.'
  const { method, template, effect, domain, unsure } = operation
  const mark = unsure ? '; nobody could say for sure, so it counts as the stricter' : ''
  return `The operation is ${method} ${template} (${effect}, ${domain}${mark}).`
}
