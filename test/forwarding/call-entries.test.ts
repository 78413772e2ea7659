// design/promises 9.3, 9.4 and 9.9: what calls leave in the audit trail, and when.
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { request } from 'node:http'
import { type TestContext, test } from 'node:test'
import { readCallers } from '../../src/callers/file/read-callers.ts'
import { notAudited } from '../../src/forwarding/audited-call.ts'
import { beforeSending } from '../../src/forwarding/call-entries.ts'
import { unjudged } from '../../src/forwarding/judging/judged.ts'
import { CallerGoneError } from '../../src/forwarding/life/end-early.ts'
import type { Config } from '../../src/settings/config.ts'
import { ask, assertRefused } from '../support/ask.ts'
import { basic, callersFile, testKey } from '../support/callers.ts'
import { type FakeTrail, fakeTrail } from '../support/fake-trail.ts'
import { type Received, startTestSidecar, startUpstream, testConfig } from '../support/sidecar.ts'
import { dial, eventually, ok, startRawUpstream } from '../support/wire.ts'

const hmac = (path: string) => createHmac('sha256', 'a key of the test').update(path).digest('hex')

async function recording(t: TestContext, fake: FakeTrail, baseUrl: string, overrides: Partial<Config> = {}) {
  return startTestSidecar(t, baseUrl, overrides, { audit: fake.auditing })
}

/** A sidecar that records, with a callers file of this text. */
async function recordingCallers(t: TestContext, fake: FakeTrail, baseUrl: string, text: string) {
  const settings = { callersFile: callersFile(text).path }
  const callers = readCallers(testConfig(baseUrl, settings))
  return startTestSidecar(t, baseUrl, settings, { callers, audit: fake.auditing })
}

/** Only these members of each line. */
function only(lines: readonly Record<string, unknown>[], ...names: string[]): unknown[][] {
  return lines.map((line) => names.map((name) => line[name]))
}

const write = { method: 'POST', target: '/core/v1/employees', body: '{"name":"Budi"}' }

test('a read is one line with everything that applies, and nothing that a person wrote', async (t) => {
  const upstream = await startUpstream(t, (_request, response) => response.end('{"a":1}'))
  const fake = fakeTrail('writes', hmac)
  const sidecar = await recording(t, fake, upstream.url)
  const target = '/core/v1/employees/4711/contact-information?name=budi'
  await ask(sidecar, { target, headers: ['X-Request-Id: 4bf92f3577b34da6', 'X-Secret: never'] })
  const [line, ...more] = await fake.until(1)
  assert.deepEqual(more, [])
  assert.equal(fake.gated(), 0, 'it may be counted in place of written')
  const { durationMs, ...rest } = line ?? {}
  assert.ok(typeof durationMs === 'number' && durationMs > 0)
  assert.deepEqual(rest, {
    event: 'request',
    caller: 'anonymous',
    method: 'GET',
    operation: '/core/v1/employees/{employeeId}/contact-information',
    effect: 'read',
    verdict: 'allowed',
    status: 200,
    origin: 'catapa',
    reached: 'yes',
    requestBytes: 0,
    responseBytes: 7,
    requestId: '4bf92f3577b34da6',
    tenant: 'demo',
    subject: hmac('/core/v1/employees/4711/contact-information'),
  })
  assert.doesNotMatch(JSON.stringify(fake.lines()), /budi|4711\/|never|token-1/i)
})

test('a write has a line before its first byte leaves, and one after its last has come', async (t) => {
  const fake = fakeTrail('writes', hmac)
  const seen: number[] = []
  const upstream = await startUpstream(t, (_request, response) => {
    seen.push(fake.calls().length)
    response.statusCode = 201
    response.end('{}')
  })
  const sidecar = await recording(t, fake, upstream.url)
  assert.equal((await ask(sidecar, write)).status, 201)
  const [begin, end, ...more] = await fake.until(2)
  assert.deepEqual(more, [])
  assert.deepEqual(seen, [1], 'the line before was there when CATAPA got it')
  const { durationMs, ...after } = end ?? {}
  const { requestId, ...before } = begin ?? {}
  assert.deepEqual(before, {
    event: 'begin',
    caller: 'anonymous',
    method: 'POST',
    operation: '/core/v1/employees',
    effect: 'write',
    verdict: 'allowed',
    tenant: 'demo',
    subject: hmac('/core/v1/employees'),
  })
  const outcome = { status: 201, origin: 'catapa', reached: 'yes', requestBytes: 15, responseBytes: 2 }
  assert.equal(typeof durationMs, 'number')
  assert.deepEqual(after, {
    ...before,
    requestId,
    event: 'end',
    begin: fake.lines().findIndex(isBegin) + 1,
    ...outcome,
  })
})

const isBegin = ({ event }: Record<string, unknown>) => event === 'begin'

test('nothing of a write leaves while its line is not on disk', async (t) => {
  const fake = fakeTrail()
  const upstream = await startRawUpstream(t, ({ socket }) => socket.write(ok('done')), { early: true })
  const sidecar = await recording(t, fake, upstream.url)
  let onDisk = () => {}
  let asked = false
  fake.beforeCommit = () => {
    asked = true
    return new Promise<void>((resolve) => {
      onDisk = resolve
    })
  }
  const answer = ask(sidecar, write)
  await eventually(() => asked, 'the line is on its way to the disk')
  assert.equal((await ask(sidecar, {})).status, 200, 'reading goes on meanwhile')
  assert.deepEqual(
    upstream.heard.map(({ head }) => head.slice(0, 4)),
    ['GET '],
  )
  onDisk()
  assert.equal((await answer).status, 200)
})

test('a write that is repeated after a 401 has one line before and one after', async (t) => {
  const fake = fakeTrail()
  const answers: Received[] = []
  const upstream = await startUpstream(t, (received, response) => {
    answers.push(received)
    response.statusCode = answers.length === 1 ? 401 : 200
    response.end('{}')
  })
  const sidecar = await recording(t, fake, upstream.url, { replay: 'buffered' })
  assert.equal((await ask(sidecar, write)).status, 200)
  assert.equal(answers.length, 2)
  const lines = await fake.until(2)
  assert.deepEqual(only(lines, 'event', 'status', 'reached', 'detail'), [
    ['begin', undefined, undefined, undefined],
    ['end', 200, 'yes', { resent: 'refused' }],
  ])
})

test('a 401 that passes is an answer of CATAPA', async (t) => {
  const fake = fakeTrail()
  const upstream = await startUpstream(t, (_request, response) => {
    response.statusCode = 401
    response.end('{}')
  })
  const sidecar = await recording(t, fake, upstream.url, { replay: 'off' })
  await ask(sidecar, { ...write, method: 'POST' })
  assert.deepEqual(only(await fake.until(2), 'event', 'status', 'origin', 'reached'), [
    ['begin', undefined, undefined, undefined],
    ['end', 401, 'catapa', 'yes'],
  ])
})

test('a GET that is sent once more after a lost connection has one line', async (t) => {
  const fake = fakeTrail()
  let times = 0
  const upstream = await startRawUpstream(t, ({ socket }) => {
    times += 1
    if (times === 1) socket.destroy()
    else socket.write(ok('again'))
  })
  const sidecar = await recording(t, fake, upstream.url)
  assert.equal((await ask(sidecar, {})).status, 200)
  assert.equal(times, 2)
  assert.deepEqual(only(await fake.until(1), 'event', 'status', 'reached', 'detail'), [
    ['request', 200, 'yes', { resent: 'lost' }],
  ])
  await eventually(() => sidecar.log.some(({ resent }) => resent === 'lost'), 'the log says so')
})

for (const [what, overrides, answer, expected] of [
  ['is lost before any answer', {}, 'reset', [502, 'sidecar', 'maybe']],
  ['is not answered in time', { responseTimeoutMs: 150 }, 'silence', [504, 'sidecar', 'maybe']],
  ['is answered and then lost, for a caller that cannot notice a cut', {}, 'half', [502, 'sidecar', 'yes']],
] as const) {
  test(`a write that ${what} ends with: ${expected.join(', ')}`, async (t) => {
    const fake = fakeTrail()
    const upstream = await startRawUpstream(t, ({ socket }) => {
      if (answer === 'reset') socket.destroy()
      if (answer === 'half') socket.end('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf')
    })
    const sidecar = await recording(t, fake, upstream.url, overrides)
    await ask(sidecar, write)
    const [, end] = await fake.until(2)
    assert.deepEqual(only([end ?? {}], 'event', 'status', 'origin', 'reached'), [['end', ...expected]])
  })
}

test('a write that finds nobody at CATAPA did not reach it', async (t) => {
  const fake = fakeTrail()
  const { url } = await startUpstream(t)
  const sidecar = await recording(t, fake, 'http://127.0.0.1:1', { tokenUrl: new URL('/oauth/token', url) })
  assert.equal((await ask(sidecar, write)).status, 502)
  assert.deepEqual(only(await fake.until(2), 'event', 'status', 'origin', 'reached'), [
    ['begin', undefined, undefined, undefined],
    ['end', 502, 'sidecar', 'no'],
  ])
})

test('a write that CATAPA met with a 401, and could not be reached with the next token, did not reach it', async (t) => {
  const fake = fakeTrail()
  const { url } = await startUpstream(t)
  const api = await startUpstream(t, (_request, response) => {
    api.server.close()
    response.writeHead(401, { Connection: 'close' }).end()
  })
  const settings = { tokenUrl: new URL('/oauth/token', url), replay: 'buffered' as const }
  const sidecar = await recording(t, fake, api.url, settings)
  assert.equal((await ask(sidecar, write)).header('x-catapa-sidecar-error'), 'upstream_unreachable')
  assert.deepEqual(only(await fake.until(2), 'event', 'status', 'reached'), [
    ['begin', undefined, undefined],
    ['end', 502, 'no'],
  ])
})

test('a caller that has left before its line is begun leaves none', async () => {
  const fake = fakeTrail()
  const gone = new CallerGoneError()
  const deed = { known: undefined, template: '/x', effect: 'write' as const, begins: true }
  const call = {
    context: { audit: fake.auditing },
    endedEarly: gone,
    judged: { ...unjudged, deed, recorded: true },
    audited: notAudited,
  }
  await assert.rejects(beforeSending(call as never) ?? Promise.resolve(), gone)
  assert.deepEqual(fake.calls(), [])
})

test('a write that gets no token has no line before, and one that says that it did not reach CATAPA', async (t) => {
  const fake = fakeTrail()
  const sidecar = await recording(t, fake, 'http://127.0.0.1:1', { tokenWaitMs: 100 })
  assert.equal((await ask(sidecar, write)).status, 503)
  assert.deepEqual(only(await fake.until(1), 'event', 'effect', 'verdict', 'status', 'reached'), [
    ['request', 'write', 'allowed', 503, 'no'],
  ])
})

test('a caller who leaves during a write leaves an end without a status, and maybe', async (t) => {
  const fake = fakeTrail()
  const upstream = await startRawUpstream(t, () => {})
  const sidecar = await recording(t, fake, upstream.url)
  const caller = dial(sidecar.port)
  caller.send('POST /core/v1/employees HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}')
  await eventually(() => upstream.heard.length === 1, 'CATAPA has it')
  caller.socket.destroy()
  const [, end] = await fake.until(2)
  assert.deepEqual(only([end ?? {}], 'event', 'status', 'origin', 'reached'), [['end', undefined, undefined, 'maybe']])
})

test('a caller who leaves while the line before is written: it is not sent, and the line after comes second', async (t) => {
  const fake = fakeTrail()
  const upstream = await startRawUpstream(t, ({ socket }) => socket.write(ok('done')))
  const sidecar = await recording(t, fake, upstream.url)
  let onDisk = () => {}
  let asked = false
  fake.beforeCommit = () => {
    asked = true
    return new Promise<void>((resolve) => {
      onDisk = resolve
    })
  }
  const caller = dial(sidecar.port)
  caller.send('DELETE /core/v1/employees HTTP/1.1\r\nHost: localhost\r\n\r\n')
  await eventually(() => asked, 'the line is on its way to the disk')
  caller.socket.destroy()
  await eventually(() => sidecar.log.some(({ callerGone }) => callerGone === true), 'the caller has gone')
  assert.deepEqual(fake.calls(), [])
  onDisk()
  assert.deepEqual(only(await fake.until(2), 'event', 'status', 'reached'), [
    ['begin', undefined, undefined],
    ['end', undefined, 'no'],
  ])
  assert.equal(upstream.heard.length, 0)
})

test('what a shutdown cuts is an end of the sidecar: maybe; what it turns away did not reach CATAPA', async (t) => {
  const fake = fakeTrail()
  const upstream = await startRawUpstream(t, () => {})
  const sidecar = await recording(t, fake, upstream.url, { shutdownGraceMs: 300 })
  const cut = ask(sidecar, write)
  await eventually(() => upstream.heard.length === 1, 'CATAPA has it')
  const stopped = sidecar.stop()
  const late = await ask(sidecar, write)
  assert.equal(late.header('x-catapa-sidecar-error'), 'draining')
  assert.equal((await cut).header('x-catapa-sidecar-error'), 'interrupted')
  await stopped
  assert.deepEqual(only(fake.calls(), 'event', 'status', 'reached', 'verdict'), [
    ['begin', undefined, undefined, 'allowed'],
    ['request', 503, 'no', undefined],
    ['end', 502, 'maybe', 'allowed'],
  ])
  assert.deepEqual(fake.lines().at(-1), { event: 'stop' })
  assert.equal(fake.stopped(), true)
})

test('callers have their names, how they were recognised and what let them pass', async (t) => {
  const fake = fakeTrail()
  const upstream = await startUpstream(t)
  const { key, line } = testKey()
  const sidecar = await recordingCallers(
    t,
    fake,
    upstream.url,
    `[export]\n${line}\nprofile = read-only\nallow = POST /core/v1/employees\n[*]\nprofile = directory\nreport = true\n`,
  )
  const authorization = `Authorization: ${basic('export', key)}`
  await ask(sidecar, { headers: [authorization] })
  await fake.until(1)
  await ask(sidecar, { ...write, headers: [authorization, 'Content-Type: application/json'] })
  await fake.until(3)
  assertRefused(await ask(sidecar, { method: 'DELETE', headers: [authorization] }), 'policy_denied')
  await fake.until(4)
  assert.equal((await ask(sidecar, { method: 'DELETE' })).status, 200)
  assert.deepEqual(only(await fake.until(6), 'event', 'caller', 'how', 'profile', 'verdict', 'status', 'reached'), [
    ['request', 'export', 'key', 'profile read-only', 'allowed', 200, 'yes'],
    ['begin', 'export', 'key', 'allow line 4', 'allowed', undefined, undefined],
    ['end', 'export', 'key', 'allow line 4', 'allowed', 200, 'yes'],
    ['request', 'export', 'key', 'profile read-only', 'refused', 403, 'no'],
    ['begin', 'other', undefined, 'profile directory', 'reported', undefined, undefined],
    ['end', 'other', undefined, 'profile directory', 'reported', 200, 'yes'],
  ])
  assert.doesNotMatch(JSON.stringify(fake.lines()), /csk_/)
})

test('refusals are recorded: of nobody that is known, of another tenant, of a wrong key in a token request, of SIDECAR_PROFILE', async (t) => {
  const fake = fakeTrail()
  const upstream = await startUpstream(t)
  const { line } = testKey()
  const named = await recordingCallers(t, fake, upstream.url, `[export]\n${line}\n`)
  assertRefused(await ask(named, { ...write, headers: ['X-Request-Id: budi'] }), 'caller_unknown')
  const [first] = await fake.until(1)
  assert.deepEqual([first?.requestId, first?.tenant], ['…', 'demo'], 'an id that could be a name is none of the trail')
  const body = `grant_type=client_credentials&client_id=export&client_secret=${testKey().key}`
  assertRefused(await ask(named, { method: 'POST', target: '/oauth/token', body }), 'caller_unknown')
  await fake.until(2)
  const limited = await recording(t, fake, upstream.url, { profile: ['read-only'] })
  assertRefused(await ask(limited, { target: '/core/v1/employees?tenant=another' }), 'policy_denied')
  await fake.until(3)
  assertRefused(await ask(limited, { ...write, headers: ['Content-Type: application/json'] }), 'policy_denied')
  assert.deepEqual(
    only(await fake.until(4), 'event', 'caller', 'operation', 'profile', 'verdict', 'status', 'reached'),
    [
      ['request', 'other', '/core/v1/employees', 'unknown caller', 'refused', 403, 'no'],
      ['request', 'other', '/oauth/token', 'unknown caller', 'refused', 403, 'no'],
      ['request', 'anonymous', '/core/v1/employees', 'tenant rule', 'refused', 403, 'no'],
      ['request', 'anonymous', '/core/v1/employees', 'SIDECAR_PROFILE read-only', 'refused', 403, 'no'],
    ],
  )
  assert.equal(upstream.received.length, 0)
})

test('where the credentials become those of another tenant before it is sent, its end has the tenant that it went to', async (t) => {
  const fake = fakeTrail()
  const upstream = await startUpstream(t)
  const sidecar = await recording(t, fake, upstream.url)
  const token = await sidecar.tokens.get()
  fake.beforeCommit = () => sidecar.tokens.replace(async () => ({ ...token, value: 'token-other', tenant: 'other' }))
  assert.equal((await ask(sidecar, write)).status, 200)
  assert.deepEqual(only(await fake.until(2), 'event', 'tenant'), [
    ['begin', 'demo'],
    ['end', 'other'],
  ])
  assert.equal(upstream.received[0]?.headers.tenant, 'other')
})

test('an upload that asks for another method is refused in one line, before anything of it has left', async (t) => {
  const fake = fakeTrail()
  const upstream = await startUpstream(t)
  const { key, line } = testKey()
  const sidecar = await recordingCallers(t, fake, upstream.url, `[uploads]\n${line}\nprofile = no-delete\n`)
  const body = '--x\r\nContent-Disposition: form-data; name="_method"\r\n\r\nDELETE\r\n--x--\r\n'
  const headers = [`Authorization: ${basic('uploads', key)}`, 'Content-Type: multipart/form-data; boundary=x']
  assertRefused(await ask(sidecar, { method: 'POST', target: '/core/v1/companies', headers, body }), 'policy_denied')
  const [refused, ...more] = await fake.until(1)
  assert.deepEqual(more, [])
  assert.deepEqual([refused?.event, refused?.verdict, refused?.reached], ['request', 'refused', 'no'])
  assert.match(String(refused?.profile), /^ambiguous: it has a field _method in its upload/)
  assert.equal(upstream.received.length, 0)
})

test('a body that is too large is one line: it was refused before its token was asked for', async (t) => {
  const fake = fakeTrail()
  const upstream = await startUpstream(t)
  const sidecar = await recording(t, fake, upstream.url, { maxBodyBytes: 10 })
  assertRefused(await ask(sidecar, write), 'body_too_large')
  assert.deepEqual(only(await fake.until(1), 'event', 'status', 'reached', 'verdict'), [
    ['request', 413, 'no', undefined],
  ])
})

test('what the guards refuse, placeholders and preflights are not recorded', async (t) => {
  const fake = fakeTrail()
  const upstream = await startUpstream(t)
  const origin = 'https://app.example'
  const sidecar = await recording(t, fake, upstream.url, { allowedOrigins: new Set([origin]) })
  assert.equal((await ask(sidecar, { host: 'evil.example' })).status, 421)
  assert.equal((await ask(sidecar, { headers: ['Origin: https://evil.example'] })).status, 403)
  assert.equal((await ask(sidecar, { target: '/core/../users' })).status, 400)
  assert.equal((await ask(sidecar, { headers: ['Via: 1.1 catapa-sidecar'] })).status, 508)
  assert.equal((await ask(sidecar, { method: 'TRACE' })).status, 405)
  const preflight = [`Origin: ${origin}`, 'Access-Control-Request-Method: DELETE']
  assert.equal((await ask(sidecar, { method: 'OPTIONS', headers: preflight })).status, 204)
  const body = 'grant_type=client_credentials&client_id=x&client_secret=y'
  assert.equal((await ask(sidecar, { method: 'POST', target: '/oauth/token', body })).status, 200)
  await ask(sidecar, { target: '/v1/users/me' })
  assert.deepEqual(only(await fake.until(1), 'operation'), [['/v1/users/me']])
})

const full = 'ENOSPC'

test('writes: while nothing can be written what changes something is refused and not sent, and reading goes on', async (t) => {
  const fake = fakeTrail('writes')
  const upstream = await startUpstream(t)
  const sidecar = await recording(t, fake, upstream.url)
  await ask(sidecar, {})
  await fake.until(1)
  fake.fail(full)
  const refused = await ask(sidecar, write)
  assert.equal(assertRefused(refused, 'audit_unavailable').status, 503)
  assert.match(refused.header('retry-after') ?? '', /^\d+$/)
  assert.doesNotMatch(refused.body, /\/var\/lib|ENOSPC/)
  assert.equal((await ask(sidecar, {})).status, 200)
  await eventually(() => fake.failing()?.unrecorded === 1, 'the read is counted')
  assert.deepEqual([fake.failing()?.refused, fake.failing()?.unrecorded], [1, 1])
  assert.deepEqual(
    upstream.received.map(({ method }) => method),
    ['GET', 'GET'],
  )
  fake.fail()
  assert.equal((await ask(sidecar, write)).status, 200)
  assert.equal((await fake.until(3)).length, 3)
})

test('all: then reading is refused too', async (t) => {
  const fake = fakeTrail('all')
  const upstream = await startUpstream(t)
  const sidecar = await recording(t, fake, upstream.url, { upstreamConnections: 1, queueTimeoutMs: 300 })
  await sidecar.tokens.get()
  fake.fail('replaced')
  assertRefused(await ask(sidecar, {}), 'audit_unavailable')
  assertRefused(await ask(sidecar, write), 'audit_unavailable')
  await eventually(
    () => sidecar.log.filter(({ problem }) => problem === 'audit_unavailable').length === 2,
    'both ended',
  )
  assert.deepEqual([fake.failing()?.refused, fake.failing()?.unrecorded], [2, 0])
  assert.equal(upstream.received.length, 0)
  fake.fail()
  assert.equal((await ask(sidecar, {})).status, 200, 'the one place was given back')
})

test('open: then everything goes on, and is counted once', async (t) => {
  const fake = fakeTrail('open')
  const upstream = await startUpstream(t)
  const sidecar = await recording(t, fake, upstream.url)
  await sidecar.tokens.get()
  fake.fail(full)
  assert.equal((await ask(sidecar, {})).status, 200)
  assert.equal((await ask(sidecar, write)).status, 200)
  await eventually(() => fake.failing()?.unrecorded === 2, 'both are counted')
  assert.deepEqual([fake.failing()?.refused, fake.failing()?.unrecorded], [0, 2])
  assert.deepEqual(fake.calls(), [])
})

test('a write that is refused gives its place back', async (t) => {
  const fake = fakeTrail('writes')
  const upstream = await startUpstream(t)
  const sidecar = await recording(t, fake, upstream.url, { upstreamConnections: 1, queueTimeoutMs: 300 })
  await sidecar.tokens.get()
  fake.fail(full)
  for (let i = 0; i < 3; i++) assertRefused(await ask(sidecar, write), 'audit_unavailable')
  assert.equal((await ask(sidecar, {})).status, 200)
})

test('64 writers at once: each has a line before and one after, in this order', async (t) => {
  const fake = fakeTrail()
  const upstream = await startUpstream(t)
  const sidecar = await recording(t, fake, upstream.url)
  await Promise.all(
    Array.from({ length: 64 }, () => {
      return new Promise((resolve, reject) => {
        const sent = request({ port: sidecar.port, host: '127.0.0.1', path: '/core/v1/employees', method: 'POST' })
        sent.on('response', (response) => response.resume().on('end', resolve)).on('error', reject)
        sent.end('{}')
      })
    }),
  )
  await fake.until(128)
  const lines = fake.lines()
  const ends = lines.filter(({ event }) => event === 'end')
  assert.equal(ends.length, 64)
  for (const end of ends) {
    const begin = lines[Number(end.begin) - 1]
    assert.equal(begin?.event, 'begin')
    assert.equal(begin.requestId, end.requestId)
  }
  assert.equal(new Set(ends.map(({ begin }) => begin)).size, 64)
})
