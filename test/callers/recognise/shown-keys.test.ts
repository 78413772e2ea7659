import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newKey } from '../../../src/callers/key.ts'
import { keyHeaders, keyOfForm, shownKeys } from '../../../src/callers/recognise/shown-keys.ts'
import { basic } from '../../support/callers.ts'

const key = newKey()

function shown(...rawHeaders: string[]) {
  return shownKeys(keyHeaders(rawHeaders))
}

test('a key comes as Bearer, as the password of Basic with or without a name, or as X-Api-Key', () => {
  assert.deepEqual(shown('Authorization', `Bearer ${key}`), [{ key, name: undefined }])
  assert.deepEqual(shown('authorization', `bearer  ${key}`), [{ key, name: undefined }])
  assert.deepEqual(shown('AUTHORIZATION', basic('export', key)), [{ key, name: 'export' }])
  assert.deepEqual(shown('Authorization', basic('', key)), [{ key, name: undefined }])
  assert.deepEqual(shown('x-api-KEY', key), [{ key, name: undefined }])
})

test('a login, a token or an X-Api-Key of a program of its own is no key', () => {
  for (const value of [
    'Bearer eyJhbGciOi.x.y',
    'Bearer catapa-sidecar',
    basic('user', 'secret'),
    'Digest csk_x',
    'csk_x',
  ])
    assert.deepEqual(shown('Authorization', value), [], value)
  assert.deepEqual(shown('X-Api-Key', 'abc', 'Cookie', key, 'X-Api-Keys', key), [])
  assert.deepEqual(shown(), [])
})

test('every key that is shown counts, also in a header that is repeated', () => {
  const other = newKey()
  const keys = shown(
    'Authorization',
    `Bearer ${key}`,
    'Host',
    'localhost',
    'Authorization',
    basic('b', other),
    'X-Api-Key',
    key,
  )
  assert.deepEqual(
    keys.map((one) => one.key),
    [key, other, key],
  )
})

test('a key in place of the name of Basic is a key that does not fit its name', () => {
  assert.deepEqual(shown('Authorization', basic(key, '')), [{ key, name: key }])
})

test('a blank within a value is not taken off, however long it is', () => {
  const blanks = ' '.repeat(64_000)
  assert.deepEqual(shown('X-Api-Key', `${key}${blanks}b`), [{ key: `${key}${blanks}b`, name: undefined }])
  assert.deepEqual(shown('X-Api-Key', `a${blanks}${key}`), [])
})

test('in the form of a token request the client secret is the key, the client id the name', () => {
  const form = new URLSearchParams({ grant_type: 'client_credentials', client_id: 'export', client_secret: key })
  assert.deepEqual(keyOfForm(form.toString()), { key, name: 'export' })
  assert.deepEqual(keyOfForm(`client_secret=${key}`), { key, name: undefined })
  assert.deepEqual(keyOfForm(`client_id=&client_secret=${key}`), { key, name: undefined })
  assert.equal(keyOfForm('client_id=export&client_secret=hunter2'), undefined)
  assert.equal(keyOfForm(''), undefined)
})

test('a form with more than one client id or secret is refused, keys or not, the same ones or not', () => {
  for (const form of [
    `client_id=a&client_id=b&client_secret=${key}`,
    `client_id=a&client_secret=${key}&client_secret=${key}`,
    'client_id=&client_id=a',
    'client_secret=hunter2&client_id=a&client_secret=hunter2',
    'client_id=a&'.repeat(2000) + `client_secret=${key}&`.repeat(1000),
  ])
    assert.throws(() => keyOfForm(form), { code: 'caller_unknown', detail: /more than once/ }, form.slice(0, 80))
})
