import { exitStatus } from '../problems/exit-status.ts'
import { version } from '../sidecar/version.ts'
import { didYouMean } from '../words/did-you-mean.ts'
import type { Command } from './command.ts'
import { readCommandLine, shown } from './command-line.ts'
import { commands, isCommand } from './commands.ts'
import { helpFor } from './help.ts'
import { mayClose } from './may-close.ts'

/**
 * Runs the command that the words after the program's name ask for.
 * @returns the exit status
 * @throws errors for `reportFailure`
 */
export async function runCommand(words: string[]): Promise<number> {
  const { name, rest } = splitCommand(words)
  if (name === 'help') return help(rest)
  if (name === 'version') return say(version())
  if (name !== undefined && !isCommand(name)) return unknown(name)
  const said = name ?? 'start'
  const command: Command = commands[said]
  const line = readCommandLine(rest, command)
  if ('flaw' in line) return misuse(`catapa-sidecar ${said} ${line.flaw}; see catapa-sidecar ${said} --help`)
  const { values, operands, child = [] } = line
  if (values.version) return say(version())
  if (values.help) return say(helpFor(name))
  // Opening the stream of a log or a child would change how they write to it (line-writer.ts).
  if (command.output === undefined) for (const stream of [process.stdout, process.stderr]) mayClose(stream)
  return command.run({ configPath: values.config, own: values, operands, child })
}

/** The command stands before its options; options alone mean `start`. */
function splitCommand(args: string[]): { name: string | undefined; rest: string[] } {
  const [first, ...others] = args
  return first === undefined || first.startsWith('-') ? { name: undefined, rest: args } : { name: first, rest: others }
}

function help([name]: readonly string[]): number {
  if (name === undefined || name.startsWith('-')) return say(helpFor(undefined))
  return isCommand(name) ? say(helpFor(name)) : unknown(name)
}

function unknown(name: string): number {
  const meant = didYouMean(name, Object.keys(commands))
  const next = meant === '' ? `\n\n${helpFor(undefined)}` : '\nSee catapa-sidecar --help.'
  return misuse(`catapa-sidecar: there is no command ${shown(name)}${meant}${next}`)
}

function misuse(text: string): number {
  mayClose(process.stderr).write(text.endsWith('\n') ? text : `${text}\n`)
  return exitStatus.configuration
}

function say(text: string): number {
  mayClose(process.stdout).write(text.endsWith('\n') ? text : `${text}\n`)
  return exitStatus.fine
}
