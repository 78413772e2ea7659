import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import type { ServerResponse } from 'node:http'
import { test } from 'node:test'
import { eventStream } from '../../../src/admin/status/event-stream.ts'
import { journal } from '../../../src/admin/status/recent-requests.ts'
import type { ProblemCode } from '../../../src/problems/codes.ts'
import { settingsWithSchema } from '../../../src/settings/settings.ts'
import { shownOrigins } from '../../../src/settings/shown-origin.ts'
import { shownSettings } from '../../../src/settings/shown-settings.ts'
import { language } from '../../../src/words/language.ts'
import { type Administered, startAdministered, startCatapa } from '../../support/admin.ts'
import {
  anyCall,
  callersFile,
  callersScene,
  callOf,
  refusedCall,
  section,
  unknownCall,
  work,
} from '../../support/callers-scene.ts'
import { someFailure } from '../../support/failures.ts'
import { demoCredentials, json, startTestSandbox, testConfig } from '../../support/sidecar.ts'
import { dial, eventually, sleep } from '../../support/wire.ts'

function status(sidecar: Pick<Administered, 'adminUrl'>) {
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
  assert.ok(Math.abs(Date.parse(shown.at) - Date.now()) < 30_000)
  assert.ok(shown.uptimeSeconds >= 0 && Date.parse(shown.startedAt) <= Date.parse(shown.at))
  assert.deepEqual(shown.readiness, { ready: true, reason: 'ready' })
  assert.equal(shown.token.valid, true)
  assert.ok(Math.abs(Date.parse(shown.token.expiresAt) - Date.now() - 3_600_000) < 60_000)
  assert.deepEqual(
    [shown.credentials.tenant, shown.credentials.clientId, shown.credentials.from],
    [demoCredentials.tenant, demoCredentials.clientId, shownOrigins(testConfig(catapa.url).credentials.from)],
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

test('the callers are in the status in the order of their file: how recognised, what they may do, what they did', async (t) => {
  const scene = await callersScene(t)
  const began = Date.now()
  work(scene)
  const { callers, profile } = await status(scene)
  const recently = (at: string) => Date.parse(at) >= began && Date.parse(at) <= Date.now()
  assert.deepEqual(profile, ['full'])
  assert.deepEqual(
    [callers.file, callers.since, callers.problems, callers.unknownRefusals],
    ['/etc/catapa-sidecar/callers.ini', '2026-11-27T12:00:00.000Z', [], 1],
  )
  const [payrollExport, timeClock, intranet, other, ...more] = callers.table
  assert.deepEqual(more, [])
  const { keys, lastSeenAt, ...rest } = payrollExport
  assert.deepEqual(rest, {
    name: 'payroll-export',
    ways: ['key'],
    profiles: ['read-only'],
    allowLines: 0,
    denyLines: 0,
    report: false,
    calls: 13,
    refusals: 1,
    wouldBeRefusals: 0,
    recognisedBy: 'key',
  })
  assert.ok(recently(lastSeenAt) && recently(keys[0].lastUsedAt))
  assert.deepEqual([keys[0].digest, keys[1]], ['5e3f01ab', { digest: '77aa22cc' }])
  assert.deepEqual(
    [timeClock, intranet, other].map((row) => [row.name, row.ways, row.calls, row.refusals, row.wouldBeRefusals]),
    [
      ['time-clock', ['listener'], 1, 0, 0],
      ['intranet', ['user'], 1, 0, 1],
      ['other', [], 1, 0, 0],
    ],
  )
  assert.deepEqual([timeClock.allowLines, intranet.denyLines, intranet.report], [1, 1, true])
})

test('last calls and failures carry the name of their caller, and the rule that would have refused them', async (t) => {
  const scene = await callersScene(t)
  work(scene)
  const { recent, errors } = await status(scene)
  assert.deepEqual(
    recent.slice(0, 5).map((call: Record<string, unknown>) => [call.caller, call.how, call.wouldHaveBeenRefused]),
    [
      ['other', undefined, undefined],
      ['other', undefined, undefined],
      ['intranet', 'user', 'deny line 14'],
      ['time-clock', 'listener', undefined],
      ['payroll-export', 'key', undefined],
    ],
  )
  const failed = new Map<string, { caller: string; count: number; detail: string }>(
    errors.map((error: { code: string }) => [error.code, error]),
  )
  const [unknown, denied] = [failed.get('caller_unknown'), failed.get('policy_denied')]
  assert.deepEqual([failed.size, unknown?.caller, unknown?.count], [2, 'other', 1])
  assert.deepEqual([denied?.caller, denied?.count], ['payroll-export', 1])
  assert.match(denied?.detail ?? '', /not allowed \(profile read-only\)/)
})

test('two callers that are refused are two failures, also two that claim to be callers; strangers are told apart from them', async (t) => {
  const scene = await callersScene(t)
  const rule = { kind: 'profile', profile: 'read-only' } as const
  for (const caller of ['payroll-export', 'intranet', 'payroll-export']) scene.finished(refusedCall(caller, rule))
  for (const claimedCaller of ['time-clock', '…', undefined, 'time-clock']) {
    scene.finished({ ...unknownCall('wrong_key', { claimed: claimedCaller, key: '0a1b2c3d' }), claimedCaller })
  }
  const { errors } = await status(scene)
  assert.deepEqual(
    errors.map(({ code, caller, count, happened }: Record<string, unknown>) => [code, caller, count, happened]),
    [
      [
        'caller_unknown',
        'other',
        2,
        'The callers file does not have the key 0a1b2c3d… of the request; the name time-clock came with it',
      ],
      [
        'caller_unknown',
        'other',
        1,
        'The callers file does not have the key 0a1b2c3d… of the request; no name came with it',
      ],
      [
        'caller_unknown',
        'other',
        1,
        'The callers file does not have the key 0a1b2c3d… of the request; a name came with it that the callers file does not have',
      ],
      [
        'policy_denied',
        'payroll-export',
        2,
        'The request of the caller payroll-export is not allowed (profile read-only)',
      ],
      ['policy_denied', 'intranet', 1, 'The request of the caller intranet is not allowed (profile read-only)'],
    ],
  )
})

test('however many names a callers file comes to have, the failures that are kept stay few', () => {
  const past = journal()
  const failure = someFailure('policy_denied')
  for (let i = 0; i < 1000; i++) past.finished(callOf(`caller-${i}`, { problem: failure.code, failure }))
  assert.equal(past.errors().length, 40)
  assert.equal(past.errors()[0]?.caller, 'caller-999')
})

test('a callers file that was changed: the status says what is wrong with it, and shows the file that is in use', async (t) => {
  const scene = await callersScene(t)
  scene.current.inUse = { ...scene.current.inUse, problems: ['line 3: "profil" is not known'] }
  assert.deepEqual((await status(scene)).callers.problems, ['line 3: "profil" is not known'])
  const file = callersFile(section('alone', { keys: ['00112233'] }))
  scene.current.inUse = { file, since: Date.now(), problems: [] }
  scene.finished(callOf('other'))
  const { callers } = await status(scene)
  assert.deepEqual(callers.problems, [])
  assert.deepEqual(
    callers.table.map(({ name, calls }: Record<string, unknown>) => [name, calls]),
    [['alone', 0]],
  )
})

test('without a callers file there are no callers, and a call has the address that it came from', async (t) => {
  const sidecar = await startAdministered(t, (await startCatapa(t)).url, { profile: ['read-only'] })
  await (await fetch(`${sidecar.url}/core/v1/employees`)).text()
  const shown = await status(sidecar)
  assert.equal(shown.callers, undefined)
  assert.deepEqual(shown.profile, ['read-only'])
  assert.deepEqual([shown.recent[0].address, shown.recent[0].how], [undefined, undefined])
  assert.match(shown.recent[0].caller, /127\.0\.0\.1|::1/)
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
    settingsWithSchema.map(({ name }) => name).filter((name) => !shown.includes(name) && !implied.includes(name)),
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
  const recent = () => JSON.stringify(eventsIn(stream.text()).at(-1)?.recent)
  await eventually(() => /"path":"\/core\/v1\/employees"/.test(recent()), 'the request is shown')
  const { length } = eventsIn(stream.text())
  assert.ok(length === 2 || length === 3, `${length} events: perhaps one while it was under way, and one of its end`)
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
  let next = await watch()
  for (let i = 0; i < 100 && !next.taken; i++) {
    next.stream.socket.destroy()
    await sleep(100) // That the other page is closed has to be noticed.
    next = await watch()
  }
  assert.equal(next.taken, true)
  for (const { stream } of [...pages, next]) stream.socket.destroy()
})

test('a snapshot is made once for each language in which somebody watches', async () => {
  const made: string[] = []
  const stream = eventStream(() => {
    made.push(language())
    return 'same'
  })
  const watch = (of: 'en' | 'id') => {
    const response = Object.assign(new EventEmitter(), { writableLength: 0, writeHead() {}, write() {}, end() {} })
    stream.add(response as unknown as ServerResponse, of)
    return response
  }
  const watching = [watch('en'), watch('en')]
  stream.stop()
  assert.deepEqual(made, ['en', 'en', 'en'])
  watching.push(watch('id'))
  made.length = 0
  stream.stop()
  assert.deepEqual(made, ['en', 'id'])
  for (const response of watching) response.emit('close')
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
  await eventually(() => sent.length > 1, 'the next snapshot')
  assert.deepEqual(sent.slice(1), ['event: status\ndata: newest\n\n'])
  response.emit('close')
})

test('the journal keeps the last 50 requests, one entry for a flood of one failure, and ten minutes of traffic', () => {
  let now = 1_800_000_000_000
  const past = journal(() => now)
  const request = { ...anyCall, origin: 'sidecar', detail: 'why', upstreamMs: 3 } as const
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
  assert.deepEqual(past.traffic()[1], {
    at: 1_800_000_010_000,
    requests: 10,
    failed: 10,
    meanMs: 14.5,
    meanWaitedMs: 0,
    maxMs: 19,
  })
  now += 650_000
  past.finished({ ...request, status: 200, problem: undefined, failure: undefined, durationMs: 7 })
  assert.deepEqual(
    past.traffic().map(({ requests }) => requests),
    [1],
  )
})
