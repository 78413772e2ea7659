import { parseArgs } from 'node:util'
import { didYouMean } from '../words/did-you-mean.ts'
import { printable } from '../words/printable.ts'
import type { Command } from './command.ts'
import { commandLineWords } from './command-line-words.ts'

/** The words after a command, parsed. */
export type CommandLine = {
  values: { config?: string | undefined; help?: boolean | undefined; version?: boolean | undefined } & Readonly<
    Record<string, unknown>
  >
  operands: readonly string[]
  /** The words after `--`; undefined without `--`. */
  child: readonly string[] | undefined
}

const ofAll = {
  config: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' },
} as const

/** Parses the words. A flaw follows `catapa-sidecar COMMAND `, and never has a value in it, which may be a secret. */
export function readCommandLine(words: readonly string[], command: Command): CommandLine | { flaw: string } {
  const { own, child } = splitChild(words)
  const options = { ...command.options, ...ofAll }
  const flaw = flawOf(own, options)
  if (flaw !== undefined) return { flaw }
  const { values, positionals } = parseArgs({ args: own, options, allowPositionals: true })
  if (child !== undefined && !command.startsChild) return { flaw: commandLineWords().noChild }
  if (positionals.length > 0 && !('subcommands' in command) && command.takesWords !== true) {
    const { childAfterDashes, noArguments } = commandLineWords()
    return { flaw: command.startsChild ? childAfterDashes : noArguments }
  }
  return { values, operands: positionals, child }
}

/** The words after the first `--` are the command of a child. */
function splitChild(words: readonly string[]): { own: string[]; child: string[] | undefined } {
  // -V is the short form in many other programs.
  const before = (to: number) => words.slice(0, to).map((word) => (word === '-V' ? '--version' : word))
  const at = words.indexOf('--')
  return at === -1 ? { own: before(words.length), child: undefined } : { own: before(at), child: words.slice(at + 1) }
}

/** Judged here, since Node's own messages end in advice that fits no command of ours. */
function flawOf(args: string[], options: NonNullable<Command['options']>): string | undefined {
  const names = Object.keys(options)
  const { tokens } = parseArgs({ args, options, allowPositionals: true, strict: false, tokens: true })
  for (const token of tokens) {
    if (token.kind !== 'option') continue
    const { name, rawName, value, inlineValue } = token
    const option = names.includes(name) ? options[name] : undefined
    if (option === undefined) {
      const known = names.map((own) => `--${own}`)
      return commandLineWords().noSuchOption(shown(rawName), didYouMean(`--${name}`, known))
    }
    if (option.type === 'boolean') {
      if (value !== undefined) return commandLineWords().noValue(rawName)
    } else if (value === undefined || (inlineValue === false && value.startsWith('-'))) {
      return commandLineWords().valueMissing(rawName)
    }
  }
  return undefined
}

/** A word of a command line, cut and printable. */
export function shown(word: string): string {
  return printable(word.length > 40 ? `${word.slice(0, 40)}…` : word)
}
