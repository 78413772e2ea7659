// The load: a process of its own that is told over IPC what to send, one command at a time.
import { burst } from './burst.ts'
import type { Answers, Command } from './commands.ts'
import { fixedRate } from './fixed-rate.ts'
import { stall } from './stall.ts'

function carryOut(command: Command): Promise<Answers[Command['command']]> {
  switch (command.command) {
    case 'burst':
      return burst(command)
    case 'rate':
      return fixedRate(command)
    case 'stall':
      return stall(command)
  }
}

process.on('message', async (command: Command) => {
  try {
    process.send?.({ result: await carryOut(command) })
  } catch (error) {
    const of = 'target' in command ? `${command.target.name}: ` : ''
    process.send?.({ error: of + (error instanceof Error ? error.message : error) })
  }
})
process.on('disconnect', () => process.exit())
