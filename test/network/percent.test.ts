import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeFully, decodeOnce } from '../../src/network/percent.ts'

test('one layer of encoding comes off what is ASCII, overlong UTF-8 and escapes of IIS too; what is broken stays', () => {
  for (const [text, decoded] of [
    ['a', 'a'],
    ['%2e%2E', '..'],
    ['%252e', '%2e'],
    ['%u002e', '.'],
    ['%c0%ae%e0%80%af%f0%80%80%ae', './.'],
    ['%C3%A9%', '%C3%A9%'],
    ['%zz%1', '%zz%1'],
  ])
    assert.equal(decodeOnce(text ?? ''), decoded, text)
})

test('every layer comes off, but of more than eight nobody can tell', () => {
  assert.equal(decodeFully('%25252e'), '.')
  assert.equal(decodeFully(`%${'25'.repeat(7)}2e`), '.')
  assert.equal(decodeFully(`%${'25'.repeat(20)}2e`), undefined)
})
