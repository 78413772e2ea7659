import { createReadStream } from 'node:fs'
import { printable } from '../../log/printable.ts'
import { exitStatus } from '../../problems/exit-status.ts'
import type { CommandOptions } from '../command.ts'
import { misuse } from './policy-complaint.ts'
import { type Suggestion, suggestionFrom } from './suggestion.ts'

/** Prints what `suggestionFrom` finds in files of the log, or in standard input (design/promises 8.10). Reads no settings. */
export async function suggestPolicy({ operands, own }: CommandOptions): Promise<number> {
  if (own.profile !== undefined || own.caller !== undefined) return misuse('suggest takes files only')
  let suggestion: Suggestion
  try {
    suggestion = await suggestionFrom(logsOf(operands))
  } catch (error) {
    return misuse(`the log cannot be read: ${printable(error instanceof Error ? error.message : String(error))}`)
  }
  process.stdout.write(suggestion.sections)
  for (const sentence of suggestion.notes) process.stderr.write(`catapa-sidecar policy: ${sentence}\n`)
  return exitStatus.fine
}

/** Each is opened when it is its turn. */
function* logsOf(files: readonly string[]): Generator<AsyncIterable<Buffer>> {
  if (files.length === 0) yield process.stdin
  for (const file of files) yield createReadStream(file)
}
