import assert from 'node:assert/strict'
import { test } from 'node:test'
import { didYouMean, distance } from '../../src/words/did-you-mean.ts'

test('distance counts letters added, dropped, changed and swapped', () => {
  assert.equal(distance('', ''), 0)
  assert.equal(distance('abc', ''), 3)
  assert.equal(distance('', 'abc'), 3)
  assert.equal(distance('abcd', 'abcd'), 0)
  assert.equal(distance('abcd', 'abdc'), 1)
  assert.equal(distance('abcd', 'acd'), 1)
  assert.equal(distance('abcd', 'abxcd'), 1)
  assert.equal(distance('kitten', 'sitting'), 3)
})

test('a word that was meant is proposed within two letters, of a short word within one, whatever the case', () => {
  const words = ['start', 'doctor', 'sandbox']
  assert.equal(didYouMean('Dokter', words), '; did you mean doctor?')
  assert.equal(didYouMean('sart', words), '; did you mean start?')
  assert.equal(didYouMean('sar', words), '')
  assert.equal(didYouMean('toolbox', words), '')
})
