// design/promises 9.3 and 9.8: what a sidecar tells its trail beside calls, and the log of the trail.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { type TestContext, test } from 'node:test'
import { pino } from 'pino'
import { readCallers } from '../../src/callers/file/read-callers.ts'
import { removeLogin } from '../../src/login/login-file.ts'
import type { Config } from '../../src/settings/config.ts'
import { keepTrail } from '../../src/sidecar/audit-trail.ts'
import { startSidecar } from '../../src/sidecar/sidecar.ts'
import { press } from '../support/admin.ts'
import { callersFile, testKey } from '../support/callers.ts'
import { memoryLog } from '../support/callers-files.ts'
import { type FakeTrail, fakeTrail, folder } from '../support/fake-trail.ts'
import { logIn, stateFolder } from '../support/login.ts'
import {
  demoCredentials,
  printed,
  startTestSandbox,
  startTestSidecar,
  startUpstream,
  testConfig,
} from '../support/sidecar.ts'
import { eventually } from '../support/wire.ts'

const longMs = 15_000

function told(fake: FakeTrail, event: string): Record<string, unknown>[] {
  return fake.lines().filter((line) => line.event === event)
}

async function administered(t: TestContext, fake: FakeTrail, baseUrl: string, overrides: Partial<Config> = {}) {
  const settings = { adminListen: [{ kind: 'localhost', port: 0 } as const], ...overrides }
  const sidecar = await startTestSidecar(t, baseUrl, settings, { audit: fake.auditing })
  const adminUrl = sidecar.adminAddresses[0] ?? ''
  return { ...sidecar, adminUrl, adminPort: Number(adminUrl.split(':').at(-1)) }
}

test('the log has the head at the start, every five minutes and at the end; the trail has its first and last line', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] })
  const fake = fakeTrail()
  const { lines, log } = memoryLog()
  const kept = keepTrail(fake.auditing.trail, { tenant: 'demo', detail: { version: '1.2.3' } }, log)
  const heads = () => lines.map(({ msg, seq }) => `${String(msg)}: ${String(seq)}`)
  assert.deepEqual(heads(), ['audit trail: 0'])
  t.mock.timers.tick(299_000)
  assert.equal(heads().length, 1)
  t.mock.timers.tick(1000)
  assert.equal(heads().at(-1), 'head of the audit trail: 1')
  t.mock.timers.tick(300_000)
  assert.equal(heads().length, 3)
  await Promise.all([kept.stop(), kept.stop()])
  assert.equal(heads().at(-1), 'head of the audit trail at its end: 2')
  t.mock.timers.tick(600_000)
  assert.equal(heads().length, 4)
  assert.ok(lines.every((line) => line.folder === folder && line.hash === 'ab'.repeat(32)))
  assert.deepEqual(fake.lines(), [{ event: 'start', tenant: 'demo', detail: { version: '1.2.3' } }, { event: 'stop' }])
})

test('the head is in the log also where its level is above info, but for silent, and other lines are not', () => {
  const { lines, log } = memoryLog()
  for (const level of ['warn', 'fatal', 'silent'] as const) {
    log.level = level
    keepTrail(fakeTrail().auditing.trail, {}, log)
    log.info('another line')
  }
  assert.deepEqual(
    lines.map(({ level, msg }) => [level, msg]),
    Array.from({ length: 2 }, () => [30, 'audit trail']),
  )
})

test('a start tells version, client, profile and the digest of the callers file, as sha256sum has it; a change of the file tells the new one', async (t) => {
  const upstream = await startUpstream(t)
  const fake = fakeTrail()
  const { line } = testKey()
  const { path, write } = callersFile(`[export]\n${line}\n`)
  const digest = () => createHash('sha256').update(readFileSync(path)).digest('hex')
  const first = digest()
  const settings = { callersFile: path, profile: ['no-delete' as const] }
  const callers = readCallers(testConfig(upstream.url, settings))
  await startTestSidecar(t, upstream.url, settings, { callers, audit: fake.auditing })
  const [start] = fake.lines()
  assert.equal(start?.event, 'start')
  assert.equal(start.tenant, 'demo')
  const { version, ...detail } = Object(start.detail)
  assert.match(version, /^\d+\.\d+\.\d+/)
  assert.deepEqual(detail, { clientId: 'demo-client', profile: 'no-delete', callersFile: first })
  write(`[export]\n${line}\nprofile = read-only\n`)
  await eventually(() => told(fake, 'callers-file').length === 1, 'the change is told', longMs)
  assert.notEqual(digest(), first)
  assert.deepEqual(told(fake, 'callers-file'), [{ event: 'callers-file', detail: { callersFile: digest() } }])
})

for (const [how, digest] of [
  ['by client id and whether the secret changed, where there is no key', undefined],
  [
    'with a digest under the key, where there is one, by which the same ones are known again',
    (text: string) => `keyed ${text}`,
  ],
] as const) {
  test(`new credentials are told once they are in use, ${how}`, async (t) => {
    const clientSecret = 'second-secret-4711-never-printed'
    const { url } = await startTestSandbox(t, { clientSecret })
    const fake = fakeTrail('writes', digest)
    const config = testConfig(url)
    const now = { ...demoCredentials, clientSecret }
    const files = {
      files: ['/run/secret'],
      given: new Map(),
      read: () => ({ config: { ...config, credentials: now }, given: new Map() }),
    }
    const logger = pino({ base: null }, { write: printed })
    const sidecar = await startSidecar(config, logger, { files, audit: fake.auditing })
    t.after(() => sidecar.stop())
    await eventually(() => told(fake, 'credentials').length === 1, 'the change is told', longMs)
    const credentials = digest && `keyed ["demo","demo-client","${clientSecret}"]`
    assert.deepEqual(told(fake, 'credentials'), [
      {
        event: 'credentials',
        tenant: 'demo',
        detail: { clientId: 'demo-client', secret: 'changed', ...(credentials && { credentials }) },
      },
    ])
    const before = digest?.(JSON.stringify(['demo', 'demo-client', demoCredentials.clientSecret]))
    assert.equal(Object(told(fake, 'start')[0]?.detail).credentials, before)
  })
}

test('a new log level and a token that is asked for by hand are told', async (t) => {
  const upstream = await startUpstream(t)
  const fake = fakeTrail()
  const sidecar = await administered(t, fake, upstream.url)
  assert.equal((await press(sidecar, '/api/log-level?level=warn')).status, 200)
  assert.equal((await press(sidecar, '/api/log-level?level=warn')).status, 200)
  assert.equal((await press(sidecar, '/api/log-level?level=loud')).status, 400)
  assert.equal((await press(sidecar, '/api/token/refresh')).status, 200)
  assert.equal((await fetch(`${sidecar.adminUrl}/api/token/refresh`, { method: 'POST' })).status, 403)
  assert.deepEqual(told(fake, 'log-level'), [{ event: 'log-level', detail: { from: 'trace', to: 'warn' } }])
  assert.deepEqual(told(fake, 'token-refresh'), [{ event: 'token-refresh' }])
})

test('a login and a logout are told while the sidecar runs, with the id of the person and not the name', async (t) => {
  const { url } = await startTestSandbox(t)
  const stateDir = stateFolder(t)
  const fake = fakeTrail()
  await startTestSidecar(t, url, { grant: 'authorization_code', stateDir }, { audit: fake.auditing })
  assert.deepEqual(told(fake, 'login'), [])
  await logIn(url, stateDir)
  await eventually(() => told(fake, 'login').length === 1, 'the login is told', longMs)
  await removeLogin(stateDir)
  await eventually(() => told(fake, 'logout').length === 1, 'the logout is told', longMs)
  assert.deepEqual(told(fake, 'login'), [{ event: 'login', detail: { userId: 'u-4711' } }])
  assert.doesNotMatch(JSON.stringify(fake.lines()), /Maya/)
})

test('a sidecar that cannot listen ends its trail', async (t) => {
  const upstream = await startUpstream(t)
  const fake = fakeTrail()
  const taken = await startTestSidecar(t, upstream.url)
  const listen = [{ kind: 'tcp' as const, host: '127.0.0.1', port: taken.port }]
  await assert.rejects(startTestSidecar(t, upstream.url, { listen }, { audit: fake.auditing }), { name: 'ListenError' })
  assert.equal(fake.stopped(), true)
  assert.equal(fake.lines().at(-1)?.event, 'stop')
})
