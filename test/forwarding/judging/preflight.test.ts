import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Answer, ask, assertRefused } from '../../support/ask.ts'
import { startTestSidecar, startUpstream } from '../../support/sidecar.ts'

const page = 'https://hr.corp.example'
const allowedOrigins = new Set([page, 'http://localhost:3000'])

function preflight(origin: string, headers: string[] = []) {
  return { method: 'OPTIONS', headers: [`Origin: ${origin}`, 'Access-Control-Request-Method: PUT', ...headers] }
}

function corsHeaders({ headers }: Answer): Record<string, string> {
  return Object.fromEntries(
    [...headers]
      .filter(([name]) => /^(access-control-|vary$)/.test(name))
      .map(([name, values]) => [name, values.join(', ')]),
  )
}

test('a preflight of an allowed origin is answered here, with the method and the headers that it asks for', async (t) => {
  const upstream = await startUpstream(t)
  const sidecar = await startTestSidecar(t, upstream.url, { allowedOrigins })
  for (const origin of allowedOrigins) {
    const asked = ['Access-Control-Request-Headers: authorization,content-type,x-a', 'Sec-Fetch-Site: cross-site']
    const answer = await ask(sidecar, preflight(origin, asked))
    assert.equal(answer.status, 204)
    assert.equal(answer.body, '')
    assert.deepEqual(corsHeaders(answer), {
      'access-control-allow-origin': origin,
      'access-control-allow-methods': 'PUT',
      'access-control-allow-headers': 'authorization,content-type,x-a',
      'access-control-max-age': '600',
      'access-control-expose-headers': 'X-Request-Id, X-Catapa-Sidecar-Error',
      vary: 'Origin',
    })
    assert.equal(answer.header('x-catapa-sidecar-error'), undefined)
    assert.ok(answer.header('x-request-id'))
  }
  assert.equal(corsHeaders(await ask(sidecar, preflight(page)))['access-control-allow-headers'], undefined)
  const network = await ask(sidecar, preflight(page, ['Access-Control-Request-Private-Network: true']))
  assert.equal(network.header('access-control-allow-private-network'), 'true')
  assert.equal(upstream.received.length, 0)
})

test('a preflight of a foreign origin, and one that the guards refuse, gets no permission', async (t) => {
  const upstream = await startUpstream(t)
  const sidecar = await startTestSidecar(t, upstream.url, { allowedOrigins })
  for (const origin of ['https://evil.example', 'null', `${page}:444`, 'http://hr.corp.example', `${page}, ${page}`]) {
    const answer = await ask(sidecar, preflight(origin))
    assertRefused(answer, 'origin_not_allowed', origin)
    assert.deepEqual(corsHeaders(answer), {})
  }
  for (const [code, question] of [
    ['host_not_allowed', { ...preflight(page), host: 'evil.example' }],
    ['bad_request', { ...preflight(page), target: '/a/../b' }],
    ['policy_denied', { ...preflight(page), target: '/a?tenant=other' }],
    ['loop_detected', preflight(page, ['Via: 1.1 catapa-sidecar'])],
  ] as const) {
    const answer = await ask(sidecar, question)
    assertRefused(answer, code)
    assert.equal(answer.header('access-control-allow-methods'), undefined)
  }
  assert.equal(upstream.received.length, 0)
})

test('an OPTIONS request that is no preflight is forwarded', async (t) => {
  const upstream = await startUpstream(t)
  const sidecar = await startTestSidecar(t, upstream.url, { allowedOrigins })
  const own = `Origin: http://localhost:${sidecar.port}`
  for (const headers of [
    [],
    [`Origin: ${page}`],
    ['Access-Control-Request-Method: PUT'],
    [own, 'Access-Control-Request-Method: PUT'],
  ]) {
    assert.equal((await ask(sidecar, { method: 'OPTIONS', headers })).status, 200)
    assert.equal(upstream.received.at(-1)?.method, 'OPTIONS')
  }
  assert.equal(upstream.received.length, 4)
})

test('what a preflight asks for cannot become another header', async (t) => {
  const sidecar = await startTestSidecar(t, (await startUpstream(t)).url, { allowedOrigins })
  for (const asked of ['x\nSet-Cookie: a=b', 'x\rSet-Cookie: a=b', 'x\0y']) {
    const answer = await ask(sidecar, preflight(page, [`Access-Control-Request-Headers: ${asked}`]))
    assert.equal(answer.header('set-cookie'), undefined)
    assert.equal(answer.header('access-control-allow-headers')?.includes('Set-Cookie'), undefined)
  }
  const folded = await ask(
    sidecar,
    preflight(page, ['Access-Control-Request-Headers: x', 'Access-Control-Request-Headers: y\xe4']),
  )
  assert.equal(folded.header('access-control-allow-headers'), 'x, y\xe4')
})

test("answers of CATAPA to an allowed origin can be read by it, never with credentials, and CATAPA's own permissions don't pass", async (t) => {
  const upstream = await startUpstream(t, (_request, response) => {
    const headers = { 'access-control-allow-origin': '*', 'access-control-allow-credentials': 'true', vary: 'Accept' }
    response.writeHead(404, headers).end()
  })
  const sidecar = await startTestSidecar(t, upstream.url, { allowedOrigins })
  const answer = await ask(sidecar, { headers: [`Origin: ${page}`, 'Sec-Fetch-Site: cross-site'] })
  assert.equal(answer.status, 404)
  assert.deepEqual(corsHeaders(answer), {
    'access-control-allow-origin': page,
    'access-control-expose-headers': 'X-Request-Id, X-Catapa-Sidecar-Error',
    vary: 'Accept, Origin',
  })
  for (const headers of [[], [`Origin: http://localhost:${sidecar.port}`]])
    assert.deepEqual(corsHeaders(await ask(sidecar, { headers })), { vary: 'Accept' })
})

test('problems of the sidecar can be read by an allowed origin, and by no other', async (t) => {
  const upstream = await startUpstream(t)
  const sidecar = await startTestSidecar(t, upstream.url, { allowedOrigins })
  const wrong = [
    { target: '/a/../b' },
    { target: '/a?tenant=other' },
    { host: 'evil.example' }, // The page is allowed, and learns only that it called by a wrong name.
    { method: 'TRACE' },
    { method: 'POST', headers: ['Content-Length: 999999999'] },
  ]
  for (const { headers = [], ...question } of wrong as Parameters<typeof ask>[1][] & object[]) {
    const toPage = await ask(sidecar, { ...question, headers: [...headers, `Origin: ${page}`] })
    assert.ok(toPage.header('x-catapa-sidecar-error'))
    assert.deepEqual(corsHeaders(toPage), {
      'access-control-allow-origin': page,
      'access-control-expose-headers': 'X-Request-Id, X-Catapa-Sidecar-Error',
      vary: 'Origin',
    })
    assert.deepEqual(
      corsHeaders(await ask(sidecar, { ...question, headers: [...headers, 'Origin: https://evil.example'] })),
      {},
    )
    assert.deepEqual(corsHeaders(await ask(sidecar, { ...question, headers })), {})
  }
})

test('the placeholder can be read by an allowed origin', async (t) => {
  const sidecar = await startTestSidecar(t, (await startUpstream(t)).url, { allowedOrigins })
  const answer = await ask(sidecar, {
    method: 'POST',
    target: '/oauth/token',
    headers: [`Origin: ${page}`],
    body: 'a=b',
  })
  assert.equal(answer.header('x-catapa-sidecar-placeholder'), '1')
  assert.equal(answer.header('access-control-allow-origin'), page)
})
