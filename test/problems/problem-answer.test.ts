import assert from 'node:assert/strict'
import { STATUS_CODES } from 'node:http'
import { test } from 'node:test'
import fc from 'fast-check'
import { pino } from 'pino'
import { newCalls } from '../../src/forwarding/call.ts'
import { dataServer } from '../../src/forwarding/data-server.ts'
import { dataApp } from '../../src/forwarding/forwarding.ts'
import { type ProblemCode, problems } from '../../src/problems/codes.ts'
import { asProblem, type ProblemError } from '../../src/problems/problem.ts'
import { problemAnswer } from '../../src/problems/problem-answer.ts'
import { type Answer, ask, parseAnswer } from '../support/ask.ts'
import { startWithCallers, testKey } from '../support/callers.ts'
import { someProblem } from '../support/failures.ts'
import { onePlace } from '../support/places.ts'
import { listenOnFreePort, printed, raw, startTestSidecar, startUpstream, testConfig } from '../support/sidecar.ts'

const codes = Object.keys(problems) as ProblemCode[]

/** RFC 9209 §2.3. */
const proxyErrorTypes = new Set(
  `dns_timeout dns_error destination_not_found destination_unavailable destination_ip_prohibited
  destination_ip_unroutable connection_refused connection_terminated connection_timeout connection_read_timeout
  connection_write_timeout connection_limit_reached tls_protocol_error tls_certificate_error tls_alert_received
  http_request_error http_request_denied http_response_incomplete http_response_header_section_size
  http_response_header_size http_response_body_size http_response_trailer_section_size http_response_trailer_size
  http_response_transfer_coding http_response_content_coding http_response_timeout http_upgrade_failed
  http_protocol_error proxy_internal_response proxy_internal_error proxy_configuration_error
  proxy_loop_detected`.split(/\s+/),
)

/** A list of tokens with parameters that are tokens: what RFC 8941 leaves of a field like ours. */
function structuredList(field: string): { item: string; parameters: Map<string, string> }[] {
  const token = "[A-Za-z*][A-Za-z0-9:/!#$%&'*+.^_`|~-]*"
  return field.split(/[ \t]*,[ \t]*/).map((member) => {
    const [item = '', ...rest] = member.split(/; */)
    assert.match(item, new RegExp(`^${token}$`))
    const parameters = rest.map((parameter): [string, string] => {
      const [, key, value] = new RegExp(`^([a-z*][a-z0-9_.*-]*)=(${token})$`).exec(parameter) ?? []
      assert.ok(key !== undefined && value !== undefined, `${parameter} is no parameter`)
      return [key, value]
    })
    return { item, parameters: new Map(parameters) }
  })
}

/** Codes that sidecars of this file answered with. */
const answered = new Set<ProblemCode>()

async function assertAnswered(...[sidecar, question, code]: [...Parameters<typeof ask>, ProblemCode]): Promise<Answer> {
  const answer = await ask(sidecar, question)
  assertWholeProblem(answer, code)
  answered.add(code)
  return answer
}

/** Holds a problem against design/promises 3.15, from the status line to the last member. */
function assertWholeProblem(answer: Answer, code: ProblemCode): void {
  const { status } = problems[code]
  assert.equal(answer.status, status, code)
  assert.equal(answer.reason, `${STATUS_CODES[status]} (catapa-sidecar: ${code})`)
  assert.equal(answer.header('content-type'), 'application/problem+json')
  assert.equal(answer.header('x-catapa-sidecar-error'), code)
  assert.equal(answer.header('cache-control'), 'no-store')
  assert.equal(answer.header('allow') !== undefined, status === 405)
  const retryAfter = answer.header('retry-after')
  if (status === 503) assert.match(retryAfter ?? '', /^([1-9]|10)$/)
  else assert.equal(retryAfter, undefined)
  const [member, ...others] = structuredList(answer.header('proxy-status') ?? '')
  assert.equal(others.length, 0)
  assert.equal(member?.item, 'catapa-sidecar')
  assert.deepEqual([...(member?.parameters.keys() ?? [])], ['error'])
  assert.ok(proxyErrorTypes.has(member?.parameters.get('error') ?? ''), answer.header('proxy-status'))

  if (answer.body === '') return // An answer to HEAD.
  assert.equal(answer.header('content-length'), String(Buffer.byteLength(answer.body, 'latin1')))
  const { detail, requestId, reached, ...rest } = JSON.parse(answer.body)
  const type = `tag:catapa-sidecar,2026:docs/errors.md#${code}`
  assert.deepEqual(rest, { type, title: problems[code].title, status, code })
  assert.match(detail, /^[A-Z].*\.$/s)
  assert.ok(reached === 'no' || reached === 'maybe')
  assert.equal(/CATAPA may have acted .* before sending it again\.$/.test(detail), reached === 'maybe')
  assert.equal(requestId, answer.header('x-request-id'))
  // No address of anything behind the sidecar, and no words of a library.
  assert.doesNotMatch(detail, /\d+\.\d+\.\d+\.\d+|\[?::1|localhost:\d|ECONN|UND_ERR|FST_|HPE_|undefined|\bat \//)
}

/** As it would come over the wire. */
function rendered(problem: ProblemError): Answer {
  const { status, reason, headers, body } = problemAnswer(problem, { requestId: 'id-1', language: 'en' })
  const head = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  return parseAnswer(`HTTP/1.1 ${status} ${reason}\r\n${head}\r\n${Buffer.from(body).toString('latin1')}`)
}

test('every problem of the table has the form of the contract', () => {
  for (const code of codes)
    for (const reached of ['no', 'maybe'] as const) assertWholeProblem(rendered(someProblem(code, { reached })), code)
})

test('statuses are the ones of the contract, and none is a success or a 401', () => {
  assert.deepEqual(
    Object.fromEntries(codes.filter((code) => code in contract).map((code) => [code, problems[code].status])),
    contract,
  )
  for (const { status } of Object.values(problems)) assert.ok(Number(status) >= 400 && Number(status) !== 401)
})

const contract = {
  bad_request: 400,
  origin_not_allowed: 403,
  policy_denied: 403,
  method_not_allowed: 405,
  request_timeout: 408,
  body_too_large: 413,
  host_not_allowed: 421,
  headers_too_large: 431,
  upstream_unreachable: 502,
  upstream_tls_untrusted: 502,
  upstream_closed: 502,
  interrupted: 502,
  token_unavailable: 503,
  credentials_rejected: 503,
  login_required: 503,
  draining: 503,
  overloaded: 503,
  upstream_timeout: 504,
  loop_detected: 508,
}

test('property: Retry-After is a whole number of seconds from 1 to 10, and of overloaded to 60, whatever is known', () => {
  fc.assert(
    fc.property(fc.oneof(fc.double(), fc.integer(), fc.constant(undefined)), (ms) => {
      const known = ms === undefined ? {} : { retryAfterMs: ms }
      assert.match(rendered(someProblem('draining', known)).header('retry-after') ?? '', /^([1-9]|10)$/)
      assert.match(rendered(someProblem('overloaded', known)).header('retry-after') ?? '', /^([1-9]|[1-5]\d|60)$/)
    }),
    { seed: 4711 },
  )
  const after = (retryAfterMs: number) => rendered(someProblem('draining', { retryAfterMs })).header('retry-after')
  assert.deepEqual([0, 1, 1000, 1001, 9999, 10_000, 300_000].map(after), ['1', '1', '1', '2', '10', '10', '10'])
  const later = (retryAfterMs: number) => rendered(someProblem('overloaded', { retryAfterMs })).header('retry-after')
  assert.deepEqual([0, 10_001, 59_001, 300_000].map(later), ['1', '11', '60', '60'])
  assert.equal(later(20_000.000_000_004), '20', 'as 8,012.3 + 20,000 - 8,012.3 may be')
})

test('what is no problem is a fault of ours, of which the caller learns nothing', () => {
  const secret = new TypeError('cannot read 10.0.0.7 of made-up-secret')
  for (const error of [
    secret,
    'a string',
    undefined,
    null,
    { statusCode: 404 },
    Object.assign(new Error('x'), { statusCode: 413 }),
  ]) {
    const problem = asProblem(error)
    assert.equal(problem.code, 'internal_error')
    assert.equal(problem.reached, 'maybe')
    assertWholeProblem(rendered(problem), 'internal_error')
  }
  const known = someProblem('draining')
  assert.equal(asProblem(known), known)
})

test('every problem that the guards can answer comes over the wire in that form', async (t) => {
  const upstream = await startUpstream(t)
  const sidecar = await startTestSidecar(t, upstream.url, { maxBodyBytes: 10 })
  const produced: [ProblemCode, Parameters<typeof ask>[1]][] = [
    ['bad_request', { target: '/a/../b' }],
    ['bad_request', { host: undefined }],
    ['bad_request', { headers: ['no colon'] }], // Node's parser refuses this one.
    ['bad_request', { target: '/caf\xe9' }],
    ['origin_not_allowed', { headers: ['Origin: null'] }],
    ['policy_denied', { target: '/?tenant=other' }],
    ['method_not_allowed', { method: 'TRACE' }],
    ['method_not_allowed', { method: 'CONNECT', target: 'localhost:443' }],
    ['body_too_large', { method: 'POST', body: 'x'.repeat(11) }],
    ['host_not_allowed', { host: 'evil.example' }],
    ['host_not_allowed', { host: 'evil.example', method: 'HEAD' }],
    ['host_not_allowed', { host: 'evil.example', version: '1.0' }],
    ['headers_too_large', { headers: Array.from({ length: 1001 }, () => 'X: y') }],
    ['headers_too_large', { headers: [`X: ${'y'.repeat(70_000)}`] }],
    ['loop_detected', { headers: ['Via: 1.1 catapa-sidecar'] }],
  ]
  for (const [code, question] of produced) await assertAnswered(sidecar, question, code)
  await assertAnswered(await startWithCallers(t, upstream.url, `[export]\n${testKey().line}\n`), {}, 'caller_unknown')
  assert.equal(upstream.received.length, 0)
})

test('the request id of a problem is the one that the caller gave', async (t) => {
  const sidecar = await startTestSidecar(t, (await startUpstream(t)).url)
  const given = await ask(sidecar, { host: 'evil.example', headers: ['X-Request-Id: "job"<4711>'] })
  assert.equal(given.header('x-request-id'), '"job"<4711>')
  assertWholeProblem(given, 'host_not_allowed')
})

test('a problem that is answered before the end of the request closes the connection', async (t) => {
  const sidecar = await startTestSidecar(t, (await startUpstream(t)).url)
  const head = 'POST / HTTP/1.1\r\nHost: evil.example\r\nContent-Length: 3\r\n\r\n'
  const early = parseAnswer(await raw(sidecar.port, head))
  assert.equal(early.header('connection'), 'close')
  assertWholeProblem(early, 'host_not_allowed')
  const none = await raw(sidecar.port, 'GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n', { until: /\}$/ })
  assert.equal(parseAnswer(none).header('connection'), 'keep-alive')
})

test('refused credentials and an unreachable CATAPA are told without their addresses', async (t) => {
  const upstream = await startUpstream(t)
  const refusing = await startUpstream(t, (_request, response) =>
    response.writeHead(401, { 'content-type': 'application/json' }).end('{"error":"invalid_client"}'),
  )
  const rejected = await startTestSidecar(t, refusing.url, { tokenUrl: new URL('/token', refusing.url) })
  await assertAnswered(rejected, {}, 'credentials_rejected')
  const unreachable = await startTestSidecar(t, 'http://127.0.0.1:1', {
    tokenUrl: new URL('/oauth/token', upstream.url),
  })
  await assertAnswered(unreachable, {}, 'upstream_unreachable')
  const nobody = await startTestSidecar(t, upstream.url, { grant: 'authorization_code' })
  await assertAnswered(nobody, {}, 'login_required')
  const tokenless = await startTestSidecar(t, 'http://127.0.0.1:1', { tokenWaitMs: 300 })
  await assertAnswered(tokenless, {}, 'token_unavailable')
})

test('a fault of ours is answered 500 without a word of it, and logged whole', async (t) => {
  const log: string[] = []
  const logger = pino({ base: null }, { write: (text: string) => printed(log[log.push(text) - 1] ?? '') })
  const context = {
    config: testConfig('http://127.0.0.1:1'),
    tokens: {
      current() {
        throw Object.assign(new TypeError('no such thing at 10.0.0.7'), { statusCode: 404 })
      },
    } as never,
    dispatcher: {} as never,
    places: onePlace(),
    calls: newCalls(),
    rules: { profiles: testConfig('http://x').profile, callers: undefined },
    tenant: () => 'demo',
    draining: () => false,
  }
  const app = await dataApp({ context, logger, isNews: () => true })
  t.after(() => app.close())
  const port = await listenOnFreePort(
    t,
    dataServer(app.routing, logger, () => true, 'en'),
  )
  for (const question of [{}, { method: 'POST', body: 'abc' }]) {
    const answer = await assertAnswered({ port }, question, 'internal_error')
    assert.equal(JSON.parse(answer.body).reached, 'no')
    assert.doesNotMatch(answer.body, /no such thing|10\.0\.0\.7|TypeError/)
  }
  const lines = log.map((text) => JSON.parse(text))
  assert.equal(lines.filter(({ level, err }) => level === 50 && /no such thing/.test(err.message)).length, 2)
  assert.equal(lines.filter(({ msg, problem }) => msg === 'request' && problem === 'internal_error').length, 2)
})

test('every code of the table was answered by a sidecar above, or belongs to the tests of the wire and the transport', () => {
  const elsewhere: ProblemCode[] = [
    ...(['request_timeout', 'draining', 'overloaded', 'interrupted'] as const),
    ...(['upstream_tls_untrusted', 'upstream_closed', 'upstream_timeout', 'audit_unavailable'] as const),
    ...(['repeated', 'key_reused'] as const),
  ]
  assert.deepEqual([...answered, ...elsewhere].sort(), codes.toSorted())
})
