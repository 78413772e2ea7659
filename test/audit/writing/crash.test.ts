// A sidecar that is killed under load (design/promises 9.4). test/tools/audit-crash.ts does it 100 times.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { crashTrail } from '../../support/audit-crash.ts'

test('killed under load: nothing has reached CATAPA that has no begin line, and the trail is whole', async (t) => {
  const { kills, atUpstream, withoutBegin, begins, ends } = await crashTrail(t, { kills: 1, lanes: 1 })
  assert.equal(kills, 1)
  assert.equal(withoutBegin, 0)
  assert.ok(begins >= atUpstream && ends > 0, `${begins} begins, ${ends} ends, ${atUpstream} at CATAPA`)
})
