import { type ChildProcess, spawn } from 'node:child_process'
import { errorCode } from '../files/errno.ts'
import { isFile } from '../files/find-program.ts'
import { windowsCommand } from '../files/windows-command.ts'
import type { CommandFlaw } from '../problems/failure.ts'
import { endGroup, killGroup } from './process-group.ts'

export type RunLimits = Readonly<{
  /** How long it may run. */
  mostMs: number
  /** From SIGTERM to SIGKILL. */
  patienceMs: number
  /** How long after its end its output may stay open. */
  heldOpenMs: number
}>

const usualLimits: RunLimits = { mostMs: 10_000, patienceMs: 2_000, heldOpenMs: 1_000 }
const mostOutputBytes = 64 * 1024

/** `stopped`: the sidecar itself ends. */
type Outcome = Readonly<{ output: Buffer } | { flaw: CommandFlaw } | { stopped: true }>

/** A run that has ended. `saidMore`: something came on its standard error, which nobody reads. */
export type Ran = Outcome & Readonly<{ tookMs: number; saidMore: boolean }>

/** A run under way. `ended` never rejects; `stop` ends it whole. */
export type Run = Readonly<{ ended: Promise<Ran>; stop(): void }>

/**
 * Runs a program without a shell, with nothing to read, in a process group of its own, which is ended whole if it takes too long,
 * prints too much, leaves its output open, or if the sidecar itself ends. Never throws.
 */
export function runProgram(
  words: readonly [string, ...string[]],
  env: Record<string, string>,
  limits: RunLimits = usualLimits,
): Run {
  const beganAt = performance.now()
  const control = new AbortController()
  let saidMore = false
  const noteMore = () => {
    saidMore = true
  }
  const ended = started(words, env, noteMore, { limits, stop: control.signal }).then((outcome) => {
    return { ...outcome, saidMore, tookMs: Math.round(performance.now() - beganAt) }
  })
  return { ended, stop: () => control.abort() }
}

type Control = Readonly<{ limits: RunLimits; stop: AbortSignal }>

async function started(
  words: readonly [string, ...string[]],
  env: Record<string, string>,
  noteMore: () => void,
  control: Control,
): Promise<Outcome> {
  let child: ChildProcess
  try {
    child = startProgram(words, env)
  } catch (error) {
    return { flaw: notStarted(error) }
  }
  child.stderr?.once('data', noteMore).resume()
  const { pid } = child
  if (pid === undefined) return { flaw: notStarted(await new Promise((resolve) => child.once('error', resolve))) }
  const kill = () => killGroup(pid)
  process.on('exit', kill) // A second signal, or a fault: nothing is waited for then.
  try {
    const { outcome, whole } = await firstOutcome(child, control)
    if (whole) await endGroup(pid, control.limits.patienceMs)
    return outcome
  } finally {
    process.off('exit', kill)
    child.stdout?.destroy()
    child.stderr?.destroy()
  }
}

/** How it ends first. `whole`: what is left of it has to be ended. */
function firstOutcome(child: ChildProcess, { limits, stop }: Control) {
  const chunks: Buffer[] = []
  let bytes = 0
  let closed = false
  let exit: Readonly<{ code: number | null; signal: NodeJS.Signals | null }> | undefined
  let heldOpen: NodeJS.Timeout | undefined
  return new Promise<{ outcome: Outcome; whole: boolean }>((resolve) => {
    const over = (outcome: Outcome, whole: boolean) => {
      clearTimeout(late)
      clearTimeout(heldOpen)
      resolve({ outcome, whole })
    }
    const late = setTimeout(() => over({ flaw: { kind: 'late', seconds: limits.mostMs / 1000 } }, true), limits.mostMs)
    const leftOpen = () => over({ flaw: { kind: 'held_open' } }, true)
    function look(): void {
      if (exit === undefined) return
      if (closed) over(outcomeOf(exit.code, exit.signal, Buffer.concat(chunks)), false)
      // Once more around the event loop: what has arrived meanwhile is heard first.
      else heldOpen = setTimeout(() => setImmediate(leftOpen), limits.heldOpenMs)
    }
    child.stdout?.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes <= mostOutputBytes) chunks.push(chunk)
      else over({ flaw: { kind: 'too_large' } }, true)
    })
    child.stdout?.once('close', () => {
      closed = true
      look()
    })
    child.once('exit', (code, signal) => {
      exit = { code, signal }
      look()
    })
    stop.addEventListener('abort', () => over({ stopped: true }, true), { once: true })
    if (stop.aborted) over({ stopped: true }, true)
  })
}

function outcomeOf(code: number | null, signal: NodeJS.Signals | null, output: Buffer): Outcome {
  if (signal !== null) return { flaw: { kind: 'signal', signal } }
  return code === 0 ? { output } : { flaw: { kind: 'status', status: code ?? -1 } }
}

function startProgram([program, ...args]: readonly [string, ...string[]], env: Record<string, string>): ChildProcess {
  const windows = process.platform === 'win32'
  const {
    file,
    args: given,
    verbatim,
  } = windows ? windowsCommand(program, args, env, isFile) : { file: program, args, verbatim: false }
  return spawn(file, given, {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: !windows, // A session and a process group of its own; on Windows it would be a window of its own.
    windowsHide: true,
    windowsVerbatimArguments: verbatim,
  })
}

function notStarted(error: unknown): CommandFlaw {
  const errno = errorCode(error) ?? 'unknown error'
  if (errno === 'ENOENT') return { kind: 'missing' }
  return errno === 'EACCES' || errno === 'EPERM' ? { kind: 'not_executable' } : { kind: 'not_started', errno }
}
