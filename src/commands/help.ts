import type { Command } from './command.ts'
import { type CommandName, commands } from './commands.ts'

/** The text of `--help`, for all commands or for one. */
export function helpFor(name: CommandName | undefined): string {
  if (name !== undefined) {
    const { summary, usage, help }: Command = commands[name]
    return `catapa-sidecar ${name} [--config FILE]${usage ? ` ${usage}` : ''}: ${summary}\n\n${help}\n`
  }
  const rows = Object.entries(commands).map(([command, { summary }]) => `  ${command.padEnd(12)}${summary}`)
  return `catapa-sidecar logs in to CATAPA for programs that cannot: they call http://localhost:8228, it adds the token.

Usage: catapa-sidecar [COMMAND] [--config FILE]

${rows.join('\n')}

  --config FILE   settings as NAME=value lines; what the environment sets wins
  -h, --help      this text; after a command, that command's (also help, help COMMAND)
  -v, --version   the version

Settings are environment variables: config.example.env lists them all. A secret is never an argument.
`
}
