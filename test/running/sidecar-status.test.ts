import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { networkInterfaces, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { sidecarStatus } from '../../src/running/sidecar-status.ts'
import { inLanguage } from '../../src/words/language.ts'
import { assertFails, diagnose, examined, settings } from '../support/doctor.ts'
import { freePort } from '../support/free-port.ts'
import {
  demoCredentials,
  json,
  listenOnFreePort,
  runCli,
  secret,
  startTestSandbox,
  startUpstream,
} from '../support/sidecar.ts'

/** `start` on fixed ports, once it has asked for its first token. */
async function startRunning(t: TestContext, env: Record<string, string>): Promise<Record<string, string>> {
  const ports = {
    SIDECAR_LISTEN: `localhost:${await freePort()}`,
    SIDECAR_ADMIN_LISTEN: `localhost:${await freePort()}`,
  }
  const command = runCli(t, ['start'], { ...env, ...ports })
  await command.until(/access token obtained|no access token/)
  return { ...env, ...ports }
}

async function tokenRequests(sandbox: string): Promise<number> {
  return (await json(fetch(`${sandbox}/sandbox/stats`))).tokenRequests
}

test('the token of a running sidecar is judged and not disturbed, and its listeners are ours', async (t) => {
  const { url } = await startTestSandbox(t)
  const env = await startRunning(t, settings(url))
  const { code, step, text } = await diagnose(t, env)
  assert.equal(code, 0, text)
  assert.match(step('token').detail, /^the running sidecar has one, valid for another (59|60) min/)
  assert.equal(step('validate-access-token').detail, 'CATAPA accepts the token through the running sidecar')
  assert.match(step('listener').detail, /is already ours: the running sidecar/)
  assert.equal(await tokenRequests(url), 1, 'only the sidecar has asked')
})

test('--new-token asks CATAPA even though a sidecar is running', async (t) => {
  const { url } = await startTestSandbox(t)
  const env = await startRunning(t, settings(url))
  const { code, step } = await diagnose(t, env, ['--new-token'])
  assert.equal(code, 0)
  assert.match(step('token').detail, /^CATAPA gave one/)
  assert.equal(await tokenRequests(url), 3, 'the sidecar, and doctor twice: for people and as JSON')
})

test('a running sidecar is found by an address too that it refuses as Host', async (t) => {
  const { url } = await startTestSandbox(t)
  const written = async () => `[::ffff:127.0.0.1]:${await freePort()}`
  const env = { ...settings(url), SIDECAR_LISTEN: await written(), SIDECAR_ADMIN_LISTEN: await written() }
  await runCli(t, ['start'], env).until(/access token obtained/)
  const { code, step, text } = await examined(env)
  assert.equal(code, 0, text)
  assert.match(step('listener').detail, /is already ours: the running sidecar/)
  assert.equal(step('validate-access-token').detail, 'CATAPA accepts the token through the running sidecar')
})

test('a running sidecar that was refused is not asked to try again: 4', async (t) => {
  secret('wrong-secret-4711-never-printed')
  const { url } = await startTestSandbox(t)
  const env = await startRunning(t, settings(url, { CATAPA_CLIENT_SECRET: 'wrong-secret-4711-never-printed' }))
  await assertFails(examined(env), {
    step: 'token',
    code: 4,
    detail: /^the running sidecar was refused: CATAPA refuses the client \(invalid_client, status 401\)$/,
    remedy: /CATAPA_CLIENT_SECRET.*--new-token/,
  })
  assert.equal(await tokenRequests(url), 1)
})

test('a running sidecar that CATAPA told of the tenant: the tenant is what to check, in our own words', async (t) => {
  const { url } = await startUpstream(t)
  const facts = { status: 401, error: 'invalid_client', aboutTenant: true, grant: 'client_credentials' }
  const { tenant, clientId } = demoCredentials
  const server = createServer((_request, response) => {
    const failure = {
      code: 'credentials_rejected',
      cause: 'client_refused',
      facts,
      happened: 'No',
      remedy: 'Run: rm -r /',
    }
    const token = { valid: false, failure }
    const status = { credentials: { tenant, clientId }, upstream: { origin: url }, token, listeners: {} }
    response.end(JSON.stringify(status))
  })
  const env = settings(url, { SIDECAR_ADMIN_LISTEN: `127.0.0.1:${await listenOnFreePort(t, server)}` })
  const remedy =
    /^The answer is about the tenant: check CATAPA_TENANT, .* that tenant\. --new-token asks CATAPA anew\.$/
  await assertFails(examined(env), { step: 'token', code: 4, detail: /^the running sidecar was refused: No$/, remedy })
  facts.aboutTenant = false
  await assertFails(examined(env), {
    step: 'token',
    code: 4,
    detail: /No/,
    remedy: /^Check CATAPA_CLIENT_SECRET first/,
  })
})

test('a running sidecar of another client is no help: a new token, and its listener is taken, 3', async (t) => {
  const { url } = await startTestSandbox(t)
  const other = await startTestSandbox(t, { clientId: 'other-client' })
  const running = await startRunning(t, settings(other.url, { CATAPA_CLIENT_ID: 'other-client' }))
  const env = { ...running, CATAPA_BASE_URL: url, CATAPA_CLIENT_ID: 'demo-client' }
  const { step } = await assertFails(examined(env), {
    step: 'listener',
    code: 3,
    detail:
      /taken by a catapa-sidecar with another tenant, client or CATAPA_BASE_URL; it says: tenant "demo", client "other-client"$/,
    remedy: /SIDECAR_LISTEN=/,
  })
  assert.match(step('token').detail, /^CATAPA gave one/)
})

test('doctor says which instance it looked at, and that the sidecar at its admin address has other settings', async (t) => {
  const { url } = await startTestSandbox(t)
  const running = await startRunning(t, settings(url))
  const file = join(mkdtempSync(join(tmpdir(), 'catapa-instance-')), 'north.env')
  t.after(() => rmSync(dirname(file), { recursive: true, force: true, maxRetries: 20 }))
  const listen = `localhost:${await freePort()}`
  writeFileSync(file, `SIDECAR_LISTEN=${listen}\n`)
  const { SIDECAR_LISTEN, ...others } = running
  const { code, step, text } = await examined(others, { configPath: file })
  assert.equal(code, 0, text)
  const admin = running.SIDECAR_ADMIN_LISTEN
  const instance = `the instance of ${file} and the environment: SIDECAR_LISTEN ${listen}, SIDECAR_ADMIN_LISTEN ${admin}`
  assert.ok(step('configuration').detail.includes(`\n${instance}`), text)
  const there = SIDECAR_LISTEN?.replace('localhost', 'http://127\\.0\\.0\\.1')
  assert.match(
    step('listener').detail,
    new RegExp(
      `^${listen} is free\\. Note: the sidecar that runs .* listens elsewhere \\(${there} .*other settings; .*ours`,
    ),
  )
})

test('a data address of yet another sidecar is not taken for that of the one at the admin address, 3', async (t) => {
  const { url } = await startTestSandbox(t)
  const [one, other] = await Promise.all([startRunning(t, settings(url)), startRunning(t, settings(url))])
  await assertFails(examined({ ...one, SIDECAR_LISTEN: other?.SIDECAR_LISTEN ?? '' }), {
    step: 'listener',
    code: 3,
    detail: /is taken by another catapa-sidecar than the one at SIDECAR_ADMIN_LISTEN$/,
    remedy: /SIDECAR_LISTEN=/,
  })
})

test('a running sidecar without an admin listener is recognised on its data listener', async (t) => {
  const { url } = await startTestSandbox(t)
  const running = { ...settings(url), SIDECAR_LISTEN: `localhost:${await freePort()}` }
  const command = runCli(t, ['start'], running)
  await command.until(/access token obtained/)
  const { code, step } = await examined(running)
  assert.equal(code, 0)
  assert.match(step('listener').detail, /has a running catapa-sidecar; its settings cannot be compared/)
})

const ownAddress = Object.values(networkInterfaces())
  .flat()
  .find((address) => address?.family === 'IPv4' && !address.internal)?.address
const withoutNetwork = ownAddress === undefined && process.env.CI === undefined ? 'this machine has no network' : false

test('a running sidecar that shows its status to loopback only is still a sidecar', {
  skip: withoutNetwork,
}, async (t) => {
  const { url } = await startTestSandbox(t)
  const running = {
    ...settings(url),
    SIDECAR_LISTEN: `localhost:${await freePort()}`,
    SIDECAR_ADMIN_LISTEN: `${ownAddress}:${await freePort()}`,
  }
  const command = runCli(t, ['start'], running)
  await command.until(/access token obtained/)
  const { code, step, text } = await examined(running)
  assert.equal(code, 0, text)
  assert.equal(step('listener').detail.match(/has a running catapa-sidecar/g)?.length, 2, step('listener').detail)
})

test('it is asked for sentences in the language of the command that quotes them', async (t) => {
  const asked: unknown[] = []
  const server = createServer((request, response) => {
    asked.push(request.url)
    response.end('{}')
  })
  const port = await listenOnFreePort(t, server)
  const ask = () => sidecarStatus([{ kind: 'tcp', host: '127.0.0.1', port }])
  await Promise.all([ask(), inLanguage('id', ask)])
  assert.deepEqual(asked.toSorted(), ['/api/status', '/api/status?language=id'])
})
