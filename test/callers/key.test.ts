import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { digestOf, hasKey, isKey, newKey } from '../../src/callers/key.ts'
import { secret } from '../support/sidecar.ts'

test('a key is csk_ and 256 random bits, each time others', () => {
  const keys = Array.from({ length: 100 }, newKey)
  assert.equal(new Set(keys).size, 100)
  for (const key of keys) {
    secret(key)
    assert.match(key, /^csk_[\w-]{43}$/)
    assert.equal(Buffer.from(key.slice(4), 'base64url').length, 32)
  }
})

test('its digest is SHA-256 of the whole text, as sha256sum prints it', () => {
  const key = newKey()
  secret(key)
  assert.equal(digestOf(key), createHash('sha256').update(key).digest('hex'))
  // printf csk_ | sha256sum
  assert.equal(digestOf('csk_abc'), 'c773b81ef04a4af745e3bcc4e88a484981b120598ebef14c6e5553e6f3b74b17')
  assert.match(digestOf('csk_ä'), /^[\da-f]{64}$/)
})

test('only what begins with csk_ is a key; other logins of a program are not', () => {
  assert.ok(isKey(newKey()))
  assert.ok(isKey('csk_'))
  for (const other of ['', 'CSK_x', ' csk_x', 'Bearer csk_x', 'eyJhbGciOi', 'secret']) assert.ok(!isKey(other), other)
})

test('a whole key is found within a text, and its name alone is none', () => {
  assert.ok(hasKey(`# the key is ${newKey()}.`))
  assert.ok(!hasKey('# its key begins with csk_'))
})
