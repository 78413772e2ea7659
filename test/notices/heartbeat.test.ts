import assert from 'node:assert/strict'
import type { ServerResponse } from 'node:http'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { createSecureContext } from 'node:tls'
import { startHeartbeat } from '../../src/notices/heartbeat.ts'
import { freePort } from '../support/free-port.ts'
import { type Heard, healthchecks, heartbeatKey, unwilling, uptimeKuma } from '../support/heartbeat.ts'
import { type Ending, printed, startTestSandbox, startTestSidecar } from '../support/sidecar.ts'
import { eventually } from '../support/wire.ts'

type State = { ready: boolean; reason: string; starting: boolean }

/** A heartbeat of a sidecar whose state the test sets. An interval of an hour is never over. */
function beating(t: Ending, url: string, { everyMs = 3_600_000 } = {}) {
  const state: State = { ready: false, reason: 'starting: not yet', starting: true }
  const log: string[] = []
  const keep = (level: string) => (facts: object, text: string) => {
    log.push(`${level} ${text} ${JSON.stringify(facts)}`)
    printed(`${log.at(-1)}\n`)
  }
  const heartbeat = startHeartbeat(new URL(url), {
    secureContext: createSecureContext(),
    proxy: undefined,
    log: { info: keep('info'), warn: keep('warn') } as never,
    readiness: () => state,
    everyMs,
    lookMs: 20,
  })
  t.after(heartbeat.stop)
  const set = (ready: boolean, reason = 'ready') => Object.assign(state, { ready, reason, starting: false })
  return { set, log, stop: heartbeat.stop }
}

const hears = (receiver: Heard, expected: string[]) =>
  eventually(() => receiver.heard.length >= expected.length, `it hears ${expected.join(', ')}`).then(() =>
    assert.deepEqual(receiver.heard, expected),
  )

const trouble = 'token_unavailable: The token endpoint could not be reached.'

test('nothing while it begins; then ready, not ready and ready again at once, with the reason', async (t) => {
  const receiver = await healthchecks(t)
  const { set } = beating(t, receiver.url)
  await sleep(200)
  await hears(receiver, [])
  set(true)
  await hears(receiver, ['success'])
  set(false, trouble)
  await hears(receiver, ['success', `fail: ${trouble}`])
  set(true)
  await hears(receiver, ['success', `fail: ${trouble}`, 'success'])
  await sleep(200)
  assert.equal(receiver.heard.length, 3, 'and nothing else until the interval is over')
  assert.deepEqual(receiver.requests, [`GET /${heartbeatKey}`, `POST /${heartbeatKey}/fail`, `GET /${heartbeatKey}`])
})

test('Uptime Kuma is told by its query: up with the message that was set, down with the reason', async (t) => {
  const receiver = await uptimeKuma(t)
  const { set } = beating(t, receiver.url)
  set(true)
  await hears(receiver, ['up: OK'])
  set(false, 'credentials_rejected: 100 % of them & more')
  await hears(receiver, ['up: OK', 'down: credentials_rejected: 100 % of them & more'])
  set(false, 'x'.repeat(5000))
  set(true)
  await hears(receiver, ['up: OK', 'down: credentials_rejected: 100 % of them & more', 'up: OK'])
  assert.ok(receiver.requests.every((request) => request.startsWith(`GET /api/push/${heartbeatKey}?status=`)))
  assert.ok(receiver.requests.every((request) => request.endsWith('&ping=')))
})

test('it is told again at each interval, while ready and while not', async (t) => {
  const receiver = await healthchecks(t)
  const { set } = beating(t, receiver.url, { everyMs: 200 })
  set(true)
  await hears(receiver, ['success', 'success', 'success'])
  set(false, trouble)
  await eventually(() => receiver.heard.filter((sign) => sign === `fail: ${trouble}`).length >= 3, 'and when not ready')
})

test('one that changes all the time sends five signs in an interval, and no more', async (t) => {
  const receiver = await healthchecks(t)
  const { set } = beating(t, receiver.url)
  for (let turn = 0; turn < 20; turn += 1) {
    set(turn % 2 === 0)
    await sleep(60)
  }
  await hears(receiver, ['success', 'fail: ready', 'success', 'fail: ready', 'success'])
})

test('none after its end, and one that hangs then is given up without a word', async (t) => {
  const receiver = await unwilling(t, () => {})
  const { set, log, stop } = beating(t, receiver.url)
  set(true)
  await eventually(() => receiver.requests.length === 1, 'it was asked')
  const beganAt = performance.now()
  await stop()
  assert.ok(performance.now() - beganAt < 5000)
  set(false, trouble)
  await sleep(200)
  assert.deepEqual([receiver.requests.length, log], [1, []])
})

test('one at a time: while a receiver hangs, no other sign is sent', async (t) => {
  const receiver = await unwilling(t, () => {})
  const { set } = beating(t, receiver.url, { everyMs: 100 })
  set(true)
  await eventually(() => receiver.requests.length === 1, 'it was asked')
  set(false, trouble)
  await sleep(500)
  assert.equal(receiver.requests.length, 1)
})

test('a path, a slash at its end, a query, user and password', async (t) => {
  const receiver = await healthchecks(t)
  const url = new URL(`${receiver.url}/?create=1`)
  Object.assign(url, { username: 'some%20user', password: 'pass-4711%2F' })
  const { set } = beating(t, url.href)
  set(false, trouble)
  await eventually(() => receiver.requests.length === 1, 'it is asked')
  assert.deepEqual(receiver.requests, [`POST /${heartbeatKey}/fail?create=1`])
  assert.deepEqual(receiver.authorization, [`Basic ${Buffer.from('some user:pass-4711/').toString('base64')}`])
})

test('a receiver that is away, answers 500, 404 or a redirect: one warning with its host alone, until a sign arrives', async (t) => {
  const elsewhere = await healthchecks(t)
  let broken = true
  const fault = (status: number) => (answer: ServerResponse) =>
    answer.writeHead(broken ? status : 200, { location: elsewhere.url }).end()
  for (const status of [301, 302, 307, 308, 404, 429, 500]) {
    broken = true
    const receiver = await unwilling(t, fault(status))
    const { set, log, stop } = beating(t, receiver.url, { everyMs: 100 })
    set(true)
    await eventually(() => receiver.requests.length >= 3, 'it goes on')
    assert.equal(log.length, 1)
    assert.match(
      log[0] ?? '',
      new RegExp(`^warn .*"host":"127.0.0.1:\\d+","failure":"it answered with status ${status}"`),
    )
    broken = false
    await eventually(() => log.length === 2, 'it says that it arrives again')
    assert.match(log[1] ?? '', /^info the heartbeat arrives again/)
    await stop()
    assert.ok(log.every((line) => !line.includes(heartbeatKey.slice(0, 8))))
  }
  assert.deepEqual(elsewhere.requests, [], 'no redirect was followed')
  const away = beating(t, `http://127.0.0.1:${await freePort()}/${heartbeatKey}`, { everyMs: 100 })
  away.set(true)
  await sleep(500)
  assert.equal(away.log.length, 1)
  assert.match(away.log[0] ?? '', /it refused the connection/)
  assert.ok(!away.log[0]?.includes(heartbeatKey))
})

test('a sidecar tells when it is ready and when CATAPA refuses its client, and is silent from its end on', async (t) => {
  const receiver = await healthchecks(t)
  const { url } = await startTestSandbox(t)
  const heartbeatUrl = new URL(receiver.url)
  const sidecar = await startTestSidecar(t, url, { heartbeatUrl, shutdownDelayMs: 1500 })
  await hears(receiver, ['success'])
  await sidecar.stop() // For the delay it is not ready any more.
  await hears(receiver, ['success'])
  const credentials = { tenant: 'demo', clientId: 'demo-client', clientSecret: 'wrong-4711' }
  await startTestSidecar(t, url, { heartbeatUrl, credentials })
  await eventually(() => receiver.heard.length === 2, 'it tells that it is refused')
  assert.match(
    receiver.heard[1] ?? '',
    /^fail: credentials_rejected: CATAPA refuses the credentials\. CATAPA refuses the client/,
  )
})
