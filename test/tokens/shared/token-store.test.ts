import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSecureContext } from 'node:tls'
import { prepare } from '../../../src/tokens/shared/open-store.ts'
import { type TokenStore, tokenStore, tryOut } from '../../../src/tokens/shared/token-store.ts'
import { testClock } from '../../support/clock.ts'
import { memoryStore } from '../../support/memory-store.ts'
import { without } from '../../support/programs.ts'
import type { Ending } from '../../support/sidecar.ts'
import { startValkey } from '../../support/valkey.ts'

const keys = { tokenKey: 'catapa-sidecar:1:{x}:token', lockKey: 'catapa-sidecar:1:{x}:lock' }
const lockMs = 60_000

type Kind = Readonly<{
  connect(): TokenStore
  /** Puts anything there, without an end. */
  write(key: string, text: string): Promise<unknown>
  clear(): Promise<unknown>
  left(key: string): Promise<number>
}>

/** What both kinds of store do. */
async function isTokenStore({ connect, write, clear, left }: Kind): Promise<void> {
  const [one, other] = [connect(), connect()]
  assert.equal(await one.lease('', false), 'acquired')
  assert.equal(await other.lease('', false), 'held')
  assert.ok((await left(keys.lockKey)) > 50_000)
  assert.equal(await other.put('of another', 10_000, ''), false)
  await other.release()
  assert.equal(await one.put('first', 30_000, ''), true)
  const found = await other.lease('', false)
  assert.ok(typeof found !== 'string')
  assert.equal(found.found, 'first')
  assert.ok(found.ttlMs > 20_000 && found.ttlMs <= 30_000, String(found.ttlMs))

  assert.equal(await other.lease('first', false), 'acquired') // It was given back.
  assert.equal(await one.lease('first', true), 'held')
  assert.equal(await one.lease('', false), 'held') // Dropped for all.
  await other.release()
  assert.equal(await one.put('alone', 30_000, ''), true) // Without the lock, where there is nothing.
  assert.equal(await other.put('older', 30_000, ''), false)
  assert.equal(await other.put('newer', 30_000, 'alone'), true)

  assert.equal(await one.lease('newer', false), 'acquired')
  await clear()
  await one.prolong() // What is no more is not made anew.
  assert.equal(await other.lease('', false), 'acquired')
  await one.release()
  assert.equal(await one.lease('', false), 'held')
  await other.prolong()
  assert.ok((await left(keys.lockKey)) > 50_000)
  await other.release()

  await write(keys.tokenKey, 'garbage')
  assert.deepEqual(await one.lease('', false), { found: 'garbage', ttlMs: -1 })
  await write(keys.lockKey, 'foreign')
  assert.equal(await one.lease('garbage', false), 'acquired')
  assert.ok((await left(keys.lockKey)) > 50_000)
}

test('the store in memory, by which the tests go, is a token store', async () => {
  const clock = testClock()
  const memory = memoryStore(clock)
  await isTokenStore({
    connect: () => memory.connect(keys, lockMs),
    write: async (key, text) => memory.entries.set(key, { text, until: Number.POSITIVE_INFINITY }),
    clear: async () => memory.entries.clear(),
    left: async (key) => (memory.entries.get(key)?.until ?? 0) - clock.now().mono,
  })
})

async function connected(t: Ending) {
  const valkey = await startValkey(t)
  const place = { url: valkey.url, secureContext: createSecureContext(), timeoutMs: 5_000 }
  const connection = await prepare(place, () => {})
  await connection.connect()
  t.after(() => connection.close())
  return { valkey, send: connection.send }
}

test('and so is Valkey', { skip: without('valkey-server') }, async (t) => {
  const { valkey, send } = await connected(t)
  let holders = 0
  await isTokenStore({
    connect: () => tokenStore(send, { seal: keys, holder: `holder-${++holders}`, lockMs }),
    write: (key, text) => valkey.command('SET', key, text),
    clear: () => valkey.command('FLUSHALL'),
    left: async (key) => Number(await valkey.command('PTTL', key)),
  })
  // What is of another type is as good as nothing.
  await valkey.command('FLUSHALL')
  await valkey.command('LPUSH', keys.tokenKey, 'x')
  const store = tokenStore(send, { seal: keys, holder: 'holder', lockMs })
  assert.equal(await store.lease('', false), 'acquired')
  assert.equal(await store.put('text', 1_000, ''), true)
  assert.equal(await valkey.command('TYPE', keys.lockKey), 'none')
})

test('the trial finds out what a user may not do, and leaves nothing behind', {
  skip: without('valkey-server'),
}, async (t) => {
  const { valkey, send } = await connected(t)
  await tryOut(send, 'name')
  assert.equal(await valkey.command('DBSIZE'), 0)
  const needed = ['+eval', '+get', '+set', '+del', '+pttl', '+pexpire', '+select']
  for (const missing of [undefined, ...needed.slice(0, -1)]) {
    const may = needed.filter((command) => command !== missing)
    await valkey.command('ACL', 'SETUSER', 'app', 'reset', 'on', '>app-password', '~catapa-sidecar:*', ...may)
    const url = new URL(valkey.url.href.replace(/:\/\/[^@]*@/, '://app:app-password@'))
    const place = { url, secureContext: createSecureContext(), timeoutMs: 5_000 }
    const connection = await prepare(place, () => {})
    await connection.connect()
    const tried = tryOut(connection.send, 'name')
    if (missing === undefined) await tried
    else await assert.rejects(tried, /NOPERM|ACL failure/, missing)
    connection.close()
  }
})
