// A person in Chromium, an authorization server, and programs that know nothing of it.
import assert from 'node:assert/strict'
import { inBrowser } from '../../support/browser.ts'
import { freePort } from '../../support/free-port.ts'
import { stateFolder } from '../../support/login.ts'
import { loginPage, startAuthority, whoTheyAre } from '../../support/login-browser.ts'
import {
  answerQuestion,
  ended,
  loginSettings,
  startLogin,
  startLoginSandbox,
  stored,
} from '../../support/login-command.ts'
import { json, startTestSidecar } from '../../support/sidecar.ts'
import { sleep } from '../../support/wire.ts'

inBrowser(
  'the sandbox: a click, and curl and PHP are that person, with one refresh and no token used twice',
  async (t, browser) => {
    const { url, env, stateDir } = await startLoginSandbox(t, { refreshRotation: true })
    const command = await startLogin(t, { ...env, CATAPA_GRANT: 'authorization_code' })
    const { page, errors, foreign } = await loginPage(t, browser)
    await page.goto(command.authorizeUrl)
    await page.getByRole('button', { name: /Dimas Fiktiono/ }).click()
    await page.getByRole('heading', { name: 'You are logged in' }).waitFor()
    await answerQuestion(command)
    const { code, output } = await ended(command)
    assert.equal(code, 0)
    assert.match(output, /Logged in as Dimas Fiktiono/)
    assert.deepEqual([errors, foreign], [[], []])
    stored(stateDir)
    const sidecar = await startTestSidecar(t, url, { grant: 'authorization_code', stateDir })
    assert.deepEqual(await whoTheyAre(sidecar.url), { curl: 'dimas.fiktiono', php: 'dimas.fiktiono' })
    stored(stateDir)
    const { refreshRequests, reuseDetections } = await json(fetch(`${url}/sandbox/stats`))
    assert.deepEqual([refreshRequests, reuseDetections], [1, 0])
  },
  { needs: ['curl', 'php-cli'] },
)

inBrowser('the sandbox: whoever denies sees that it did not work, and why is in the terminal', async (t, browser) => {
  const { env } = await startLoginSandbox(t)
  const command = await startLogin(t, env)
  const { page } = await loginPage(t, browser)
  await page.goto(command.authorizeUrl)
  await page.getByRole('button', { name: 'Deny access' }).click()
  await page.getByRole('heading', { name: 'The login did not work' }).waitFor()
  const { code, output } = await ended(command)
  assert.equal(code, 4)
  assert.match(output, /Access was denied/)
})

inBrowser(
  'oidc-provider, through its own pages: curl and PHP are that person while refresh tokens rotate',
  async (t, browser) => {
    t.mock.method(console, 'warn', () => {}) // It warns of being used in a test.
    const redirectUri = `http://127.0.0.1:${await freePort()}/callback`
    const authority = await startAuthority(t, { redirectUri, tokenSeconds: 2 })
    const stateDir = stateFolder(t)
    const env = loginSettings(authority.url, `${authority.url}/oauth2/authorize`, redirectUri, stateDir)
    const command = await startLogin(t, { ...env, CATAPA_SCOPE: 'openid' })
    const { page } = await loginPage(t, browser)
    await page.goto(command.authorizeUrl)
    await page.getByPlaceholder('Enter any login').fill('siti.contoh')
    await page.getByPlaceholder('and password').fill('anything')
    await page.getByRole('button', { name: 'Sign-in' }).click()
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByRole('heading', { name: 'You are logged in' }).waitFor()
    await answerQuestion(command)
    const { code, output } = await ended(command)
    assert.equal(code, 0, output)
    assert.match(output, /Logged in as siti\.contoh/)
    const first = String(stored(stateDir)?.refreshToken)

    const tokenUrl = new URL('/oauth/token', authority.url)
    const sidecar = await startTestSidecar(t, authority.url, { grant: 'authorization_code', stateDir, tokenUrl })
    const beganAt = performance.now()
    let calls = 0
    while (performance.now() - beganAt < 4_000 || authority.seen.refreshes < 3) {
      const response = await fetch(`${sidecar.url}/v1/users/me`)
      assert.equal(response.status, 200, `call ${calls}`)
      assert.equal((await json(response)).username, 'siti.contoh')
      calls += 1
      await sleep(50)
    }
    assert.deepEqual(await whoTheyAre(sidecar.url), { curl: 'siti.contoh', php: 'siti.contoh' })
    const { refreshes } = authority.seen
    assert.ok(calls > 20, `${calls} calls`)
    const most = 3 + (performance.now() - beganAt) / 1_600 // The margin is a fifth.
    assert.ok(refreshes >= 3 && refreshes <= most, `${refreshes} refreshes`)
    assert.equal(authority.seen.revoked, 0, 'no refresh token was used twice')
    assert.notEqual(stored(stateDir)?.refreshToken, first)

    t.diagnostic('the control: a thief uses the first refresh token, which the server notices, and so does the sidecar')
    assert.deepEqual(await authority.refresh(first), { status: 400, error: 'invalid_grant' })
    assert.equal(authority.seen.revoked, 1)
    await sleep(2_100)
    const response = await fetch(`${sidecar.url}/v1/users/me`)
    assert.deepEqual([response.status, response.headers.get('x-catapa-sidecar-error')], [503, 'login_required'])
  },
  { needs: ['curl', 'php-cli'] },
)
