import assert from 'node:assert/strict'
import { test } from 'node:test'
import { likelyCause } from '../../../src/admin/page/call-words.ts'
import { verdict } from '../../../src/admin/page/headline.ts'
import { plainText } from '../../../src/admin/page/plain-text.ts'
import { shownFailure } from '../../../src/admin/status/shown-failure.ts'
import type { Status } from '../../../src/admin/status/status.ts'
import { flawed, openingFlaw } from '../../../src/login/judge-login.ts'
import { clockTime, duration, moment } from '../../../src/words/units.ts'
import { callersScene, workWithProblems } from '../../support/callers-scene.ts'
import { idleShares, someWait } from '../../support/idle-shares.ts'
import { healthy, inPause, nobody, outage, rejected, storeDown, unreachable } from '../../support/page.ts'
import { json } from '../../support/sidecar.ts'

test('the text says who waits, only while somebody does', async (t) => {
  const scene = await callersScene(t)
  const read = async () => (await fetch(scene.adminUrl)).text()
  assert.doesNotMatch(await read(), /Who waits/)
  scene.current.shares = someWait
  const text = await read()
  assert.deepEqual(
    text.split('\n').filter((line) => line.length > 80 || /\s$/.test(line)),
    [],
  )
  assert.match(
    text.replace(/\s+/g, ' '),
    /Who waits 941 calls wait; .* payroll-export 940 waiting, 60 under way\. Why: all 64/,
  )
})

for (const [state, start, first] of [
  ['healthy', healthy, 'OK: It works.'],
  ['rejected', rejected, 'NOT WORKING: CATAPA refuses the credentials.'],
  ['outage', outage, 'NOT WORKING: No access to CATAPA.'],
  ['unreachable', unreachable, 'NOT WORKING: CATAPA could not be reached.'],
  ['nobody', nobody, 'NOT WORKING: A person has to log in.'],
  ['storeDown', storeDown, 'ATTENTION: It works, but the token is not shared for now.'],
] as const) {
  test(`curl gets the same as text of at most 80 columns in the state "${state}"`, async (t) => {
    const scene = await start(t)
    const response = await fetch(scene.adminUrl)
    assert.equal(response.headers.get('content-type'), 'text/plain; charset=utf-8')
    assert.equal(response.headers.get('vary'), 'Accept, Accept-Language, Cookie')
    const lines = (await response.text()).split('\n')
    assert.ok(lines.includes(first), lines.slice(0, 6).join('\n'))
    assert.deepEqual(
      lines.filter((line) => line.length > 80 || /\s$/.test(line)),
      [],
    )
    for (const heading of ['Access token', 'Credentials', 'Connection', 'Calls', 'What failed', 'Last calls']) {
      assert.ok(lines.includes(heading), heading)
    }
    assert.ok(lines.includes('  Client id           demo-client'))
    if (state !== 'healthy' && state !== 'storeDown')
      assert.ok(lines.some((line) => line.startsWith('    What to do: ')))
  })
}

test('the text has the callers: how recognised, what they may do, what they did; and what is only reported', async (t) => {
  const text = await (await fetch((await workWithProblems(t)).adminUrl)).text()
  assert.deepEqual(
    text.split('\n').filter((line) => line.length > 80 || /\s$/.test(line)),
    [],
  )
  const flat = text.replace(/\s+/g, ' ')
  for (const said of [
    /ATTENTION: It works, but the callers file has problems, .* there are 2 problems\. line 3: "profil" is not known here; .* What to do: Correct the file/,
    /ATTENTION: Restrictions are reported only: intranet\./,
    /payroll-export key 5e3f01ab, last used [\d:]+; key 77aa22cc, not used yet\. May do: read-only\. 13 calls, 1 refused\. Last seen: [\d:]+, by its key\./,
    /time-clock its own listener\. May do: time-import, with 1 allow line\. 1 call, 0 refused\./,
    /intranet its Linux user\. May do: .* \(reported only\)\. 1 call, 0 refused, 1 would have been\./,
    /other everyone else \(\[\*\]\)\. May do: directory\. 1 call, 0 refused\./,
    /From \/etc\/catapa-sidecar\/callers\.ini, in use since .* 1 call of unknown callers/,
    /DELETE \/core\/v1\/employees CATAPA; would have been refused \(deny line 14\), 12 ms, intranet, PHP\/8\.4/,
    /caller_unknown\) once at [\d:]+, for GET \/core\/v1\/employees The callers file does not have the key 0a1b2c3d…/,
    /policy_denied\) once at [\d:]+, for DELETE \/core\/v1\/employees\/\{id\} by payroll-export/,
  ]) {
    assert.match(flat, said)
  }
})

test('SIDECAR_PROFILE is said where it limits anything, and there are no callers without a callers file', async (t) => {
  const free = await (await fetch((await healthy(t)).adminUrl)).text()
  assert.doesNotMatch(free, /Limited to|^Callers$/m)
  const limited = await callersScene(t, undefined, { profile: ['no-delete', 'no-approvals'] })
  const text = await (await fetch(limited.adminUrl)).text()
  assert.match(text, /^ {2}Limited to +no-delete and no-approvals \(SIDECAR_PROFILE\)$/m)
  assert.match(text, /^Callers$/m)
})

test('who asks for HTML gets the page, not to be stored, framed, sniffed or extended', async (t) => {
  const scene = await healthy(t)
  const { headers, status } = await fetch(scene.adminUrl, { headers: { Accept: 'text/html,*/*;q=0.8' } })
  assert.equal(status, 200)
  assert.deepEqual(
    ['content-type', 'cache-control', 'x-content-type-options', 'referrer-policy'].map((name) => headers.get(name)),
    ['text/html; charset=utf-8', 'no-store', 'nosniff', 'no-referrer'],
  )
  const policy = (headers.get('content-security-policy') ?? '').split('; ')
  for (const directive of [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ]) {
    assert.ok(policy.includes(directive), directive)
  }
  assert.ok(!policy.join().includes('unsafe'))
})

test('control characters never reach a terminal, and words longer than a line are broken', async (t) => {
  const scene = await healthy(t)
  const status = await json(fetch(`${scene.adminUrl}/api/status`))
  status.credentials.clientId = `\u001b]0;evil\u0007${'x'.repeat(200)}`
  const long = `/run/${'secrets/'.repeat(30)}client`
  status.credentials.from = { tenant: long, clientId: long, clientSecret: long }
  const text = plainText(status, Date.now())
  assert.doesNotMatch(text.replaceAll('\n', ''), /\p{Cc}/u)
  assert.ok(text.split('\n').every((line) => line.length <= 80))
  assert.match(text, /x{50}/)
})

test('in a pause the text says so first: until when, how long still, who has sent most, and that it passes', async (t) => {
  const scene = await inPause(t)
  const text = await (await fetch(scene.adminUrl)).text()
  assert.match(text, /^catapa-sidecar \S+ \d{4}-\d\d-\d\d \d\d:\d\d:\d\d \S+$/m)
  assert.match(
    text.replace(/\s+/g, ' '),
    /ATTENTION: CATAPA has asked for a pause until [\d:]+\. CATAPA said "too many requests" \(429\) at [\d:]+ and asked for a pause until [\d:]+\. Nothing is sent until then, for any caller\. Of the last 4 calls that CATAPA got, 3 came from payroll-export\/2\.1 at \S+\. \d+ s left\. What to do: Nothing now: it passes/,
  )
  assert.doesNotMatch(text, /It works/)
})

const now = Date.parse('2026-11-24T10:00:00Z')
const iso = (secondsFromNow: number) => new Date(now + secondsFromNow * 1000).toISOString()
const failure = {
  code: 'credentials_rejected' as const,
  detail: 'CATAPA refuses the client (invalid_client, status 401). Check CATAPA_CLIENT_ID.',
  whose: 'configuration' as const,
  remedy: 'Check tenant, client id and secret.',
  at: iso(-5),
  since: iso(-5),
  retryAt: iso(25),
}
const answered = { valid: true, expiresAt: iso(600), obtainedAt: iso(-3000), requests: 1 }
const unusable = { valid: false, failure: { ...failure, code: 'login_required' } }
const hold = { since: iso(-10), until: iso(30), status: 429, waiting: 0 }
const failing = { since: iso(-5), happened: 'The disk is full', remedy: 'Make room.', refused: 1, unrecorded: 0 }
const unreached = { way: 'upstream_unreachable', title: 'CATAPA could not be reached', happened: 'No route' }

for (const [what, parts, condition, title] of [
  ['a valid token', { token: answered }, 'good', 'It works'],
  ['a token that lapsed while nobody called', { token: { ...answered, valid: false } }, 'good', 'It works'],
  [
    'no answer to the first token request',
    { started: false, token: { valid: false } },
    'warning',
    'The sidecar is starting',
  ],
  ['a shutdown', { stopping: true, token: answered }, 'warning', 'The sidecar is shutting down'],
  ['a refusal', { token: { valid: false, failure } }, 'bad', 'CATAPA refuses the credentials'],
  ['a refusal and a last token', { token: { ...answered, failure } }, 'warning', 'It works, but not for long'],
  [
    'an outage and a last token',
    { token: { ...answered, failure: { ...failure, code: 'token_unavailable' } } },
    'warning',
    'It works, but the token cannot be renewed',
  ],
  ['no login', { token: unusable, login: { flaw: 'missing' } }, 'bad', 'A person has to log in'],
  ['a login that is over', { token: unusable, login: { over: true } }, 'bad', 'A person has to log in'],
  ['a login too open', { token: unusable, login: { flaw: 'too_open' } }, 'bad', 'The stored login cannot be used'],
  [
    '401 to fresh tokens',
    { token: { ...answered, rejectionsPaused: true } },
    'bad',
    'CATAPA refuses the tokens that it gives',
  ],
  [
    'a call that just failed on the way',
    { token: answered, upstream: { trouble: { ...unreached, at: iso(-60), since: iso(-90) } } },
    'bad',
    'CATAPA could not be reached',
  ],
  [
    'a call that failed long ago',
    { token: answered, upstream: { trouble: { ...unreached, at: iso(-600), since: iso(-900) } } },
    'good',
    'It works',
  ],
  [
    'a pause',
    { token: answered, shares: { ...idleShares, hold } },
    'warning',
    `CATAPA has asked for a pause until ${clockTime(Date.parse(hold.until))}`,
  ],
  [
    'a pause that is over',
    { token: answered, shares: { ...idleShares, hold: { ...hold, until: iso(0) } } },
    'good',
    'It works',
  ],
  [
    'a refusal and a pause',
    { token: { valid: false, failure }, shares: { ...idleShares, hold } },
    'bad',
    'CATAPA refuses the credentials',
  ],
  [
    'a trail that refuses everything, and a pause',
    { token: answered, shares: { ...idleShares, hold }, audit: { onFailure: 'all', failing } },
    'bad',
    'Everything is refused: the audit trail cannot be written',
  ],
  [
    'a trail that cannot be written',
    { token: answered, audit: { onFailure: 'writes', failing } },
    'warning',
    'Only reading works: the audit trail cannot be written',
  ],
  [
    'a store that is down',
    { token: answered, sharedToken: { failing: { happened: 'It is full', remedy: 'Make room.' }, since: iso(-9) } },
    'warning',
    'It works, but the token is not shared for now',
  ],
  [
    'a callers file with problems',
    { token: answered, callers: { file: '/callers', since: iso(-9), problems: ['line 1'], lines: [], table: [] } },
    'warning',
    'It works, but the callers file has problems, and its changes are not in use',
  ],
  [
    'restrictions that are only reported, as somebody wants it',
    { token: answered, callers: { problems: [], table: [{ name: 'intranet', report: true }] } },
    'good',
    'It works',
  ],
] as const) {
  test(`${what} is "${title}", ${condition}`, () => {
    const nothing = {
      drift: { unknown: [], ending: [] },
      stopping: false,
      started: true,
      credentials: {},
      counters: { inFlight: 0, fromUpstream: 0 },
      upstream: {},
      errors: [],
      recent: [],
    }
    const status = { ...nothing, shares: idleShares, ...parts }
    const said = verdict(status as unknown as Status, now).headline
    assert.deepEqual([said.condition, said.title], [condition, title])
  })
}

test('of a login that cannot be read for the moment the page blames this machine, not the network', () => {
  const shown = shownFailure(flawed(openingFlaw('/state/login.json', 'EIO')))
  assert.equal(shown.happened, '/state/login.json cannot be read (EIO)')
  assert.equal(likelyCause(shown), 'Most likely cause: this machine.')
  assert.match(shown.remedy, /check the disk/)
})

test('a moment is ISO: the time of day, with the date unless it is today', () => {
  const noon = new Date(2026, 10, 24, 12, 0, 0).getTime()
  assert.equal(moment(new Date(2026, 10, 24, 9, 5, 7).toISOString(), noon), '09:05:07')
  assert.equal(moment(new Date(2026, 1, 3, 9, 5, 7).toISOString(), noon), '2026-02-03 09:05:07')
})

test('durations have two units at most', () => {
  for (const [seconds, text] of [
    [0, '0 s'],
    [59, '59 s'],
    [60, '1 min 0 s'],
    [3252, '54 min 12 s'],
    [3600, '1 h'],
    [7500, '2 h 5 min'],
    [273_600, '3 d 4 h'],
  ] as const) {
    assert.equal(duration(seconds * 1000), text)
  }
})
