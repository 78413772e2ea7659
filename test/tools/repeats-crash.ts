// The long form of test/forwarding/repeats/crash.test.ts: npm run soak:repeats -- [--kills N] [--lanes N] [--seed S] [--off]
import { parseArgs } from 'node:util'
import { crashRepeats } from '../support/repeats-crash.ts'

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '200' },
    lanes: { type: 'string', default: '4' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 1e6)) },
    off: { type: 'boolean', default: false },
  },
})
const ends: (() => unknown)[] = []
const options = {
  kills: Number(values.kills),
  lanes: Number(values.lanes),
  seed: Number(values.seed),
  guards: !values.off,
  lagMs: 50,
}
const ledger = await crashRepeats({ after: (end) => ends.unshift(end) }, options)
const { kills, doubled, lost, foreign, odd, wronglyTold, slowestReadBackMs, unknownTold } = ledger
const faults = doubled.length + lost.length + foreign + odd.length + wronglyTold.length
// Without the guard the ledger has to find what the guard is there for.
const passed =
  kills === options.kills &&
  (values.off ? doubled.length > 0 : faults === 0 && slowestReadBackMs <= 1000 && unknownTold > 0)
console.log(JSON.stringify({ ...options, ...ledger }, null, 2))
console.log(passed ? 'repeats-crash: passed' : 'repeats-crash: FAILED')
for (const end of ends) await end()
process.exitCode = passed ? 0 : 1
