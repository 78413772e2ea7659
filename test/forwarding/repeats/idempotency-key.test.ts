// design/promises 12.8
import assert from 'node:assert/strict'
import type { ServerResponse } from 'node:http'
import { test } from 'node:test'
import { readIdempotencyKey } from '../../../src/forwarding/repeats/idempotency-key.ts'
import { beginWrite, jsonOf, repeatOf, sendWrite, startGuarded, statusOf } from '../../support/guarded.ts'
import { startUpstream } from '../../support/sidecar.ts'
import { eventually } from '../../support/wire.ts'

const keyOf = (...values: string[]) => {
  const { key, flawed } = readIdempotencyKey(['Host', 'a', ...values.flatMap((value) => ['Idempotency-Key', value])])
  return flawed ? 'flawed' : key
}

test('a key is a structured-field string; parameters are ignored', () => {
  assert.equal(keyOf(), undefined)
  assert.equal(keyOf('"8e03978e-40d5"'), '8e03978e-40d5')
  assert.equal(keyOf(' "a b" '), 'a b')
  assert.equal(keyOf('"a";b=1; c'), 'a')
  assert.equal(keyOf(String.raw`"a\"b\\"`), String.raw`a\"b\\`)
  for (const flawed of [
    '',
    'a',
    '8e03978e-40d5',
    '""',
    '"',
    '"a',
    'a"',
    '"a"b',
    '"a" b',
    '"é"',
    '"\x07"',
    '"a", "b"',
  ]) {
    assert.equal(keyOf(flawed), 'flawed', flawed)
  }
  assert.equal(keyOf(String.raw`"a\b"`), 'flawed')
  assert.equal(keyOf('"a"', '"a"'), 'flawed')
})

const keyed = (key: string, more: object = {}) => ({ headers: [`Idempotency-Key: ${key}`], ...more })

test('with a key the first answer is given again and again, whether it arrived or not', async (t) => {
  const upstream = await startUpstream(t, ({ headers }, response) => {
    const body = `write ${upstream.received.length} ${headers['idempotency-key']}`
    response.writeHead(201, { 'content-length': body.length }).end(body)
  })
  const sidecar = await startGuarded(t, upstream.url)
  const first = await sendWrite(sidecar, keyed('"a"'))
  assert.match(first, /write 1 "a"$/, 'the key does not go on to CATAPA')
  assert.equal(repeatOf(first), undefined)
  for (const _ of [1, 2]) {
    const again = await sendWrite(sidecar, keyed('"a"'))
    assert.match(again, /write 1 "a"$/)
    assert.notEqual(repeatOf(again), undefined)
  }
  assert.match(await sendWrite(sidecar, keyed('"b"')), /write 2 "b"$/)
  assert.equal(upstream.received.length, 2)
})

test('the same key with another body, method or address is refused', async (t) => {
  const upstream = await startUpstream(t)
  const sidecar = await startGuarded(t, upstream.url)
  await sendWrite(sidecar, keyed('"a"'))
  const others = [{ body: '{"a":2}' }, { method: 'PATCH' }, { target: '/core/v1/cities' }]
  for (const other of others) {
    const answer = await sendWrite(sidecar, keyed('"a"', other))
    assert.match(answer, /^HTTP\/1\.1 422 /)
    assert.equal(jsonOf(answer).code, 'key_reused')
  }
  assert.equal(upstream.received.length, 1)
})

test('while the first is under way and its caller waits, the second comes again in a second', async (t) => {
  const waiting: ServerResponse[] = []
  const upstream = await startUpstream(t, (_request, response) => waiting.push(response))
  const sidecar = await startGuarded(t, upstream.url)
  const first = beginWrite(sidecar, keyed('"a"'))
  await eventually(() => waiting.length === 1, 'the first one is at CATAPA')
  const second = await sendWrite(sidecar, keyed('"a"'))
  assert.equal(Object(jsonOf(second).first).outcome, 'under_way')
  assert.match(second, /\r\nRetry-After: 1\r\n/i)
  first.socket.destroy()
  const third = sendWrite(sidecar, keyed('"a"'))
  await eventually(() => sidecar.waiting() === 1, 'it waits for the first')
  waiting[0]?.writeHead(201, { 'content-length': 4 }).end('done')
  assert.match(await third, /done$/)
  assert.equal(upstream.received.length, 1)
})

test('a key that is none is a bad request; where writes are only watched it is counted, and changes nothing', async (t) => {
  const upstream = await startUpstream(t)
  for (const key of ['', 'a', '""']) {
    const guarded = await startGuarded(t, upstream.url)
    const refused = await sendWrite(guarded, keyed(key))
    assert.equal(jsonOf(refused).code, 'bad_request')
    const watching = await startGuarded(t, upstream.url, { repeats: 'watch' })
    assert.equal(statusOf(await sendWrite(watching, keyed(key))), 200)
  }
  assert.equal(upstream.received.length, 3)
})

test('a body too large to be compared is guarded by its key', async (t) => {
  const upstream = await startUpstream(t, (_request, response) => response.destroy())
  const sidecar = await startGuarded(t, upstream.url, { repeatBodyBytes: 1000 })
  const body = 'x'.repeat(200_000)
  assert.equal(statusOf(await sendWrite(sidecar, keyed('"a"', { body }))), 502)
  assert.equal(statusOf(await sendWrite(sidecar, keyed('"a"', { body: body.replace('x', 'y') }))), 409)
})
