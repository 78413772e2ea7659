// `report`: one text that a person reads and then sends to somebody else, so it holds nothing that others may not see.
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { hostname } from 'node:os'
import { type TestContext, test } from 'node:test'
import { ask } from '../../support/ask.ts'
import { basic, startWithCallers, testKey } from '../../support/callers.ts'
import { settings } from '../../support/doctor.ts'
import {
  demoCredentials,
  json,
  listenOnFreePort,
  runCli,
  secret,
  startTestSandbox,
  startTestSidecar,
  startUpstream,
} from '../../support/sidecar.ts'

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/

async function reported(t: TestContext, env: Record<string, string>, ...words: string[]) {
  const command = runCli(t, ['report', ...words], env)
  const { code } = await command.exit
  return { code, text: command.output() }
}

/** Both forms of the report, of a machine where nobody does anything between them. */
async function bothForms(t: TestContext, env: Record<string, string>) {
  const { code, text } = await reported(t, env)
  const asJson = await reported(t, env, '--json')
  assert.equal(asJson.code, code, text)
  return { code, text, json: asJson.text, object: JSON.parse(asJson.text) }
}

const found = (canaries: readonly string[], text: string) => canaries.filter((canary) => text.includes(canary))

/** The token of a sandbox that hands the same one back. */
async function tokenOf(sandboxUrl: string): Promise<string> {
  const { tenant, clientId, clientSecret } = demoCredentials
  const { access_token: token } = await json(
    fetch(`${sandboxUrl}/oauth/token`, {
      method: 'POST',
      headers: { Authorization: basic(clientId, clientSecret), Tenant: tenant },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    }),
  )
  assert.ok(typeof token === 'string' && token.length > 12)
  secret(token)
  return token
}

test('beside a running sidecar it tells all that helps, and nothing that was secret or personal', async (t) => {
  const { url } = await startTestSandbox(t, { tokenReuse: true })
  const { key, line, digest } = testKey()
  const { adminAddresses, ...sidecar } = await startWithCallers(
    t,
    url,
    `[payroll]\n${line}\nprofile = read-only\n[*]\nprofile = directory\n`,
    { adminListen: [{ kind: 'localhost', port: 0 }] },
  )
  const canaries = [
    ...[demoCredentials.clientSecret, await tokenOf(url), key, digest, digest.slice(0, 8)],
    ...['query-value-4711', 'Siti-Rahmawati', 'idempotency-4711', '4bf92f3577b34da6', '3171010203900001', hostname()],
  ]
  const headers = [`Authorization: ${basic('payroll', key)}`, 'Idempotency-Key: idempotency-4711']
  const called = (question: Parameters<typeof ask>[1]) =>
    ask(sidecar, { ...question, headers: [...headers, ...(question?.headers ?? [])] })
  const missing = await called({
    target: '/core/v1/employees/Siti-Rahmawati?name=query-value-4711',
    headers: ['X-Request-Id: 4bf92f3577b34da6'],
  })
  assert.equal(missing.status, 404)
  const refused = await called({ method: 'POST', target: '/core/v1/employees', body: '{"name":"Siti-Rahmawati"}' })
  assert.equal(refused.status, 403)
  await called({ target: '/core/v1/employees/3171010203900001', headers: ['X-Request-Id: 3171010203900001'] })
  await ask(sidecar, { headers: ['Authorization: Basic U2l0aTpjc2tfd3Jvbmc='] })

  const admin = adminAddresses[0] ?? ''
  const { code, text, json, object } = await bothForms(t, {
    ...settings(url),
    SIDECAR_LISTEN: `localhost:${sidecar.port}`,
    SIDECAR_ADMIN_LISTEN: `localhost:${admin.split(':').at(-1)}`,
  })
  assert.equal(code, 0)
  for (const form of [text, json]) {
    assert.deepEqual(found(canaries, form), [])
    // The control: the same search finds each of them where it is.
    for (const canary of canaries) assert.ok(found(canaries, `${form} ${canary} `).includes(canary))
    for (const said of [
      'This report holds',
      'nothing was sent',
      'demo-client',
      'payroll',
      'status 404',
      'policy_denied',
    ])
      assert.ok(form.replace(/\s+/g, ' ').includes(said), said)
  }
  assert.match(text, /^This report holds [^.]+nothing was sent\.\n/s)
  const wide = text.split('\n').filter((row) => [...row].length > 100)
  assert.deepEqual(wide, [])

  assert.equal(object.version, 1)
  assert.deepEqual(Object.keys(object.versions), ['sidecar', 'node', 'openssl', 'undici'])
  for (const version of Object.values(object.versions)) assert.match(String(version), /^\d+\.\d+\.\d+/)
  const failures: Record<string, unknown>[] = object.failures
  const notFound = failures.filter(({ code: failed }) => failed === 'status 404')
  assert.deepEqual(new Set(notFound.map(({ operation }) => operation)), new Set(['GET /core/v1/employees/{id}']))
  assert.deepEqual(
    notFound.map(({ ourRequestId }) => ourRequestId),
    ['left out', 'sha256:bcd1b12ba58b15f5'],
  )
  const ours = failures.find(({ code: failed }) => failed === 'policy_denied (not_allowed)')
  assert.equal(ours?.operation, 'POST /core/v1/employees')
  assert.deepEqual(ours?.count, 1)
  assert.match(String(ours?.ourRequestId), uuid)
  assert.equal(ours?.catapaRequestId, 'none')
  assert.equal(object.sidecar.status.token.valid, true)
  assert.ok(object.sidecar.metrics.some((sample: string) => sample.startsWith('catapa_sidecar_requests_total{')))
  const token = object.checks.find(({ step }: { step: string }) => step === 'token')
  assert.match(token.detail, /the running sidecar has one/)
})

test('CATAPA finds a failed call by its own id, where it gave one that nobody wrote', async (t) => {
  const ids = ['c0ffee00-0000-4000-8000-000000000001', 'sent-by-Siti']
  const upstream = await startUpstream(t, (_request, response) => {
    response.writeHead(500, { 'X-Request-Id': ids.shift() ?? '' }).end() // The steps of doctor call, too.
  })
  const { adminAddresses, log, ...sidecar } = await startTestSidecar(t, upstream.url, {
    adminListen: [{ kind: 'localhost', port: 0 }],
  })
  const answers = [await ask(sidecar), await ask(sidecar)]
  for (const { headers } of answers) assert.match(String(headers.get('x-request-id')), uuid)
  assert.deepEqual(
    log.filter(({ msg }) => msg === 'request').map(({ catapaRequestId }) => catapaRequestId),
    ['c0ffee00-0000-4000-8000-000000000001', '…'],
  )
  const admin = `localhost:${adminAddresses[0]?.split(':').at(-1)}`
  const { object } = await bothForms(t, { ...settings(upstream.url), SIDECAR_ADMIN_LISTEN: admin })
  assert.deepEqual(
    object.failures.slice(-2).map(({ catapaRequestId }: Record<string, unknown>) => catapaRequestId),
    ['left out', 'c0ffee00-0000-4000-8000-000000000001'],
  )
})

test('without a running sidecar it is written all the same, and CATAPA is asked for no token', async (t) => {
  const upstream = await startUpstream(t)
  const { code, text, object } = await bothForms(t, { ...settings(upstream.url), SIDECAR_ADMIN_LISTEN: '127.0.0.1:1' })
  assert.equal(code, 0)
  assert.equal(upstream.tokenRequests, 0)
  assert.match(text, /Status of the sidecar at 127\.0\.0\.1:1\n=+\n {2}No sidecar has answered\./)
  assert.match(text, /– token +not tried, so that no new token is asked for/)
  assert.deepEqual([object.sidecar.answered, object.sidecar.status, object.failures], [false, null, []])
})

test('with wrong settings or usage it ends with 2; wrong settings are named, and the rest is said', async (t) => {
  const { url } = await startTestSandbox(t)
  const { code, text, object } = await bothForms(t, {
    ...settings(url),
    SIDECAR_REPLAY: 'wrong-4711',
    CATAPA_TENANT: '',
  })
  assert.equal(code, 2)
  assert.match(text, /The settings are wrong:\n.*SIDECAR_REPLAY/s)
  assert.doesNotMatch(text, /4711/)
  assert.deepEqual(object.settings.problems.map(({ name }: { name: string }) => name).sort(), [
    'CATAPA_TENANT',
    'SIDECAR_REPLAY',
  ])
  assert.equal(object.checks[0].status, 'failed')
  assert.match(object.versions.node, /^\d/)
  const noFile = await bothForms(t, { ...settings(url), SIDECAR_CALLERS_FILE: '/nowhere/callers' })
  assert.equal(noFile.code, 2)
  assert.equal(noFile.object.settings.problems[0].name, 'SIDECAR_CALLERS_FILE')
  assert.ok(noFile.object.settings.values.length > 20)
  for (const words of [['--now'], ['all']]) assert.equal((await reported(t, settings(url), ...words)).code, 2)
})

test('of what answers at the admin listener only known members are shown: no person, no address, no folder', async (t) => {
  const person = { name: 'Siti Rahmawati', username: 'siti.r', id: 'e79897d3' }
  const personal = [...Object.values(person), '10.1.2.3', 'siti-laptop', '/srv/of-siti', 'person-4711']
  const sentence = `The login of ${person.name} at 10.1.2.3 in /srv/of-siti on siti-laptop`
  const call = { at: '2026-12-01T08:00:00Z', method: 'GET', path: '/core/v1/employees/person-4711', status: 500 }
  const status = {
    version: '9.9.9',
    process: { user: 'siti.r', uid: 1000, container: 'siti-laptop', stateDir: '/srv/of-siti' },
    login: { as: person, since: '2026-12-01T08:00:00Z', problem: sentence, file: '/srv/of-siti/login.json' },
    token: { valid: true, failure: { code: 'login_required', detail: sentence, happened: sentence } },
    credentials: { tenant: 'demo', clientId: 'demo-client' },
    callers: { problems: [sentence], table: [{ name: 'payroll', keys: [{ digest: 'person-4711' }] }] },
    recent: [{ ...call, caller: '10.1.2.3', address: '10.1.2.3', requestId: person.name, claimedCaller: person.name }],
    errors: [{ at: call.at, code: 'caller_unknown', detail: sentence, facts: { claimed: person.name }, count: 2 }],
    unheardOf: sentence,
  }
  const server = createServer((request, response) => {
    response.end(request.url === '/metrics' ? '# 10.1.2.3\nplain_total 3\nnone_total 0\n' : JSON.stringify(status))
  })
  const port = await listenOnFreePort(t, server)
  const env = {
    ...settings('http://127.0.0.1:9'),
    SIDECAR_ADMIN_LISTEN: `127.0.0.1:${port}`,
    SIDECAR_STATE_DIR: '/home/siti.r/state',
  }
  const { text, json, object } = await bothForms(t, env)
  for (const form of [text, json]) assert.deepEqual(found(personal, form), [])
  assert.deepEqual(found(personal, JSON.stringify(status)), personal)
  assert.deepEqual(object.sidecar.metrics, ['plain_total 3'])
  assert.deepEqual(object.sidecar.status.callers, { table: [{ name: 'payroll' }] })
  assert.equal(object.failures.length, 2)
  assert.match(text, /SIDECAR_STATE_DIR +\/home\/…\/state/)
})
