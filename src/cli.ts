#!/usr/bin/env node
import { parseArgs } from 'node:util'
import { commands, isCommand } from './commands/commands.ts'
import { exitStatus } from './commands/exit-status.ts'
import { helpFor } from './commands/help.ts'
import { reportFailure } from './commands/report-failure.ts'
import { version } from './version.ts'

/** argv → command. A secret is never an argument. */
async function main(): Promise<number> {
  const { name, rest } = splitCommand(process.argv.slice(2))
  if (name !== undefined && !isCommand(name)) {
    process.stderr.write(`catapa-sidecar: there is no command "${name}"\n\n${helpFor(undefined)}`)
    return exitStatus.configuration
  }
  const { values, positionals } = parseArgs({
    args: rest,
    options: {
      config: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
      version: { type: 'boolean', short: 'V' },
    },
    allowPositionals: true,
  })
  if (values.version) return say(version())
  if (values.help) return say(helpFor(name))
  if (positionals.length > 0) {
    process.stderr.write(`catapa-sidecar ${name ?? 'start'} takes no arguments; see catapa-sidecar --help\n`)
    return exitStatus.configuration
  }
  return commands[name ?? 'start'].run({ configPath: values.config })
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

process.exitCode = await main().catch(reportFailure)
