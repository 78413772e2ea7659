// The commands login and logout, against the sandbox.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { test } from 'node:test'
import { lockFolder } from '../../src/login/folder-lock.ts'
import { freePort } from '../support/free-port.ts'
import { folderOfNobody, loginWith, nobody, noneOfNobody, stateFolder, store } from '../support/login.ts'
import {
  answerQuestion,
  chooseSomebody,
  ended,
  startLogin,
  startLoginSandbox,
  statusOf,
  stored,
} from '../support/login-command.ts'
import { json, listenOnFreePort, root, runCli } from '../support/sidecar.ts'
import { sleep } from '../support/wire.ts'

test('login waits for the browser, stores the login for its owner alone and says as whom; logout forgets it', async (t) => {
  const { url, env, stateDir } = await startLoginSandbox(t)
  const command = await startLogin(t, env)
  const page = await fetch(await chooseSomebody(command.authorizeUrl))
  assert.equal(page.status, 200)
  assert.match(await page.text(), /You are logged in/)
  assert.equal(await answerQuestion(command), 'Maya Contohadi (maya.contohadi) has logged in, in the tenant demo.')
  const { code, output } = await ended(command)
  assert.equal(code, 0, output)
  assert.match(output, /Logged in as Maya Contohadi, in the tenant demo\./)
  assert.match(output, /does not use it yet: with CATAPA_GRANT=client_credentials/)
  const login = stored(stateDir)
  assert.deepEqual([login?.tenant, login?.tokenUrl], ['demo', `${url}/oauth/token`])
  assert.equal(statSync(join(stateDir, 'login.json')).mode & 0o777, 0o600)
  assert.equal(statSync(stateDir).mode & 0o777, 0o700)
  const { tokenRequests, reuseDetections } = await json(fetch(`${url}/sandbox/stats`))
  assert.deepEqual([tokenRequests, reuseDetections], [1, 0], 'the code was sent once')

  const { SIDECAR_STATE_DIR = '' } = env
  const forgotten = await ended(runCli(t, ['logout'], { SIDECAR_STATE_DIR, SIDECAR_ADMIN_LISTEN: 'off' }))
  assert.equal(forgotten.code, 0)
  assert.match(forgotten.output, /is forgotten/)
  assert.equal(stored(stateDir), undefined)
  const again = await ended(runCli(t, ['logout'], { SIDECAR_STATE_DIR, SIDECAR_ADMIN_LISTEN: 'off' }))
  assert.deepEqual([again.code, /There is no login/.test(again.output)], [0, true])
})

test('--paste takes the address that the browser ended on, after two that are of no use', async (t) => {
  const { env, stateDir } = await startLoginSandbox(t, { redirectUri: 'https://hr.example/done' })
  const command = await startLogin(t, { ...env, CATAPA_PKCE: 'false', CATAPA_GRANT: 'authorization_code' }, [
    '--paste',
    '--no-browser',
  ])
  assert.doesNotMatch(command.authorizeUrl, /code_challenge/)
  command.child.stdin?.write(`${command.authorizeUrl}\n`)
  await command.until(/That is the address of the login page/)
  command.child.stdin?.write('https://hr.example/done?code=x&state=other\n')
  await command.until(/That is the answer to another login/)
  command.child.stdin?.write(`\n  <${await chooseSomebody(command.authorizeUrl)}>\n\n`)
  await answerQuestion(command)
  const { code, output } = await ended(command)
  assert.equal(code, 0, output)
  assert.match(output, /Logged in as Maya Contohadi/)
  assert.match(output, /A running sidecar uses it within 5 seconds\./)
  assert.ok(stored(stateDir))
})

test('a redirect URI that leads elsewhere needs no --paste; the end of standard input ends it with 1', async (t) => {
  const { env } = await startLoginSandbox(t, { redirectUri: 'https://hr.example/done' })
  const command = await startLogin(t, env)
  assert.match(command.output(), /does not lead to this machine/)
  command.child.stdin?.end()
  const { code, output } = await ended(command)
  assert.equal(code, 1)
  assert.match(output, /Standard input ended/)
})

test('whoever denies ends it with 4, and the login of before stays', async (t) => {
  const { env, stateDir } = await startLoginSandbox(t)
  mkdirSync(stateDir, { mode: 0o700 })
  writeFileSync(join(stateDir, 'login.json'), '{"before":true,"refreshToken":"of-before-0123456789"}', { mode: 0o600 })
  const command = await startLogin(t, env)
  const page = await fetch(await chooseSomebody(command.authorizeUrl, { deny: 'true' }))
  assert.equal(page.status, 400)
  assert.match(await page.text(), /The login did not work/)
  const { code, output } = await ended(command)
  assert.equal(code, 4)
  assert.match(output, /Access was denied/)
  assert.equal(stored(stateDir)?.before, true)
})

test('a token that the API refuses is not stored, and the code was sent once: 4', async (t) => {
  const { url, env, stateDir } = await startLoginSandbox(t)
  const command = await startLogin(t, env)
  const address = await chooseSomebody(command.authorizeUrl)
  await fetch(`${url}/sandbox/faults`, { method: 'PATCH', body: '{"unauthorized":{"count":1}}' })
  await fetch(address)
  const { code, output } = await ended(command)
  assert.equal(code, 4)
  assert.match(output, /does not accept the token that it has just issued/)
  assert.equal(stored(stateDir), undefined)
  assert.equal((await json(fetch(`${url}/sandbox/stats`))).tokenRequests, 1)
})

test('a port that is taken: 3, before anybody logs in', async (t) => {
  const taken = await listenOnFreePort(t, createServer())
  const { env } = await startLoginSandbox(t, { redirectUri: `http://127.0.0.1:${taken}/callback` })
  const { code, output } = await ended(runCli(t, ['login'], env))
  assert.equal(code, 3)
  assert.match(
    output,
    new RegExp(`127\\.0\\.0\\.1:${taken}, the address that the browser comes back to, is taken.*--paste`),
  )
  assert.doesNotMatch(output, /Open this address/)
})

test('Ctrl-C: 130', async (t) => {
  const { env, stateDir } = await startLoginSandbox(t)
  for (const args of [[], ['--paste']]) {
    const command = await startLogin(t, env, args)
    command.child.kill('SIGINT')
    const { code, output } = await ended(command)
    assert.equal(code, 130)
    assert.match(output, /interrupted/)
  }
  assert.deepEqual(
    readdirSync(stateDir).filter((name) => name.startsWith('login.json')),
    [],
  )
})

test('Ctrl-C while another process keeps the folder busy ends it at once too: 130', async (t) => {
  const { env, stateDir } = await startLoginSandbox(t)
  const lock = await lockFolder(stateDir, 0)
  const asked = createServer((_request, response) => response.writeHead(404).end())
  const admin = `localhost:${await listenOnFreePort(t, asked)}`
  const command = runCli(t, ['login'], { ...env, SIDECAR_ADMIN_LISTEN: admin })
  await once(asked, 'request') // Just before it takes its turn; signals are heeded by then.
  await sleep(500)
  assert.equal(command.child.exitCode, null)
  const beganAt = performance.now()
  command.child.kill('SIGINT')
  const { code, output } = await ended(command)
  await lock?.release()
  assert.deepEqual([code, output], [130, 'catapa-sidecar login: The login was interrupted.\n'])
  assert.ok(performance.now() - beganAt < 30_000)
})

test('a state folder that cannot be written is told before anybody logs in: 2', async (t) => {
  const { env, stateDir } = await startLoginSandbox(t)
  writeFileSync(stateDir, 'a file is in the way')
  const { code, output } = await ended(runCli(t, ['login'], env))
  assert.equal(code, 2)
  assert.match(output, /the login cannot be stored in .*SIDECAR_STATE_DIR/)
  assert.doesNotMatch(output, /Open this address/)
})

test('a running sidecar that keeps its login elsewhere: 4, with the command that works, and it does', async (t) => {
  const { env, stateDir } = await startLoginSandbox(t)
  const admin = `localhost:${await freePort()}`
  const running = { ...env, SIDECAR_LISTEN: 'localhost:0', SIDECAR_ADMIN_LISTEN: admin }
  await runCli(t, ['start'], running).until(/admin listener/)
  const refused = await ended(
    runCli(t, ['login'], { ...running, SIDECAR_STATE_DIR: `${stateDir}-other`, CATAPA_PKCE: 'false' }),
  )
  assert.equal(refused.code, 4)
  assert.match(refused.output, /keeps its login in another folder/)
  const [, folder] = /^ {2}env SIDECAR_STATE_DIR=(\S+) \S+node \S+cli\.js login$/m.exec(refused.output) ?? []
  assert.equal(folder, stateDir)
  const command = await startLogin(t, { ...running, SIDECAR_STATE_DIR: folder ?? '' })
  await fetch(await chooseSomebody(command.authorizeUrl))
  await answerQuestion(command)
  assert.equal((await ended(command)).code, 0)
  const other = await ended(runCli(t, ['logout'], { ...running, SIDECAR_STATE_DIR: `${stateDir}-other` }))
  assert.equal(other.code, 0)
  assert.match(other.output, /There is no login[\s\S]*the login of the running sidecar is another one[\s\S]*logout$/m)
  assert.ok(stored(stateDir))
})

test('logout as another user than that of the sidecar, in its folder: that login is forgotten, and no other is talked of', async (t) => {
  const stateDir = stateFolder(t)
  const running = { stateDir, uid: nobody, user: 'somebody' }
  const admin = createServer((_request, response) => {
    response.setHeader('Content-Type', 'application/json').end(statusOf(running))
  })
  const env = { SIDECAR_STATE_DIR: stateDir, SIDECAR_ADMIN_LISTEN: `127.0.0.1:${await listenOnFreePort(t, admin)}` }
  await store(stateDir, loginWith('http://127.0.0.1:1', 'refresh-token-never-printed'))
  const { code, output } = await ended(runCli(t, ['logout'], env))
  assert.deepEqual([code, stored(stateDir)], [0, undefined])
  assert.match(output, /is forgotten\. .*\n$/)
  running.stateDir = `${stateDir}-other`
  assert.match((await ended(runCli(t, ['logout'], env))).output, /the login of the running sidecar is another one/)
})

test('logout where it may not look does not say that there is no login: 2, with the mend', {
  skip: noneOfNobody,
}, async (t) => {
  const base = folderOfNobody(t)
  cpSync(join(root, 'dist'), join(base, 'dist'), { recursive: true })
  const closed = join(base, 'closed')
  mkdirSync(closed, { mode: 0o700 })
  const stateDir = join(closed, 'state')
  const logout = (env: Record<string, string>) =>
    new Promise<{ code: unknown; stdout: string; stderr: string }>((resolve) => {
      const settings = { uid: nobody, gid: nobody, env: { SIDECAR_STATE_DIR: stateDir, ...env } }
      execFile(process.execPath, [join(base, 'dist/cli.js'), 'logout'], settings, (error, stdout, stderr) =>
        resolve({ code: error?.code ?? 0, stdout, stderr }),
      )
    })
  const alone = await logout({ SIDECAR_ADMIN_LISTEN: 'off' })
  assert.deepEqual([alone.code, alone.stdout], [2, ''], alone.stderr)
  assert.match(alone.stderr, /closed\/state: this user may not .*chown -R 65534 /)

  const admin = createServer((_request, response) => {
    response.end(statusOf({ stateDir, uid: 0, user: 'root' }))
  })
  const beside = await logout({ SIDECAR_ADMIN_LISTEN: `127.0.0.1:${await listenOnFreePort(t, admin)}` })
  assert.equal(beside.code, 2)
  assert.match(beside.stderr, /belongs to the user root [\s\S]*\n {2}\S+node \S+cli\.js logout$/m)
  assert.doesNotMatch(beside.stderr, /chown/, 'the folder is not to be taken from the running sidecar')

  const none = await logout({ SIDECAR_STATE_DIR: join(base, 'state'), SIDECAR_ADMIN_LISTEN: 'off' })
  assert.match(none.stdout, /There is no login/)
})
