import { everyone } from '../../callers/caller.ts'
import { type ParsedCallers, parseCallers } from '../../callers/file/parse-callers.ts'
import { matches, parseLine } from '../../callers/judge/rule-line.ts'
import { type DoneOperation, exampleOf } from './done.ts'
import { isSuggestedComment, type SuggestedSection, sectionText } from './suggested-section.ts'

/** A callers file with the suggestions in it. `silent`: its sections of which the log or trail has no request. */
export type MergedFile = Readonly<{ text: string; silent: readonly string[] }>

/** A section as it stands in the file: its heading, and the lines up to the next heading. */
type Written = Readonly<{ name: string; heading: string; lines: readonly string[] }>

/** The file's problems; none if it can be merged. Users are not looked up: the log may come from another machine. */
export function problemsIn(text: string): ParsedCallers['problems'] {
  return parseCallers(text, () => 0).problems
}

/**
 * Puts suggested sections into the text of a valid callers file: `profile` and `allow` lines are replaced, all else stays
 * where it is. A `deny` line that would refuse a call that counts becomes a comment.
 */
export function mergedFile(text: string, suggested: ReadonlyMap<string, SuggestedSection>): MergedFile {
  const lineEnd = text.includes('\r\n') ? '\r\n' : '\n'
  const { before, sections } = split(text)
  const known = new Set(sections.map(({ name }) => name))
  const merged = sections.flatMap((section) => {
    const own = suggested.get(section.name)
    return [section.heading, ...(own === undefined ? section.lines : mergedLines(section.lines, own))]
  })
  const added = [...suggested]
    .filter(([name]) => !known.has(name))
    .flatMap(([name, own]) => ['', ...newSection(name, own)])
  const silent = sections.map(({ name }) => name).filter((name) => !suggested.has(name))
  return { text: [...before, ...merged, ...added, ''].join(lineEnd), silent }
}

function split(text: string): { before: string[]; sections: Written[] } {
  const before: string[] = []
  const sections: { name: string; heading: string; lines: string[] }[] = []
  const lines = text.split(/\r\n|\n|\r/)
  while (lines.at(-1) === '') lines.pop()
  for (const line of lines) {
    const name = /^\s*\[(.*)\]\s*$/.exec(line)?.[1]
    if (name === undefined) (sections.at(-1)?.lines ?? before).push(line)
    else sections.push({ name, heading: line, lines: [] })
  }
  return { before, sections }
}

function mergedLines(lines: readonly string[], { comments, rules, wanted }: SuggestedSection): string[] {
  // Without any rule line the caller could do everything, so a section without suggested rules stays as it is.
  if (rules.length === 0) return [...comments, ...lines.filter((line) => !isSuggestedComment(line))]
  const kept = lines.filter((line) => !['profile', 'allow'].includes(ruleOf(line)) && !isSuggestedComment(line))
  const from = lines.findIndex((line) => ['profile', 'allow', 'deny'].includes(ruleOf(line)))
  const at = from === -1 ? ownEnd(kept) : lines.slice(0, from).filter((line) => kept.includes(line)).length
  const put = [...kept.slice(0, at), ...comments, ...rules, ...kept.slice(at)]
  return put.flatMap((line) =>
    refuses(line, wanted) ? ['# It would refuse calls that were made:', `# ${line.trim()}`] : [line],
  )
}

/** Blank lines and comments at the end of a section belong to the next one. */
function ownEnd(lines: readonly string[]): number {
  return lines.findLastIndex((line) => ruleOf(line) !== '') + 1
}

/** The name of the line's rule; empty for comments and blank lines. */
function ruleOf(line: string): string {
  return /^\s*([a-z-]+)\s*=/.exec(line)?.[1] ?? ''
}

function refuses(line: string, wanted: readonly DoneOperation[]): boolean {
  if (ruleOf(line) !== 'deny') return false
  const deny = parseLine(line.slice(line.indexOf('=') + 1), 1)
  return !('flaw' in deny) && wanted.map(exampleOf).some(({ method, path }) => matches(deny, method, path))
}

/**
 * A new section, as a comment: without a line by which it is known the file would be invalid, and a new `[*]` would let in
 * callers that are refused now.
 */
function newSection(name: string, section: SuggestedSection): string[] {
  const missing =
    name === everyone ? 'Without [*] everyone else is refused.' : 'It needs a key, listen, certificate or user line.'
  const text = sectionText(name, section).split('\n')
  return [`# ${missing}`, ...text.map((line) => (line.startsWith('#') ? line : `# ${line}`))]
}
