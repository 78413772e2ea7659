// Processes of a run: started on a core of their own, measured from /proc, and ended with the run whatever happens.
import { type ChildProcess, type SpawnOptions, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
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

function tree(pid: number): number[] {
  const pids = [pid]
  for (const parent of pids) {
    for (const task of tasks(parent)) {
      const children = read(`/proc/${parent}/task/${task}/children`)
      pids.push(...children.split(' ').filter(Boolean).map(Number))
    }
  }
  return pids
}

function tasks(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`)
  } catch {
    return []
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

const hasSchedstat = read('/proc/self/schedstat') !== ''
const tickUs = 1e6 / (Number(spawnSync('getconf', ['CLK_TCK'], { env: environment, encoding: 'utf8' }).stdout) || 100)

/** User and system time of a process, its threads and its children so far, in µs. */
export function cpuUs(pid: number): number {
  let sum = 0
  for (const one of tree(pid)) {
    if (!hasSchedstat) {
      // utime and stime, behind the name in brackets, which may hold blanks.
      const fields = read(`/proc/${one}/stat`).split(') ').at(-1)?.split(' ') ?? []
      sum += (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) * tickUs
      continue
    }
    for (const task of tasks(one)) sum += Number(read(`/proc/${one}/task/${task}/schedstat`).split(' ', 1)[0]) / 1000
  }
  return sum
}

/** Resident memory of a process and its children, in MB. */
export function rssMb(pid: number): number {
  return (
    tree(pid).reduce((sum, one) => sum + Number(/VmRSS:\s+(\d+)/.exec(read(`/proc/${one}/status`))?.[1] ?? 0), 0) / 1000
  )
}
