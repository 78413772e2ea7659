import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createServer, type RequestListener } from 'node:http'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { assertFails, diagnose, examined, named, settings, shown } from '../support/doctor.ts'
import { without } from '../support/programs.ts'
import {
  demoCredentials,
  listenOnFreePort,
  root,
  runCli,
  secret,
  startTestSandbox,
  startUpstream,
} from '../support/sidecar.ts'

const everyStep = [
  'configuration',
  'secret-file',
  'dns',
  'tcp',
  'proxy',
  'tls',
  'clock',
  'token',
  'validate-access-token',
  'listener',
]

/** A CATAPA whose token endpoint answers as told. */
async function tokenEndpoint(t: TestContext, answer: RequestListener): Promise<string> {
  const server = createServer((request, response) => {
    if (request.url === '/oauth/token') return answer(request, response)
    response.end()
  })
  return `http://127.0.0.1:${await listenOnFreePort(t, server)}`
}

test('when all is fine every step is ok, the exit status is 0, and nothing secret is shown', async (t) => {
  const { url } = await startTestSandbox(t)
  const diagnosis = await diagnose(t, settings(url))
  assert.equal(diagnosis.code, 0)
  assert.deepEqual(named(diagnosis, 'ok'), everyStep)
  assert.match(diagnosis.text, /All is well\.\n$/)
  assert.match(diagnosis.text, /^✓ token +\d+ ms {2}CATAPA gave one, valid for 60 min$/m)
  assert.ok(!diagnosis.text.includes('\x1b'), 'no colours and no progress in a pipe')
  assert.ok(!JSON.stringify(diagnosis).includes(demoCredentials.clientSecret))
  for (const { ms } of diagnosis.steps) assert.ok(Number.isInteger(ms) && ms >= 0)
})

test('bad configuration: every problem by its name, no value, the rest is not tried, 2', async (t) => {
  secret('not-an-origin-4711')
  const diagnosis = await assertFails(
    diagnose(t, { CATAPA_BASE_URL: 'not-an-origin-4711', SIDECAR_LISTN: 'localhost:1', CATAPA_CLIENT_SECRET: 'known' }),
    {
      step: 'configuration',
      code: 2,
      detail: /SIDECAR_LISTN: .*did you mean SIDECAR_LISTEN.*CATAPA_BASE_URL: /s,
      remedy: /Setup > OAuth 2\.0 Clients/,
    },
  )
  assert.match(diagnosis.step('configuration').detail, /CATAPA_TENANT: required.*CATAPA_CLIENT_ID: required/s)
  assert.deepEqual(named(diagnosis, 'skipped'), everyStep.slice(2))
  assert.match(diagnosis.step('token').detail, /^not tried, because configuration failed$/)
  assert.doesNotMatch(diagnosis.text, /4711/)
})

test('a wrong secret: the token step names it, later steps are not tried, the listener is, 4', async (t) => {
  secret('wrong-secret-4711-never-printed')
  const { url } = await startTestSandbox(t)
  const diagnosis = await assertFails(
    examined(settings(url, { CATAPA_CLIENT_SECRET: 'wrong-secret-4711-never-printed' })),
    {
      step: 'token',
      code: 4,
      detail: /^CATAPA refuses the client \(invalid_client, status 401\)$/,
      remedy: /Check CATAPA_CLIENT_SECRET first/,
    },
  )
  assert.equal(diagnosis.step('validate-access-token').detail, 'not tried, because token failed')
  assert.equal(diagnosis.step('listener').status, 'ok')
  assert.match(diagnosis.text, /Begin with the first ✗: token\.\n$/)
})

test('a wrong tenant: the remedy names the tenant and not the secret, 4', async (t) => {
  const { url } = await startTestSandbox(t)
  const diagnosis = await assertFails(examined(settings(url, { CATAPA_TENANT: 'another' })), {
    step: 'token',
    code: 4,
    detail: /refuses the client/,
    remedy: /about the tenant: check CATAPA_TENANT/,
  })
  assert.doesNotMatch(diagnosis.step('token').remedy ?? '', /SECRET/)
})

test('other refusals have their own remedy, and the text of the endpoint is not repeated', async (t) => {
  const refusals: [error: string, status: number, remedy: RegExp][] = [
    ['unauthorized_client', 400, /grant type client_credentials/],
    ['invalid_scope', 400, /CATAPA_SCOPE/],
    ['made_up', 404, /CATAPA_TOKEN_URL/],
  ]
  for (const [error, status, remedy] of refusals) {
    const url = await tokenEndpoint(t, (_request, response) => {
      response.statusCode = status
      response.end(JSON.stringify({ error, error_description: 'text-of-the-endpoint-4711' }))
    })
    const { text } = await assertFails(examined(settings(url)), {
      step: 'token',
      code: 4,
      detail: /refuses/,
      remedy,
    })
    assert.doesNotMatch(text, /4711|made_up/)
  }
})

test('a token endpoint that hangs, fails or talks nonsense: 5, each with its own remedy', async (t) => {
  const hanging = await tokenEndpoint(t, () => {})
  await assertFails(examined(settings(hanging, { SIDECAR_TOKEN_TIMEOUT: '1.5' })), {
    step: 'token',
    code: 5,
    detail: /did not answer in time/,
    remedy: /SIDECAR_TOKEN_TIMEOUT/,
  })
  const failing = await tokenEndpoint(t, (_request, response) => response.writeHead(503).end())
  await assertFails(examined(settings(failing)), {
    step: 'token',
    code: 5,
    detail: /^The token endpoint answered with status 503$/,
    remedy: /CATAPA itself has trouble/,
  })
  const page = await tokenEndpoint(t, (_request, response) => response.end('<html>'))
  await assertFails(examined(settings(page)), {
    step: 'token',
    code: 5,
    detail: /is no token/,
    remedy: /CATAPA_TOKEN_URL/,
  })
})

test('a token that CATAPA does not accept is a failure of validate-access-token, 4', async (t) => {
  const upstream = await startUpstream(t, (_request, response) => response.writeHead(401).end())
  await assertFails(examined(settings(upstream.url)), {
    step: 'validate-access-token',
    code: 4,
    detail: /does not accept the token/,
    remedy: /CATAPA_TENANT/,
  })
  const asked = upstream.received.find(({ url }) => url === '/v1/oauth-clients/validate-access-token')
  assert.equal(asked?.headers.tenant, demoCredentials.tenant)
  assert.match(asked?.headers.authorization ?? '', /^Bearer token-\d$/)
})

test('a clock two hours off is named with the way to set it, 5, and the token is tried all the same', async (t) => {
  const upstream = await startUpstream(t, (_request, response) => {
    response.setHeader('Date', new Date(Date.now() - 2 * 3_600_000).toUTCString()).end('{}')
  })
  const diagnosis = await assertFails(examined(settings(upstream.url)), {
    step: 'clock',
    code: 5,
    detail: /^the clock of this machine is 2 h ahead of CATAPA's$/,
    remedy: /timedatectl|w32tm/,
  })
  assert.equal(diagnosis.step('token').status, 'ok')
})

test('the clock of the machine itself set back by two hours (faketime)', { skip: without('faketime') }, async (t) => {
  const { url } = await startTestSandbox(t)
  const { status, stdout } = await faketime(settings(url))
  assert.equal(status, 5, stdout)
  assert.match(stdout, /^✗ clock .*2 h behind CATAPA's$/m)
})

/** Asynchronous: the sandbox lives in this process. */
async function faketime(env: Record<string, string>): Promise<{ status: number | null; stdout: string }> {
  const child = spawn('faketime', ['-f', '-2h', process.execPath, join(root, 'dist/cli.js'), 'doctor'], {
    env: { PATH: process.env.PATH, FAKETIME_DONT_FAKE_MONOTONIC: '1', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let stdout = ''
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += shown(chunk.toString())
  })
  const status = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { status, stdout }
}

test('a listener that another program has is named, 3', async (t) => {
  const { url } = await startTestSandbox(t)
  const port = await listenOnFreePort(
    t,
    createServer((_request, response) => response.end()),
  )
  const byCommand = (env: Record<string, string>) => diagnose(t, env)
  for (const [name, told] of Object.entries({ SIDECAR_LISTEN: byCommand, SIDECAR_ADMIN_LISTEN: examined })) {
    const diagnosis = await assertFails(told(settings(url, { [name]: `127.0.0.1:${port}` })), {
      step: 'listener',
      code: 3,
      detail: new RegExp(`^127\\.0\\.0\\.1:${port} is taken by another program$`),
      remedy: new RegExp(`${name}=`),
    })
    assert.equal(diagnosis.step('validate-access-token').status, 'ok')
  }
})

test('the exit status is that of the first step that failed, and further ones are told as well', async (t) => {
  const { url } = await startTestSandbox(t)
  const port = await listenOnFreePort(t, createServer())
  const env = settings(url, { CATAPA_TENANT: 'another', SIDECAR_LISTEN: `127.0.0.1:${port}` })
  const diagnosis = await examined(env)
  assert.deepEqual(named(diagnosis, 'failed'), ['token', 'listener'])
  assert.equal(diagnosis.code, 4)
})

test('doctor takes no arguments and no options of other commands', async (t) => {
  for (const args of [['now'], ['--timeout', '1'], ['--', 'php']]) {
    const command = runCli(t, ['doctor', ...args])
    assert.equal((await command.exit).code, 2, args.join(' '))
  }
})
