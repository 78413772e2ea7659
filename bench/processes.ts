// Processes of a run: started on a core of their own, and ended with the run whatever happens.
import { type ChildProcess, type SpawnOptions, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { availableParallelism, constants } from 'node:os'

/** What children see of the environment: nothing of the machine's own settings. */
export const environment = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LANG: 'C' }

export type Role = 'proxy' | 'load' | 'upstream'

const cores = availableParallelism()
const canPin = cores > 1 && isThere('taskset')
/** The proxy under test has a core of its own; load and upstream share another, or have one each. */
export const pinned: Record<Role, number> | undefined = canPin
  ? { proxy: 0, load: 1, upstream: cores > 2 ? 2 : 1 }
  : undefined

export function isThere(program: string): boolean {
  return spawnSync('which', [program], { env: environment, stdio: 'ignore' }).status === 0
}

const running = new Set<ChildProcess>()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    endAll()
    process.exit(128 + constants.signals[signal])
  })
}
process.once('exit', endAll)

function endAll(): void {
  for (const child of running) child.kill('SIGTERM')
}

/** Starts a program on the core for `role`. */
export function start(role: Role, command: string, args: readonly string[], options: SpawnOptions = {}): ChildProcess {
  const pin = pinned === undefined ? [] : ['-c', String(pinned[role]), command]
  const child = spawn(pinned === undefined ? command : 'taskset', [...pin, ...args], {
    env: environment,
    stdio: ['ignore', 'ignore', 'inherit'],
    ...options,
  })
  running.add(child)
  child.once('exit', () => running.delete(child))
  child.once('error', (error) => {
    throw new Error(`${command} cannot be started`, { cause: error })
  })
  return child
}

/** Ends a process and waits until it is gone. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), 5000)
  await gone
  clearTimeout(timer)
}

export function pidOf(child: ChildProcess): number {
  if (child.pid === undefined) throw new Error(`${child.spawnfile} did not start`)
  return child.pid
}

/** A port of the loopback that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port of the loopback is free')
  return address.port
}
