import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import { createServer as createSocket } from 'node:net'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { inspect } from 'node:util'
import { lockFolder } from '../../src/login/folder-lock.ts'
import { loginPath, readLogin } from '../../src/login/login-file.ts'
import { type UserLogin, userLogin } from '../../src/login/user-login.ts'
import { connectionPool, trust } from '../../src/network/connection.ts'
import { ProblemError } from '../../src/problems/problem.ts'
import { systemClock } from '../../src/time.ts'
import { operatorDetail } from '../support/failures.ts'
import { loginWith, stateFolder, store } from '../support/login.ts'
import { demoCredentials, listenOnFreePort, secret } from '../support/sidecar.ts'
import { eventually } from '../support/wire.ts'

type Asked = { form: URLSearchParams; authorization: string | undefined; tenant: string | undefined }
type Answer = (response: ServerResponse, next: string) => unknown

/** A token endpoint that rotates, and ends everything when a refresh token comes twice. */
async function judge(t: TestContext) {
  const issued = ['never-printed-refresh-0']
  const used = new Set<string>()
  const server = {
    url: '',
    asked: [] as Asked[],
    reused: 0,
    script: [] as Answer[],
    first: issued[0] ?? '',
    latest: () => issued.at(-1) ?? '',
  }
  const http = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    const form = new URLSearchParams(body)
    const { authorization, tenant } = request.headers
    server.asked.push({ form, authorization, tenant: String(tenant) })
    const given = form.get('refresh_token') ?? ''
    if (used.has(given)) server.reused += 1
    if (used.has(given) || !issued.includes(given)) return refuse(response)
    used.add(given)
    const next = `never-printed-refresh-${issued.length}`
    secret(next)
    issued.push(next)
    await (server.script.shift() ?? grant)(response, next)
  })
  server.url = `http://127.0.0.1:${await listenOnFreePort(t, http)}`
  secret(server.first)
  return server
}

function refuse(response: ServerResponse, body = '{"error":"invalid_grant"}', status = 400): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(body)
}

function grant(response: ServerResponse, refreshToken: string | undefined): void {
  const answer = {
    access_token: `never-printed-access-${Math.random()}`,
    refresh_token: refreshToken,
    expires_in: 3600,
  }
  secret(answer.access_token)
  response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(answer))
}

const lose: Answer = (response) => response.destroy()

function start(t: TestContext, folder: string, baseUrl: string): UserLogin {
  const tokenUrl = new URL('/oauth/token', baseUrl)
  const secureContext = trust(undefined, undefined)
  const pool = connectionPool(tokenUrl, { secureContext, proxy: undefined, connectTimeoutMs: 20_000, connections: 2 })
  t.after(() => pool.destroy())
  return userLogin(folder, {
    tokenUrl,
    clientAuth: 'client_secret_basic',
    timeoutMs: 20_000,
    pool,
    clock: systemClock,
  })
}

async function setup(t: TestContext) {
  const server = await judge(t)
  const folder = stateFolder(t)
  const stored = await store(folder, loginWith(server.url, server.first))
  const login = start(t, folder, server.url)
  const obtain = () => login.source(demoCredentials)()
  return { server, folder, stored, login, obtain }
}

async function problemOf(promise: Promise<unknown>): Promise<ProblemError> {
  const problem: unknown = await promise.then(
    () => assert.fail('a token from nowhere'),
    (error: unknown) => error,
  )
  assert(problem instanceof ProblemError, inspect(problem))
  assert.doesNotMatch(inspect(problem, { depth: 9, showHidden: true }), /never-printed|4711-never/)
  assert.doesNotMatch(problem.detail, /\/|127\.0/, 'callers get no path and no address')
  return problem
}

async function onDisk(folder: string) {
  const reading = await readLogin(folder)
  assert.ok('login' in reading, JSON.stringify(reading))
  return reading.login
}

test('a refresh is sent as RFC 6749 §6 has it, with the client and the tenant, and without a scope', async (t) => {
  const { server, obtain } = await setup(t)
  const { tenant, lifetimeMs } = await obtain()
  assert.deepEqual([tenant, lifetimeMs], ['demo', 3_600_000])
  const [asked] = server.asked
  assert.deepEqual([...(asked?.form ?? [])].sort(), [
    ['grant_type', 'refresh_token'],
    ['refresh_token', server.first],
  ])
  assert.equal(asked?.tenant, 'demo')
  const { clientId, clientSecret } = demoCredentials
  assert.equal(asked?.authorization, `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`)
})

test('a rotated refresh token is on disk before its access token is given out, and who and since when stay', async (t) => {
  const { server, folder, stored, obtain } = await setup(t)
  for (let rotation = 1; rotation <= 5; rotation += 1) {
    await obtain()
    assert.deepEqual(await onDisk(folder), { ...stored, refreshToken: server.latest(), rotation })
  }
  assert.equal(server.reused, 0)
  assert.equal(readdirSync(folder).filter((name) => name.endsWith('.new')).length, 0)
})

test('a server that does not rotate: the login on disk is left alone', async (t) => {
  const { server, folder, obtain } = await setup(t)
  const before = readFileSync(loginPath(folder))
  server.script = [(response) => grant(response, undefined)]
  await obtain()
  assert.deepEqual(readFileSync(loginPath(folder)), before)
})

test('a refresh token that cannot be sent back counts as none', async (t) => {
  const { server, folder, stored, obtain } = await setup(t)
  server.script = [(response) => grant(response, 'tökén\n')]
  await obtain()
  assert.deepEqual(await onDisk(folder), stored)
})

for (const [error, status] of [
  ['invalid_grant', 400],
  ['invalid_grant', 401],
  ['invalid_token', 401],
] as const) {
  test(`${error} with ${status}: login_required, asked once, and the file stays`, async (t) => {
    const { server, folder, stored, login, obtain } = await setup(t)
    server.script = [(response) => refuse(response, JSON.stringify({ error, error_description: 'secret' }), status)]
    for (let i = 0; i < 3; i += 1) {
      const problem = await problemOf(obtain())
      const { code, detail } = problem
      assert.equal(code, 'login_required')
      assert.match(detail, /log in again/)
      assert.ok(operatorDetail(problem).includes(loginPath(folder)))
    }
    assert.equal(server.asked.length, 1)
    assert.equal(login.isOver(stored), true)
    assert.deepEqual(await onDisk(folder), stored)
  })
}

test('a refused client is no refused login: it is told as such, and the refresh token is tried again', async (t) => {
  const { server, obtain } = await setup(t)
  server.script = [(response) => refuse(response, '{"error":"invalid_client"}', 401)]
  assert.equal((await problemOf(obtain())).code, 'credentials_rejected')
  await problemOf(obtain())
  assert.equal(server.asked.length, 2)
})

test('an answer that was lost: the next attempt is made with what is on disk, and tells how that ends', async (t) => {
  const { server, obtain } = await setup(t)
  server.script = [lose]
  assert.equal((await problemOf(obtain())).code, 'token_unavailable')
  assert.equal((await problemOf(obtain())).code, 'login_required')
  assert.deepEqual(
    server.asked.map(({ form }) => form.get('refresh_token')),
    [server.first, server.first],
  )
})

test('no login, a foreign one and one that others can read: login_required without a request; the mend is for the operator', async (t) => {
  const { server, folder, stored, obtain } = await setup(t)
  chmodSync(loginPath(folder), 0o644)
  const open = await problemOf(obtain())
  assert.equal(open.code, 'login_required')
  assert.match(operatorDetail(open), /mode 0644.*chmod 600 /)
  assert.equal(open.detail, (await problemOf(obtain())).detail)

  await store(folder, { ...stored, clientId: 'another' })
  assert.match(operatorDetail(await problemOf(obtain())), /another OAuth client/)
  await store(folder, { ...stored, tokenUrl: 'https://elsewhere.example/oauth/token' })
  assert.match(operatorDetail(await problemOf(obtain())), /CATAPA_TOKEN_URL/)
  assert.equal(existsSync(loginPath(folder)), true)

  rmSync(folder, { recursive: true })
  const none = await problemOf(obtain())
  assert.equal(none.code, 'login_required')
  assert.match(operatorDetail(none), /no login in .*catapa-sidecar login/)
  assert.equal(existsSync(folder), false, 'to look makes no folder')
  assert.equal(server.asked.length, 0)
})

test('a login that cannot be read for the moment is passing trouble, and no reason to log in', async (t) => {
  const { server, folder, stored, obtain } = await setup(t)
  rmSync(loginPath(folder))
  // Who opens a socket file gets ENXIO, which stands for what a disk or a process without free files says.
  const socket = createSocket().listen(loginPath(folder))
  t.after(() => socket.close())
  await once(socket, 'listening')
  const problem = await problemOf(obtain())
  assert.equal(problem.code, 'token_unavailable')
  assert.match(operatorDetail(problem), /login\.json cannot be read \(ENXIO\)\. The sidecar keeps trying/)
  assert.equal(server.asked.length, 0)
  socket.close()
  await once(socket, 'close')
  await store(folder, stored)
  await obtain()
})

test('processes take turns, and each one uses what the one before it has left', async (t) => {
  const { server, folder, obtain } = await setup(t)
  const other = start(t, folder, server.url)
  const calls = Array.from({ length: 10 }, (_, i) => (i % 2 === 0 ? obtain() : other.source(demoCredentials)()))
  await Promise.all(calls)
  assert.equal(server.asked.length, 10)
  assert.equal(server.reused, 0)
  assert.equal((await onDisk(folder)).rotation, 10)
})

test('while another process has its turn for too long, the caller hears of it and nothing is spent', async (t) => {
  const { server, folder, obtain } = await setup(t)
  const lock = await lockFolder(folder, 0)
  const { code, detail } = await problemOf(obtain())
  assert.equal(code, 'token_unavailable')
  assert.match(detail, /Another process/)
  assert.equal(server.asked.length, 0)
  await lock?.release()
  await obtain()
})

test('a folder that cannot be written: it is said, and no refresh token is spent for one that could not be kept', async (t) => {
  const { server, folder, obtain } = await setup(t)
  await obtain()
  const aside = `${folder}.aside`
  renameSync(folder, aside)
  mkdirSync(folder, { mode: 0o700 })
  renameSync(join(aside, 'login.json'), loginPath(folder))
  // A folder in the place of the next turn's file stands for a disk that takes nothing; root writes past any mode.
  mkdirSync(join(folder, 'login.lock.1'))
  const problem = await problemOf(obtain())
  assert.equal(problem.code, 'token_unavailable')
  assert.match(operatorDetail(problem), /cannot be stored in .*SIDECAR_STATE_DIR/)
  assert.equal(server.asked.length, 1)
  rmSync(join(folder, 'login.lock.1'), { recursive: true })
  await obtain()
})

test('a successor that the disk does not take is kept and stored as soon as it can be; meanwhile nobody else gets a turn', async (t) => {
  const { server, folder, obtain } = await setup(t)
  const aside = `${folder}.aside`
  server.script = [
    async (response, next) => {
      // The disk goes away while the token endpoint works.
      renameSync(folder, aside)
      writeFileSync(folder, 'no folder')
      grant(response, next)
    },
  ]
  const first = await problemOf(obtain())
  assert.equal(first.code, 'token_unavailable')
  assert.match(operatorDetail(first), /cannot be stored/)
  await problemOf(obtain())
  assert.equal(server.asked.length, 1)
  rmSync(folder)
  renameSync(aside, folder)
  assert.equal(await lockFolder(folder, 300), undefined)
  await obtain()
  assert.equal(server.asked.length, 1, 'the access token that came with it is still good')
  assert.equal((await onDisk(folder)).refreshToken, server.latest())
  await obtain()
  assert.equal(server.reused, 0)
})

test('a login that is forgotten or made anew while it is renewed stays so', async (t) => {
  const { server, folder, stored, obtain } = await setup(t)
  server.script = [
    (response, next) => {
      rmSync(loginPath(folder))
      grant(response, next)
    },
  ]
  assert.equal((await problemOf(obtain())).code, 'token_unavailable')
  assert.equal(existsSync(loginPath(folder)), false)

  await store(folder, { ...stored, refreshToken: server.latest() })
  server.script = [
    async (response, next) => {
      writeFileSync(loginPath(folder), JSON.stringify({ version: 1, ...stored, id: 'another', refreshToken: 'other' }))
      grant(response, next)
    },
  ]
  assert.equal((await problemOf(obtain())).code, 'token_unavailable')
  assert.equal((await onDisk(folder)).id, 'another')
})

test('who was frozen while others went on does not put an older refresh token in the place of theirs', async (t) => {
  const { server, folder, stored, obtain } = await setup(t)
  const theirs = { ...stored, rotation: 3, refreshToken: 'of-their-third-turn' }
  server.script = [
    (response, next) => {
      writeFileSync(loginPath(folder), JSON.stringify({ version: 1, ...theirs }))
      grant(response, next)
    },
  ]
  assert.equal((await problemOf(obtain())).code, 'token_unavailable')
  assert.deepEqual(await onDisk(folder), theirs)
})

/** What another process does that takes the turn of one that is frozen. */
function takeTurn(folder: string): void {
  const numbers = readdirSync(folder).map((name) => Number(/^login\.lock\.(\d+)$/.exec(name)?.[1] ?? 0))
  writeFileSync(join(folder, `login.lock.${Math.max(...numbers) + 1}`), '', { mode: 0o600 })
}

test('who was frozen while somebody logged out does not undo that', async (t) => {
  const { server, folder, obtain } = await setup(t)
  server.script = [
    (response, next) => {
      takeTurn(folder)
      rmSync(loginPath(folder))
      grant(response, next)
    },
  ]
  assert.equal((await problemOf(obtain())).code, 'token_unavailable')
  assert.equal(existsSync(loginPath(folder)), false)
})

test('who is frozen just before the login is stored looks again: what others have left meanwhile stays', async (t) => {
  const { server, folder, stored, obtain } = await setup(t)
  const theirs = { ...stored, rotation: 2, refreshToken: 'of-their-second-turn' }
  const room = () => join(folder, readdirSync(folder).find((name) => name.endsWith('.new')) ?? '')
  let pipe: number | undefined
  server.script = [
    (response, next) => {
      // Who writes into a full pipe waits until somebody reads, and cannot truncate it in the end.
      const path = room()
      rmSync(path)
      assert.equal(spawnSync('mkfifo', ['-m', '644', path]).status, 0)
      pipe = openSync(path, constants.O_RDWR | constants.O_NONBLOCK)
      writeSync(pipe, Buffer.alloc(64 * 1024))
      t.after(() => pipe !== undefined && closeSync(pipe))
      grant(response, next)
    },
  ]
  const outcome = problemOf(obtain())
  await eventually(() => pipe !== undefined && (statSync(room()).mode & 0o777) === 0o600, 'the login is being stored')
  takeTurn(folder)
  writeFileSync(loginPath(folder), JSON.stringify({ version: 1, ...theirs }))
  readSync(pipe ?? 0, Buffer.alloc(64 * 1024))
  assert.equal((await outcome).code, 'token_unavailable')
  assert.deepEqual(await onDisk(folder), theirs)
})

test('a stop waits for the answer under way and stores it: a shutdown costs no login', async (t) => {
  const { server, folder, login, obtain } = await setup(t)
  server.script = [
    async (response, next) => {
      await sleep(300)
      grant(response, next)
    },
  ]
  const outcome = obtain()
  await sleep(100)
  await login.stop()
  assert.equal((await onDisk(folder)).refreshToken, server.latest())
  await outcome
})
