import { parseArgs } from 'node:util'
import { exitStatus } from '../problems/exit-status.ts'
import { version } from '../sidecar/version.ts'
import type { Command } from './command.ts'
import { commands, isCommand } from './commands.ts'
import { helpFor } from './help.ts'

/**
 * The words after the program's name → command. A secret is never one of them.
 * @returns the exit status
 * @throws what `reportFailure` puts into words
 */
export async function runCommand(words: string[]): Promise<number> {
  const { name, rest } = splitCommand(words)
  if (name !== undefined && !isCommand(name)) {
    process.stderr.write(`catapa-sidecar: there is no command "${name}"\n\n${helpFor(undefined)}`)
    return exitStatus.configuration
  }
  const command: Command = commands[name ?? 'start']
  const { own, child } = splitChild(rest)
  const { values, positionals } = parseArgs({
    args: own,
    options: {
      ...command.options,
      config: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
      version: { type: 'boolean', short: 'V' },
    },
    allowPositionals: true,
  })
  if (values.version) return say(version())
  if (values.help) return say(helpFor(name))
  const stray = (positionals.length > 0 && !command.takesOperands) || (child !== undefined && !command.startsChild)
  if (stray) {
    const wanted = command.startsChild
      ? 'takes the command to run after --'
      : `takes no ${command.takesOperands ? '--' : 'arguments'}`
    process.stderr.write(`catapa-sidecar ${name ?? 'start'} ${wanted}; see catapa-sidecar --help\n`)
    return exitStatus.configuration
  }
  return command.run({ configPath: values.config, own: values, operands: positionals, child: child ?? [] })
}

/** What stands after the first `--` is the command of a child, word by word. */
function splitChild(args: string[]): { own: string[]; child: string[] | undefined } {
  const at = args.indexOf('--')
  return at === -1 ? { own: args, child: undefined } : { own: args.slice(0, at), child: args.slice(at + 1) }
}

/** The command stands before its options; an option alone means `start`. */
function splitCommand(args: string[]): { name: string | undefined; rest: string[] } {
  const [first, ...others] = args
  return first === undefined || first.startsWith('-') ? { name: undefined, rest: args } : { name: first, rest: others }
}

function say(text: string): number {
  process.stdout.write(text.endsWith('\n') ? text : `${text}\n`)
  return exitStatus.fine
}
