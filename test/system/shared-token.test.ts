// design/promises 11: several sidecars and one token, through a real Valkey, and what callers see of each of its faults.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startAdministered } from '../support/admin.ts'
import { makeCertificate } from '../support/certificate.ts'
import { without } from '../support/programs.ts'
import { patient, saidOfStore, shop, statusOf } from '../support/shared-token.ts'
import { json, startTestSandbox, startTestSidecar } from '../support/sidecar.ts'
import { startValkey } from '../support/valkey.ts'
import { eventually, sleep } from '../support/wire.ts'

const skip = without('valkey-server')
const shares = 'the token is shared with other sidecars through this store'

function faults(sandboxUrl: string, patch: object): Promise<Response> {
  return fetch(`${sandboxUrl}/sandbox/faults`, { method: 'PATCH', body: JSON.stringify(patch) })
}

test('three that begin at once make one token request, and so does a fourth with them', { skip }, async (t) => {
  const { several, start, stats } = await shop(t)
  const sidecars = [...(await several(3)), await start()]
  assert.deepEqual(await Promise.all(sidecars.map(statusOf)), [200, 200, 200, 200])
  assert.equal((await stats()).tokenRequests, 1)
})

test('where a new token ends the old one, no GET meets a 401, and one of all renews', { skip }, async (t) => {
  const { several, stats } = await shop(t, { tokenSingle: true })
  const sidecars = await several(3)
  await Promise.all(sidecars.map(statusOf))
  for (const sidecar of sidecars) {
    await sidecar.tokens.renew() // The tokens of the others end.
    assert.deepEqual(await Promise.all(sidecars.map(statusOf)), [200, 200, 200])
  }
  const { tokenRequests, rejectedTokens } = await stats()
  assert.equal(tokenRequests, 4)
  assert.ok(rejectedTokens > 0, 'tokens were refused on the way')
})

test('a write that meets the change was not carried out and says so; one that CATAPA refuses itself is told that', {
  skip,
}, async (t) => {
  const { several, sandboxUrl, stats } = await shop(t, { tokenSingle: true })
  const [one, other] = await several(2)
  assert.ok(one && other)
  await Promise.all([one, other].map(statusOf))
  const write = () => fetch(`${other.url}/sandbox/echo/x`, { method: 'POST', body: 'a=1' })
  await one.tokens.renew()
  const met = await write()
  assert.equal(met.status, 503)
  assert.ok(met.headers.get('retry-after'))
  const { code, reached, detail } = await json(met)
  assert.deepEqual([code, reached], ['token_unavailable', 'no'])
  assert.match(detail, /was not carried out and may be sent again/)
  assert.equal((await write()).status, 200)
  assert.equal((await stats()).tokenRequests, 2)
  await faults(sandboxUrl, { unauthorized: { count: 1 } })
  assert.equal((await write()).status, 401)
  assert.equal((await stats()).tokenRequests, 3)
})

test('a store that is killed costs the sharing and nothing else, and is used again once it is back', {
  skip,
}, async (t) => {
  const { valkey, sandboxUrl, stats } = await shop(t)
  const one = await startAdministered(t, sandboxUrl, { cacheUrl: valkey.url }, patient)
  const status = async () => (await json(fetch(`${one.adminUrl}/api/status`))).sharedToken
  await eventually(() => one.tokens.state().valid, 'a token', 30_000)
  await valkey.kill()
  await eventually(() => one.log.some(({ detail }) => detail !== undefined), 'a line that it is gone', 30_000)
  await one.tokens.renew()
  assert.equal(await statusOf(one), 200)
  assert.equal((await fetch(`${one.adminUrl}/readyz`)).status, 200)
  const { up, failing, store } = await status()
  assert.deepEqual([up, failing.cause, store], [false, 'store_unreachable', `redis://***@127.0.0.1:${valkey.port}/3`])
  assert.match(await (await fetch(`${one.adminUrl}/metrics`)).text(), /^catapa_sidecar_shared_token_store_up 0$/m)
  await valkey.start()
  await eventually(() => saidOfStore(one).at(-1) === shares, 'a line that it is back', 60_000)
  await one.tokens.renew()
  assert.equal(await statusOf(one), 200)
  assert.equal((await status()).up, true)
  assert.match(await (await fetch(`${one.adminUrl}/metrics`)).text(), /^catapa_sidecar_shared_token_store_up 1$/m)
  const { tokenRequests } = await stats()
  const later = await startTestSidecar(t, sandboxUrl, { cacheUrl: valkey.url }, patient)
  assert.equal(await statusOf(later), 200)
  assert.equal((await stats()).tokenRequests, tokenRequests)
})

test('while the store is gone and a new token ends the old one, tokens are asked for now and then; once it is back, one for all', {
  skip,
}, async (t) => {
  const { valkey, several, stats } = await shop(t, { tokenSingle: true })
  const sidecars = await several(2)
  await Promise.all(sidecars.map(statusOf))
  await valkey.kill()
  await eventually(() => sidecars.every((one) => saidOfStore(one).length === 2), 'both say that it is gone')
  const before = (await stats()).tokenRequests
  const startedAt = performance.now()
  await sidecars[0]?.tokens.renew() // The token of the other one ends.
  for (let i = 0; i < 40; i++) for (const sidecar of sidecars) await statusOf(sidecar)
  const asked = (await stats()).tokenRequests - before
  const most = 1 + 2 * (5 + (performance.now() - startedAt) / 2_500)
  assert.ok(asked <= most, `${asked} token requests, and not ${most}`)
  await valkey.start()
  await eventually(() => sidecars.every((one) => saidOfStore(one).at(-1) === shares), 'both say that it is back')
  const both = () => Promise.all(sidecars.map(statusOf))
  for (let inARow = 0, tries = 0; inARow < 3; tries++) {
    inARow = (await both()).every((status) => status === 200) ? inARow + 1 : 0
    assert.ok(tries < 1000, 'both are served')
    await sleep(20)
  }
  const after = (await stats()).tokenRequests
  for (let i = 0; i < 20; i++) assert.deepEqual(await both(), [200, 200])
  assert.equal((await stats()).tokenRequests, after)
})

test('a store that hangs is waited for once, by no call that has a token', { skip }, async (t) => {
  const { valkey, start } = await shop(t)
  const one = await start({}, { storeTimeoutMs: 250 })
  await statusOf(one)
  valkey.signal('SIGSTOP')
  await one.tokens.renew()
  await one.tokens.renew()
  assert.equal(await statusOf(one), 200)
  const another = await start({}, { storeTimeoutMs: 250 })
  assert.equal(await statusOf(another), 200)
  assert.match(saidOfStore(another).join(), /did not answer in time/)
  valkey.signal('SIGCONT')
})

test('a store that was emptied, or holds garbage, is filled again', { skip }, async (t) => {
  const { valkey, start, stats } = await shop(t)
  const one = await start()
  await statusOf(one)
  const [key] = (await valkey.command('KEYS', 'catapa-sidecar:*')) as string[]
  for (const spoil of [
    ['FLUSHALL'],
    ['SET', key ?? '', 'garbage'],
    ['SET', key ?? '', `1.${'A'.repeat(2000)}`, 'PX', '100000'],
  ]) {
    const before = (await stats()).tokenRequests
    await valkey.command(...spoil)
    const two = [await start(), await start()]
    for (const sidecar of two) assert.equal(await statusOf(sidecar), 200)
    assert.equal((await stats()).tokenRequests, before + 1, spoil[0])
  }
  assert.deepEqual(saidOfStore(one), [shares])
})

test('a store that does not let us in, or has no room, is told of once, without the password, and left alone', {
  skip,
}, async (t) => {
  const { valkey, start, stats } = await shop(t)
  async function failing(change: Partial<{ url: string }>, wording: RegExp): Promise<void> {
    const cacheUrl = new URL(change.url ?? valkey.url.href)
    const sidecar = await start({ cacheUrl })
    assert.equal(await statusOf(sidecar), 200)
    await eventually(() => saidOfStore(sidecar).length > 0, 'a line', 30_000)
    await sidecar.tokens.renew()
    const [said = '', ...more] = saidOfStore(sidecar)
    assert.match(said, wording)
    assert.deepEqual(more, [])
  }
  await failing(
    { url: `redis://:wrong-password-4712@127.0.0.1:${valkey.port}` },
    /does not accept the user or the pass/,
  )
  await failing({ url: `redis://127.0.0.1:${valkey.port}` }, /does not accept the user or the password/)
  await failing({ url: valkey.url.href.replace(/3$/, '999') }, /no database of/)
  await valkey.command('CONFIG', 'SET', 'maxmemory', '1')
  await failing({}, /it has no memory left/)
  assert.equal((await stats()).tokenRequests, 8)
})

test('over TLS its certificate has to be trusted: CATAPA_CA_FILE counts', { skip }, async (t) => {
  const certificate = makeCertificate({ cn: 'the store', issuerCn: 'the CA of the store', hosts: ['127.0.0.1'] })
  const [{ url }, valkey] = await Promise.all([startTestSandbox(t), startValkey(t, certificate)])
  const wary = await startTestSidecar(t, url, { cacheUrl: valkey.url }, patient)
  assert.equal(await statusOf(wary), 200)
  await eventually(() => saidOfStore(wary).length > 0, 'a line', 30_000)
  assert.match(saidOfStore(wary).join(), /its issuer is not (known|among the trusted ones)/)
  assert.equal(await valkey.command('DBSIZE'), 0)
  for (let started = 0; started < 2; started++) {
    const sidecar = await startTestSidecar(t, url, { cacheUrl: valkey.url, extraCa: certificate.ca }, patient)
    assert.equal(await statusOf(sidecar), 200)
    assert.deepEqual(saidOfStore(sidecar), [shares])
  }
  assert.equal((await json(fetch(`${url}/sandbox/stats`))).tokenRequests, 2)
})

test('a sidecar that cannot listen leaves no connection, which would keep it from ending', { skip }, async (t) => {
  const { valkey, start } = await shop(t)
  const { port } = await start()
  await assert.rejects(start({ listen: [{ kind: 'tcp', host: '127.0.0.1', port }] }), { name: 'ListenError' })
  const clients = async () =>
    String(await valkey.command('CLIENT', 'LIST'))
      .trim()
      .split('\n').length
  for (let tries = 0; (await clients()) > 2; tries++) assert.ok(tries < 1000, 'the connection ends')
})

test('at its end a sidecar leaves no connection and no lock', { skip }, async (t) => {
  const { valkey, start, sandboxUrl } = await shop(t)
  await faults(sandboxUrl, { tokenHang: { count: 1 } })
  const sidecar = await start()
  const locks = async () => ((await valkey.command('KEYS', 'catapa-sidecar:*:lock')) as string[]).length
  for (let tries = 0; (await locks()) === 0; tries++) assert.ok(tries < 1000, 'a lock')
  await sidecar.stop()
  assert.equal(await locks(), 0)
  const clients = String(await valkey.command('CLIENT', 'LIST'))
    .trim()
    .split('\n')
  assert.equal(clients.length, 1) // The test's own.
})
