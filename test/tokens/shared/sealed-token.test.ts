import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { remainingMs, sealOf } from '../../../src/tokens/shared/sealed-token.ts'

const credentials = { tenant: 'acme', clientId: 'client', clientSecret: 'a secret of some length' }
const place = {
  baseUrl: new URL('https://api.example.com'),
  tokenUrl: new URL('https://api.example.com/oauth/token'),
  scope: undefined,
}
const now = { mono: 5_000, wall: 1_800_000_000_000 }
const token = {
  value: 'secret-value-of-a-token',
  tenant: 'acme',
  sentAt: { mono: 4_000, wall: now.wall - 1_000 },
  receivedAtMono: 4_100,
  lifetimeMs: 60_000,
  lifetimeAssumed: false,
}
const seal = sealOf(credentials, place)
const sealed = seal.seal(token, now) ?? ''
const later = (ms: number) => ({ mono: now.mono + ms, wall: now.wall + ms })

test('a token comes out as it went in, at another sidecar whose monotonic clock began elsewhere', () => {
  const elsewhere = { mono: 99, wall: now.wall + 10_000 }
  const opened = sealOf(credentials, place).open(sealed, 49_000, elsewhere)
  assert.ok(opened)
  const { sentAt, receivedAtMono, ...rest } = opened
  const { sentAt: _sentAt, receivedAtMono: _receivedAtMono, ...same } = token
  assert.deepEqual(rest, same)
  assert.equal(remainingMs(opened, elsewhere), 49_000)
  assert.equal(receivedAtMono - sentAt.mono, 100)
})

test('its life is the shorter of what stands in it and what the store says', () => {
  const left = (ttlMs: number, at: typeof now) => {
    const opened = seal.open(sealed, ttlMs, at)
    return opened && remainingMs(opened, at)
  }
  assert.equal(left(59_000, now), 59_000)
  assert.equal(left(20_000, now), 20_000)
  assert.equal(left(Number.POSITIVE_INFINITY, later(9_000)), 50_000)
  assert.equal(left(50_000, { ...now, wall: now.wall - 3_600_000 }), 50_000) // A clock that is an hour behind.
  assert.equal(left(59_000, { ...now, wall: now.wall - 3_600_000 }), 59_000)
  assert.equal(left(Number.POSITIVE_INFINITY, { ...now, wall: now.wall - 3_600_000 }), 60_000) // No more than it ever had.
})

test('what is over is a miss', () => {
  assert.equal(seal.open(sealed, 59_000, later(59_000)), undefined)
  assert.equal(seal.open(sealed, 0, now), undefined)
  assert.equal(seal.seal(token, later(59_000)), undefined)
  assert.equal(seal.seal({ ...token, lifetimeMs: 0 }, now), undefined)
  assert.equal(seal.seal(token, { mono: now.mono, wall: now.wall + 59_000 }), undefined)
})

test('another secret, tenant, client, scope, API or token endpoint has other keys, and does not open it', () => {
  const others = [
    sealOf({ ...credentials, clientSecret: 'another secret' }, place),
    sealOf({ ...credentials, tenant: 'acne' }, place),
    sealOf({ ...credentials, clientId: 'tneilc' }, place),
    sealOf({ ...credentials, tenant: 'acmeclient', clientId: '' }, place),
    sealOf(credentials, { ...place, scope: 'all' }),
    sealOf(credentials, { ...place, baseUrl: new URL('https://other.example.com') }),
    sealOf(credentials, { ...place, tokenUrl: new URL('https://api.example.com/other') }),
  ]
  const keys = [seal, ...others].flatMap(({ tokenKey, lockKey }) => [tokenKey, lockKey])
  assert.equal(new Set(keys).size, keys.length)
  for (const other of others) assert.equal(other.open(sealed, 59_000, now), undefined)
})

test('the key is a part of it: a value that was moved to another key is a miss', () => {
  // The same secret, so that the key of the cipher is the same too.
  const other = sealOf(credentials, { ...place, scope: 'all' })
  assert.equal(other.open(sealed, 59_000, now), undefined)
  assert.ok(other.open(other.seal(token, now) ?? '', 59_000, now))
})

test('neither key nor value tells the token, the tenant, the client or the secret, and no two values are the same', () => {
  for (const text of [
    seal.tokenKey,
    seal.lockKey,
    sealed,
    Buffer.from(sealed.slice(2), 'base64url').toString('latin1'),
  ]) {
    for (const secret of ['secret', 'acme', 'client']) assert.ok(!text.includes(secret), text)
  }
  assert.notEqual(seal.seal(token, now), sealed)
  assert.match(seal.tokenKey, /^catapa-sidecar:1:\{[0-9a-f]{32}\}:token$/)
})

test('a value with any bit changed, any part cut off or anything in its place is a miss', () => {
  const bytes = Buffer.from(sealed.slice(2), 'base64url')
  for (let index = 0; index < bytes.length; index++) {
    const changed = Buffer.from(bytes)
    changed[index] = (changed[index] ?? 0) ^ 1
    assert.equal(seal.open(`1.${changed.toString('base64url')}`, 59_000, now), undefined)
  }
  for (let length = 0; length < sealed.length; length++) {
    assert.equal(seal.open(sealed.slice(0, length), 59_000, now), undefined)
  }
  assert.equal(seal.open(`2${sealed.slice(1)}`, 59_000, now), undefined)
  fc.assert(
    fc.property(fc.string(), (text) => seal.open(text, 59_000, now) === undefined),
    { seed: 20, numRuns: 200 },
  )
})
