// The other end of process.ts: one command at a time, and no answer that is not the right one.
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { end, start } from '../processes.ts'
import type { Answers, Burst, Command, Rate, Reply, Target } from './commands.ts'
import { checked } from './tally.ts'

export type Load = {
  /** As many requests as fast as they are answered. */
  burst(target: Target, burst: Burst): Promise<Answers['burst']>
  /** Single requests at a fixed rate over all targets. One result for each, in their order. */
  rate(targets: readonly Target[], rate: Rate): Promise<Answers['rate']>
  /** One huge answer of which nothing is read for a while. */
  stall(target: Target, holdMs: number): Promise<Answers['stall']>
  end(): Promise<void>
}

export function startLoad(): Load {
  const child = start('load', process.execPath, [join(import.meta.dirname, 'process.js')], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  return {
    burst: async (target, burst) => checked(await ask(child, { command: 'burst', target: to(target), ...burst })),
    rate: async (targets, rate) =>
      (await ask(child, { command: 'rate', targets: targets.map(to), ...rate })).map(checked),
    stall: async (target, holdMs) => checked(await ask(child, { command: 'stall', target: to(target), holdMs })),
    end: () => end(child),
  }
}

async function ask<Name extends Command['command']>(
  child: ChildProcess,
  command: Command & { command: Name },
): Promise<Answers[Name]> {
  child.send(command)
  const replies: Reply<Name>[] = await once(child, 'message')
  const [reply] = replies
  if (reply === undefined || 'error' in reply) throw new Error(reply?.error)
  return reply.result
}

/** Of a contestant only what the load needs to know. */
function to({ name, port, tls, headers }: Target): Target {
  return { name, port, ...(tls !== undefined && { tls }), ...(headers !== undefined && { headers }) }
}
