import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { loopbackInContainer } from '../../src/commands/container.ts'
import { config } from '../support/settings.ts'
import {
  demoCredentials,
  heedsSignals,
  json,
  type RunningCommand,
  root,
  runCli,
  secret,
  startTestSandbox,
  startUpstream,
} from '../support/sidecar.ts'

const freePorts = { SIDECAR_LISTEN: 'localhost:0', SIDECAR_ADMIN_LISTEN: 'off', SANDBOX_LISTEN: 'localhost:0' }

function live(baseUrl: string): Record<string, string> {
  return {
    ...freePorts,
    CATAPA_TENANT: demoCredentials.tenant,
    CATAPA_CLIENT_ID: demoCredentials.clientId,
    CATAPA_CLIENT_SECRET: demoCredentials.clientSecret,
    CATAPA_BASE_URL: baseUrl,
  }
}

async function ended(command: RunningCommand): Promise<{ code: number | null; output: string }> {
  const { code } = await command.exit
  return { code, output: command.output() }
}

/** The address that `start` has logged. */
async function address(command: RunningCommand): Promise<string> {
  return /"address":"(http:\/\/127[^"]+)"/.exec(await command.until(/"address":"http:\/\/127[^"]+"/))?.[1] ?? ''
}

test('--help lists every command and ends with 0, for one command too', async (t) => {
  const all = await ended(runCli(t, ['--help']))
  assert.equal(all.code, 0)
  for (const name of ['start', 'demo', 'sandbox', '--config']) assert.match(all.output, new RegExp(name))
  const one = await ended(runCli(t, ['demo', '--help']))
  assert.equal(one.code, 0)
  assert.match(one.output, /invented/)
})

test('--version prints the version of package.json', async (t) => {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  assert.deepEqual(await ended(runCli(t, ['--version'])), { code: 0, output: `${version}\n` })
})

test('an unknown command, an unknown option and a stray argument end with 2 and point to --help', async (t) => {
  for (const args of [['begin'], ['start', '--secret', 'x'], ['start', 'now']]) {
    const { code, output } = await ended(runCli(t, args))
    assert.equal(code, 2, args.join(' '))
    assert.match(output, /--help|Usage/)
  }
})

test('start without settings lists what is missing, says where to get it, mentions demo, and ends with 2', async (t) => {
  const { code, output } = await ended(runCli(t, ['start']))
  assert.equal(code, 2)
  for (const expected of [
    /CATAPA_TENANT/,
    /CATAPA_CLIENT_ID/,
    /CATAPA_CLIENT_SECRET/,
    /Setup > OAuth 2\.0 Clients > Add/,
    /catapa-sidecar demo/,
  ]) {
    assert.match(output, expected)
  }
})

test('every problem of the configuration is listed at once, and no value with it', async (t) => {
  secret('not-an-origin-4711')
  const env = {
    CATAPA_BASE_URL: 'not-an-origin-4711',
    SIDECAR_TOKEN_WAIT: 'soon',
    SIDECAR_LISTN: 'localhost:1',
    SIDECAR_POLICY: 'x',
  }
  const { code, output } = await ended(runCli(t, [], env))
  assert.equal(code, 2)
  for (const name of Object.keys(env)) assert.match(output, new RegExp(name))
  assert.match(output, /did you mean SIDECAR_LISTEN/)
  assert.match(output, /it belongs in the callers file/)
  assert.doesNotMatch(output, /4711|soon/)
})

test('start reads a --config file, serves, and ends with 0 on SIGTERM and on SIGINT', async (t) => {
  const { url } = await startTestSandbox(t)
  const file = join(mkdtempSync(join(tmpdir(), 'catapa-')), 'my.local.env')
  writeFileSync(
    file,
    Object.entries(live(url))
      .map(([name, value]) => `${name}="${value}"\r\n`)
      .join(''),
  )
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    const command = runCli(t, ['start', '--config', file])
    const response = await fetch(`${await address(command)}/core/v1/employees?size=2`)
    assert.equal(response.status, 200)
    assert.equal((await json(response)).content.length, 2)
    command.child.kill(signal)
    assert.equal((await command.exit).code, 0)
  }
})

test('SIGTERM while CATAPA is working: the request is answered, new ones get draining, then the exit status is 0', async (t) => {
  let release = () => {}
  const upstream = await startUpstream(t, (_request, response) => {
    release = () => response.end('done')
  })
  const command = runCli(t, ['start'], live(upstream.url))
  const url = await address(command)
  const slow = fetch(`${url}/slow`)
  while (upstream.received.length === 0) await new Promise((resolve) => setTimeout(resolve, 20))
  command.child.kill('SIGTERM')
  await command.until(/stopping/)
  const late = await fetch(`${url}/late`)
  assert.equal(late.status, 503)
  assert.equal(late.headers.get('x-catapa-sidecar-error'), 'draining')
  release()
  assert.equal(await (await slow).text(), 'done')
  assert.equal((await command.exit).code, 0)
  assert.equal(upstream.received.length, 1)
})

test('a second signal ends at once, with 0', async (t) => {
  const upstream = await startUpstream(t, () => {})
  const command = runCli(t, ['start'], live(upstream.url))
  fetch(`${await address(command)}/hangs`).catch(() => {})
  while (upstream.received.length === 0) await new Promise((resolve) => setTimeout(resolve, 20))
  command.child.kill('SIGTERM')
  await command.until(/stopping/)
  command.child.kill('SIGTERM')
  assert.equal((await command.exit).code, 0)
})

async function takenPort(t: TestContext): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  const taken = server.address()
  return typeof taken === 'object' && taken !== null ? taken.port : 0
}

test('in a container, start and demo say what a network of its own needs; elsewhere and in a pod nothing is said', async (t) => {
  const { url } = await startTestSandbox(t)
  const sentence = /loopback only, which is right in a pod/
  for (const args of [['start'], ['demo']]) {
    await runCli(t, args, { ...live(url), container: 'oci' }).until(sentence)
  }
  const command = runCli(t, ['start'], live(url))
  await command.until(/"msg":"listening"/)
  await heedsSignals(command)
  command.child.kill('SIGTERM')
  await command.exit
  assert.doesNotMatch(command.output(), sentence)

  const said = (listen: string, environment: Record<string, string>) =>
    loopbackInContainer(config({ SIDECAR_LISTEN: listen, SIDECAR_TRUST_NETWORK: 'true' }), environment)
  const container = { container: 'oci' }
  assert.match(
    said('127.0.0.1:8300', container) ?? '',
    /set SIDECAR_LISTEN=0\.0\.0\.0:8300, SIDECAR_TRUST_NETWORK=true and/,
  )
  assert.equal(said('localhost:8228', { ...container, KUBERNETES_SERVICE_HOST: '10.0.0.1' }), undefined)
  for (const other of ['0.0.0.0:8228', 'localhost:8228 0.0.0.0:8300', 'unix:/run/a.sock'])
    assert.equal(said(other, container), undefined, other)
})

test('a taken port is named with the remedy, and the exit status is 3', async (t) => {
  const port = await takenPort(t)
  for (const args of [['start'], ['demo'], ['sandbox']]) {
    const setting = args[0] === 'sandbox' ? 'SANDBOX_LISTEN' : 'SIDECAR_LISTEN'
    const { code, output } = await ended(
      runCli(t, args, { ...live('http://127.0.0.1:1'), [setting]: `localhost:${port}` }),
    )
    assert.equal(code, 3, args[0])
    assert.match(output, new RegExp(`127\\.0\\.0\\.1:${port} is taken`))
    assert.match(output, new RegExp(`choose another address: ${setting}=localhost:`))
  }
})

test('demo with a setting that is wrong names every one, listens nowhere and ends with 2', async (t) => {
  const command = runCli(t, ['demo'], { SIDECAR_LISTN: 'x', SANDBOX_LISTEN: '127.0.0.1:0', SANDBOX_TENANT: 'a b' })
  const { code, output } = await ended(command)
  assert.equal(code, 2)
  assert.match(output, /SIDECAR_LISTN/)
  assert.match(output, /SANDBOX_TENANT/)
})

test('start stays up with a wrong secret, and says what to check', async (t) => {
  const { url } = await startTestSandbox(t)
  const command = runCli(t, ['start'], { ...live(url), CATAPA_CLIENT_SECRET: 'wrong-secret-4711-never-printed' })
  secret('wrong-secret-4711-never-printed')
  const response = await fetch(`${await address(command)}/v1/users/me`)
  assert.equal(response.status, 503)
  const problem = await json(response)
  assert.equal(problem.code, 'credentials_rejected')
  assert.match(problem.detail, /CATAPA_CLIENT_SECRET/)
  assert.equal(command.child.exitCode, null)
})

test('a refused secret that the environment has is not looked for in the --config file: log, page, status, remedy and doctor name its place', async (t) => {
  const { url } = await startTestSandbox(t)
  const path = join(mkdtempSync(join(tmpdir(), 'catapa-config-')), 'own.env')
  const { CATAPA_CLIENT_SECRET = '', ...others } = live(url)
  const lines = Object.entries({ ...others, CATAPA_CLIENT_SECRET, SIDECAR_ADMIN_LISTEN: 'localhost:0' })
  writeFileSync(path, lines.map(([name, value]) => `${name}=${value}\n`).join(''), { mode: 0o600 })
  const wrong = { CATAPA_CLIENT_SECRET: 'wrong-secret-4712-never-printed' }
  secret(wrong.CATAPA_CLIENT_SECRET)
  const command = runCli(t, ['start', '--config', path], wrong)
  const place = `environment (CATAPA_CLIENT_SECRET), wins over ${path}`
  await command.until(/"msg":"admin listener.*\n/)
  const log = await command.until(/"msg":"no access token".*\n/)
  const entries: Record<string, unknown>[] = log
    .split('\n')
    .filter((line) => line.startsWith('{') && line.endsWith('}'))
    .map((line) => JSON.parse(line))
  const said = (msg: string) => entries.find((entry) => entry.msg === msg)
  assert.deepEqual(said('credentials')?.from, { tenant: path, clientId: path, clientSecret: place })
  assert.ok(String(said('no access token')?.detail).endsWith(`The secret comes from: ${place}.`))
  const admin = String(said('admin listener: probes, metrics, status')?.address)
  const status = await json(fetch(`${admin}/api/status`))
  assert.equal(status.credentials.from.clientSecret, place)
  assert.ok(status.token.failure.remedy.endsWith(`The secret comes from: ${place}.`))
  const page = (await (await fetch(admin)).text()).replace(/\s+/g, ' ')
  assert.ok(page.includes(`Tenant from ${path} Id from ${path} Secret from ${place}`), page)
  const told = await json(fetch(`${await address(command)}/v1/users/me`))
  assert.doesNotMatch(told.detail, /own\.env|comes from/)
  const doctor = await ended(runCli(t, ['doctor', '--config', path], wrong))
  assert.ok(
    doctor.output.replace(/\s+/g, ' ').includes(`in the environment, which wins over ${path}, no file`),
    doctor.output,
  )
})

test('the secret is not in the environment of a child that the process would start', async (t) => {
  // Node writes its environment to children from process.env, which `takeEnvironment` cleans.
  const module = join(root, 'build/src/settings/environment.js')
  const { execFileSync } = await import('node:child_process')
  const script = `const { takeEnvironment } = await import(${JSON.stringify(module)}); takeEnvironment();
    console.log(require('node:child_process').execFileSync(process.execPath, ['-p', 'JSON.stringify(process.env)'], { encoding: 'utf8' }))`
  const env = {
    PATH: process.env.PATH ?? '',
    CATAPA_CLIENT_SECRET: 'child-4711',
    HTTPS_PROXY: 'http://user:child-4712@proxy.example:1',
  }
  const output = execFileSync(process.execPath, ['-e', `(async () => { ${script} })()`], { env, encoding: 'utf8' })
  assert.match(output, /PATH/)
  assert.doesNotMatch(output, /child-471/)
  t.diagnostic('positive control: the same script without takeEnvironment prints it')
  const control = execFileSync(process.execPath, ['-p', 'JSON.stringify(process.env)'], { env, encoding: 'utf8' })
  assert.match(control, /child-4711/)
})

test('sandbox says where it listens and that the data is invented', async (t) => {
  const command = runCli(t, ['sandbox'], freePorts)
  const output = await command.until(/Ctrl-C/)
  assert.match(output, /invented/)
  const url = /http:\/\/127\S+/.exec(output)?.[0]
  assert.equal((await fetch(`${url}/sandbox/stats`)).status, 200)
  command.child.kill('SIGTERM')
  assert.equal((await command.exit).code, 0)
})
