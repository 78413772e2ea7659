// What somebody, or a disk, may do to a trail, and where `verifyTrail` finds it first.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { verifyTrail } from '../../../src/audit/reading/verify-trail.ts'
import { manipulations } from '../../support/manipulations.ts'
import { threeSegments, trailFolderOf } from '../../support/trails.ts'

const [first = '', second = '', third = ''] = threeSegments().files.keys()
const names = [first, second, third] as const

for (const { what, change, shows, byHead } of manipulations) {
  test(`it shows that ${what}`, (t) => {
    const { files, head } = threeSegments()
    change(files, names)
    const folder = trailFolderOf(t, files)
    const [file, line, reason] = shows
    if (byHead) assert.equal(verifyTrail(folder).broken, undefined, 'only who has the head can know')
    const { broken } = verifyTrail(folder, { head: byHead ? head() : undefined })
    assert.ok(broken !== undefined, 'it was not found')
    assert.deepEqual([broken.file, broken.line], [typeof file === 'number' ? names[file] : file, line], broken.reason)
    assert.match(broken.reason, reason)
  })
}

test('there are at least thirty of them, and the trail that they begin with is whole', (t) => {
  assert.ok(new Set(manipulations.map(({ what }) => what)).size >= 30)
  const { files, head } = threeSegments()
  const verified = verifyTrail(trailFolderOf(t, files), { head: head() })
  assert.equal(verified.broken, undefined)
  assert.equal(verified.head, 'met')
  assert.deepEqual([verified.segments, verified.lines, verified.last?.hash], [3, 30, head().hash])
})
