import { homedir, hostname } from 'node:os'
import { memberAt } from '../../words/member-at.ts'
import { reportWords } from './report-words.ts'

const here = hostname().toLowerCase()

/** The names of the person who has logged in, by a running sidecar's status. */
export function namesIn(status: unknown): string[] {
  const as = memberAt(status, 'login', 'as')
  if (typeof as !== 'object' || as === null) return []
  return Object.values(as).filter((name) => typeof name === 'string' && name.length > 2)
}

/** The same object, with all texts in it without these names of persons, this machine's name, and the users in paths of home folders. */
export function withoutNames<Whole>(whole: Whole, names: readonly string[]): Whole
export function withoutNames(whole: unknown, names: readonly string[]): unknown {
  if (typeof whole === 'string') return nameless(whole, names)
  if (Array.isArray(whole)) return whole.map((part) => withoutNames(part, names))
  if (typeof whole !== 'object' || whole === null) return whole
  return Object.fromEntries(Object.entries(whole).map(([name, part]) => [name, withoutNames(part, names)]))
}

function nameless(text: string, names: readonly string[]): string {
  let left = text
  if (homedir().length > 1) left = left.replaceAll(homedir(), '~')
  left = left.replace(/((?:\/home|\/Users|\\Users)[/\\])[^/\\\s:,;"']+/g, '$1…')
  for (const name of names) left = left.replaceAll(name, reportWords().person)
  // Also where a domain follows it.
  return left.replace(/[\w-]+(?![\w-])/g, (word) => (word.toLowerCase() === here ? reportWords().thisHost : word))
}
