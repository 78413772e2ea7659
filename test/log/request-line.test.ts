import assert from 'node:assert/strict'
import { request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import fc from 'fast-check'
import { pino } from 'pino'
import { newKey } from '../../src/callers/key.ts'
import { type FinishedRequest, loggableId, product } from '../../src/log/finished-request.ts'
import { requestLog } from '../../src/log/request-line.ts'
import { pathTemplate, queryNames } from '../../src/operations/path-template.ts'
import type { RefusalRule } from '../../src/problems/failure.ts'
import { ask } from '../support/ask.ts'
import { someFailure } from '../support/failures.ts'
import { raw, startTestSidecar, startUpstream, type TestSidecar } from '../support/sidecar.ts'

const info = 30
const warn = 40

/** The lines of requests, once there are `count`; and a moment later still no more. */
async function requestLines(sidecar: TestSidecar, count: number): Promise<Record<string, unknown>[]> {
  const lines = () => sidecar.log.filter(({ msg }) => msg === 'request')
  for (let attempt = 0; attempt < 600 && lines().length < count; attempt++) await pause(50)
  await pause(50)
  assert.equal(lines().length, count, JSON.stringify(lines()))
  return lines()
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

async function start(
  t: TestContext,
  ...[answer, overrides]: [Parameters<typeof startUpstream>[1]?, Parameters<typeof startTestSidecar>[2]?]
) {
  const upstream = await startUpstream(t, answer)
  return { upstream, sidecar: await startTestSidecar(t, upstream.url, overrides) }
}

test('a request that CATAPA answered is one line at level info, with these fields', async (t) => {
  const { sidecar } = await start(t, (_request, response) => response.writeHead(201).end('{"created":true}'))
  await ask(sidecar, {
    method: 'POST',
    target: '/core/v1/employees/8f3c/payslip?page=0&query=name:budi',
    headers: ['User-Agent: payroll-job/2.1 (Budi; host-17)', 'X-Request-Id: 4bf92f3577b34da6'],
    body: '{"name":"Budi"}',
  })
  const [line] = await requestLines(sidecar, 1)
  const { time, durationMs, upstreamMs, ...rest } = line ?? {}
  assert.deepEqual(rest, {
    level: info,
    requestId: '4bf92f3577b34da6',
    method: 'POST',
    path: '/core/v1/employees/{id}/payslip',
    query: ['page', 'query'],
    status: 201,
    origin: 'catapa',
    requestBytes: 15,
    responseBytes: 16,
    caller: '127.0.0.1',
    program: 'payroll-job/2.1',
    listener: `127.0.0.1:${sidecar.port}`,
    msg: 'request',
  })
  for (const number of [time, durationMs, upstreamMs]) assert.equal(typeof number, 'number')
  assert.ok(Number(durationMs) >= Number(upstreamMs))
})

test('errors of CATAPA are its answers: level info; problems of the sidecar are level warn and name their code', async (t) => {
  const { sidecar } = await start(t, (_request, response) => response.writeHead(500).end('{}'))
  await ask(sidecar)
  const refused = [
    { host: 'evil.example' },
    { target: '/a/../b' },
    { headers: ['Origin: https://evil.example'] },
    { target: '/core/v1/employees?tenant=other' },
    { method: 'TRACE' },
    { headers: ['Via: 1.1 catapa-sidecar'] },
    { method: 'HEAD', host: 'evil.example' },
  ]
  for (const question of refused) await ask(sidecar, question)
  const [first, ...others] = await requestLines(sidecar, 1 + refused.length)
  assert.deepEqual([first?.level, first?.status, first?.origin, first?.problem], [info, 500, 'catapa', undefined])
  assert.deepEqual(
    others.map(({ level, status, origin, problem, path }) => [level, status, origin, problem, path]),
    [
      [warn, 421, 'sidecar', 'host_not_allowed', undefined],
      [warn, 400, 'sidecar', 'bad_request', undefined],
      [warn, 403, 'sidecar', 'origin_not_allowed', '/core/v1/employees'],
      [warn, 403, 'sidecar', 'policy_denied', '/core/v1/employees'],
      [warn, 405, 'sidecar', 'method_not_allowed', undefined],
      [warn, 508, 'sidecar', 'loop_detected', '/core/v1/employees'],
      [warn, 421, 'sidecar', 'host_not_allowed', undefined],
    ],
  )
  assert.ok(Number(others[0]?.responseBytes) > 100)
  assert.equal(others.at(-1)?.responseBytes, 0)
})

test('preflights and placeholders are answers of the sidecar at level info', async (t) => {
  const { sidecar } = await start(t, undefined, { allowedOrigins: new Set(['https://hr.corp.example']) })
  await ask(sidecar, {
    method: 'OPTIONS',
    headers: ['Origin: https://hr.corp.example', 'Access-Control-Request-Method: PUT'],
  })
  await ask(sidecar, { method: 'POST', target: '/oauth/token', body: 'grant_type=x' })
  const lines = await requestLines(sidecar, 2)
  assert.deepEqual(
    lines.map(({ level, status, origin, problem, requestBytes }) => [level, status, origin, problem, requestBytes]),
    [
      [info, 204, 'sidecar', undefined, 0],
      [info, 200, 'sidecar', undefined, 12],
    ],
  )
})

test('a caller that leaves before it is answered has its line too, with its address', async (t) => {
  let reached = () => {}
  const arrived = new Promise<void>((resolve) => {
    reached = resolve
  })
  const { sidecar } = await start(t, () => reached())
  const socket = connect({ port: sidecar.port, host: '127.0.0.1' })
  socket.write('GET /core/v1/employees HTTP/1.1\r\nHost: localhost\r\n\r\n')
  await arrived
  socket.destroy()
  const [line] = await requestLines(sidecar, 1)
  assert.deepEqual(
    [line?.level, line?.callerGone, line?.status, line?.problem, line?.caller, line?.listener],
    [info, true, undefined, undefined, '127.0.0.1', `127.0.0.1:${sidecar.port}`],
  )
  assert.equal(typeof line?.upstreamMs, 'number')
})

test('an answer that was cut on its way has its line, with the problem', async (t) => {
  const { sidecar } = await start(t, (_request, response) => {
    response.writeHead(200, { 'content-length': 100 })
    response.write('abc')
    setTimeout(() => response.destroy(), 100)
  })
  await ask(sidecar, { headers: ['Connection: keep-alive'] }).catch(() => {})
  const [line] = await requestLines(sidecar, 1)
  assert.deepEqual(
    [line?.level, line?.status, line?.origin, line?.problem, line?.callerGone],
    [warn, 200, 'catapa', 'upstream_closed', undefined],
  )
})

test('requests on one connection, pipelined or not, have a line each', async (t) => {
  const { sidecar } = await start(t)
  const socket = connect({ port: sidecar.port, host: '127.0.0.1' })
  t.after(() => socket.destroy())
  const one = 'GET /core/v1/employees HTTP/1.1\r\nHost: localhost\r\n\r\n'
  socket.write(one + one)
  await requestLines(sidecar, 2)
  socket.write(one)
  await requestLines(sidecar, 3)
})

test('a caller at a socket file is named so', { skip: process.platform === 'win32' }, async (t) => {
  const path = join(tmpdir(), `catapa-sidecar-access-log-${process.pid}.sock`)
  const { sidecar } = await start(t, undefined, { listen: [{ kind: 'unix', path, mode: 0o600 }] })
  await new Promise<void>((resolve, reject) => {
    httpRequest({ socketPath: path, path: '/core/v1/employees', headers: { host: 'localhost' } }, (response) => {
      response.resume().on('end', resolve)
    })
      .on('error', reject)
      .end()
  })
  const [line] = await requestLines(sidecar, 1)
  assert.deepEqual([line?.caller, line?.listener], ['socket file', 'socket file'])
})

test('no id, value, name or address of a person is logged, wherever a caller writes it', async (t) => {
  const personal = ['budi', 'santoso', '3174012345678901', 'corp.example', '08123456789', 'bearer-of-mine']
  const { sidecar, upstream } = await start(t)
  const everywhere = [
    { target: '/core/v1/employees/Budi-Santoso/3174012345678901' },
    { target: '/core/v1/tax-calculations/externalId%3D3174012345678901' },
    { target: '/budi.santoso@corp.example' },
    { target: '/core/v1/employees;name=budi' },
    { target: '/core/v1/employees?query=name:budi;phone:08123456789&page=1' },
    { target: '/core/v1/employees?budi' },
    { target: '/core/v1/employees?budi.santoso@corp.example' },
    { target: '/core/v1/employees?budi@corp.example=1&3174012345678901=x' },
    { target: '/core/v1/employees?page=1;budi=2' },
    { headers: ['User-Agent: payroll (Budi Santoso)', 'From: budi.santoso@corp.example', 'Referer: http://x/budi'] },
    { headers: ['User-Agent: budi.santoso@corp.example'] },
    { headers: ['X-Request-Id: budi.santoso@corp.example'] },
    { headers: ['X-Request-Id: 3174012345678901', 'Cookie: budi=santoso', 'Authorization: Bearer bearer-of-mine'] },
    { headers: ['X-Request-Id: Budi-Santoso'] },
    { method: 'POST', body: '{"name":"Budi Santoso"}' },
    // The same in requests that are refused.
    { target: '/a/../Budi-Santoso?budi' },
    { target: 'http://budi.corp.example/Santoso' },
    { target: '/budi\xe9' },
    { host: 'budi.corp.example' },
    { headers: ['Origin: https://budi.corp.example'] },
    { headers: ['Tenant: santoso'] },
    { target: '/core/v1/employees?tenant=budi' },
    { method: 'POST', target: '/oauth/token', body: 'client_id=budi&client_secret=santoso' },
    { headers: ['X-Request-Id: budi@corp.example', 'Host: budi'] },
  ]
  for (const question of everywhere) await ask(sidecar, question)
  await pause(50)
  const printed = JSON.stringify(sidecar.log).toLowerCase()
  for (const value of personal) assert.ok(!printed.includes(value), `${value} in ${printed}`)
  // The search finds what is there: the same values in what CATAPA received.
  const received = JSON.stringify(upstream.received.map((request) => [request, request.body.toString()])).toLowerCase()
  for (const value of personal.slice(0, 5)) assert.ok(received.includes(value), value)
  assert.ok(printed.includes('"path":"/core/v1/employees/{id}/{id}"'))
})

test('of a User-Agent the product token is logged', () => {
  for (const [userAgent, expected] of [
    ['curl/8.5.0', 'curl/8.5.0'],
    ['Mozilla/4.0 (compatible; Win32; WinHttp.WinHttpRequest.5)', 'Mozilla/4.0'],
    ['Java/1.8.0_291', 'Java/1.8.0_291'],
    ['PayrollJob', 'PayrollJob'],
    ['budi@corp.example', undefined],
    ['(budi)', undefined],
    ['', undefined],
    [undefined, undefined],
    ['x'.repeat(60_000), undefined],
  ] as const)
    assert.equal(product(userAgent), expected)
})

test('a request id is logged when nobody wrote it: a UUID, a trace id in hex, letters and digits in a jumble', () => {
  for (const id of [
    ...[crypto.randomUUID(), crypto.randomUUID().toUpperCase(), '4bf92f3577b34da6a3ce929d0e0e4736', '00F067AA0BA902B7'],
    ...['01ARZ3NDEKTSV4RRFFQ69G5FAV', '0ujtsYcgvSTl8PAuAdqWYSMnLOv', 'kJ3xQ9vB2mZ7tL0pW4sD'],
  ])
    assert.equal(loggableId(id), id)
  for (const id of [
    ...['budi', 'Budi-Santoso', 'budi.santoso-3273012345670001', 'BudiSantosoLestari1990', 'DewiAyuBudiSariAni1990'],
    ...['3174012345678901', '31740123456789013174012345678901', '3273012345670001abc', 'be3273012345670001'],
    ...[
      'a1@corp.example',
      '<b1>',
      'a1"',
      'job-4711',
      'employee/4711/salary=12000000',
      'Bearer-eyJhbGciOi1',
      'a1b2',
      '',
    ],
    ...[`id.${newKey()}`, newKey(), `kJ3xQ9vB2mZ7tL0pW4sD.`, 'kJ3xQ9vB2mZ7tL0pW4sD'.repeat(4)],
  ])
    assert.equal(loggableId(id), '…', id)
})

test('a flood of the same failure is summarised: twenty lines, then one that counts the rest', {
  timeout: 60_000,
}, async (t) => {
  const { sidecar, upstream } = await start(t)
  for (let i = 0; i < 50; i++) await ask(sidecar, { target: '/core/v1/../x' })
  await ask(sidecar, {})
  const lines = () => sidecar.log.filter(({ msg }) => msg === 'request')
  for (let attempt = 0; attempt < 100 && lines().length < 21; attempt++) await pause(50)
  assert.equal(lines().filter(({ problem }) => problem === 'bad_request').length, 20)
  assert.equal(lines().filter(({ status }) => status === 200).length, 1, 'an answer of CATAPA is no part of the flood')
  const summary = () => sidecar.log.find(({ msg }) => msg === 'more requests ended like this')
  for (let attempt = 0; attempt < 240 && summary() === undefined; attempt++) await pause(50)
  assert.deepEqual([summary()?.problem, summary()?.more, summary()?.level], ['bad_request', 30, warn])
  assert.equal(upstream.received.length, 1)
})

test('so are callers that leave before they are answered: else whoever hangs up again and again would fill the disk', {
  timeout: 60_000,
}, async (t) => {
  const { sidecar, upstream } = await start(t, () => {})
  for (let i = 1; i <= 30; i++) {
    const socket = connect({ port: sidecar.port, host: '127.0.0.1' })
    socket.write('GET /core/v1/employees HTTP/1.1\r\nHost: localhost\r\n\r\n')
    for (let attempt = 0; attempt < 400 && upstream.received.length < i; attempt++) await pause(10)
    socket.destroy()
  }
  const summary = () => sidecar.log.find(({ msg }) => msg === 'more requests ended like this')
  for (let attempt = 0; attempt < 240 && summary() === undefined; attempt++) await pause(50)
  assert.deepEqual([summary()?.callerGone, summary()?.problem, summary()?.more], [true, undefined, 10])
  assert.equal(sidecar.log.filter(({ callerGone, msg }) => callerGone && msg === 'request').length, 20)
})

test('property: a line is the JSON of the fields of its request, in their order, without the failure, and with the key only of an unknown caller', () => {
  const path = fc.string({ unit: fc.constantFrom('/', 'v1', 'core', '%', '"', '\\', 'externalId%3D', 'é', '{', 'x1') })
  const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined })
  const requests: fc.Arbitrary<FinishedRequest> = fc.record({
    requestId: fc.string({ unit: 'binary' }).map(loggableId),
    method: fc.constantFrom('GET', 'M-SEARCH'),
    path: maybe(path.map((text) => pathTemplate(`/${text}`))),
    query: maybe(fc.string({ unit: fc.constantFrom('a', '&', '=', '"', '\\', 'name', '1', 'é') })).map(queryNames),
    status: maybe(fc.integer({ min: 100, max: 599 })),
    origin: fc.constantFrom('catapa', 'sidecar'),
    problem: maybe(fc.constantFrom('overloaded', 'draining', 'caller_unknown')),
    detail: maybe(fc.string({ unit: 'binary' })),
    failure: maybe(fc.constant(someFailure('overloaded'))),
    callerGone: maybe(fc.constant(true)),
    resent: maybe(fc.constantFrom(['lost' as const], ['refused' as const, 'pause' as const])),
    waitedFor: maybe(fc.constantFrom('places', 'rate', 'max-in-flight', 'hold')),
    waitedMs: maybe(fc.integer({ min: 0, max: 1e6 }).map((n) => n / 10)),
    durationMs: fc.integer({ min: 0, max: 1e6 }).map((n) => n / 10),
    upstreamMs: maybe(fc.integer({ min: 0, max: 1e6 }).map((n) => n / 10)),
    requestBytes: fc.nat(),
    responseBytes: fc.nat(),
    caller: fc.constantFrom('127.0.0.1', 'fe80::1%eth0', 'socket file', 'payroll-export'),
    address: maybe(fc.constantFrom('127.0.0.1', 'socket file')),
    how: maybe(fc.constantFrom('listener', 'key', 'certificate', 'user')),
    key: maybe(fc.constant('0123abcd')),
    claimedCaller: maybe(fc.constantFrom('payroll-export', '…')),
    wouldHaveBeenRefused: maybe(fc.constantFrom('deny line 14', 'ambiguous: it has a ";" in its path')),
    rule: maybe(
      fc.constantFrom<RefusalRule>(
        { kind: 'deny', line: 14 },
        { kind: 'ambiguous', what: 'semicolon', sidecarProfile: false },
      ),
    ),
    program: maybe(fc.string({ unit: 'binary' }).map((text) => product(`a${text}`) ?? 'none')),
    listener: fc.constantFrom('[::1]:8228', 'socket file'),
  })
  const lines: string[] = []
  const log = pino({ base: null, timestamp: false }, { write: (line: string) => lines.push(line) })
  const logRequest = requestLog(log, () => true)
  fc.assert(
    fc.property(requests, (request) => {
      const { failure, ...told } = request
      const key = request.problem === 'caller_unknown' ? request.key : undefined
      const expected = {
        level: request.problem === undefined ? info : warn,
        ...told,
        key,
        resent: told.resent?.join(),
        msg: 'request',
      }
      logRequest(request)
      assert.equal(lines.pop(), `${JSON.stringify(expected)}\n`)
    }),
    { seed: 4711, numRuns: 2000 },
  )
})

test('a flood of connections that do not speak HTTP is summarised too', async (t) => {
  const { sidecar } = await start(t)
  for (let i = 0; i < 30; i++) await raw(sidecar.port, '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03')
  const lines = sidecar.log.filter(({ msg }) => msg === 'request that is not HTTP/1.1')
  assert.equal(lines.length, 20)
  assert.match(String(lines[0]?.requestId), /^[0-9a-f-]{36}$/)
  assert.match(String(lines[0]?.detail), /speaks TLS/)
})

test('pino leaves the line of a request to us: one of its own would hold the failure as well', async (t) => {
  const { sidecar } = await start(t)
  await ask(sidecar, { host: 'evil.example' })
  const [line] = await requestLines(sidecar, 1)
  assert.ok(line !== undefined && 'problem' in line && !('failure' in line))
})
