#!/usr/bin/env node
import { healthcheck } from './commands/healthcheck.ts'

// Without a handler, SIGUSR1 opens Node's debugger on a process that may know the secret, for every user of this machine. So
// it is handled before anything else, for every command. (The first milliseconds are Node's own.)
process.on('SIGUSR1', () => {})

/** `healthcheck` comes first, since it runs every few seconds: with these options it loads nothing else of the program. */
async function main(words: string[]): Promise<number> {
  const [name, ...options] = words
  if (name === 'healthcheck' && options.every((option) => option === '--ready')) {
    return healthcheck({ configPath: undefined, own: { ready: options.length > 0 }, operands: [], child: [] })
  }
  return (await import('./commands/run-command.ts')).runCommand(words)
}

main(process.argv.slice(2))
  .catch(async (error) => (await import('./commands/report-failure.ts')).reportFailure(error))
  .then((status) => {
    process.exitCode = status
  })
