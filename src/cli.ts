#!/usr/bin/env node
import { healthcheck } from './commands/healthcheck.ts'

// Unheard, it would open Node's debugger on a process that may know the secret: for every user of this machine. Before
// anything else, and here, since it holds for every command. (The first milliseconds are Node's own.)
process.on('SIGUSR1', () => {})

/** The probe that runs every few seconds comes first: with these words it needs nothing else of the program. */
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
