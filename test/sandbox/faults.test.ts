import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { type TestContext, test } from 'node:test'
import { sandbox } from '../../src/sandbox/app.ts'

/** The body as JSON. */
async function read(response: Response) {
  return JSON.parse(await response.text())
}

async function started(t: TestContext) {
  const app = sandbox({
    tenant: 'demo',
    clientId: 'id',
    clientSecret: 's',
    tokenLifetimeSeconds: 3600,
    tokenReuse: false,
  })
  t.after(() => app.close())
  const origin = await app.listen({ port: 0, host: '127.0.0.1' })

  async function askToken(init: RequestInit = {}) {
    const headers = { Tenant: 'demo', Authorization: `Basic ${Buffer.from('id:s').toString('base64')}` }
    const body = new URLSearchParams({ grant_type: 'client_credentials' })
    return fetch(`${origin}/oauth/token`, { method: 'POST', headers, body, ...init })
  }
  const bearer = { Tenant: 'demo', Authorization: `Bearer ${(await read(await askToken())).access_token}` }

  async function call(path: string, init: RequestInit = {}) {
    return fetch(origin + path, { ...init, headers: { ...bearer, ...init.headers } })
  }
  async function patch(faults: unknown) {
    const response = await fetch(`${origin}/sandbox/faults`, { method: 'PATCH', body: JSON.stringify(faults) })
    return { status: response.status, body: await read(response) }
  }
  async function control(path: string, method = 'GET') {
    return read(await fetch(`${origin}/sandbox/${path}`, { method }))
  }
  return { app, origin, askToken, call, patch, control }
}

/** The cause that fetch gives when a connection is reset. */
async function isReset(promise: Promise<unknown>): Promise<void> {
  await assert.rejects(promise, (error: Error) => {
    assert.match(String(error.cause), /ECONNRESET|other side closed|terminated/)
    return true
  })
}

test('faults merge, are read back, count down and are removed by null or DELETE', async (t) => {
  const { patch, call, control } = await started(t)
  await patch({ unauthorized: { count: 1 }, latencyMs: 1 })
  assert.deepEqual((await patch({ serverErrors: { count: 2, status: 502 } })).body, {
    unauthorized: { count: 1 },
    latencyMs: 1,
    serverErrors: { count: 2, status: 502 },
  })
  assert.equal((await call('/v1/users/me')).status, 401)
  assert.equal((await call('/v1/users/me')).status, 502)
  assert.deepEqual((await patch({ latencyMs: null })).body, {
    unauthorized: { count: 0 },
    serverErrors: { count: 1, status: 502 },
  })
  assert.deepEqual(await control('faults', 'DELETE'), {})
  assert.deepEqual(await control('faults'), {})
  assert.equal((await call('/v1/users/me')).status, 200)
})

test('a patch with a mistake is refused whole, with every mistake named', async (t) => {
  const { patch, control } = await started(t)
  const wrong = {
    latencyMs: 'long',
    tokenErrors: { status: 99, sauce: 1 },
    resets: 3,
    typo: 1,
    slowBody: { bytesPerSecond: 0 },
  }
  const { status, body } = await patch(wrong)
  assert.equal(status, 400)
  for (const name of [
    'latencyMs must be',
    'tokenErrors.sauce',
    'tokenErrors.count',
    'tokenErrors.status',
    'resets must',
    'typo',
    'slowBody.bytesPerSecond',
  ]) {
    assert.ok(body.message.includes(name), `${name} in ${body.message}`)
  }
  assert.equal((await patch({ toString: { count: 1 } })).status, 400)
  assert.equal((await patch([])).status, 400)
  assert.deepEqual(await control('faults'), {})
})

test('an injected 401 looks like a rejected token and is counted as one', async (t) => {
  const { patch, call, control } = await started(t)
  await patch({ unauthorized: { count: 2 } })
  const responses = [
    await call('/v1/users/me'),
    await call('/sandbox/echo/x', { method: 'POST', body: 'x' }),
    await call('/v1/users/me'),
  ]
  assert.deepEqual(
    responses.map(({ status }) => status),
    [401, 401, 200],
  )
  assert.match(responses[0]?.headers.get('www-authenticate') ?? '', /error="invalid_token"/)
  assert.equal((await control('stats')).rejectedTokens, 2)
})

test('429 carries Retry-After', async (t) => {
  const { patch, call } = await started(t)
  await patch({ tooManyRequests: { count: 1, retryAfter: 2 } })
  const response = await call('/core/v1/banks')
  assert.equal(response.status, 429)
  assert.equal(response.headers.get('retry-after'), '2')
  assert.equal((await read(response)).error, 'Too Many Requests')
  assert.equal((await call('/core/v1/banks')).status, 200)
})

test('above a quota requests get 429 until enough of it has come back, and writes count as reads do', async (t) => {
  const { patch, call, control } = await started(t)
  await patch({ quota: { perSecond: 0.001, retryAfter: 2, burst: 3 } })
  const write = { method: 'POST', body: 'x', headers: { 'X-Ledger-Id': 'a write' } }
  const answers = [await call('/v1/users/me'), await call('/sandbox/echo/x', write), await call('/v1/users/me')]
  const refused = [await call('/v1/users/me'), await call('/sandbox/echo/x', write)]
  assert.deepEqual(
    [...answers, ...refused].map(({ status }) => status),
    [200, 200, 200, 429, 429],
  )
  assert.ok(refused.every(({ headers }) => headers.get('retry-after') === '2'))
  assert.deepEqual(await control('ledger'), { 'a write': 1 }, 'what was refused did nothing')

  await patch({ latencyMs: 1 })
  assert.equal((await call('/v1/users/me')).status, 429, 'another fault leaves it as it is')
  await patch({ quota: { perSecond: 1000, burst: 1 } })
  for (let i = 0; i < 5; i += 1) {
    assert.equal((await call('/v1/users/me')).status, 200)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
})

test('the statistics tell how many requests came while a pause was stated, and how late', async (t) => {
  const { patch, call, control } = await started(t)
  const figures = async () => {
    const { statedPauses, requestsInPause, latestInPauseMs } = await control('stats')
    return { statedPauses, requestsInPause, late: latestInPauseMs >= 100 }
  }
  await patch({ tooManyRequests: { count: 1 } })
  await call('/v1/users/me')
  assert.deepEqual(await figures(), { statedPauses: 0, requestsInPause: 0, late: false }, 'nothing was stated')

  await patch({ serverErrors: { count: 1, status: 503, retryAfter: 60 } })
  assert.equal((await call('/v1/users/me')).headers.get('retry-after'), '60')
  await new Promise((resolve) => setTimeout(resolve, 120))
  await call('/v1/users/me')
  assert.deepEqual(await figures(), { statedPauses: 1, requestsInPause: 1, late: true })

  await control('stats', 'DELETE')
  await call('/v1/users/me')
  assert.deepEqual(await figures(), { statedPauses: 0, requestsInPause: 1, late: true }, 'it lasts')
})

test('a date states a pause, and one that is over states none', async (t) => {
  const { patch, call, control } = await started(t)
  await patch({ tooManyRequests: { count: 1, retryAfter: new Date(Date.now() - 60_000).toUTCString() } })
  await call('/v1/users/me')
  await patch({ tooManyRequests: { count: 1, retryAfter: new Date(Date.now() + 60_000).toUTCString() } })
  await call('/v1/users/me')
  await call('/v1/users/me')
  const { statedPauses, requestsInPause } = await control('stats')
  assert.deepEqual([statedPauses, requestsInPause], [1, 1])
})

test('token errors carry status, Retry-After and the OAuth code, and only refusals count as such', async (t) => {
  const { patch, askToken, control } = await started(t)
  await patch({ tokenErrors: { count: 2, status: 503, retryAfter: 1 } })
  const busy = await askToken()
  assert.deepEqual([busy.status, busy.headers.get('retry-after')], [503, '1'])
  await askToken()
  await patch({ tokenErrors: { count: 1, status: 401 } })
  assert.equal((await read(await askToken())).error, 'invalid_client')
  await patch({ tokenErrors: { count: 1, status: 400, error: 'invalid_scope' } })
  assert.equal((await read(await askToken())).error, 'invalid_scope')
  assert.equal((await askToken()).status, 200)
  const { tokenRequests, tokenRefusals } = await control('stats')
  assert.deepEqual([tokenRequests, tokenRefusals], [6, 2])
})

test('the token endpoint can be slow, silent or talk nonsense, and new tokens can be short', async (t) => {
  const { patch, askToken, control } = await started(t)
  await patch({ tokenLifetime: 2, tokenLatencyMs: 2000 })
  const before = Date.now()
  const [answer] = await Promise.all([askToken(), askToken(), askToken()])
  assert.equal((await read(answer)).expires_in, 2)
  assert.ok(Date.now() - before >= 1999)
  assert.equal((await control('stats')).maxConcurrentTokenRequests, 3)

  await control('faults', 'DELETE')
  await patch({ tokenBody: '<html>' })
  const nonsense = await askToken()
  assert.deepEqual([nonsense.status, await nonsense.text()], [200, '<html>'])
  await patch({ tokenBody: null, tokenHang: { count: 1 } })
  await assert.rejects(askToken({ signal: AbortSignal.timeout(1500) }), { name: 'TimeoutError' })
  assert.equal((await askToken()).status, 200)
})

test('latency delays API answers, not the controls', async (t) => {
  const { patch, call, control } = await started(t)
  await patch({ latencyMs: 2000 })
  const before = Date.now()
  let answered = false
  const slow = call('/sandbox/bytes/1').then(() => {
    answered = true
  })
  await control('stats')
  assert.ok(!answered)
  await slow
  assert.ok(Date.now() - before >= 1999)
})

test('a reset comes instead of an answer, and the ledger tells that the write had arrived', async (t) => {
  const { patch, call, control } = await started(t)
  await patch({ resets: { count: 2 } })
  const write = { method: 'POST', body: 'x'.repeat(100_000), headers: { 'X-Ledger-Id': 'a' } }
  await isReset(call('/sandbox/echo/x', write))
  assert.deepEqual(await control('ledger'), { a: 1 })
  await isReset(call('/v1/users/me', { headers: { 'X-Ledger-Id': 'a read' } }))
  assert.equal((await call('/sandbox/echo/x', write)).status, 200)
  assert.deepEqual(await control('ledger'), { a: 2 })
  assert.deepEqual(await control('ledger', 'DELETE'), {})
  assert.deepEqual(await control('ledger'), {})
})

test('the ledger counts writes that failed with 500 or were not modelled, and none that were refused at the door', async (t) => {
  const { patch, call, control } = await started(t)
  const write = (id: string) => ({ method: 'PUT', body: '{}', headers: { 'X-Ledger-Id': id } })
  await patch({ unauthorized: { count: 1 }, serverErrors: { count: 1 } })
  assert.equal((await call('/core/v1/salary-item-add-on/subtract', write('refused'))).status, 401)
  assert.equal((await call('/core/v1/salary-item-add-on/subtract', write('failed'))).status, 500)
  assert.equal((await call('/core/v1/salary-item-add-on/subtract', write('unknown'))).status, 404)
  assert.deepEqual(await control('ledger'), { failed: 1, unknown: 1 })
})

test('over a socket file, and to inject(), a reset is a bare close', async (t) => {
  const app = sandbox({ tenant: 'demo', clientId: 'id', clientSecret: 's', tokenLifetimeSeconds: 9, tokenReuse: false })
  t.after(() => app.close())
  const payload = 'grant_type=client_credentials&tenant=demo&client_id=id&client_secret=s'
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  const { access_token } = (await app.inject({ method: 'POST', url: '/oauth/token', headers: form, payload })).json()
  const headers = { tenant: 'demo', authorization: `Bearer ${access_token}` }
  await app.inject({ method: 'PATCH', url: '/sandbox/faults', payload: { resets: { count: 2 } } })
  await assert.rejects(async () => app.inject({ url: '/v1/users/me', headers }))
  if (process.platform === 'win32') return t.diagnostic('Windows has no socket files')

  const folder = mkdtempSync(`${tmpdir()}/sandbox-`)
  t.after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 20 }))
  await app.listen({ path: `${folder}/s` })
  const outcome = new Promise((resolve, reject) => {
    request({ socketPath: `${folder}/s`, path: '/v1/users/me', headers }, resolve)
      .once('error', reject)
      .end()
  })
  await assert.rejects(outcome, { code: 'ECONNRESET' })
})

test('an early reset comes before the body has been read', async (t) => {
  const { patch, call, control } = await started(t)
  await patch({ resets: { count: 1, early: true } })
  await isReset(
    call('/sandbox/echo/x', { method: 'POST', body: 'x'.repeat(10_000_000), headers: { 'X-Ledger-Id': 'a' } }),
  )
  assert.deepEqual(await control('ledger'), {})
})

test('a slow body takes its time and arrives whole', async (t) => {
  const { patch, call } = await started(t)
  await patch({ slowBody: { bytesPerSecond: 2000 } })
  const before = Date.now()
  const response = await call('/sandbox/bytes/3000')
  const headTook = Date.now() - before
  assert.equal((await response.arrayBuffer()).byteLength, 3000)
  const took = Date.now() - before
  assert.ok(took - headTook >= 100, 'the head does not wait for the body')
  assert.ok(took >= 1000 && took < 30_000, `${took} ms`)
})

test('a cut body is half there and then the connection is reset', async (t) => {
  const { patch, call } = await started(t)
  await patch({ cutBody: { count: 1 } })
  const response = await call('/sandbox/bytes/1000')
  assert.equal(response.headers.get('content-length'), '1000')
  let received = 0
  await assert.rejects(async () => {
    for await (const chunk of response.body ?? []) received += chunk.length
  })
  assert.equal(received, 500)
  assert.equal((await (await call('/sandbox/bytes/1000')).arrayBuffer()).byteLength, 1000)
})

test('closing does not wait for hanging, slow or idle connections', async (t) => {
  const { app, patch, call, askToken } = await started(t)
  await patch({ tokenHang: { count: 1 }, slowBody: { bytesPerSecond: 1 }, latencyMs: 60_000 })
  const open = [askToken(), call('/v1/users/me')].map((promise) => promise.catch(() => 'lost'))
  await new Promise((resolve) => setTimeout(resolve, 50))
  const before = Date.now()
  await app.close()
  assert.ok(Date.now() - before < 30_000)
  assert.deepEqual(await Promise.all(open), ['lost', 'lost'])
})

test('the client secret can be changed: the old one is refused, tokens stay valid', async (t) => {
  const { origin, askToken, call } = await started(t)
  const change = (body: unknown) => fetch(`${origin}/sandbox/client`, { method: 'PATCH', body: JSON.stringify(body) })
  for (const wrong of [{}, { clientSecret: '' }, { clientSecret: 1 }, null])
    assert.equal((await change(wrong)).status, 400)
  assert.equal((await askToken()).status, 200)
  assert.equal((await change({ clientSecret: 'next' })).status, 200)
  assert.equal((await askToken()).status, 401)
  assert.equal((await call('/v1/users/me')).status, 200)
  const headers = { Tenant: 'demo', Authorization: `Basic ${Buffer.from('id:next').toString('base64')}` }
  assert.equal((await askToken({ headers })).status, 200)
})
