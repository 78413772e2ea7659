import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readAtMost } from '../../src/network/read-at-most.ts'

test('a body is read up to so many bytes, one without end too, and it is said whether that is all of it', async () => {
  let sent = 0
  async function* body(chunks: number) {
    for (sent = 0; sent < chunks; sent += 1) yield Buffer.from('abcd')
  }
  assert.deepEqual(await readAtMost(body(2), 8), { text: 'abcdabcd', complete: true })
  assert.deepEqual(await readAtMost(body(Number.POSITIVE_INFINITY), 6), { text: 'abcdab', complete: false })
  assert.equal(sent, 1)
})
