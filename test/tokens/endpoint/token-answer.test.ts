import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseTokenAnswer } from '../../../src/tokens/endpoint/token-answer.ts'

test('what is no JSON object is told as that, and not as an object in which something is missing', () => {
  for (const body of ['', '{', 'null', '1', '"text"', '[]', '[{"access_token":"abc"}]', '<html>']) {
    assert.equal(parseTokenAnswer(body), 'no_object', body)
  }
  assert.equal(parseTokenAnswer('{}'), 'access_token')
})

test('a refresh token that could not be sent back counts as missing; the access token is used all the same', () => {
  const given = (refresh_token: unknown) => parseTokenAnswer(JSON.stringify({ access_token: 'abc', refresh_token }))
  for (const unusable of ['', 'a\nb', 'a\u0000', 'é', '\u007f', 1, {}, null]) {
    assert.deepEqual(given(unusable), { json: { access_token: 'abc', token_type: 'Bearer' }, lifetimeMs: undefined })
  }
  const json = { access_token: 'abc', token_type: 'Bearer', refresh_token: ' a~ ' }
  assert.deepEqual(given(' a~ '), { json, lifetimeMs: undefined })
})
