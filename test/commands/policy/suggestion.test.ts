import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { requestsInLogs } from '../../../src/commands/policy/log-requests.ts'
import { sectionsText, suggestionFrom } from '../../../src/commands/policy/suggestion.ts'
import { logLine as line, type Told } from '../../support/log-line.ts'

async function* inChunks(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function sectionsFrom(
  logs: AsyncIterable<Uint8Array>[],
): Promise<{ sections: string; notes: readonly string[] }> {
  const { sections, notes } = await suggestionFrom(requestsInLogs(logs), 'log')
  return { sections: sectionsText(sections), notes }
}

const suggested = (text: string, size = 4096) => sectionsFrom([inChunks(text, size)])

/** The sections alone, without comments. */
async function rules(...told: Told[]): Promise<string[]> {
  const { sections } = await suggested(told.map((one) => line(one)).join(''))
  return sections.split('\n').filter((text) => text !== '' && !text.startsWith('#'))
}

async function comments(...told: Told[]): Promise<string> {
  const { sections } = await suggested(told.map((one) => line(one)).join(''))
  return sections
    .split('\n')
    .filter((text) => text.startsWith('#'))
    .join('\n')
}

test('each caller gets a section of what it did, everyone else together the last', async () => {
  const did = await rules(
    { caller: 'other' },
    { caller: 'time-clock', method: 'POST', path: '/timemanagement/v1/attendances' },
    { caller: 'export' },
    { caller: 'export', method: 'HEAD', path: '/core/v1/employees' },
    { caller: 'export', path: '/core/v1/employees/{id}/employment-data' },
  )
  assert.deepEqual(did, [
    '[export]',
    'allow = GET /core/v1/employees',
    'allow = GET /core/v1/employees/*/employment-data',
    '[time-clock]',
    'allow = POST /timemanagement/v1/attendances',
    '[*]',
    'allow = GET /core/v1/employees',
  ])
})

test('where there is no callers file all that called is everyone else, whatever the address', async () => {
  const did = ['127.0.0.1', '::1', 'socket file'].map((caller) => ({ caller, address: undefined }))
  assert.deepEqual(await rules(...did), ['[*]', 'allow = GET /core/v1/employees'])
  const { notes } = await suggested(did.map((one) => line(one)).join(''))
  assert.deepEqual(notes, ['nobody has a name in this log: [*] is everyone who called'])
})

test('methods of one path share a line, and an id is one segment however it is written', async () => {
  const did = await rules(
    { method: 'PUT', path: '/core/v1/tax-calculations/{id}' },
    { path: '/core/v1/tax-calculations/externalId%3D{id}' },
  )
  assert.deepEqual(did, ['[export]', 'allow = GET,PUT /core/v1/tax-calculations/*'])
})

test('what the log cut off after twelve segments is the rest', async () => {
  const path = `${'/{id}'.repeat(12)}/…`
  assert.deepEqual(await rules({ path }), ['[export]', `allow = GET ${'/*'.repeat(12)}/**`])
})

/** Reads of CATAPA's. */
const reads = [
  ...['employees', 'educations', 'religions', 'institutions', 'companies', 'company-groups', 'cost-centers'],
  ...['cities', 'countries', 'currencies', 'employment-types', 'employment-statuses', 'field-of-studies'],
].map((name) => ({ path: `/core/v1/${name}` }))

test('up to twelve operations have lines of their own, and a comment names the profile that would do', async () => {
  const few = reads.slice(0, 12)
  assert.equal((await rules(...few)).length, 1 + 12)
  assert.match(await comments(...few), /^# Shorter, but wider: profile = directory allows all of it\.$/m)
  const bulk = { method: 'DELETE', path: '/core/v1/employees' }
  assert.match(
    await comments(bulk),
    /^# Shorter, but wide open: profile = no-approvals allows all of it, and nearly everything else\.$/m,
  )
  const decides = { method: 'PUT', path: '/core/v1/families/approvals/approve' }
  assert.match(await comments(bulk, decides), /^# No profile but full allows all of it\.$/m)
})

test('more are the narrowest profile, and at most five lines beside it', async () => {
  assert.deepEqual(await rules(...reads), ['[export]', 'profile = directory'])
  const pays = { path: '/core/v1/salary-payments' }
  assert.deepEqual(await rules(...reads, pays), [
    '[export]',
    'profile = directory',
    'allow = GET /core/v1/salary-payments',
  ])
  const deletes = [
    'employees',
    'employee-variables',
    'salary-item-add-on',
    'sub-locations',
    'employee-variable-metadata',
  ]
  const five = deletes.map((name) => ({ method: 'DELETE', path: `/core/v1/${name}` }))
  assert.deepEqual((await rules(...reads, ...five)).slice(0, 2), ['[export]', 'profile = directory'])
  assert.equal((await rules(...reads, ...five)).length, 7)
  const sixth = { method: 'DELETE', path: '/core/v1/severance-plans/{id}' }
  assert.ok((await rules(...reads, ...five, sixth)).every((rule) => !rule.startsWith('profile')))
})

test('where no such profile is near, lines alone: full and what allows nearly everything are never suggested', async () => {
  const paths = reads
    .slice(0, 7)
    .flatMap(({ path }) => ['PUT', 'DELETE'].map((method) => ({ method, path: `${path}/{id}` })))
  const did = await rules(...paths)
  assert.equal(did.length, 1 + 7)
  assert.ok(did.every((rule) => !rule.startsWith('profile')))
})

const ambiguous: Told = {
  wouldHaveBeenRefused: 'ambiguous: it has a ";" in its path',
  rule: { kind: 'ambiguous', what: 'semicolon', sidecarProfile: false },
}

test('what CATAPA or the sidecar refused is left out, and a comment says so', async () => {
  const path = '/core/v1/employees/{id}'
  const refused: Told[] = [
    { status: 403, path },
    { status: 404, path: '/core/v1/{id}' },
    { status: 405, method: 'PATCH', path: '/core/v1/cities' },
    { status: 403, origin: 'sidecar', problem: 'policy_denied', method: 'DELETE', path },
    { status: 403, origin: 'sidecar', problem: 'caller_unknown', method: 'POST', path },
    { ...ambiguous, path: '/core/v1/cities' },
    { path: '/core/v1/employees/' },
  ]
  assert.deepEqual(await rules(...refused, {}), ['[export]', 'allow = GET /core/v1/employees'])
  const told = await comments(...refused, {})
  assert.match(told, /^# Left out, since CATAPA refused it \(403\): GET \/core\/v1\/employees\/\{id\} \(1\)\.$/m)
  assert.match(told, /^# Left out, since CATAPA does not know it \(404\): GET \/core\/v1\/\{id\} \(1\)\.$/m)
  assert.match(told, /^# Left out, since CATAPA does not know it \(405\)/m)
  assert.match(told, /^# Left out, since the sidecar refused it \(policy_denied\): DELETE/m)
  assert.match(told, /^# Left out, since the sidecar refused it \(caller_unknown\): POST/m)
  assert.match(
    told,
    /^# Left out, since no line can allow it \(ambiguous: it has a ";" in its path\): GET \/core\/v1\/cities \(1\)\.$/m,
  )
  assert.match(
    told,
    /^# Left out, since no line can allow it \(a line should have no "\/" at the end of its pattern.*\): GET \/core\/v1\/employees\/ \(1\)\.$/m,
  )
})

test('what is allowed all the same is not said to be left out', async () => {
  assert.doesNotMatch(await comments({}, { status: 403 }), /Left out/)
})

test('a caller of which nothing is left gets no section, which would allow it everything', async () => {
  const told: Told = { status: 403, origin: 'sidecar', problem: 'policy_denied' }
  assert.deepEqual(await rules(told), [])
  assert.match(await comments(told), /^# \[export\] made no call that a line should allow\.$/m)
})

test('what failed in another way counts: CATAPA was away, did not find an id, or the caller left', async () => {
  const path = '/core/v1/employees/{id}/employment-data'
  for (const told of [
    { status: 404 },
    { status: 400 },
    { status: 500 },
    { status: 502, origin: 'sidecar', problem: 'upstream_unreachable' },
    { status: 503, origin: 'sidecar', problem: 'credentials_rejected' },
    { status: undefined, origin: 'sidecar', callerGone: true },
  ] satisfies Told[]) {
    assert.deepEqual(await rules({ path, ...told }), ['[export]', 'allow = GET /core/v1/employees/*/employment-data'])
  }
})

test('what the sidecar answers by itself, placeholder and preflight, is nothing that CATAPA hears of', async () => {
  const { sections } = await suggested(line({ method: 'POST', path: '/oauth/token', origin: 'sidecar' }))
  assert.equal(sections, '')
})

test('what would have been refused while a section reports is wanted, also where a deny line says no', async () => {
  const told: Told[] = [
    {
      ...{ method: 'DELETE', path: '/core/v1/payslip-layouts/{id}', wouldHaveBeenRefused: 'profile read-only' },
      rule: { kind: 'profile', profile: 'read-only' },
    },
    { path: '/core/v1/banks', wouldHaveBeenRefused: 'deny line 14', rule: { kind: 'deny', line: 14 } },
  ]
  assert.deepEqual(await rules(...told), [
    '[export]',
    'allow = GET /core/v1/banks',
    'allow = DELETE /core/v1/payslip-layouts/*',
  ])
  assert.match(await comments(...told), /^# Allowed here, though deny line 14 says no: GET \/core\/v1\/banks \(1\)\.$/m)
  assert.doesNotMatch(await comments(...told), /read-only/)
})

test('of a log that has the rule in words only, the words are repeated, and nothing is made of them', async () => {
  const { rule: _, ...inWords } = ambiguous
  assert.deepEqual(await rules(inWords), ['[export]', 'allow = GET /core/v1/employees'])
  assert.match(
    await comments(inWords, { ...inWords, wouldHaveBeenRefused: 'deny line 14' }),
    /^# Counted, though it would have been refused \(ambiguous: it has a ";" in its path\): GET .* \(1\)\.\n# Counted, though .*\(deny line 14\)/m,
  )
})

test('a section says of how many requests and of which time it speaks', async () => {
  const times = ['2026-11-26T23:59:59.999Z', '2026-11-01T07:00:00.000Z']
  const { sections } = await suggested(times.map((time) => line({}, time)).join(''))
  assert.match(sections, /^# 2 requests, 1 operation, from 2026-11-01 07:00 to 2026-11-26 23:59 UTC\.$/m)
})

test('lines that are no requests are counted and said, whatever they are', async () => {
  const others = [
    '',
    '{"level":"info","time":"2026-11-26T07:00:00.000Z","msg":"listening"}',
    '{"level":"warn","time":"2026-11-26T07:00:00.000Z","problem":"overloaded","more":7,"withinS":10,"msg":"more requests ended like this"}',
    '09:12:03 INFO  request method=GET path=/core/v1/employees',
    'Nov 26 07:00:00 host nginx: GET /core/v1/employees',
    '{"level":"info","msg":"request","caller":"csk_0123","method":"GET","path":"no path"}',
    '{"level":"info","msg":',
    '{"level":"info"} and more',
    '['.repeat(100_000),
    '\u001b[31m{"level":"info","msg":"request","caller":"x","method":"GET\\n[evil]","path":"/"}',
  ].join('\n')
  const { sections, notes } = await suggested(`${others}\n${line({})}`)
  assert.equal(sections.split('\n')[0], '[export]')
  assert.deepEqual(notes, [
    '1 line could not be read, in the form for people: set SIDECAR_LOG_FORMAT=json',
    '6 lines could not be read: the sidecar did not write them, or not whole',
    '7 failed requests had no line of their own, and are not counted',
  ])
})

test('an empty log suggests nothing, and says so', async () => {
  assert.deepEqual(await suggested(''), { sections: '', notes: ['no request was found in the log'] })
})

test('the log is read as it comes: in any pieces, behind a prefix, with Windows’ line ends, in UTF-16, without a last line end', async () => {
  const text = line({}) + line({ path: '/core/v1/cities', program: undefined })
  const usual = (await suggested(text)).sections
  assert.match(usual, /cities/)
  for (const size of [1, 7, 1000]) assert.equal((await suggested(text, size)).sections, usual)
  const prefixed = text.replaceAll(/^/gm, 'sidecar-1  | ').replaceAll('\n', '\r\n').trimEnd()
  assert.equal((await suggested(prefixed.slice(0, -'sidecar-1  |'.length).trimEnd())).sections, usual)
  const utf16 = Buffer.from(`\ufeff${text}`, 'utf16le')
  const { sections } = await sectionsFrom([
    (async function* () {
      yield utf16.subarray(0, 101)
      yield utf16.subarray(101)
    })(),
  ])
  assert.equal(sections, usual)
})

test('a long log costs no more memory than a short one', async () => {
  const block = Buffer.from(
    Array.from({ length: 1000 }, (_, i) => line({ path: `/core/v1/employees/{id}`, durationMs: i })).join(''),
  )
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('gc')
  assert.ok(typeof collect === 'function')
  const used = () => {
    collect() // How much garbage there may be is V8's affair, and differs.
    return process.memoryUsage().heapUsed
  }
  let peak = 0
  const before = used()
  const { sections } = await sectionsFrom([
    (async function* () {
      for (let i = 0; i < 50; i++) {
        yield block
        if (i % 5 === 0) peak = Math.max(peak, used() - before)
      }
      yield Buffer.from('x'.repeat(100_000))
    })(),
  ])
  assert.match(sections, /^# 50000 requests, 1 operation/m)
  assert.ok(peak < 2.5e6, `${peak} bytes`)
})
