import assert from 'node:assert/strict'
import { test } from 'node:test'
import { states } from '../../../src/admin/page/states/states.ts'
import { readinessOf } from '../../../src/admin/probes/readiness.ts'
import type { Facts } from '../../../src/admin/status/known-facts.ts'
import {
  type Administered,
  askAdmin,
  press,
  probe,
  startAdministered,
  startCatapa,
  tenSecondsLater,
} from '../../support/admin.ts'
import { idleShares } from '../../support/idle-shares.ts'
import { json } from '../../support/sidecar.ts'
import { eventually, sleep } from '../../support/wire.ts'

const probes = ['/livez', '/readyz', '/startupz']

/** There has been a token: it may have ended by now. */
function obtained({ log }: Administered): Promise<void> {
  return eventually(() => log.some(({ msg }) => msg === 'access token obtained'), 'a token')
}

test('a sidecar with a token is alive, started and ready, and probes are never cached', async (t) => {
  const catapa = await startCatapa(t)
  const sidecar = await startAdministered(t, catapa.url)
  await eventually(() => sidecar.tokens.state().valid, 'a token')
  for (const path of probes) {
    const answer = await askAdmin(sidecar, { target: path })
    assert.equal(answer.status, 200, path)
    assert.equal(answer.header('cache-control'), 'no-store')
    assert.match(answer.header('content-type') ?? '', /^text\/plain/)
  }
  assert.deepEqual(catapa.paths, [])
  assert.equal(catapa.tokenRequests, 1)
})

test('while the first token request is under way it is alive, but neither started nor ready', async (t) => {
  const catapa = await startCatapa(t, { token: 'hang' })
  const sidecar = await startAdministered(t, catapa.url, { tokenTimeoutMs: 120_000 })
  assert.equal((await probe(sidecar, '/livez')).status, 200)
  for (const path of ['/readyz', '/startupz']) {
    const { status, text } = await probe(sidecar, path)
    assert.equal(status, 503, path)
    assert.match(text, /^starting: /)
  }
  await eventually(() => catapa.held.length === 1, 'the token request at CATAPA')
  catapa.held[0]?.destroy()
  await eventually(() => sidecar.tokens.state().failure !== undefined, 'the failure')
  assert.equal((await probe(sidecar, '/startupz')).status, 200, 'a first token request that failed has started it')
  const { status, text } = await probe(sidecar, '/readyz')
  assert.equal(status, 503)
  assert.match(text, /^token_unavailable: .*keeps trying/)
})

test('refused credentials make it unready at once, in words that say what to check, and a refresh that works ends it', async (t) => {
  const catapa = await startCatapa(t, { token: 'refuse' })
  const sidecar = await startAdministered(t, catapa.url)
  await eventually(() => sidecar.tokens.state().failure !== undefined, 'a refusal')
  const { status, text } = await probe(sidecar, '/readyz')
  assert.equal(status, 503)
  assert.match(text, /^credentials_rejected: .*CATAPA_CLIENT_SECRET/)
  assert.equal((await probe(sidecar, '/startupz')).status, 200)
  const still = await press(sidecar, '/api/token/refresh')
  assert.equal(still.status, 503)
  assert.match(await still.text(), /CATAPA refuses the client/)
  catapa.token = 'issue'
  tenSecondsLater(t)
  assert.equal((await press(sidecar, '/api/token/refresh')).status, 200)
  assert.equal((await probe(sidecar, '/readyz')).status, 200)
})

test('a refused renewal makes it unready although the token still works: that has to be seen days before payday', async (t) => {
  const catapa = await startCatapa(t)
  const sidecar = await startAdministered(t, catapa.url)
  await eventually(() => sidecar.tokens.state().valid, 'a token')
  catapa.token = 'refuse'
  await press(sidecar, '/api/token/refresh')
  assert.equal(sidecar.tokens.state().valid, true)
  assert.match((await probe(sidecar, '/readyz')).text, /^credentials_rejected/)
  assert.equal((await fetch(`${sidecar.url}/x`)).status, 200)
})

test('probes are no use of the token: it lapses, the sidecar is ready all the same, and CATAPA hears nothing', async (t) => {
  const catapa = await startCatapa(t, { lifetimeSeconds: 1 })
  const sidecar = await startAdministered(t, catapa.url)
  await obtained(sidecar)
  const until = performance.now() + 4000
  while (performance.now() < until) {
    for (const path of probes) assert.equal((await probe(sidecar, path)).status, 200, path)
    for (const path of ['/metrics', '/api/status']) assert.equal((await probe(sidecar, path)).status, 200, path)
    await sleep(30)
  }
  assert.equal(sidecar.tokens.state().valid, false)
  assert.ok(catapa.tokenRequests <= 3, `${catapa.tokenRequests} token requests in four lifetimes`)
  assert.deepEqual(catapa.paths, [])
})

test('probed through an outage of the token endpoint: alive throughout, unready while there is no token, and CATAPA hears of no probe', async (t) => {
  const catapa = await startCatapa(t, { lifetimeSeconds: 1 })
  const sidecar = await startAdministered(t, catapa.url, { tokenWaitMs: 120_000 })
  await obtained(sidecar)
  const seen: { alive: number; ready: number }[] = []
  let probing = true
  const prober = (async () => {
    while (probing) {
      const [alive, ready] = await Promise.all([probe(sidecar, '/livez'), probe(sidecar, '/readyz')])
      seen.push({ alive: alive.status, ready: ready.status })
      await sleep(40)
    }
  })()
  const use = async () => (await fetch(`${sidecar.url}/used`)).status

  for (let i = 0; i < 10; i++) assert.equal(await use(), 200)
  catapa.token = 'fail'
  await eventually(() => {
    const { valid, failure } = sidecar.tokens.state()
    return !valid && failure !== undefined
  }, 'the token to lapse in the outage')
  for (let i = 0; i < 10; i++) {
    assert.equal((await probe(sidecar, '/readyz')).status, 503, 'unready all through the outage')
    await sleep(40)
  }
  Object.assign(catapa, { token: 'issue', lifetimeSeconds: 3600 })
  assert.equal(await use(), 200)
  assert.equal((await probe(sidecar, '/readyz')).status, 200, 'ready again')
  await eventually(() => seen.at(-1)?.ready === 200, 'the prober sees it')
  probing = false
  await prober

  assert.deepEqual([...new Set(seen.map(({ alive }) => alive))], [200])
  assert.match(seen.map(({ ready }) => ready).join(' '), /^(200 )+(503 )+200( 200)*$/)
  assert.deepEqual([...new Set(catapa.paths)], ['/used'])
})

test('from the first moment of a shutdown /readyz says so, while requests are still served and /livez is well', async (t) => {
  const catapa = await startCatapa(t)
  const sidecar = await startAdministered(t, catapa.url, { shutdownDelayMs: 4000 })
  await eventually(() => sidecar.tokens.state().valid, 'a token')
  const stopped = sidecar.stop()
  const { status, text } = await probe(sidecar, '/readyz')
  assert.equal(status, 503)
  assert.match(text, /^draining/)
  assert.match((await probe(sidecar, '/readyz?deep=1')).text, /^draining/)
  assert.equal((await probe(sidecar, '/livez')).status, 200)
  assert.equal((await fetch(`${sidecar.url}/x`)).status, 200)
  await stopped
  await assert.rejects(probe(sidecar, '/livez'))
})

test('the admin listener answers until the last request has been answered', async (t) => {
  const catapa = await startCatapa(t)
  const sidecar = await startAdministered(t, catapa.url, { shutdownGraceMs: 120_000 })
  catapa.status = 0
  const slow = fetch(`${sidecar.url}/slow`)
  slow.catch(() => {})
  await eventually(() => catapa.paths.length === 1, 'the request at CATAPA')
  const stopped = sidecar.stop()
  assert.match((await probe(sidecar, '/readyz')).text, /^draining/)
  assert.equal((await json(fetch(`${sidecar.adminUrl}/api/status`))).stopping, true)
  catapa.held[0]?.end('{}')
  await stopped
  assert.equal((await slow).status, 200)
})

test('?deep=1 asks CATAPA once in 15 s, however many ask, with the current token', async (t) => {
  const catapa = await startCatapa(t)
  const sidecar = await startAdministered(t, catapa.url)
  await eventually(() => sidecar.tokens.state().valid, 'a token')
  const answeredAt = async () => Date.parse((await json(fetch(`${sidecar.adminUrl}/api/status`))).upstream.answeredAt)
  const tokenAt = await answeredAt()
  await sleep(5)
  const answers = await Promise.all(Array.from({ length: 10 }, () => probe(sidecar, '/readyz?deep=1')))
  assert.ok((await answeredAt()) > tokenAt)
  answers.push(await probe(sidecar, '/readyz?deep=1'))
  assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200])
  assert.deepEqual(catapa.paths, ['/v1/oauth-clients/validate-access-token'])
  assert.deepEqual(catapa.tokens, ['Bearer issued-token-1-never-shown'])
  assert.equal((await probe(sidecar, '/readyz?deep=0')).text, 'ready')
})

test('?deep=1 is 503 when CATAPA fails, cannot be reached or refuses fresh tokens, each in words', async (t) => {
  const failing = await startCatapa(t, { status: 500 })
  assert.match((await probe(await startAdministered(t, failing.url), '/readyz?deep=1')).text, /status 500/)

  const refusing = await startCatapa(t, { status: 401 })
  const { status, text } = await probe(await startAdministered(t, refusing.url), '/readyz?deep=1')
  assert.deepEqual([status, /does not accept the token/.test(text)], [503, true])
  assert.equal(new Set(refusing.tokens).size, 2, 'a revoked token is replaced first')

  const catapa = await startCatapa(t)
  const away = await startAdministered(t, 'http://127.0.0.1:1', { tokenUrl: new URL('/oauth/token', catapa.url) })
  assert.match((await probe(away, '/readyz?deep=1')).text, /could not be asked: it refused the connection/)
  assert.equal((await probe(away, '/readyz')).status, 200, 'without deep=1 CATAPA is no reason')
})

test('readiness by what is known', () => {
  const shown = (code: string) => ({ code, happened: 'It failed', remedy: 'Mend it.', since: '2026-12-01T10:00:00Z' })
  const valid = { valid: true, expiresAt: '2026-12-01T11:00:00Z' }
  const up = { stopping: false, started: true }
  const table = [
    [valid, up, true],
    [{ valid: false }, up, true],
    [{ ...valid, failure: shown('token_unavailable') }, up, true],
    [{ ...valid, failure: shown('login_required') }, up, true],
    [{ valid: false, failure: shown('token_unavailable') }, up, false],
    [{ ...valid, failure: shown('credentials_rejected') }, up, false],
    [{ valid: false, failure: shown('credentials_rejected') }, up, false],
    [valid, { ...up, stopping: true }, false],
    [{ valid: false }, { ...up, started: false }, false],
  ] as const
  const rest = {
    counters: { inFlight: 0 },
    upstream: {},
    shares: idleShares,
    recent: [],
    credentials: {},
    drift: { unknown: [], ending: [] },
  }
  for (const [token, phase, expected] of table) {
    const facts = { ...rest, ...phase, token } as unknown as Facts
    assert.equal(readinessOf(states(facts, Date.now())).ready, expected, JSON.stringify([token, phase]))
  }
})
