// What processes use, from /proc.
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { environment } from './processes.ts'

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
