import { METHODS } from 'node:http'
import { didYouMean } from '../../words/did-you-mean.ts'
import { instead } from '../file/unquoted.ts'
import type { RuleLine } from '../restrictions.ts'
import { patternFlaw, segmentsOf } from './path-pattern.ts'
import { ruleLineWords } from './rule-line-words.ts'

export type Flaw = Readonly<{ flaw: string }>

/** CONNECT and TRACE are refused for everyone. */
const methods = METHODS.filter((method) => method !== 'CONNECT' && method !== 'TRACE' && method !== 'HEAD')

/**
 * An `allow` or `deny` line: `METHOD[,METHOD] PATTERN` (design/promises 8.7).
 *
 * @param text the text behind the `=`
 * @param line its number in the callers file, from 1
 */
export function parseLine(text: string, line: number): RuleLine | Flaw {
  const [list = '', pattern, ...more] = text.trim().split(/\s+/)
  if (pattern === undefined || more.length > 0) {
    return { flaw: ruleLineWords().form }
  }
  const named = list.split(',')
  const flaw = methodFlaw(named) ?? patternFlaw(pattern)
  if (flaw !== undefined) return { flaw }
  return { line, methods: list === '*' ? undefined : new Set(named), segments: segmentsOf(pattern) }
}

/** The flaw repeats the text only if it is a plain word, since a secret may have been pasted. */
function methodFlaw(named: readonly string[]): string | undefined {
  for (const method of named) {
    if (methods.includes(method) || (method === '*' && named.length === 1)) continue
    if (method === '*') return ruleLineWords().starAlone
    if (method === '') return ruleLineWords().oneComma
    if (method === 'HEAD') return ruleLineWords().head
    if (method === 'CONNECT' || method === 'TRACE') return ruleLineWords().refusedMethod(method)
    return `${ruleLineWords().method}${instead(method)}${didYouMean(method, methods)}`
  }
  return undefined
}

/** Whether a rule line is about a request. HEAD counts as GET. */
export function matches(line: RuleLine, method: string, path: string): boolean {
  return matchesSegments(line, method, segmentsOf(path))
}

/** As `matches`, with the path split once for several lines. */
export function matchesSegments(line: RuleLine, method: string, path: readonly string[]): boolean {
  return concerns(line, method) && fits(line.segments, path, (wanted, segment) => wanted === segment)
}

/** As `matchesSegments`, in any letter case. @param path in lower case */
export function matchesAnyCase(line: RuleLine, method: string, path: readonly string[]): boolean {
  return concerns(line, method) && fits(line.segments, path, (wanted, segment) => wanted.toLowerCase() === segment)
}

/** Whether a rule line is about a method. HEAD counts as GET. */
export function concerns({ methods }: RuleLine, method: string): boolean {
  return methods === undefined || methods.has(method === 'HEAD' ? 'GET' : method)
}

type Same = (wanted: string, segment: string) => boolean

function fits(pattern: readonly string[], path: readonly string[], same: Same): boolean {
  const open = pattern.at(-1) === '**'
  const fixed = open ? pattern.length - 1 : pattern.length
  if (open ? path.length < fixed : path.length !== fixed) return false
  return pattern.slice(0, fixed).every((wanted, at) => wanted === '*' || same(wanted, path[at] ?? ''))
}
