import type { Command } from './command.ts'
import { type CommandName, commands } from './commands.ts'
import { helpPageWords } from './help-page-words.ts'
import { helpWords } from './help-words.ts'

/** The text of `--help`, for all commands or for one. */
export function helpFor(name: CommandName | undefined): string {
  if (name !== undefined) {
    const { usage }: Command = commands[name]
    const { summary, help } = helpWords()[name]
    return `catapa-sidecar ${name} [--config FILE]${usage ? ` ${usage}` : ''}: ${summary}\n\n${help}\n`
  }
  const rows = Object.entries(helpWords()).map(([command, { summary }]) => `  ${command.padEnd(12)}${summary}`)
  return helpPageWords().page(rows.join('\n'))
}
