import { win32 } from 'node:path'
import { findProgram } from '../files/find-program.ts'
import { commandWords } from '../words/command-words.ts'
import { expectedWords } from './expected-words.ts'
import { optional, type Say } from './setting.ts'
import { settingWords } from './setting-words.ts'

/** The program that prints the client's secret. Its arguments may hold one themselves, so only `shown` is ever shown. */
export type SecretCommand = Readonly<{
  words: readonly [string, ...string[]]
  /** The base name of the program. */
  shown: string
}>

function read(text: string, say: Say, environment: ReadonlyMap<string, string>): SecretCommand | undefined {
  const found = commandWords(text)
  if ('flaw' in found) return say(found.flaw)
  const { words } = found
  const [program] = words
  const there = findProgram(program, Object.fromEntries(environment))
  if (there === 'missing') return say(settingWords().noProgram)
  if (there === 'not_executable') return say(settingWords().notExecutable)
  return { words, shown: win32.basename(program) }
}

/** The third form of CATAPA_CLIENT_SECRET, beside its value and the file of `…_FILE`. */
export const secretCommandSettings = {
  secretCommand: optional<SecretCommand>('CATAPA_CLIENT_SECRET_COMMAND', {
    description:
      'Program that prints the secret, in place of the secret itself: words with quotes as in a shell, or a JSON array; no shell is started. It may print id and tenant, too.',
    expected: () => expectedWords().secretCommand,
    read,
    show: ({ shown }) => shown,
  }),
}
