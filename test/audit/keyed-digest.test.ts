import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createSecretKey } from 'node:crypto'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { keyedDigest } from '../../src/audit/keyed-digest.ts'
import { without } from '../support/programs.ts'

const text = '0123456789abcdef0123456789abcdef'
const key = createSecretKey(text, 'utf8')

test('a subject is the same for the same path and key, and another one for any other', () => {
  const path = '/core/v1/employees/4711'
  assert.match(keyedDigest(key, path), /^[0-9a-f]{64}$/)
  assert.equal(keyedDigest(key, path), keyedDigest(createSecretKey(text, 'utf8'), path))
  assert.notEqual(keyedDigest(key, path), keyedDigest(key, `${path}/`))
  assert.notEqual(keyedDigest(key, path), keyedDigest(createSecretKey(text.toUpperCase(), 'utf8'), path))
})

test('openssl computes the same, as docs/audit.md says', { skip: without('openssl') }, async () => {
  const path = '/core/v1/employees/externalId%3D4711'
  const command = `printf %s '${path}' | openssl dgst -sha256 -hmac '${text}'`
  const { stdout } = await promisify(execFile)('sh', ['-c', command])
  assert.equal(stdout.trim().split(' ').at(-1), keyedDigest(key, path))
})
