import { createReadStream } from 'node:fs'
import { exitStatus } from '../../problems/exit-status.ts'
import { readTextFile } from '../../settings/text-file.ts'
import { printable } from '../../words/printable.ts'
import type { CommandOptions } from '../command.ts'
import { complain } from '../complain.ts'
import { requestsInLogs } from './log-requests.ts'
import { mergedFile, problemsIn } from './merged-file.ts'
import { policyWords } from './policy-words.ts'
import { type Source, type Suggestion, sectionsText, suggestionFrom } from './suggestion.ts'
import { requestsInTrail } from './trail-requests.ts'

/** Prints the suggestion from a trail, log files or standard input (design/promises 8.10). Reads no settings. */
export async function suggestPolicy({ operands, own }: CommandOptions): Promise<number> {
  if (own.profile !== undefined || own.caller !== undefined || own.json !== undefined)
    return complain('policy', policyWords().suggestTakes)
  const trail = typeof own.trail === 'string' ? own.trail : undefined
  if (trail !== undefined && operands.length > 0) return complain('policy', policyWords().suggestTakesOne)
  const file = typeof own.callers === 'string' ? readTextFile(own.callers) : undefined
  if (file !== undefined && 'flaw' in file) return complain('policy', policyWords().badFile(file.flaw))
  const problems = file === undefined ? [] : problemsIn(file.text)
  if (problems.length > 0) {
    const lines = problems.map(({ line, problem }) => ({ line, problem: printable(problem) }))
    return complain('policy', policyWords().fileWithMistakes(lines))
  }
  const source = trail === undefined ? 'log' : 'trail'
  let suggestion: Suggestion
  try {
    const told = trail === undefined ? requestsInLogs(logsOf(operands)) : requestsInTrail(trail)
    suggestion = await suggestionFrom(told, source)
  } catch (error) {
    const why = printable(error instanceof Error ? error.message : String(error))
    return complain('policy', policyWords().unreadable(source, why))
  }
  const merged = file === undefined ? undefined : mergedFile(file.text, suggestion.sections)
  process.stdout.write(merged?.text ?? sectionsText(suggestion.sections))
  for (const sentence of [...suggestion.notes, ...ofSilent(source, merged?.silent)]) {
    complain('policy', sentence)
  }
  return exitStatus.fine
}

function ofSilent(source: Source, names: readonly string[] = []): string[] {
  if (names.length === 0) return []
  return [policyWords().silentOn(source, names.map((name) => `[${name}]`).join(', '))]
}

/** Each file is opened only when the one before it has been read. */
function* logsOf(files: readonly string[]): Generator<AsyncIterable<Buffer>> {
  if (files.length === 0) yield process.stdin
  for (const file of files) yield createReadStream(file)
}
