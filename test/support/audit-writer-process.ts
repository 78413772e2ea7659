// A process of its own for trail-taken.test: writes a trail, one line after the other, and tells the seq of each that is on
// disk, or that one was refused. argv: the folder.
import { openTrail } from '../../src/audit/writing/open-trail.ts'
import { beginOf } from './audit-trail.ts'
import { sleep } from './wire.ts'

const [folder = ''] = process.argv.slice(2)
const trail = await openTrail({ folder, keepDays: 400, onFailure: 'writes', log: { warn() {}, error() {} } })
process.once('disconnect', () => process.exit())
for (let i = 0; ; i += 1) {
  const seq = await trail.commit(beginOf(`r-${i}`)).catch(() => 'refused' as const)
  process.send?.(seq)
  await sleep(seq === 'refused' ? 200 : 50)
}
