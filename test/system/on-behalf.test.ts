import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { Status } from '../../src/admin/status/status.ts'
import { lockFolder } from '../../src/login/folder-lock.ts'
import { loginPath, readLogin, removeLogin } from '../../src/login/login-file.ts'
import { type Administered, probe, startAdministered, tenSecondsLater } from '../support/admin.ts'
import { assertFails, examined } from '../support/doctor.ts'
import { logIn, stateFolder, stats, store } from '../support/login.ts'
import { demoCredentials, json, runCli, startTestSandbox } from '../support/sidecar.ts'
import { eventually, sleep } from '../support/wire.ts'

const grant = 'authorization_code'

/** A sandbox with rotation and reuse detection, a login in a folder, and a sidecar that acts for that person. */
async function setup(t: TestContext, { lifetimeS = 3600, loggedIn = true } = {}) {
  const { url } = await startTestSandbox(t, { refreshRotation: true, tokenLifetimeSeconds: lifetimeS })
  const stateDir = stateFolder(t)
  if (loggedIn) await logIn(url, stateDir)
  const sidecar = await startAdministered(t, url, { grant, stateDir })
  return { sandboxUrl: url, stateDir, sidecar, path: loginPath(stateDir) }
}

/** Whom CATAPA takes the caller for, or the code of the sidecar's problem. */
async function me({ url }: Pick<Administered, 'url'>): Promise<string> {
  const response = await fetch(`${url}/v1/users/me`)
  const code = response.headers.get('x-catapa-sidecar-error')
  const body: unknown = await response.json()
  return code ?? String(Reflect.get(Object(body), 'username'))
}

async function status({ adminUrl }: Administered): Promise<Status> {
  const shown: Status = JSON.parse(await (await fetch(`${adminUrl}/api/status`)).text())
  return shown
}

/** Asks until the answer is another one. @returns that, and how long it took */
async function changed(sidecar: Administered, from: string): Promise<{ now: string; tookMs: number }> {
  const beganAt = performance.now()
  for (;;) {
    const now = await me(sidecar)
    if (now !== from) return { now, tookMs: performance.now() - beganAt }
    if (performance.now() - beganAt > 30_000) assert.fail(`it stays ${from}`)
    await sleep(50)
  }
}

async function patch(sandboxUrl: string, faults: object): Promise<void> {
  await fetch(`${sandboxUrl}/sandbox/faults`, { method: 'PATCH', body: JSON.stringify(faults) })
}

test('calls are made as the person who has logged in; callers that come together cost one refresh', async (t) => {
  const { sandboxUrl, sidecar } = await setup(t)
  const answers = await Promise.all(Array.from({ length: 50 }, () => me(sidecar)))
  assert.equal(new Set(answers).size, 1)
  assert.notEqual(answers[0], 'login_required')
  const other = await setup(t)
  const client = await startAdministered(t, other.sandboxUrl)
  assert.notEqual(answers[0], await me(client))
  assert.equal((await stats(sandboxUrl)).refreshRequests, 1)
})

test('after a 401 one refresh serves all, and the caller sees none of it', async (t) => {
  const { sandboxUrl, sidecar } = await setup(t)
  const who = await me(sidecar)
  await fetch(`${sandboxUrl}/sandbox/revoke`, { method: 'POST' })
  assert.deepEqual(new Set(await Promise.all(Array.from({ length: 20 }, () => me(sidecar)))), new Set([who]))
  const { refreshRequests, reuseDetections } = await stats(sandboxUrl)
  assert.deepEqual({ refreshRequests, reuseDetections }, { refreshRequests: 2, reuseDetections: 0 })
})

test('status, log, metrics and readiness know the grant and since when; the name is on the status page only', async (t) => {
  const { sidecar, path, stateDir } = await setup(t)
  await me(sidecar)
  const shown = await status(sidecar)
  assert.equal(shown.grant, grant)
  const { login } = await readLogin(stateDir).then((reading) => ('login' in reading ? reading : assert.fail()))
  assert.deepEqual(shown.login, { file: path, as: login.who, since: login.since, over: false })
  assert.equal(shown.process.stateDir, stateDir)
  const text = JSON.stringify(sidecar.log)
  assert.match(text, /on behalf of a user/)
  assert.ok(text.includes('u-4711') && text.includes(login.since))
  const metrics = await (await fetch(`${sidecar.adminUrl}/metrics`)).text()
  assert.match(metrics, /catapa_sidecar_grant_info\{grant="authorization_code"\} 1/)
  assert.match(metrics, /catapa_sidecar_login_usable 1/)
  assert.ok(metrics.includes(`catapa_sidecar_login_timestamp_seconds ${Date.parse(login.since) / 1000}`))
  const page = await (await fetch(sidecar.adminUrl, { headers: { 'User-Agent': 'curl/8' } })).text()
  assert.match(page, /On behalf of +Maya Contohadi/)
  for (const public_ of [text, metrics, (await probe(sidecar, '/readyz')).text]) {
    assert.doesNotMatch(public_, /Contohadi/)
  }
  for (const all of [text, metrics, page, JSON.stringify(shown)]) assert.ok(!all.includes(login.refreshToken))
})

test('nobody has logged in: it starts and says what to do; a login is picked up soon', async (t) => {
  const { sandboxUrl, stateDir, sidecar, path } = await setup(t, { loggedIn: false })
  assert.equal(await me(sidecar), 'login_required')
  assert.deepEqual((await probe(sidecar, '/startupz')).status, 200)
  const ready = await probe(sidecar, '/readyz')
  assert.equal(ready.status, 503)
  assert.ok(ready.text.includes(path) && /catapa-sidecar login/.test(ready.text), ready.text)
  const answer = await fetch(`${sidecar.url}/v1/users/me`)
  assert.equal(answer.headers.get('retry-after'), '10')
  assert.ok(!(await answer.text()).includes(dirname(path)), 'callers get no path')
  assert.equal((await stats(sandboxUrl)).tokenRequests, 0)
  await logIn(sandboxUrl, stateDir)
  const { now, tookMs } = await changed(sidecar, 'login_required')
  assert.match(now, /\w/)
  assert.ok(tookMs < 30_000, `${tookMs} ms`)
  assert.equal((await probe(sidecar, '/readyz')).status, 200)
})

test('a logout is noticed soon, though the access token would be good for an hour', async (t) => {
  const { stateDir, sidecar } = await setup(t)
  const who = await me(sidecar)
  const lock = await lockFolder(stateDir, 10_000)
  await removeLogin(stateDir)
  await lock?.release()
  const { now, tookMs } = await changed(sidecar, who)
  assert.equal(now, 'login_required')
  assert.ok(tookMs < 30_000, `${tookMs} ms`)
})

test('another person who logs in is acted for soon', async (t) => {
  const { sandboxUrl, stateDir, sidecar } = await setup(t)
  const who = await me(sidecar)
  await logIn(sandboxUrl, stateDir, 1)
  const { now, tookMs } = await changed(sidecar, who)
  assert.notEqual(now, 'login_required')
  assert.ok(tookMs < 30_000, `${tookMs} ms`)
})

for (const [what, spoil, mend, toDo, cure] of [
  [
    'that others can read',
    (path: string) => chmodSync(path, 0o644),
    /mode 0644.*chmod 600 /,
    /What to do: Keep it to its owner: chmod 600 /,
    (path: string) => chmodSync(path, 0o600),
  ],
  [
    'that is damaged',
    (path: string) => writeFileSync(path, '{"version":1'),
    /is damaged.*Log in/,
    /is damaged\. What to do: Log in /,
    undefined,
  ],
] as const) {
  test(`a file ${what}: it starts, answers login_required, and log and /readyz name file and mend; the file stays`, async (t) => {
    const { url } = await startTestSandbox(t, { refreshRotation: true })
    const stateDir = stateFolder(t)
    await logIn(url, stateDir)
    const path = loginPath(stateDir)
    spoil(path)
    const before = statSync(path)
    const sidecar = await startAdministered(t, url, { grant, stateDir })
    assert.equal(await me(sidecar), 'login_required')
    const ready = await probe(sidecar, '/readyz')
    assert.equal(ready.status, 503)
    assert.match(ready.text, mend)
    assert.ok(ready.text.includes(path))
    const line = sidecar.log.find(({ problem }) => problem === 'login_required')
    assert.match(String(line?.detail), mend)
    assert.match((await status(sidecar)).login?.problem ?? '', mend)
    const page = await (await fetch(sidecar.adminUrl, { headers: { 'User-Agent': 'curl/8' } })).text()
    assert.match(page, /^NOT WORKING: The stored login cannot be used\.$/m)
    assert.match(page.replace(/\s+/g, ' '), toDo, 'the page says the same, and nothing else')
    const after = statSync(path)
    assert.deepEqual([after.mode, after.mtimeMs, after.size], [before.mode, before.mtimeMs, before.size])
    if (cure === undefined) await logIn(url, stateDir)
    else cure(path)
    const { now, tookMs } = await changed(sidecar, 'login_required')
    assert.match(now, /\w/)
    assert.ok(tookMs < 30_000, `${tookMs} ms`)
  })
}

test('a login that CATAPA ended: calls go on while the access token lives, and log, status, metrics say so', async (t) => {
  const { sandboxUrl, sidecar } = await setup(t)
  const who = await me(sidecar)
  // Its refresh tokens, and nothing else: the access token lives on.
  await patch(sandboxUrl, { tokenErrors: { count: 1, status: 400, error: 'invalid_grant' } })
  const button = { method: 'POST', headers: { 'X-Catapa-Sidecar': '1' } }
  await fetch(`${sidecar.adminUrl}/api/token/refresh`, button)
  assert.equal(await me(sidecar), who)
  const shown = await status(sidecar)
  assert.deepEqual([shown.login?.over, shown.token.failure?.code, shown.token.valid], [true, 'login_required', true])
  assert.equal(shown.token.failure?.retryAt, undefined)
  const ready = await probe(sidecar, '/readyz')
  assert.equal(ready.status, 200)
  assert.match(ready.text, /^ready for now\. A person has to log in\. The login in .* is over/)
  const metrics = await (await fetch(`${sidecar.adminUrl}/metrics`)).text()
  assert.match(metrics, /token_problem\{code="login_required"\} 1/)
  assert.match(metrics, /catapa_sidecar_login_usable 0/)
  assert.ok(sidecar.log.some(({ msg, problem }) => msg === 'access token not renewed' && problem === 'login_required'))
  tenSecondsLater(t)
  await fetch(`${sidecar.adminUrl}/api/token/refresh`, button)
  const { requests } = sidecar.tokens.state()
  await sleep(2_500) // The file is looked at meanwhile.
  assert.equal(sidecar.tokens.state().requests, requests)
  assert.equal((await stats(sandboxUrl)).refreshRequests, 2, 'it is never asked again')
})

test('a login that is over is over at once where there is no token, and a new one mends it', async (t) => {
  const { sandboxUrl, stateDir, sidecar } = await setup(t)
  await me(sidecar)
  await fetch(`${sandboxUrl}/sandbox/revoke-logins`, { method: 'POST' })
  await fetch(`${sandboxUrl}/sandbox/revoke`, { method: 'POST' })
  await eventually(() => sidecar.tokens.state().valid, 'a token')
  const outcomes = [await me(sidecar), await me(sidecar), await me(sidecar)]
  assert.equal(outcomes.at(-1), 'login_required')
  const { detail } = await json(fetch(`${sidecar.url}/v1/users/me`))
  assert.match(detail, /^The login is over: .*\(catapa-sidecar login\)\.$/)
  assert.equal((await stats(sandboxUrl)).refreshRequests, 2)
  await logIn(sandboxUrl, stateDir)
  assert.match((await changed(sidecar, 'login_required')).now, /\w/)
})

test('a file that was too open only between two looks at it is used again by itself', async (t) => {
  const { sidecar, path } = await setup(t)
  await me(sidecar)
  chmodSync(path, 0o644)
  await assert.rejects(sidecar.tokens.renew(), /login_required/)
  chmodSync(path, 0o600)
  await eventually(() => sidecar.tokens.state().failure === undefined, 'the login is used again')
})

test('a folder that goes away and comes back: it is said, and the login is used again', async (t) => {
  const { stateDir, sidecar } = await setup(t)
  const who = await me(sidecar)
  const { login } = await readLogin(stateDir).then((reading) => ('login' in reading ? reading : assert.fail()))
  rmSync(stateDir, { recursive: true })
  mkdirSync(stateDir, { mode: 0o700 })
  assert.equal((await changed(sidecar, who)).now, 'login_required')
  await store(stateDir, login)
  assert.equal((await changed(sidecar, 'login_required')).now, who)
})

const settings = (sandboxUrl: string, stateDir: string) => ({
  CATAPA_TENANT: demoCredentials.tenant,
  CATAPA_CLIENT_ID: demoCredentials.clientId,
  CATAPA_CLIENT_SECRET: demoCredentials.clientSecret,
  CATAPA_BASE_URL: sandboxUrl,
  CATAPA_GRANT: grant,
  SIDECAR_STATE_DIR: stateDir,
  SIDECAR_LISTEN: 'localhost:0',
  SIDECAR_ADMIN_LISTEN: 'off',
})

test('exec: without a login it ends with 4 and says what to do; with one the child acts for the person, 0', async (t) => {
  const { url } = await startTestSandbox(t, { refreshRotation: true })
  const stateDir = stateFolder(t)
  const script =
    'fetch(process.env.CATAPA_URL + "/v1/users/me").then(async (r) => console.log(r.status, (await r.json()).username, process.env.SIDECAR_STATE_DIR))'
  const run = () => runCli(t, ['exec', '--', process.execPath, '-e', script], settings(url, stateDir))
  const without = run()
  assert.equal((await without.exit).code, 4)
  assert.match(without.output(), /was not started: There is no login in .*login\.json\. Log in/)
  await logIn(url, stateDir)
  for (let i = 0; i < 2; i += 1) {
    const job = run()
    assert.equal((await job.exit).code, 0, job.output())
    assert.match(job.output(), /^200 \S+ undefined$/m)
  }
  assert.equal((await stats(url)).reuseDetections, 0)
  const reading = await readLogin(stateDir)
  assert.equal('login' in reading && reading.login.rotation, 2)
})

test('doctor looks at the login, gets its token by taking its turn, and names what is wrong, 4', async (t) => {
  const { url } = await startTestSandbox(t, { refreshRotation: true })
  const stateDir = stateFolder(t)
  const run = async () => {
    const command = runCli(t, ['doctor', '--json'], settings(url, stateDir))
    const { code } = await command.exit
    const { steps }: { steps: { step: string; status: string; detail: string; remedy?: string }[] } = JSON.parse(
      command.output(),
    )
    return { code, step: (name: string) => steps.find(({ step }) => step === name) }
  }
  const nobody = await run()
  assert.equal(nobody.code, 4)
  assert.match(nobody.step('login')?.remedy ?? '', /catapa-sidecar login/)
  assert.equal(nobody.step('token')?.status, 'skipped')
  await logIn(url, stateDir)
  const fine = await run()
  assert.equal(fine.code, 0)
  assert.match(fine.step('login')?.detail ?? '', /Maya Contohadi, logged in 20/)
  assert.equal(fine.step('token')?.status, 'ok')
  await fetch(`${url}/sandbox/revoke-logins`, { method: 'POST' })
  const over = await run()
  assert.equal(over.code, 4)
  assert.match(over.step('token')?.detail ?? '', /is over/)
  assert.match(over.step('token')?.remedy ?? '', /Log in again/)
  chmodSync(join(stateDir, 'login.json'), 0o644)
  const open = await run()
  assert.match(open.step('login')?.remedy ?? '', /chmod 600/)
})

test('doctor while another process has the lock of the login: it says so, and ends with 1 as login and logout do', async (t) => {
  const { url } = await startTestSandbox(t)
  const stateDir = stateFolder(t)
  await logIn(url, stateDir)
  const lock = await lockFolder(stateDir, 0)
  t.after(() => lock?.release())
  const sidecar = await startAdministered(t, url, { grant, stateDir, tokenTimeoutMs: 100 })
  const env = {
    ...settings(url, stateDir),
    SIDECAR_ADMIN_LISTEN: new URL(sidecar.adminUrl).host,
    SIDECAR_TOKEN_TIMEOUT: '0.1',
  }
  const busy = {
    step: 'token',
    code: 1,
    detail: new RegExp(`^Another process has the lock of the login in ${stateDir}: a sidecar .* or a logout$`),
    remedy: /^Wait a moment\. If it stays so, look for another catapa-sidecar that uses /,
  }
  await assertFails(examined(env, { newToken: 'always' }), busy)
  await eventually(() => sidecar.tokens.state().failure !== undefined, 'the sidecar has tried too')
  await assertFails(examined(env), {
    ...busy,
    detail: new RegExp(
      `^the running sidecar says: Another process has the lock of the login in ${stateDir}: .*keeps the lock`,
    ),
    remedy: /^If you know that it is your sidecar, follow its advice/,
  })
  const shown = (await status(sidecar)).token.failure
  assert.deepEqual([shown?.code, shown?.whose], ['token_unavailable', 'machine'])
})
