// Programs that print a secret, as a test wants them.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { secret } from './sidecar.ts'
import { temporaryFolder } from './temporary-folder.ts'

type Test = Parameters<typeof temporaryFolder>[0]

/** What no output of ours may hold: an argument, and what it says to its standard error. */
export const argumentCanary = 'canary-of-an-argument-4711'
export const errorCanary = 'canary-of-standard-error-4711'
secret(argumentCanary)
secret(errorCanary)

export type Keeper = ReturnType<typeof keeper>

/** A program `keeper` that notes each run, and then does what its `act` says: lines of a shell. */
export function keeper(t: Test, act: string) {
  const folder = temporaryFolder(t)
  const program = join(folder, 'keeper')
  const runs = join(folder, 'runs')
  const actFile = join(folder, 'act')
  writeFileSync(program, `#!/bin/sh\necho "$$" >> '${runs}'\necho ${errorCanary} >&2\n. '${actFile}'\n`, {
    mode: 0o755,
  })
  writeFileSync(actFile, act)
  return {
    folder,
    program,
    /** The setting. */
    setting: { CATAPA_CLIENT_SECRET_COMMAND: `'${program}' ${argumentCanary}` },
    command: { words: [program, argumentCanary] as const, shown: 'keeper' },
    act: (other: string) => writeFileSync(actFile, other),
    /** The process ids of the runs so far. */
    runs: () => (existsSync(runs) ? readFileSync(runs, 'utf8').trim().split('\n').map(Number) : []),
  }
}

/** Whether a process is there, and no zombie. */
export function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

/** The first number in a file, once it is there. */
export function numberIn(path: string): number | undefined {
  const found = existsSync(path) ? Number.parseInt(readFileSync(path, 'utf8'), 10) : Number.NaN
  return Number.isNaN(found) ? undefined : found
}
