import { spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { errorCode } from '../files/errno.ts'

const lookEveryMs = 20
/** After SIGKILL a process is gone soon; one that nobody reaps stays as a zombie, and is not waited for. */
const afterKillMs = 1_000

/** Ends a process and all that it started: SIGTERM, and `patienceMs` later SIGKILL. Resolves once none is left. */
export async function endGroup(pid: number, patienceMs: number): Promise<void> {
  if (process.platform === 'win32') return endTree(pid)
  signalGroup(pid, 'SIGTERM')
  if (await isGone(pid, patienceMs)) return
  signalGroup(pid, 'SIGKILL')
  await isGone(pid, afterKillMs)
}

/** Ends it at once; for the end of our own process, when nothing can be waited for. */
export function killGroup(pid: number): void {
  if (process.platform === 'win32') endTree(pid)
  else signalGroup(pid, 'SIGKILL')
}

/** @returns whether there is still a process that could be told */
function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-pid, signal)
  } catch (error) {
    return errorCode(error) === 'EPERM' // Another user's, as after sudo.
  }
}

async function isGone(pid: number, mostMs: number): Promise<boolean> {
  const deadline = performance.now() + mostMs
  while (signalGroup(pid, 0)) {
    if (performance.now() >= deadline) return false
    await sleep(lookEveryMs)
  }
  return true
}

/** Windows has no process groups: taskkill follows the tree. */
function endTree(pid: number): Promise<void> {
  return new Promise((resolve) => {
    const ending = spawn('taskkill', ['/pid', String(pid), '/t', '/f'], { stdio: 'ignore', windowsHide: true })
    ending.once('error', () => resolve()).once('exit', () => resolve())
  })
}
