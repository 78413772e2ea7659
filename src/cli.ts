#!/usr/bin/env node
import { parseArgs } from 'node:util'
import type { Command } from './commands/command.ts'
import { commands, isCommand } from './commands/commands.ts'
import { helpFor } from './commands/help.ts'
import { reportFailure } from './commands/report-failure.ts'
import { exitStatus } from './problems/exit-status.ts'
import { version } from './sidecar/version.ts'

// Unheard, it would open Node's debugger on a process that may know the secret: for every user of this machine. Before
// anything else, and here, since it holds for every command. (The first milliseconds are Node's own.)
process.on('SIGUSR1', () => {})

/** argv → command. A secret is never an argument. */
async function main(): Promise<number> {
  const { name, rest } = splitCommand(process.argv.slice(2))
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

main()
  .catch(reportFailure)
  .then((status) => {
    process.exitCode = status
  })
