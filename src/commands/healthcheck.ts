import { writeSync } from 'node:fs'
import { exitStatus } from '../problems/exit-status.ts'
import { runningSidecar } from '../running/running-sidecar.ts'
import { speak } from '../words/language.ts'
import type { CommandOptions } from './command.ts'
import { complain } from './complain.ts'

/** Shorter than the usual time-outs of Docker and Kubernetes for a probe. */
const timeoutMs = 4_000

/**
 * Probes a running sidecar once (design/promises 1.7): is it started and alive or, with `--ready`, ready?
 *
 * Its sentences are English: engines keep them beside a container, as logs.
 *
 * @throws ConfigError
 */
export async function healthcheck({ configPath, own }: CommandOptions): Promise<number> {
  speak('en')
  const sidecar = runningSidecar(configPath)
  if (typeof sidecar === 'string') return complain('healthcheck', sidecar)
  // A sidecar that has started and answers is alive.
  const { status, sentence } = await sidecar.probe(own.ready === true ? '/readyz' : '/startupz', timeoutMs)
  const ok = status === 200
  if (own.json === true) say(JSON.stringify({ ok, address: sidecar.name, status: status ?? null, sentence }))
  else if (ok) say(sentence)
  if (ok) return exitStatus.fine
  if (own.json === true) return exitStatus.notInTime
  return complain('healthcheck', `${sidecar.name}: ${sentence}`, exitStatus.notInTime)
}

/** If standard output is closed or full, the exit status still tells; an unhandled stream error would change it. */
function say(sentence: string): void {
  try {
    writeSync(1, `${sentence}\n`)
  } catch {}
}
