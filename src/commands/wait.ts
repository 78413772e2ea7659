import { setTimeout as sleep } from 'node:timers/promises'
import { progressOn } from '../log/progress.ts'
import { exitStatus } from '../problems/exit-status.ts'
import { type ProbeAnswer, runningSidecar } from '../running/running-sidecar.ts'
import type { CommandOptions } from './command.ts'
import { complain } from './complain.ts'
import { timeoutFlaw, timeoutSeconds } from './timeout-option.ts'
import { waitWords } from './wait-words.ts'

const everyMs = 250
const probeTimeoutMs = 5_000

/** Waits until a running sidecar is ready (design/promises 1.7). @throws ConfigError */
export async function wait({ configPath, own }: CommandOptions): Promise<number> {
  const seconds = timeoutSeconds(own.timeout)
  if (seconds === undefined) return complain('wait', timeoutFlaw())
  const sidecar = runningSidecar(configPath)
  if (typeof sidecar === 'string') return complain('wait', sidecar)

  const deadline = performance.now() + seconds * 1000
  const progress = progressOn(process.stderr)
  let answer: ProbeAnswer
  do {
    const leftMs = Math.max(1, deadline - performance.now())
    answer = await sidecar.probe('/readyz', Math.min(probeTimeoutMs, Math.max(leftMs, everyMs)))
    if (answer.status === 200) {
      progress.clear()
      if (own.json === true) tell(true, sidecar.name, answer)
      return exitStatus.fine
    }
    progress.say(waitWords().waiting(sidecar.name, answer.sentence))
    await sleep(Math.min(everyMs, Math.max(0, deadline - performance.now())))
  } while (performance.now() < deadline)
  progress.clear()
  if (own.json === true) {
    tell(false, sidecar.name, answer)
    return exitStatus.notInTime
  }
  return complain('wait', waitWords().notReady(sidecar.name, seconds, answer.sentence), exitStatus.notInTime)
}

/** Prints the result for programs; `status` and `sentence` are those of the last answer. */
function tell(ready: boolean, address: string, { status, sentence }: ProbeAnswer): void {
  process.stdout.write(`${JSON.stringify({ ready, address, status: status ?? null, sentence })}\n`)
}
