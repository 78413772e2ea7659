// The sandbox's authorization endpoint, codes and refresh tokens.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { type SandboxOptions, sandbox } from '../../src/sandbox/app.ts'

const redirectUri = 'http://127.0.0.1:8231/callback'
const basic = `Basic ${Buffer.from('id:s3cret').toString('base64')}`
const verifier = 'v'.repeat(43)
const challenge = createHash('sha256').update(verifier).digest('base64url')
const request = { response_type: 'code', client_id: 'id', redirect_uri: redirectUri, state: 'a b&c' }

async function started(t: TestContext, changes: Partial<SandboxOptions> = {}) {
  const options = { tenant: 'demo', clientId: 'id', clientSecret: 's3cret', tokenLifetimeSeconds: 3600 }
  const app = sandbox({ ...options, tokenReuse: false, ...changes })
  t.after(() => app.close())
  const origin = await app.listen({ port: 0, host: '127.0.0.1' })

  function authorize(changes: Record<string, string> = {}, form?: Record<string, string>): Promise<Response> {
    const query = new URLSearchParams({ ...request, ...changes })
    const init = form && { method: 'POST', body: new URLSearchParams(form) }
    return fetch(`${origin}/oauth2/authorize?${query}`, { redirect: 'manual', ...init })
  }
  /** The parameters that the browser is sent back with. */
  async function sentBack(response: Response | Promise<Response>): Promise<Record<string, string>> {
    const { status, headers } = await response
    assert.equal(status, 302)
    const location = new URL(headers.get('location') ?? '')
    assert.equal(location.origin + location.pathname, redirectUri)
    return Object.fromEntries(location.searchParams)
  }
  async function people(): Promise<{ id: string; name: string }[]> {
    const page = await (await authorize()).text()
    const found = page.matchAll(/value="([0-9a-f-]{36})">([^<]+)</g)
    return [...found].map(([, id = '', name = '']) => ({ id, name: name.replace('&#8217;', '’') }))
  }
  async function code(changes: Record<string, string> = {}, which = 3): Promise<string> {
    const person = (await people())[which]?.id ?? ''
    return (await sentBack(authorize(changes, { person }))).code ?? ''
  }
  async function token(form: Record<string, string>) {
    const headers = { Tenant: 'demo', Authorization: basic }
    const response = await fetch(`${origin}/oauth/token`, { method: 'POST', headers, body: new URLSearchParams(form) })
    return { status: response.status, ...JSON.parse(await response.text()) }
  }
  const redeem = (code: string, more: Record<string, string> = {}) =>
    token({ grant_type: 'authorization_code', code, redirect_uri: redirectUri, ...more })
  const refresh = (refreshToken: string) => token({ grant_type: 'refresh_token', refresh_token: refreshToken })
  async function me(accessToken: string) {
    const headers = { Tenant: 'demo', Authorization: `Bearer ${accessToken}` }
    const response = await fetch(`${origin}/v1/users/me`, { headers })
    return { status: response.status, ...JSON.parse(await response.text()) }
  }
  const stats = async () => JSON.parse(await (await fetch(`${origin}/sandbox/stats`)).text())
  return { origin, authorize, sentBack, people, code, token, redeem, refresh, me, stats }
}

test('a person who logs in is sent back with code, state and tenant; the tokens are that person’s', async (t) => {
  const { authorize, sentBack, people, redeem, me, token } = await started(t)
  const person = (await people())[3]
  assert.ok(person)
  const back = await sentBack(authorize({}, { person: person.id }))
  assert.deepEqual(Object.keys(back).sort(), ['code', 'state', 'tenant'])
  assert.deepEqual([back.state, back.tenant], ['a b&c', 'demo'])
  const answer = await redeem(back.code ?? '')
  assert.equal(answer.status, 200)
  assert.deepEqual([answer.token_type, answer.expires_in, typeof answer.refresh_token], ['bearer', 3600, 'string'])
  const { employee, roles } = await me(answer.access_token)
  assert.deepEqual(employee, person)
  assert.equal(roles[0].name, 'Employee')
  const own = await token({ grant_type: 'client_credentials' })
  assert.equal(own.refresh_token, undefined, 'client credentials have none (RFC 6749 §4.4.3)')
  assert.notDeepEqual((await me(own.access_token)).employee, person)
})

test('whoever denies is sent back with access_denied', async (t) => {
  const { authorize, sentBack } = await started(t)
  const back = await sentBack(authorize({}, { deny: 'true' }))
  assert.deepEqual([back.error, back.state, back.code], ['access_denied', 'a b&c', undefined])
})

test('a wrong client or redirect URI sends nobody anywhere', async (t) => {
  const { authorize, origin } = await started(t)
  const wrong = [
    authorize({ client_id: 'other' }),
    authorize({ redirect_uri: 'http://127.0.0.1:8232/callback' }),
    authorize({ redirect_uri: `${redirectUri}/` }),
    authorize({ redirect_uri: 'https://evil.example/' }, { deny: 'true' }),
    fetch(`${origin}/oauth2/authorize?${new URLSearchParams(request)}&redirect_uri=https://evil.example`, {
      redirect: 'manual',
    }),
  ]
  for (const response of await Promise.all(wrong)) {
    assert.equal(response.status, 400)
    assert.equal(response.headers.get('location'), null)
  }
})

test('what else is wrong with a request is told to the client, with its state', async (t) => {
  const { authorize, sentBack } = await started(t)
  const cases: [Record<string, string>, string][] = [
    [{ response_type: 'token' }, 'unsupported_response_type'],
    [{ tenant: 'other' }, 'invalid_request'],
    [{ code_challenge: challenge }, 'invalid_request'],
    [{ code_challenge: challenge, code_challenge_method: 'plain' }, 'invalid_request'],
    [{ code_challenge: 'short', code_challenge_method: 'S256' }, 'invalid_request'],
    [{ code_challenge_method: 'S256' }, 'invalid_request'],
  ]
  for (const [changes, error] of cases) {
    const back = await sentBack(authorize(changes))
    assert.deepEqual([back.error, back.state], [error, 'a b&c'], JSON.stringify(changes))
  }
  assert.equal((await authorize({ tenant: 'demo' })).status, 200)
})

test('no parameter is reflected into the page, and its policy allows no script and no other form target', async (t) => {
  const { authorize } = await started(t, { clientId: 'id', tenant: 'demo' })
  const evil = '"><script>alert(1)</script>'
  for (const name of ['state', 'scope', 'code_challenge', 'client_id', 'redirect_uri', 'tenant', 'other']) {
    const response = await authorize({ [name]: evil })
    assert.doesNotMatch(await response.text(), /<script|alert\(1/, name)
    const policy = response.headers.get('content-security-policy') ?? ''
    assert.match(policy, /default-src 'none'; style-src 'sha256-[^']+'; form-action 'self'/, name)
    assert.doesNotMatch(policy, /unsafe|evil|script-src/)
  }
  const page = await authorize()
  assert.match(page.headers.get('content-security-policy') ?? '', /form-action 'self' http:\/\/127\.0\.0\.1:8231;/)
  const nasty = await started(t, { clientId: evil })
  assert.match(await (await nasty.authorize({ client_id: evil })).text(), /<b>&#34;&#62;&#60;script&#62;alert/)
})

test('a code works once; the second use revokes what the first one gave', async (t) => {
  const { code, redeem, refresh, me, stats } = await started(t)
  const once = await code()
  const first = await redeem(once)
  assert.equal((await me(first.access_token)).status, 200)
  const second = await redeem(once)
  assert.deepEqual([second.status, second.error], [400, 'invalid_grant'])
  assert.equal((await me(first.access_token)).status, 401)
  assert.equal((await refresh(first.refresh_token)).error, 'invalid_grant')
  assert.equal((await stats()).reuseDetections, 1)
})

test('a code lives 60 s', async (t) => {
  const { code, redeem } = await started(t)
  const [early, late] = [await code(), await code()]
  const now = Date.now()
  t.mock.timers.enable({ apis: ['Date'], now: now + 59_000 })
  assert.equal((await redeem(early)).status, 200)
  t.mock.timers.setTime(now + 61_000)
  const refused = await redeem(late)
  assert.deepEqual([refused.status, refused.error], [400, 'invalid_grant'])
  assert.match(refused.error_description, /^Expired/)
})

test('a code is tied to its redirect URI and its verifier, and a wrong guess spends it', async (t) => {
  const { code, redeem } = await started(t)
  const pkce = { code_challenge: challenge, code_challenge_method: 'S256' }
  assert.equal((await redeem(await code(pkce), { code_verifier: verifier })).status, 200)
  const guessed = await code(pkce)
  assert.equal((await redeem(guessed, { code_verifier: 'w'.repeat(43) })).error, 'invalid_grant')
  assert.equal((await redeem(guessed, { code_verifier: verifier })).error, 'invalid_grant')
  assert.equal((await redeem(await code(pkce))).error, 'invalid_grant')
  assert.equal((await redeem(await code(), { code_verifier: verifier })).error, 'invalid_grant', 'no downgrade')
  assert.equal((await redeem(await code(), { redirect_uri: 'http://other/' })).error, 'invalid_grant')
  assert.equal((await redeem('unknown')).error, 'invalid_grant')
})

test('without rotation a refresh token works again and again, and the old access tokens stay valid', async (t) => {
  const { code, redeem, refresh, me, stats } = await started(t)
  const login = await redeem(await code())
  const first = await refresh(login.refresh_token)
  const second = await refresh(login.refresh_token)
  assert.deepEqual([first.refresh_token, second.refresh_token], [login.refresh_token, login.refresh_token])
  for (const { access_token } of [login, first, second]) assert.equal((await me(access_token)).status, 200)
  const { refreshRequests, reuseDetections } = await stats()
  assert.deepEqual([refreshRequests, reuseDetections], [2, 0])
})

test('with rotation a refresh token works once, and a second use revokes that login and no other', async (t) => {
  const { code, redeem, refresh, me, stats } = await started(t, { refreshRotation: true })
  const login = await redeem(await code())
  const other = await redeem(await code({}, 4))
  const next = await refresh(login.refresh_token)
  assert.notEqual(next.refresh_token, login.refresh_token)
  assert.equal((await me(next.access_token)).status, 200)
  assert.equal((await refresh(login.refresh_token)).error, 'invalid_grant')
  assert.equal((await refresh(next.refresh_token)).error, 'invalid_grant')
  assert.equal((await me(next.access_token)).status, 401)
  assert.equal((await stats()).reuseDetections, 1, 'the token that was revoked on the way is no reuse')
  assert.equal((await me(other.access_token)).status, 200)
  assert.equal((await refresh(other.refresh_token)).status, 200)
})

test('POST /sandbox/revoke-logins ends every login; client credentials go on', async (t) => {
  const { origin, code, redeem, refresh, me, token } = await started(t)
  const login = await redeem(await code())
  const own = await token({ grant_type: 'client_credentials' })
  const answer = await fetch(`${origin}/sandbox/revoke-logins`, { method: 'POST' })
  assert.deepEqual(JSON.parse(await answer.text()), { revoked: 1 })
  assert.equal((await me(login.access_token)).status, 401)
  assert.equal((await refresh(login.refresh_token)).error, 'invalid_grant')
  assert.equal((await me(own.access_token)).status, 200)
})

test('the faults of the token endpoint apply to codes and refresh tokens, and leave them unspent', async (t) => {
  const { origin, code, redeem, refresh } = await started(t, { refreshRotation: true })
  const faults = { method: 'PATCH', body: '{"tokenErrors":{"count":1}}' }
  const once = await code()
  await fetch(`${origin}/sandbox/faults`, faults)
  assert.equal((await redeem(once)).status, 503)
  const login = await redeem(once)
  assert.equal(login.status, 200)
  await fetch(`${origin}/sandbox/faults`, faults)
  assert.equal((await refresh(login.refresh_token)).status, 503)
  assert.equal((await refresh(login.refresh_token)).status, 200)
})
