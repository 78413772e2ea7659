// The form of a line, to the byte (design/promises 9.2 and 9.5).
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { lineAfter, positionOf } from '../../src/audit/audit-chain.ts'
import { type AuditEntry, noHead } from '../../src/audit/audit-line.ts'

const at = Date.UTC(2026, 10, 27, 9, 5, 3, 7)

/** Every member, in another order than a line has. */
const everything: AuditEntry = {
  detail: { file: 'a.jsonl', bytes: 7 },
  subject: 'a'.repeat(64),
  tenant: 'demo',
  requestId: 'r-1',
  durationMs: 12.5,
  responseBytes: 20,
  requestBytes: 10,
  reached: 'yes',
  origin: 'catapa',
  status: 201,
  verdict: 'allowed',
  profile: 'deny line 14',
  effect: 'write',
  operation: '/core/v1/employees/{id}',
  method: 'POST',
  how: 'key',
  caller: 'payroll',
  begin: 4,
  event: 'end',
}

test('the members stand in the order of the contract, whatever the order of the entry, and absent ones are left out', () => {
  const { text } = lineAfter({ seq: 4, hash: 'b'.repeat(64) }, everything, at)
  const names = Object.keys(JSON.parse(text))
  assert.equal(
    names.join(', '),
    'v, seq, time, event, begin, caller, how, method, operation, effect, profile, verdict, status, origin, reached, requestBytes, responseBytes, durationMs, requestId, tenant, subject, detail, prev, hash',
  )
  const few = Object.keys(JSON.parse(lineAfter(noHead, { event: 'start' }, at).text))
  assert.equal(few.join(', '), 'v, seq, time, event, prev, hash')
})

test('a line without a trace is byte for byte what it was before a line could have one', () => {
  const guarded = { fingerprint: 'c'.repeat(64), content: 'd'.repeat(64), delivered: 'yes', repeatOf: 3 } as const
  assert.deepEqual(
    [everything, { ...everything, ...guarded }].map((entry) => lineAfter(noHead, entry, at).head.hash),
    [
      'd1b5eee44bd92fe8ae9ad1ea8afcdfa8172452b1a6ad4d02fd1afebbb985a844',
      '24e9353da3aa05be5223280b740fcce0baf90afe250fb8f39ca090acb885cb32',
    ],
  )
})

test('a line with a trace is of version 3, whether its write is guarded or not, and has it behind the request id', () => {
  const traceId = 'e'.repeat(32)
  for (const entry of [everything, { ...everything, delivered: 'no' } as const]) {
    const [line, untraced] = [{ ...entry, traceId }, entry].map((one) => JSON.parse(lineAfter(noHead, one, at).text))
    assert.deepEqual([line.v, line.traceId], [3, traceId])
    const names = Object.keys(untraced)
    assert.deepEqual(Object.keys(line), names.toSpliced(names.indexOf('requestId') + 1, 0, 'traceId'))
  }
})

test('the first line is the one that the documentation shows, byte for byte', () => {
  const { text, head } = lineAfter(noHead, { event: 'start' }, at)
  const hashed = `{"v":1,"seq":1,"time":"2026-11-27T09:05:03.007Z","event":"start","prev":"${'0'.repeat(64)}"}`
  const hash = createHash('sha256').update(hashed).digest('hex')
  assert.equal(text, `${hashed.slice(0, -1)},"hash":"${hash}"}\n`)
  assert.deepEqual(head, { seq: 1, hash })
})

test('a line names the hash of the one before, and its hash is over UTF-8', () => {
  const first = lineAfter(noHead, { event: 'start' }, at)
  const second = lineAfter(first.head, { event: 'request', operation: '/é/日本/"quoted"\n', status: 200 }, at)
  const line = second.text.slice(0, -1)
  assert.ok(!line.includes('\n'))
  const parsed = JSON.parse(line)
  assert.equal(parsed.prev, first.head.hash)
  const bytes = Buffer.from(line.replace(`,"hash":"${parsed.hash}"`, ''))
  assert.equal(createHash('sha256').update(bytes).digest('hex'), parsed.hash)
})

test('half a character, which no byte can stand for, is written so that it hashes the same when it is read', () => {
  const { text } = lineAfter(noHead, { event: 'request', operation: '/\ud800x' }, at)
  const read = Buffer.from(text).toString('utf8').slice(0, -1)
  assert.equal(positionOf(read)?.intact, true)
})

test('a line that was read says where it stands, and whether it is as it was written', () => {
  const { text, head } = lineAfter({ seq: 41, hash: 'c'.repeat(64) }, everything, at)
  const line = text.slice(0, -1)
  assert.deepEqual(positionOf(line), { head, at, intact: true })
  assert.deepEqual(positionOf(line.replace('201', '200')), { head, at, intact: false })
  const others = ['', 'null', '{}', line.slice(1), line.slice(0, -1), line.replace('"seq":42', '"seq":"42"')]
  for (const other of [...others, line.replace('2026-11', 'soon'), `${line} `, 'x'.repeat(1000)]) {
    assert.equal(positionOf(other), undefined, other)
  }
})
