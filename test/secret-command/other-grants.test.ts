// The secret from a command where a person has logged in, where sidecars share their token, and where writes are guarded.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sendWrite, startGuarded, statusOf as statusOfWrite } from '../support/guarded.ts'
import { logIn, stateFolder } from '../support/login.ts'
import {
  answerQuestion,
  chooseSomebody,
  ended,
  startLogin,
  startLoginSandbox,
  stored,
} from '../support/login-command.ts'
import { without } from '../support/programs.ts'
import { status } from '../support/rotation.ts'
import { keeper } from '../support/secret-command.ts'
import { shop, statusOf } from '../support/shared-token.ts'
import { demoCredentials, runCli, startTestSandbox, startTestSidecar, startUpstream } from '../support/sidecar.ts'
import { eventually } from '../support/wire.ts'

const hush = `echo ${demoCredentials.clientSecret}`
const credentials = { ...demoCredentials, clientSecret: '' }

test('login runs it once, before it sends anybody anywhere, and stores the login', async (t) => {
  const { env, stateDir } = await startLoginSandbox(t)
  const kept = keeper(t, hush)
  const { CATAPA_CLIENT_SECRET: _, ...others } = env
  const command = await startLogin(t, { ...others, ...kept.setting })
  assert.equal(kept.runs().length, 1)
  await fetch(await chooseSomebody(command.authorizeUrl))
  await answerQuestion(command)
  const { code, output } = await ended(command)
  assert.equal(code, 0, output)
  assert.equal(stored(stateDir)?.tenant, 'demo')
  assert.equal(kept.runs().length, 1)
})

test('a login without a secret ends in one line, with 2, and with nothing left behind', async (t) => {
  const { env, stateDir } = await startLoginSandbox(t)
  const kept = keeper(t, 'exit 4')
  const { CATAPA_CLIENT_SECRET: _, ...others } = env
  const { code, output } = await ended(runCli(t, ['login'], { ...others, ...kept.setting }))
  assert.equal(code, 2)
  assert.match(output, /The secret's command, keeper, ended with status 4\. /)
  assert.doesNotMatch(output, /https?:\/\/\S+authorize/)
  assert.equal(stored(stateDir), undefined)
})

test('a login that is interrupted ends the command', async (t) => {
  const { env } = await startLoginSandbox(t)
  const kept = keeper(t, 'echo began >&2; sleep 600')
  const { CATAPA_CLIENT_SECRET: _, ...others } = env
  const command = runCli(t, ['login'], { ...others, ...kept.setting })
  while (kept.runs().length === 0) await new Promise((resolve) => setTimeout(resolve, 20))
  command.child.kill('SIGINT')
  assert.match((await ended(command)).output, /The login was interrupted/)
  const [pid = 0] = kept.runs()
  assert.throws(() => process.kill(pid, 0), /ESRCH/)
})

test('calls on behalf of a person are made with the secret of the command', async (t) => {
  const { url } = await startTestSandbox(t, { refreshRotation: true })
  const stateDir = stateFolder(t)
  await logIn(url, stateDir)
  const { command, runs } = keeper(t, hush)
  const secretCommand = { ...command, words: [...command.words] as [string, ...string[]] }
  const ours = await startTestSidecar(t, url, { grant: 'authorization_code', stateDir, credentials, secretCommand })
  assert.equal(await status(ours.url), 200)
  assert.equal(runs().length, 1)
})

test('sidecars that share their token ask for one, each with its own run', {
  skip: without('valkey-server'),
}, async (t) => {
  const { start, stats } = await shop(t)
  const { command, runs } = keeper(t, hush)
  const secretCommand = { ...command, words: [...command.words] as [string, ...string[]] }
  const sidecars = await Promise.all([1, 2, 3].map(() => start({ credentials, secretCommand })))
  assert.deepEqual(await Promise.all(sidecars.map(statusOf)), [200, 200, 200])
  assert.equal((await stats()).tokenRequests, 1)
  assert.equal(runs().length, 3)
})

const inUse = 'the credentials that the command printed are in use'

test('a guarded write waits for no tenant: a restart would know it under another one', async (t) => {
  const upstream = await startUpstream(t, (_request, response) => response.writeHead(201).end())
  const { command, act, runs } = keeper(t, 'sleep 600')
  const secretCommand = { ...command, words: [...command.words] as [string, ...string[]] }
  const set = { ...credentials, tenant: '' }
  const sidecar = await startGuarded(t, upstream.url, { credentials: set, secretCommand })
  const early = await sendWrite(sidecar)
  assert.equal(statusOfWrite(early), 503)
  assert.match(early, /does not know its tenant yet.*"code":"token_unavailable"/)
  assert.equal(upstream.received.length, 0)
  act(`echo '${JSON.stringify({ clientSecret: demoCredentials.clientSecret, tenant: 'demo' })}'`)
  for (const pid of runs()) process.kill(-pid, 'SIGTERM')
  await eventually(() => sidecar.log.some(({ msg }) => msg === inUse), 'the secret is there')
  assert.equal(statusOfWrite(await sendWrite(sidecar)), 201)
})
