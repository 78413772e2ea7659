// The long form of test/sidecar/own-certificate.test.ts: npm run soak:tls -- [--rotations N] [--callers N] [--look MS] [--seed S]
import { parseArgs } from 'node:util'
import { rotateUnderLoad } from '../support/tls-rotations.ts'

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
const ledger = await rotateUnderLoad({ after: (end) => ends.unshift(end) }, options)
const passed = ledger.failed + ledger.wrong + ledger.late === 0
console.log(JSON.stringify({ ...options, ...ledger }, null, 2))
console.log(passed ? 'tls-rotations: passed' : 'tls-rotations: FAILED')
for (const end of ends) await end()
process.exitCode = passed ? 0 : 1
