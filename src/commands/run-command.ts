import { exitStatus } from '../problems/exit-status.ts'
import { takeEnvironment } from '../settings/environment.ts'
import { version } from '../sidecar/version.ts'
import { didYouMean } from '../words/did-you-mean.ts'
import { loadLanguage, speak, teach } from '../words/language.ts'
import type { Command } from './command.ts'
import { readCommandLine, shown } from './command-line.ts'
import { commandLineWords } from './command-line-words.ts'
import { type CommandName, commands, isCommand } from './commands.ts'
import { complain, mayClose } from './complain.ts'
import type { CommandHelp } from './help-words.ts'
import { terminalLanguage } from './terminal-language.ts'

teach(() => import('./indonesian.ts'))

/**
 * Runs the command that the words after the program's name ask for.
 * @returns the exit status
 * @throws errors for `reportFailure`
 */
export async function runCommand(words: string[]): Promise<number> {
  const configPath = configPathIn(words)
  const language = await terminalLanguage(takeEnvironment(), configPath)
  await loadLanguage(language)
  speak(language)
  try {
    return await run(words)
  } catch (error) {
    speak(language) // A command that ran a sidecar had left it: logs are in English.
    throw error
  }
}

/** Also of words that are wrong otherwise; those after `--` are a child's. */
function configPathIn(words: readonly string[]): string | undefined {
  const at = words.findIndex((word) => /^--(config(=.*)?)?$/s.test(word))
  return words[at] === '--config' ? words[at + 1] : words[at]?.slice('--config='.length) || undefined
}

async function run(words: string[]): Promise<number> {
  const { name, rest } = splitCommand(words)
  if (name === 'help') return help(rest)
  if (name === 'version') return say(version())
  if (name !== undefined && !isCommand(name)) return unknown(name)
  const said = name ?? 'start'
  const command: Command = commands[said]
  const line = readCommandLine(rest, command)
  if ('flaw' in line) return misuse(`catapa-sidecar ${said} ${commandLineWords().seeHelp(said, line.flaw)}`)
  const { values, operands, child = [] } = line
  if (values.version) return say(version())
  if (values.help) return say(await helpFor(name))
  // Opening the stream of a log or a child would change how they write to it (line-writer.ts).
  if (command.output === undefined) for (const stream of [process.stdout, process.stderr]) mayClose(stream)
  if (values.json === true) speak('en') // For programs.
  const options = { configPath: values.config, own: values, operands, child }
  if ('run' in command) return command.run(options)
  const [what = command.usually ?? '', ...others] = operands
  const run = Object.hasOwn(command.subcommands, what) ? command.subcommands[what] : undefined
  if (run !== undefined) return run({ ...options, operands: others })
  const { helpWords } = await import('./help-words.ts')
  const { takes = '' }: CommandHelp = helpWords()[said]
  return complain(said, commandLineWords().seeHelp(said, commandLineWords().takes(takes)))
}

/** The command stands before its options; options alone mean `start`. */
function splitCommand(args: string[]): { name: string | undefined; rest: string[] } {
  const [first, ...others] = args
  return first === undefined || first.startsWith('-') ? { name: undefined, rest: args } : { name: first, rest: others }
}

async function help([name]: readonly string[]): Promise<number> {
  if (name === undefined || name.startsWith('-')) return say(await helpFor(undefined))
  return isCommand(name) ? say(await helpFor(name)) : unknown(name)
}

async function unknown(name: string): Promise<number> {
  const meant = didYouMean(name, Object.keys(commands))
  const { noSuchCommand, seeAll } = commandLineWords()
  const next = meant === '' ? `\n\n${await helpFor(undefined)}` : `\n${seeAll}`
  return misuse(`${noSuchCommand(shown(name), meant)}${next}`)
}

function misuse(text: string): number {
  mayClose(process.stderr).write(text.endsWith('\n') ? text : `${text}\n`)
  return exitStatus.configuration
}

function say(text: string): number {
  mayClose(process.stdout).write(text.endsWith('\n') ? text : `${text}\n`)
  return exitStatus.fine
}

/** The texts are loaded when somebody wants them. */
async function helpFor(name: CommandName | undefined): Promise<string> {
  return (await import('./help.ts')).helpFor(name)
}
