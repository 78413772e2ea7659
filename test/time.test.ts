import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemClock } from '../src/time.ts'

test('a timer for longer than Node can wait does not go off at once', async () => {
  let wentOff = false
  const cancel = systemClock.after(2 ** 40, () => {
    wentOff = true
  })
  await new Promise((resolve) => setTimeout(resolve, 50))
  cancel()
  assert.equal(wentOff, false)
})
