import { readCallers } from '../../callers/file/read-callers.ts'
import { judge } from '../../callers/judge/judge.ts'
import { type Restrictions, unrestricted } from '../../callers/restrictions.ts'
import { operations } from '../../operations/catalogue.ts'
import type { Operation } from '../../operations/operation.ts'
import { type ProfileName, profileNames } from '../../operations/profiles.ts'
import { exitStatus } from '../../problems/exit-status.ts'
import { takeEnvironment } from '../../settings/environment.ts'
import { readPolicyConfig } from '../../settings/read-config.ts'
import { didYouMean } from '../../words/did-you-mean.ts'
import type { CommandOptions } from '../command.ts'
import { complain } from '../complain.ts'
import { findCaller } from './caller-section.ts'
import { policyWords } from './policy-words.ts'

/** Prints the catalogue of operations, each with its verdict (design/promises 8.10). @throws ConfigError */
export async function listPolicy({ configPath, operands, own }: CommandOptions): Promise<number> {
  if (operands.length > 0 || own.callers !== undefined || own.trail !== undefined)
    return complain('policy', policyWords().listTakes)
  const words = Array.isArray(own.profile) ? own.profile.map(String) : []
  const unknown = words.find((word) => !isProfile(word))
  if (unknown !== undefined)
    return complain('policy', policyWords().badProfile(didYouMean(unknown, profileNames), profileNames.join(', ')))
  const config = readPolicyConfig(takeEnvironment(), configPath)
  const everyone = words.length > 0 ? words.filter(isProfile) : config.profile
  const found =
    typeof own.caller === 'string' ? findCaller(own.caller, readCallers(config)) : { restrictions: unrestricted }
  if ('unknown' in found) return complain('policy', found.unknown)
  const verdictOf =
    'unnamed' in found ? () => 'refused' : (operation: Operation) => verdict(operation, found.restrictions, everyone)
  const line = own.json === true ? jsonFor : lineFor
  process.stdout.write(operations.map((operation) => line(operation, verdictOf(operation))).join(''))
  return exitStatus.fine
}

function isProfile(word: string): word is ProfileName {
  return profileNames.some((name) => name === word)
}

/** The verdict for an id that no rule line names. */
function verdict(operation: Operation, restrictions: Restrictions, everyone: readonly ProfileName[]): string {
  const { method, template } = operation
  const path = template.replace(/\{\w+\}/g, '0')
  return judge({ method, path, query: undefined, rawHeaders: [], operation }, restrictions, everyone).verdict
}

function jsonFor({ method, template, effect, domain, unsure }: Operation, verdict: string): string {
  return `${JSON.stringify({ method, template, effect, domain, unsure, verdict })}\n`
}

const widestMethod = Math.max(...operations.map(({ method }) => method.length))
const widestTemplate = Math.max(...operations.map(({ template }) => template.length))

function lineFor({ method, template, effect, domain, unsure }: Operation, verdict: string): string {
  const columns = [method.padEnd(widestMethod), template.padEnd(widestTemplate), effect.padEnd(11), domain.padEnd(12)]
  return `${columns.join('  ')}  ${verdict}${unsure ? '  ?' : ''}\n`
}
