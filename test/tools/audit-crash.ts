// The long form of test/audit/writing/crash.test.ts: npm run soak:audit -- [--kills N] [--lanes N]
import { parseArgs } from 'node:util'
import { crashTrail } from '../support/audit-crash.ts'

const { values } = parseArgs({
  options: { kills: { type: 'string', default: '100' }, lanes: { type: 'string', default: '4' } },
})
const ends: (() => unknown)[] = []
const kills = Number(values.kills)
const ledger = await crashTrail({ after: (end) => ends.unshift(end) }, { kills, lanes: Number(values.lanes) })
const passed = ledger.kills === kills && ledger.withoutBegin === 0 && ledger.unknown > 0
console.log(JSON.stringify(ledger, null, 2))
console.log(passed ? 'audit-crash: passed' : 'audit-crash: FAILED')
for (const end of ends) await end()
process.exitCode = passed ? 0 : 1
