// What login is made of, without a process.
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { Readable } from 'node:stream'
import { type TestContext, test } from 'node:test'
import { whoHas } from '../../../src/commands/login/ask-who.ts'
import { type Authorization, codeIn, newAuthorization } from '../../../src/commands/login/authorization.ts'
import { exchange } from '../../../src/commands/login/code-exchange.ts'
import { LoginFailure } from '../../../src/commands/login/login-failure.ts'
import { browserCommand } from '../../../src/commands/login/open-browser.ts'
import { pastedAnswer } from '../../../src/commands/login/pasted.ts'
import { linesOf } from '../../../src/commands/login/read-line.ts'
import { listenAddress } from '../../../src/commands/login/redirect-listener.ts'
import { trust } from '../../../src/network/connection.ts'
import { type ProcessStatus, processStatus } from '../../../src/running/process-status.ts'
import { whyNotSameFolder } from '../../../src/running/same-folder.ts'
import type { Config } from '../../../src/settings/config.ts'
import { chooseSomebody, startLoginSandbox } from '../../support/login-command.ts'
import { demoCredentials, listenOnFreePort, testConfig } from '../../support/sidecar.ts'

const trusted = trust(undefined, undefined)

/** The failure of an attempt: its status and words. */
async function failure(attempt: Promise<unknown> | (() => unknown)): Promise<[number, string]> {
  try {
    await (typeof attempt === 'function' ? attempt() : attempt)
  } catch (error) {
    assert.ok(error instanceof LoginFailure, String(error))
    return [error.status, error.message]
  }
  return assert.fail('it did not fail')
}

async function failsWith(attempt: Parameters<typeof failure>[0], status: number, words: RegExp): Promise<void> {
  const [found, message] = await failure(attempt)
  assert.equal(found, status, message)
  assert.match(message, words)
}

/** A sandbox in which somebody has just logged in. */
async function withCode(t: TestContext, change: Partial<Config> = {}) {
  const { url, redirectUri } = await startLoginSandbox(t)
  const config = testConfig(url, { redirectUri, authorizeUrl: new URL('/oauth2/authorize', url), ...change })
  async function code(): Promise<[string, Authorization]> {
    const authorization = await newAuthorization(config)
    const { searchParams } = new URL(await chooseSomebody(authorization.url))
    return [codeIn(searchParams, authorization, config), authorization]
  }
  const faults = (faults: object) => fetch(`${url}/sandbox/faults`, { method: 'PATCH', body: JSON.stringify(faults) })
  return { url, config, code, faults }
}

test('an authorization request has a state and a challenge of its own each time, and the scope where there is one', async () => {
  const config = testConfig('https://api.example', { scope: 'all' })
  const [one, other] = [await newAuthorization(config), await newAuthorization(config)]
  assert.notEqual(one.state, other.state)
  assert.ok(one.state.length >= 43, '256 bits')
  const asked = Object.fromEntries(new URL(one.url).searchParams)
  const { code_challenge: challenge, ...rest } = asked
  assert.match(challenge ?? '', /^[\w-]{43}$/)
  assert.notEqual(challenge, one.verifier)
  assert.deepEqual(rest, {
    response_type: 'code',
    client_id: demoCredentials.clientId,
    redirect_uri: config.redirectUri,
    state: one.state,
    scope: 'all',
    code_challenge_method: 'S256',
  })
  const plain = await newAuthorization({ ...config, pkce: false, scope: undefined })
  assert.deepEqual([...new URL(plain.url).searchParams.keys()].sort(), [
    'client_id',
    'redirect_uri',
    'response_type',
    'state',
  ])
})

test('an answer without a code is told in words, and with the exit status that it deserves', async () => {
  const config = testConfig('https://api.example')
  const authorization = await newAuthorization(config)
  const judge = (text: string) => () =>
    codeIn(new URLSearchParams(`${text}&state=${authorization.state}`), authorization, config)
  const cases: [string, number, RegExp][] = [
    ['error=access_denied', 4, /denied/],
    ['error=unauthorized_client', 4, /grant types authorization_code and refresh_token/],
    ['error=unsupported_response_type', 4, /unsupported_response_type/],
    ['error=invalid_scope', 4, /CATAPA_SCOPE/],
    ['error=invalid_request', 4, /CATAPA_REDIRECT_URI.*CATAPA_PKCE=false/],
    ['error=server_error', 5, /server_error/],
    ['error=temporarily_unavailable', 5, /later/],
    ['error=login_required', 4, /refused the login \(login_required\)/],
    ['tenant=other&code=1', 4, /another tenant than CATAPA_TENANT/],
    ['tenant=demo&tenant=other&code=1', 4, /another tenant/],
    ['code=1&code=2', 5, /no code/],
    ['code=', 5, /no code/],
    ['hello=1', 5, /CATAPA_AUTHORIZE_URL/],
  ]
  for (const [text, status, words] of cases) await failsWith(judge(text), status, words)
  const [, message] = await failure(judge('error=%1b[31m<script>&error_description=secret-words'))
  assert.doesNotMatch(message, /script|secret|\x1b/)
  assert.equal(judge(`code=abc&tenant=${demoCredentials.tenant}&iss=https://accounts.example`)(), 'abc')
})

test('a code is exchanged for tokens of the person who logged in', async (t) => {
  const { config, code } = await withCode(t)
  const { access, refreshToken } = await exchange(...(await code()), config, trusted)
  assert.ok(refreshToken)
  const who = await whoHas(access.value, config, trusted)
  assert.equal(typeof who === 'object' && who.name, 'Maya Contohadi')
})

test('a refusal of the code or of the client is 4, with what to do', async (t) => {
  const { config, code, faults } = await withCode(t)
  const [spent, authorization] = await code()
  await exchange(spent, authorization, config, trusted)
  await failsWith(exchange(spent, authorization, config, trusted), 4, /\(invalid_grant\): it was used before, has exp/)
  const credentials = { ...demoCredentials, clientSecret: 'wrong-secret-4711-never-printed' }
  await failsWith(exchange(...(await code()), { ...config, credentials }, trusted), 4, /\(invalid_client, status 401\)/)
  await faults({ tokenErrors: { count: 1, status: 400, error: 'unauthorized_client' } })
  await failsWith(exchange(...(await code()), config, trusted), 4, /give this client the grant types/)
  await faults({ tokenBody: '{"access_token":"only-this-0123456789"}' })
  await failsWith(exchange(...(await code()), config, trusted), 4, /no refresh token.*refresh_token/)
})

test('a token endpoint that fails, is away or talks nonsense is 5', async (t) => {
  const { config, code, faults } = await withCode(t)
  await faults({ tokenErrors: { count: 1, status: 503 } })
  await failsWith(
    exchange(...(await code()), config, trusted),
    5,
    /answered with status 503\. .* Nothing was stored; run login again /,
  )
  await faults({ tokenBody: '{"access_token":7}' })
  await failsWith(exchange(...(await code()), config, trusted), 5, /is no token/)
  const away = { ...config, tokenUrl: new URL('http://127.0.0.1:1/oauth/token') }
  await failsWith(exchange(...(await code()), away, trusted), 5, /it refused the connection/)
})

test('a clock that is off is named when a code is refused', async (t) => {
  const server = createServer((_request, response) => {
    response.setHeader('Date', new Date(Date.now() - 3_600_000).toUTCString())
    response.writeHead(400, { 'Content-Type': 'application/json' }).end('{"error":"invalid_grant"}')
  })
  const config = testConfig(`http://127.0.0.1:${await listenOnFreePort(t, server)}`)
  const authorization = await newAuthorization(config)
  await failsWith(exchange('abc', authorization, config, trusted), 4, /Also, the clock of this machine is 1 h ahead of/)
})

test('an API that refuses the new token is 4; one that cannot say whose it is does not cost the login', async (t) => {
  const { config, code, faults } = await withCode(t)
  const { access } = await exchange(...(await code()), config, trusted)
  await faults({ unauthorized: { count: 1 }, serverErrors: { count: 1 } })
  await failsWith(whoHas(access.value, config, trusted), 4, /does not accept the token that it has just issued/)
  assert.equal(await whoHas(access.value, config, trusted), '/v1/users/me answered with status 500')
  const away = { ...config, baseUrl: new URL('http://127.0.0.1:1') }
  assert.match(String(await whoHas(access.value, away, trusted)), /could not be reached: it refused the connection/)
})

test('a name that would confuse a terminal is cleaned', async (t) => {
  const user = { id: '1', username: 'x', employee: { name: 'Ev\u001b[2J\u202eil\nName' } }
  const server = createServer((_request, response) => response.end(JSON.stringify(user)))
  const config = testConfig(`http://127.0.0.1:${await listenOnFreePort(t, server)}`)
  assert.deepEqual(await whoHas('t', config, trusted), { id: '1', name: 'Ev[2JilName', account: 'x' })
})

test('of what is pasted only the answer to this login counts', async () => {
  const paste = (...lines: string[]) => {
    const said: string[] = []
    const input = Readable.from(lines.map((line) => `${line}\n`))
    const answer = pastedAnswer(linesOf(input, new AbortController().signal), 'st', (text) => said.push(text))
    return answer.then((found) => ({ code: found.get('code'), said }))
  }
  for (const line of [
    'http://127.0.0.1:8231/callback?code=c%2Bd&state=st',
    '  <http://x/?state=st&code=c%2Bd#fragment> ',
    '"code=c%2Bd&state=st"',
    '?code=c%2Bd&state=st',
  ]) {
    assert.deepEqual(await paste('', line), { code: 'c+d', said: [] }, line)
  }
  const { said } = await paste('c+d', 'http://x/?response_type=code&state=st', 'http://x/?code=c&state=st')
  assert.equal(said.length, 2)
  await failsWith(paste('http://x/?code=c&state=st&state=st'), 4, /another login/)
  await failsWith(paste('http://x/?code=c&state=ST'), 4, /another login/)
  await failsWith(paste('a', 'b', 'c', 'http://x/?code=c&state=st'), 4, /not the whole address/)
  await failsWith(paste('code=c'), 4, /not the whole address/)
  await failsWith(paste(), 1, /Standard input ended/)
})

test('only a loopback redirect URI over http is listened to', () => {
  assert.deepEqual(listenAddress('http://127.0.0.1:8231/callback'), { kind: 'tcp', host: '127.0.0.1', port: 8231 })
  assert.deepEqual(listenAddress('http://[::1]:8231/callback'), { kind: 'tcp', host: '::1', port: 8231 })
  assert.deepEqual(listenAddress('http://localhost/'), { kind: 'localhost', port: 80 })
  for (const uri of ['https://127.0.0.1:8231/callback', 'http://hr.example/done', 'http://0.0.0.0:8231/']) {
    assert.equal(listenAddress(uri), undefined, uri)
  }
})

test('a browser is opened where there is a screen of this machine', () => {
  assert.deepEqual(browserCommand({ DISPLAY: ':0' }, 'linux'), ['xdg-open'])
  assert.deepEqual(browserCommand({ WAYLAND_DISPLAY: 'w' }, 'linux'), ['xdg-open'])
  assert.equal(browserCommand({}, 'linux'), undefined)
  assert.equal(browserCommand({ DISPLAY: ':10', SSH_CONNECTION: 'x' }, 'linux'), undefined)
  assert.deepEqual(browserCommand({}, 'darwin'), ['open'])
  assert.deepEqual(browserCommand({}, 'win32'), ['rundll32', 'url.dll,FileProtocolHandler'])
})

test('for a sidecar of another user, unit, container or folder it is said how to reach that one, and nothing of ours is handed over', () => {
  const own: ProcessStatus = { ...processStatus('/state'), uid: 0, user: 'root', container: undefined, unit: undefined }
  const words = (change: Partial<ProcessStatus>, changeOwn: Partial<ProcessStatus> = {}) => {
    const call = { words: ['login'], configPath: '/etc/my env' }
    return whyNotSameFolder({ ...own, ...change }, { ...own, ...changeOwn }, call) ?? ''
  }
  assert.equal(words({}), '')
  assert.equal(words({ files: 'mnt:[1]' }), '', 'a service with a view of its own of the same folder')
  assert.match(
    words({ stateDir: "/it's" }),
    /\n {2}env 'SIDECAR_STATE_DIR=\/it'\\''s' .* login --config '\/etc\/my env'$/,
  )

  const payroll = { uid: 4711, gid: 4712, user: 'payroll', stateDir: '/var/lib/p' }
  const nameless = { ...payroll, user: undefined }
  assert.match(words(payroll), /belongs to the user payroll and keeps its login in \/var\/lib\/p/)
  assert.match(words(nameless), /belongs to another user \(uid 4711\) and keeps/)
  for (const text of [words(payroll), words(payroll, { uid: 1000 }), words(nameless), words(nameless, { uid: 1000 })]) {
    assert.match(text, /Any user of this machine could be answering there/)
    assert.match(
      text,
      /run this as that user, with that user's own settings; hand over none of yours.*:\n\n {2}\S+ .*login$/,
    )
    assert.doesNotMatch(text, /sudo|runuser|setpriv|env |SIDECAR_STATE_DIR|CATAPA_|my env/)
  }

  const unit = words({ uid: 4711, unit: 'catapa-sidecar@acme.service', user: undefined })
  assert.match(
    unit,
    /as the service catapa-sidecar@acme\.service\. Any user .*"systemd".* with that service's own settings\.$/,
  )
  assert.doesNotMatch(words({ ...payroll, unit: 'cron.service' }), /systemd/)

  const container = words({ container: 'f00', files: 'mnt:[1]' })
  assert.match(container, /\n {2}docker exec -it f00 catapa-sidecar login --paste$/)
  assert.equal(words({ container: 'f00' }), '', 'inside of the same container')
  assert.match(words({ container: 'f00; rm x', files: 'mnt:[1]' }), / -it 'f00; rm x' catapa-sidecar /)
})

test('on Windows the folder counts and not the user: nobody can become the account of a service', () => {
  const own: ProcessStatus = { ...processStatus('C:\\state'), uid: undefined, gid: undefined, user: 'admin' }
  const call = { words: ['login'], configPath: '/my settings.env' }
  const service = { ...own, user: 'catapa-sidecar' }
  assert.equal(whyNotSameFolder(service, own, call, 'win32'), undefined)
  // A folder that somebody names could be one that he reads, \\\\his-machine\\share too, so no command has it.
  assert.match(
    whyNotSameFolder({ ...service, stateDir: 'C:\\Program Data\\s' }, own, call, 'win32') ?? '',
    /in another folder, C:\\Program Data\\s\. Any user .* as an administrator, with the settings of that sidecar \(--config\), in cmd\.exe:\n\n {2}".+" ".+" login$/,
  )
})
