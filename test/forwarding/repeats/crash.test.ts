// A sidecar that guards writes and is killed under load (design/promises 12.6). test/tools/repeats-crash.ts does it 200 times.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { crashRepeats } from '../../support/repeats-crash.ts'

test('killed under load while callers hang up and repeat: nothing is done twice, and nothing gets a wrong answer', async (t) => {
  const ledger = await crashRepeats(t, { kills: 6, lanes: 2, seed: 4711, guards: true, lagMs: 2000 })
  const { kills, doubled, lost, foreign, odd, wronglyTold, unknownTold, givenAgain } = ledger
  assert.deepEqual(
    { kills, doubled, lost, foreign, odd, wronglyTold },
    {
      ...{ kills: 6, doubled: [], lost: [], foreign: 0, odd: [], wronglyTold: [] },
    },
  )
  assert.ok(unknownTold > 0 && givenAgain > 0, `${unknownTold} told, ${givenAgain} given again`)
})
