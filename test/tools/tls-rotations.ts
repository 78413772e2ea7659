// The long form of test/sidecar/own-certificate.test.ts: npm run soak:tls -- [--rotations N] [--callers N] [--look MS] [--seed S]

import { fork } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import type { Ending } from '../support/sidecar.ts'
import { inThisProcess, rotateUnderLoad } from '../support/tls-rotations.ts'

const { values } = parseArgs({
  options: {
    rotations: { type: 'string', default: '10000' },
    callers: { type: 'string', default: '4' },
    look: { type: 'string', default: '5' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 1e6)) },
  },
})
const options = {
  rotations: Number(values.rotations),
  callers: Number(values.callers),
  lookMs: Number(values.look),
  seed: Number(values.seed),
}
const ends: (() => unknown)[] = []
const ending: Ending = { after: (end) => ends.unshift(end) }

/** In a process of its own: callers, keys and certificates that are made here are no memory of the sidecar's. */
const apart: typeof inThisProcess = async (t, upstream, files, lookMs) => {
  const child = fork(new URL(import.meta.url), {
    env: { ...process.env, TLS_SIDECAR: JSON.stringify([upstream, files, lookMs]) },
  })
  t.after(() => child.kill())
  const [port] = await once(child, 'message')
  const rssMiB = () =>
    Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) / 1024)
  return { port: Number(port), forget() {}, rssMiB }
}

if (process.env.TLS_SIDECAR !== undefined) {
  const [upstream, files, lookMs] = JSON.parse(process.env.TLS_SIDECAR)
  const { port, forget } = await inThisProcess(ending, upstream, files, lookMs)
  setInterval(forget, 100)
  process.send?.(port)
  await once(process, 'disconnect')
  process.exit()
}

const ledger = await rotateUnderLoad(ending, { ...options, serve: apart })
const passed = ledger.failed + ledger.wrong + ledger.late === 0
console.log(JSON.stringify({ ...options, ...ledger }, null, 2))
console.log(passed ? 'tls-rotations: passed' : 'tls-rotations: FAILED')
for (const end of ends) await end()
process.exitCode = passed ? 0 : 1
