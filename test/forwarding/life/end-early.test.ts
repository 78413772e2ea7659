import assert from 'node:assert/strict'
import { test } from 'node:test'
import { endEarly, type Served, whileServed } from '../../../src/forwarding/life/end-early.ts'

const first = new Error('first')
const second = new Error('second')

test('what something was broken off with first stays the reason, and what is under way is ended once', async () => {
  const ended: Error[] = []
  const served: Served = { endedEarly: undefined, underWay: { end: (reason) => ended.push(reason) } }
  endEarly(served, first)
  endEarly(served, second)
  assert.equal(served.endedEarly, first)
  assert.deepEqual(ended, [first])
  await assert.rejects(whileServed(served, new Promise(() => {})), first)
})

test('a wait ends with what is waited for, or with the end of whoever waits, also where that came before', async () => {
  const served: Served = { endedEarly: undefined, underWay: undefined }
  assert.equal(await whileServed(served, Promise.resolve('answer')), 'answer')
  const waiting = whileServed(served, new Promise(() => {}))
  endEarly(served, first)
  await assert.rejects(waiting, first)
  await assert.rejects(whileServed(served, new Promise(() => {})), first)
})
