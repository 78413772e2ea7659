import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import type { ServerResponse } from 'node:http'
import { test } from 'node:test'
import { eventStream } from '../../../src/admin/status/event-stream.ts'
import { journal } from '../../../src/admin/status/journal.ts'
import type { ProblemCode } from '../../../src/problems/codes.ts'
import { settings } from '../../../src/settings/settings.ts'
import { shownSettings } from '../../../src/settings/shown-settings.ts'
import { type Administered, startAdministered, startCatapa } from '../../support/admin.ts'
import { someFailure } from '../../support/failures.ts'
import { demoCredentials, json, startTestSandbox, testConfig } from '../../support/sidecar.ts'
import { dial, eventually, sleep } from '../../support/wire.ts'

function status(sidecar: Administered) {
  return json(fetch(`${sidecar.adminUrl}/api/status`))
}

test('the status says since when, as whom, until when, what came, what failed and what to do', async (t) => {
  const catapa = await startCatapa(t)
  const sidecar = await startAdministered(t, catapa.url)
  await eventually(() => sidecar.tokens.state().valid, 'a token')
  await fetch(`${sidecar.url}/core/v1/employees?size=2`)
  await fetch(`${sidecar.url}/x`, { headers: { origin: 'https://evil.example' } })
  const shown = await status(sidecar)

  assert.match(shown.version, /^\d+\.\d+\.\d+/)
  assert.ok(Math.abs(Date.parse(shown.at) - Date.now()) < 5000)
  assert.ok(shown.uptimeSeconds >= 0 && Date.parse(shown.startedAt) <= Date.parse(shown.at))
  assert.deepEqual(shown.readiness, { ready: true, reason: 'ready' })
  assert.equal(shown.token.valid, true)
  assert.ok(Math.abs(Date.parse(shown.token.expiresAt) - Date.now() - 3_600_000) < 10_000)
  assert.deepEqual(
    [shown.credentials.tenant, shown.credentials.clientId, shown.credentials.from],
    [demoCredentials.tenant, demoCredentials.clientId, ['environment']],
  )
  assert.equal(shown.upstream.origin, catapa.url)
  assert.equal(shown.upstream.lastAnswer.status, 200)
  assert.equal(shown.upstream.clockSkewSeconds, 0)
  assert.deepEqual(
    [shown.counters.requests, shown.counters.fromUpstream, shown.counters.failed, shown.counters.inFlight],
    [2, 1, 1, 0],
  )
  assert.equal(
    shown.traffic.points.reduce((sum: number, { requests }: { requests: number }) => sum + requests, 0),
    2,
  )
  const [error] = shown.errors
  assert.deepEqual([error.code, error.count, error.whose], ['origin_not_allowed', 1, 'caller'])
  assert.match(error.remedy, /SIDECAR_ALLOWED_ORIGINS/)
  assert.match(error.detail, /web page/)
  assert.deepEqual(
    shown.recent.map(({ path, status: code, origin }: Record<string, unknown>) => [path, code, origin]),
    [
      ['/{id}', 403, 'sidecar'],
      ['/core/v1/employees', 200, 'catapa'],
    ],
  )
  assert.deepEqual(shown.listeners, { data: [...sidecar.addresses], admin: [...sidecar.adminAddresses] })
  assert.ok(
    shown.settings.some(({ name, value }: Record<string, string>) => name === 'SIDECAR_REPLAY' && value === 'safe'),
  )
})

test('refused credentials are in the status with the remedy and when they are tried again', async (t) => {
  const catapa = await startCatapa(t, { token: 'refuse' })
  const sidecar = await startAdministered(t, catapa.url)
  await eventually(() => sidecar.tokens.state().failure !== undefined, 'a refusal')
  const shown = await status(sidecar)
  assert.equal(shown.readiness.ready, false)
  assert.equal(shown.token.failure.code, 'credentials_rejected')
  assert.equal(shown.token.failure.whose, 'configuration')
  assert.match(shown.token.failure.remedy, /Setup > OAuth 2\.0 Clients/)
  assert.ok(Date.parse(shown.token.failure.retryAt) > Date.now() + 20_000)
  assert.deepEqual([shown.errors[0].code, shown.errors[0].path], ['credentials_rejected', undefined])
})

test('neither secrets nor personal values are in status, events or metrics; what may be shown is', async (t) => {
  const { url } = await startTestSandbox(t)
  const login = 'proxy-user-4711:proxy-password-4711'
  const sidecar = await startAdministered(t, url, { tokenUrl: new URL(`${url}/oauth/token?key=query-key-4711`) })
  await eventually(() => sidecar.tokens.state().valid, 'a token')
  const { content } = await json(fetch(`${sidecar.url}/core/v1/employees?size=3`))
  const [person] = content
  const personal = [
    ...new Set(
      Object.values(person)
        .filter((value): value is string => typeof value === 'string')
        .filter((value) => value.length >= 5),
    ),
    '3171234567890001',
    'budi.santoso%40example.com',
  ]
  assert.ok(personal.length > 4, 'the sandbox has personal values')
  for (const value of personal) {
    await fetch(
      `${sidecar.url}/core/v1/employees/${encodeURIComponent(value)}?query=name:${encodeURIComponent(value)}`,
      {
        headers: { 'user-agent': `job/1.0 (${value.replace(/[^ -~]/g, '')})`, 'x-note': encodeURIComponent(value) },
      },
    )
    await fetch(`${sidecar.url}/${encodeURIComponent(value)}`, { method: 'POST', body: JSON.stringify({ value }) })
  }
  const stream = dial(sidecar.adminPort)
  stream.send('GET /api/events HTTP/1.1\r\nHost: localhost\r\n\r\n')
  const events = await stream.until(/event: status\ndata: .*\n\n/)
  stream.socket.destroy()
  const texts = {
    status: await (await fetch(`${sidecar.adminUrl}/api/status`)).text(),
    events,
    metrics: await (await fetch(`${sidecar.adminUrl}/metrics`)).text(),
    settings: JSON.stringify(
      shownSettings(
        testConfig(url, {
          proxy: { base: new URL(`http://${login}@proxy.example:8080`), token: undefined },
          extraCa: 'pem-4711',
        }),
        demoCredentials,
        'info',
      ),
    ),
  }
  const hidden = [
    ...personal,
    demoCredentials.clientSecret,
    'proxy-user-4711',
    'proxy-password-4711',
    'query-key-4711',
    'pem-4711',
  ]
  for (const [name, text] of Object.entries(texts)) {
    const found = hidden.filter((value) => [value, encodeURIComponent(value)].some((form) => text.includes(form)))
    assert.deepEqual(found, [], name)
  }
  // The control: the requests are there, without what was personal in them, and the same search finds what is there.
  assert.match(texts.status, /"path":"\/core\/v1\/employees\/\{id\}"/)
  assert.match(texts.metrics, /route="\/core\/v1\/employees\/\{id\}"/)
  assert.match(texts.status, /"program":"job\/1\.0"/)
  assert.match(texts.settings, /http:\/\/\*\*\*@proxy\.example:8080/)
  assert.ok([demoCredentials.clientId].every((value) => texts.status.includes(value) && texts.events.includes(value)))
})

test('every setting is among the shown ones', () => {
  const shown = shownSettings(testConfig('http://127.0.0.1:1'), demoCredentials, 'info').map(({ name }) => name)
  // The first two allow what the shown addresses tell; the proxies are shown by what they are used for.
  const implied = ['CATAPA_ALLOW_HTTP', 'SIDECAR_TRUST_NETWORK', 'HTTPS_PROXY', 'HTTP_PROXY', 'NO_PROXY']
  assert.deepEqual(
    settings.map(({ name }) => name).filter((name) => !shown.includes(name) && !implied.includes(name)),
    [],
  )
})

/** The events of a stream so far. */
function eventsIn(text: string): Record<string, unknown>[] {
  return [...text.matchAll(/^data: (.*)$/gm)].map(([, data = '{}']) => JSON.parse(data))
}

test('events: the whole status at once, again within about a second of a change, and nothing while nothing changes', async (t) => {
  const catapa = await startCatapa(t)
  const sidecar = await startAdministered(t, catapa.url)
  await eventually(() => sidecar.tokens.state().valid, 'a token')
  const stream = dial(sidecar.adminPort)
  stream.send('GET /api/events HTTP/1.1\r\nHost: localhost\r\n\r\n')
  const head = await stream.until(/event: status\ndata: .*\n\n/)
  assert.match(head, /^HTTP\/1\.1 200 /)
  assert.match(head, /content-type: text\/event-stream\r/i)
  assert.match(head, /cache-control: no-store\r/i)
  await sleep(2200)
  assert.equal(eventsIn(stream.text()).length, 1)
  await fetch(`${sidecar.url}/core/v1/employees`)
  await sleep(1300)
  const events = eventsIn(stream.text())
  assert.equal(events.length, 2)
  assert.match(JSON.stringify(events[1]?.recent), /"path":"\/core\/v1\/employees"/)
  await sidecar.stop()
  const { how, text } = await stream.closed
  assert.equal(how, 'end')
  assert.equal(eventsIn(text).at(-1)?.stopping, true)
})

test('events: the 21st page is turned away with 503, and has a place once another is closed', async (t) => {
  const catapa = await startCatapa(t)
  const sidecar = await startAdministered(t, catapa.url)
  const watch = async () => {
    const stream = dial(sidecar.adminPort)
    stream.send('GET /api/events HTTP/1.1\r\nHost: localhost\r\n\r\n')
    const text = await stream.until(/event: status|503 Service/)
    return { stream, taken: text.includes('event: status') }
  }
  const pages = await Promise.all(Array.from({ length: 20 }, watch))
  assert.ok(pages.every(({ taken }) => taken))
  const late = await watch()
  assert.equal(late.taken, false)
  late.stream.socket.destroy()
  pages[0]?.stream.socket.destroy()
  await sleep(100)
  const next = await watch()
  assert.equal(next.taken, true)
  for (const { stream } of [...pages, next]) stream.socket.destroy()
})

test('a page that reads slowly costs no memory: it misses snapshots, not the newest', async () => {
  const sent: string[] = []
  const response = Object.assign(new EventEmitter(), {
    writableLength: 0,
    writeHead() {},
    write: (text: string) => sent.push(text),
    end() {},
  })
  let snapshot = 'first'
  const stream = eventStream(() => snapshot)
  stream.add(response as unknown as ServerResponse)
  response.writableLength = 1
  snapshot = 'missed'
  await sleep(1100)
  assert.deepEqual(sent, ['event: status\ndata: first\n\n'])
  response.writableLength = 0
  snapshot = 'newest'
  await sleep(1100)
  assert.deepEqual(sent.slice(1), ['event: status\ndata: newest\n\n'])
  response.emit('close')
})

test('the journal keeps the last 50 requests, one entry for a flood of one failure, and ten minutes of traffic', () => {
  let now = 1_800_000_000_000
  const past = journal(() => now)
  const request = {
    requestId: 'job-4711',
    method: 'GET',
    path: '/core/v1/employees',
    query: undefined,
    origin: 'sidecar',
    detail: 'why',
    callerGone: undefined,
    replayed: undefined,
    upstreamMs: 3,
    requestBytes: 0,
    responseBytes: 0,
    caller: '127.0.0.1',
    program: 'curl/8',
    listener: '127.0.0.1:8228',
  } as const
  const failed = (problem: ProblemCode) => ({ problem, failure: someFailure(problem) })
  past.finished({ ...request, status: 421, ...failed('host_not_allowed'), durationMs: 1 })
  for (let i = 1; i <= 100; i++) {
    now += 1000
    past.finished({ ...request, status: 504, ...failed('upstream_timeout'), durationMs: i })
  }
  assert.equal(past.recent().length, 50)
  assert.equal(past.recent()[0]?.durationMs, 100)
  assert.deepEqual(
    past.errors().map(({ code, count, at }) => [code, count, at]),
    [
      ['upstream_timeout', 100, now],
      ['host_not_allowed', 1, now - 100_000],
    ],
  )
  assert.deepEqual([past.lastFailure()?.at, past.lastFailure()?.code], [now, 'upstream_timeout'])
  assert.deepEqual(past.traffic()[1], { at: 1_800_000_010_000, requests: 10, failed: 10, meanMs: 14.5, maxMs: 19 })
  now += 650_000
  past.finished({ ...request, status: 200, problem: undefined, failure: undefined, durationMs: 7 })
  assert.deepEqual(
    past.traffic().map(({ requests }) => requests),
    [1],
  )
})
