import assert from 'node:assert/strict'
import { test } from 'node:test'
import { instantOf, readOutput } from '../../src/secret-command/read-output.ts'

const set = { tenant: 'acme', clientId: 'client', clientSecret: '' }
const nothing = { tenant: '', clientId: '', clientSecret: '' }
const read = (text: string | Buffer, given = set, clientAuth = 'client_secret_basic' as const) =>
  readOutput(Buffer.from(text), given, clientAuth)
const secretOf = (text: string) => {
  const found = read(text)
  assert.ok('credentials' in found, JSON.stringify(found))
  return found.credentials.clientSecret
}

test('the secret stands on one line; one end of line is left out, and a BOM', () => {
  for (const text of ['hush', 'hush\n', 'hush\r\n', '\uFEFFhush\n']) assert.equal(secretOf(text), 'hush')
  assert.equal(secretOf('["a"]'), '["a"]')
})

test('JSON, on one line or several, may bring id and tenant where these are not set; other members are left alone', () => {
  const whole = { clientId: 'client', clientSecret: 'hush', tenant: 'acme', expiresAt: '2026-12-02T10:00:00Z', note: 1 }
  for (const text of [JSON.stringify(whole), `${JSON.stringify(whole, null, 2)}\n`]) {
    for (const given of [set, nothing]) {
      assert.deepEqual(read(text, given), {
        credentials: { tenant: 'acme', clientId: 'client', clientSecret: 'hush', from: undefined },
        expiresAt: Date.parse('2026-12-02T10:00:00Z'),
      })
    }
  }
  const bare = read('{"clientSecret":"{hush}","clientId":null,"expiresAt":null}')
  assert.ok('credentials' in bare)
  assert.deepEqual([bare.credentials.clientSecret, bare.expiresAt], ['{hush}', undefined])
})

test('every other output is a failed run, and its flaw holds none of it', () => {
  const json = (members: object) => JSON.stringify({ clientSecret: 'canary', ...members })
  const cases: [string | Buffer, object, typeof set?][] = [
    ['', { kind: 'empty' }],
    ['\n', { kind: 'empty' }],
    [' \r\n', { kind: 'empty' }],
    ['canary\nmore\n', { kind: 'several_lines' }],
    ['canary\n\n', { kind: 'several_lines' }],
    ['\ncanary', { kind: 'several_lines' }],
    ['canary\r', { kind: 'several_lines' }],
    [Buffer.from([0x63, 0xff, 0xfe]), { kind: 'not_text' }],
    [Buffer.from('canary', 'utf16le'), { kind: 'unfit', member: 'clientSecret' }],
    [' canary', { kind: 'unfit', member: 'clientSecret' }],
    ['can\tary', { kind: 'unfit', member: 'clientSecret' }],
    ['{canary', { kind: 'not_json' }],
    ['{"a":1} {"canary":2}', { kind: 'not_json' }],
    ['{}', { kind: 'lacks', member: 'clientSecret' }],
    ['{"clientSecret":""}', { kind: 'lacks', member: 'clientSecret' }],
    ['{"clientSecret":4711}', { kind: 'unfit', member: 'clientSecret' }],
    [json({ tenant: ['canary'] }), { kind: 'unfit', member: 'tenant' }],
    [json({ tenant: 'canary here' }), { kind: 'unfit', member: 'tenant' }, nothing],
    [json({ tenant: 'acme', clientId: 'a:b' }), { kind: 'unfit', member: 'clientId' }, nothing],
    [json({ tenant: 'canary' }), { kind: 'differs', member: 'tenant' }],
    [json({ clientId: 'canary' }), { kind: 'differs', member: 'clientId' }],
    [json({ clientId: 'client' }), { kind: 'lacks', member: 'tenant' }, nothing],
    ['canary', { kind: 'lacks', member: 'tenant' }, nothing],
    [json({ expiresAt: 'canary' }), { kind: 'expires_at' }],
    [json({ expiresAt: 1_800_000_000_000 }), { kind: 'expires_at' }],
  ]
  for (const [output, flaw, given] of cases) {
    assert.deepEqual(read(output, given), { flaw }, String(output))
  }
})

test('expiresAt is ISO 8601, with the zone of a time of day, or seconds since 1970', () => {
  const noon = Date.parse('2026-12-02T12:00:00Z')
  const good = [
    ...['2026-12-02T12:00:00Z', '2026-12-02T12:00Z', '2026-12-02 12:00:00.000Z', '2026-12-02T19:00:00+07:00'],
    ...['2026-12-02T19:00:00+0700', '2026-12-02T19:00:00+07', '2026-12-02t12:00:00,0z', noon / 1000, `${noon / 1000}`],
  ]
  for (const text of good) assert.equal(instantOf(text), noon, String(text))
  assert.equal(instantOf('2026-12-02'), Date.parse('2026-12-02T00:00:00Z'))
  const wrong = [
    '2026-12-02T12:00:00',
    'tomorrow',
    '',
    '2026-13-02',
    noon,
    -1,
    true,
    {},
    Number.NaN,
    '2026-12-02T25:00Z',
  ]
  for (const text of wrong) assert.ok(Number.isNaN(instantOf(text)), String(text))
})
