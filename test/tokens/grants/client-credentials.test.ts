import assert from 'node:assert/strict'
import type { ServerResponse } from 'node:http'
import { type TestContext, test } from 'node:test'
import { systemClock } from '../../../src/time.ts'
import { credentials, grant, problemOf, scripted, tokenFrom, tokenValue } from '../../support/grant.ts'

const dayMs = 86_400_000
const token = { access_token: tokenValue, token_type: 'Bearer', expires_in: 3600 }
const sayToken = (response: ServerResponse) => response.end(JSON.stringify(token))

test('one call is one request, as CATAPA wants it', async (t) => {
  const { url, seen } = await scripted(t, sayToken)
  const before = systemClock.now()
  const got = await grant(t, url)()
  const after = systemClock.now()
  assert.equal(seen.length, 1)
  const [{ method, url: path, headers, body } = assert.fail()] = seen
  assert.deepEqual([method, path, body], ['POST', '/oauth/token', 'grant_type=client_credentials'])
  assert.equal(headers.tenant, credentials.tenant)
  assert.equal(headers.accept, 'application/json')
  assert.equal(headers.via, '1.1 catapa-sidecar')
  assert.match(headers['content-type'] ?? '', /^application\/x-www-form-urlencoded(;charset=UTF-8)?$/)
  assert.equal(headers['content-length'], String(body.length))
  assert.deepEqual(
    [got.value, got.tenant, got.lifetimeMs, got.lifetimeAssumed],
    [tokenValue, credentials.tenant, 3_600_000, false],
  )
  assert.ok(got.sentAt.mono >= before.mono && got.receivedAtMono >= got.sentAt.mono && got.receivedAtMono <= after.mono)
  assert.ok(got.sentAt.wall >= before.wall && got.sentAt.wall <= after.wall)
})

test('the path and query of the token URL are kept', async (t) => {
  const { url, seen } = await scripted(t, sayToken)
  await grant(t, new URL('/other/token?a=b%2Fc', url))()
  assert.equal(seen[0]?.url, '/other/token?a=b%2Fc')
})

test('a scope is sent where one is set', async (t) => {
  const { url, seen } = await scripted(t, sayToken)
  await grant(t, url, { scope: 'employees read+write' })()
  assert.deepEqual(
    [...new URLSearchParams(seen[0]?.body)],
    [
      ['scope', 'employees read+write'],
      ['grant_type', 'client_credentials'],
    ],
  )
})

const { clientId, clientSecret } = credentials

test('client_secret_basic sends id and secret as they are, like the SDK of CATAPA', async (t) => {
  const { url, seen } = await scripted(t, sayToken)
  await grant(t, url)()
  const [scheme, basic = ''] = (seen[0]?.headers.authorization ?? '').split(' ')
  assert.deepEqual([scheme, Buffer.from(basic, 'base64').toString()], ['Basic', `${clientId}:${clientSecret}`])
})

test('client_secret_basic_encoded sends them form-encoded, as RFC 6749 §2.3.1 says', async (t) => {
  const { url, seen } = await scripted(t, sayToken)
  await grant(t, url, { clientAuth: 'client_secret_basic_encoded' })()
  const [, basic = ''] = (seen[0]?.headers.authorization ?? '').split(' ')
  const [id = '', secret = '', ...rest] = Buffer.from(basic, 'base64').toString('ascii').split(':')
  assert.deepEqual(rest, [])
  assert.deepEqual(
    [...new URLSearchParams(`id=${id}&secret=${secret}`)],
    [
      ['id', clientId],
      ['secret', clientSecret],
    ],
  )
  assert.equal(secret, 'se%25cr%2Bet%3A+4711+f%C3%BCr+%C3%BCn%C3%9F')
})

test('client_secret_post sends them in the body, and no Authorization', async (t) => {
  const { url, seen } = await scripted(t, sayToken)
  await grant(t, url, { clientAuth: 'client_secret_post' })()
  assert.equal(seen[0]?.headers.authorization, undefined)
  const form = new URLSearchParams(seen[0]?.body)
  assert.deepEqual([form.get('client_id'), form.get('client_secret')], [clientId, clientSecret])
})

/** Members of the answer, and the lifetime that they mean: milliseconds, and whether it was assumed. */
const lifetimes: [members: object, lifetimeMs: number, assumed?: boolean][] = [
  [{ expires_in: 120 }, 120_000],
  [{ expire_in: 120 }, 120_000],
  [{ expires_in: '120' }, 120_000],
  [{ expire_in: ' 120 ' }, 120_000],
  [{ expires_in: 1.5 }, 1_500],
  [{ expires_in: '1.5' }, 1_500],
  [{ expires_in: 60, expire_in: 120 }, 60_000],
  [{ expires_in: null, expire_in: 120 }, 120_000],
  [{ expires_in: null }, 3_600_000, true],
  [{}, 3_600_000, true],
  [{ expires_in: 0 }, 0],
  [{ expires_in: -1 }, -1_000],
  [{ expires_in: '-1' }, -1_000],
  [{ expires_in: 86_400 }, dayMs],
  [{ expires_in: 86_401 }, dayMs],
  [{ expires_in: '99999999999999999999' }, dayMs],
]

for (const [members, lifetimeMs, assumed = false] of lifetimes) {
  test(`${JSON.stringify(members)} is a lifetime of ${lifetimeMs} ms${assumed ? ', assumed' : ''}`, async (t) => {
    const got = await tokenFrom(t, JSON.stringify({ access_token: tokenValue, token_type: 'bearer', ...members }))
    assert.deepEqual([got.lifetimeMs, got.lifetimeAssumed], [lifetimeMs, assumed])
  })
}

const accepted: Record<string, object> = {
  'no token_type': { access_token: tokenValue },
  'a token_type of null': { access_token: tokenValue, token_type: null },
  'members of null': { access_token: tokenValue, scope: null, refresh_token: null, id_token: null, expires_in: null },
  BEARER: { access_token: tokenValue, token_type: 'BEARER' },
  'an id_token, which nobody asked for': { ...token, id_token: 'no.jwt.at-all' },
  'members of any type that nobody reads': { ...token, scope: ['a'], refresh_token: 5, error: 'none' },
}

for (const [kind, answer] of Object.entries(accepted)) {
  test(`accepted: ${kind}`, async (t) => {
    assert.equal((await tokenFrom(t, JSON.stringify(answer))).value, tokenValue)
  })
}

const malformed: Record<string, string | Buffer> = {
  'an empty body': '',
  'a page of HTML': `<html>${tokenValue} endpoint-says</html>`,
  'half an answer': `{"access_token":"${tokenValue}","token_ty`,
  'a JSON array': JSON.stringify([token]),
  'JSON null': 'null',
  'a JSON string': JSON.stringify(tokenValue),
  'no access_token': JSON.stringify({ token_type: 'Bearer', expires_in: 3600 }),
  'an access_token of null': JSON.stringify({ ...token, access_token: null }),
  'an access_token that is a number': JSON.stringify({ ...token, access_token: 4711 }),
  'an empty access_token': JSON.stringify({ ...token, access_token: '' }),
  'a token with CRLF': JSON.stringify({ ...token, access_token: `${tokenValue}\r\nX-Evil: 1` }),
  'a token with a space': JSON.stringify({ ...token, access_token: `${tokenValue} x` }),
  'a token that is not ASCII': JSON.stringify({ ...token, access_token: `${tokenValue}ü` }),
  'a token_type of mac': JSON.stringify({ ...token, token_type: 'mac endpoint-says' }),
  'a token_type of dpop': JSON.stringify({ ...token, token_type: 'DPoP' }),
  'a token_type that is empty': JSON.stringify({ ...token, token_type: '' }),
  'a token_type that is a number': JSON.stringify({ ...token, token_type: 1 }),
  'a lifetime of "abc"': JSON.stringify({ ...token, expires_in: 'abc' }),
  'a lifetime of ""': JSON.stringify({ ...token, expires_in: '' }),
  'a lifetime of true': JSON.stringify({ ...token, expires_in: true }),
  'a lifetime of 1e999': `{"access_token":"${tokenValue}","expires_in":1e999}`,
  'bytes that are no text': Buffer.from([0xff, 0xfe, 0x00, 0x80]),
}

for (const [kind, body] of Object.entries(malformed)) {
  test(`passing trouble: a 200 with ${kind}`, async (t) => {
    const { url, seen } = await scripted(t, (response) => response.end(body))
    const problem = await problemOf(grant(t, url))
    assert.equal(problem.code, 'token_unavailable')
    assert.match(problem.detail, /^The answer of the token endpoint is no token: it.+CATAPA_TOKEN_URL/)
    assert.equal(seen.length, 1)
  })
}

for (const [status, code] of [
  [200, 'token_unavailable'],
  [401, 'credentials_rejected'],
  [503, 'token_unavailable'],
] as const) {
  test(`of a body without end at most about 1 MiB is read, and ${status} is judged all the same`, async (t) => {
    let sent = 0
    const { url } = await scripted(t, (response) => {
      response.writeHead(status)
      const chunk = Buffer.alloc(64 * 1024, ' ')
      const more = () => {
        while (!response.destroyed && sent < 64 * 1024 * 1024) {
          sent += chunk.length
          if (!response.write(chunk)) return response.once('drain', more)
        }
        return response.end()
      }
      more()
    })
    assert.equal((await problemOf(grant(t, url))).code, code)
    assert.ok(sent < 12 * 1024 * 1024, `${sent} bytes were taken, of which the kernel buffers a few MiB`)
  })
}

/** Statuses that may pass, and those that are a refusal. */
const passing = [201, 204, 205, 300, 301, 302, 303, 304, 307, 308, 408, 429, 500, 502, 503, 504, 599, 600]
const withoutBody = [204, 205, 304]
const refusals = [400, 401, 403, 404, 405, 410, 422, 451]

for (const status of passing) {
  test(`status ${status} is passing trouble`, async (t) => {
    const { url, seen } = await scripted(t, (response) => {
      response
        .writeHead(status, { Location: '/elsewhere' })
        .end(withoutBody.includes(status) ? undefined : 'endpoint-says')
    })
    const problem = await problemOf(grant(t, url))
    assert.equal(problem.code, 'token_unavailable')
    assert.match(problem.detail, new RegExp(`status ${status}`))
    assert.equal(seen.length, 1, 'a redirect is not followed')
    if (status >= 300 && status < 400) assert.match(problem.detail, /redirect.+CATAPA_TOKEN_URL/)
  })
}

for (const status of refusals) {
  test(`status ${status} is a refusal`, async (t) => {
    const { url, seen } = await scripted(t, (response) => response.writeHead(status).end('endpoint-says'))
    const problem = await problemOf(grant(t, url))
    assert.equal(problem.code, 'credentials_rejected')
    assert.match(problem.detail, new RegExp(`^CATAPA refuses the client \\(status ${status}\\)\\. .*Check CATAPA_`))
    assert.equal(seen.length, 1)
  })
}

test('a refusal as 401 with WWW-Authenticate and as 400 with JSON are the same, with the code of RFC 6749', async (t) => {
  for (const [status, code, mend] of [
    [401, 'invalid_client', 'CATAPA_CLIENT_SECRET'],
    [400, 'invalid_client', 'CATAPA_CLIENT_SECRET'],
    [400, 'unauthorized_client', 'grant type client_credentials'],
    [401, 'unauthorized', 'CATAPA_CLIENT_SECRET'],
  ] as const) {
    const { url } = await scripted(t, (response) => {
      response.writeHead(status, { 'WWW-Authenticate': 'Basic realm="endpoint-says"' })
      response.end(JSON.stringify({ error: code, error_description: `endpoint-says ${clientSecret}` }))
    })
    const problem = await problemOf(grant(t, url))
    assert.equal(problem.code, 'credentials_rejected')
    assert.match(problem.detail, new RegExp(`\\(${code}, status ${status}\\).+${mend}`))
  }
})

test('a refused scope names CATAPA_SCOPE, and a code that no RFC knows is not repeated', async (t) => {
  const scope = await scripted(t, (response) => response.writeHead(400).end('{ "error" : "invalid_scope" }'))
  assert.match((await problemOf(grant(t, scope.url))).detail, /invalid_scope, status 400.+CATAPA_SCOPE/)
  const other = await scripted(t, (response) => response.writeHead(400).end('{"error":"endpoint-says"}'))
  assert.match((await problemOf(grant(t, other.url))).detail, /\(status 400\)/)
})

test('a refusal that speaks of the tenant leads to CATAPA_TENANT', async (t) => {
  const { url } = await scripted(t, (response) => response.writeHead(400).end('{"error":"Tenant endpoint-says"}'))
  const problem = await problemOf(grant(t, url))
  assert.equal(problem.code, 'credentials_rejected')
  assert.match(problem.detail, /^CATAPA refuses the client \(status 400\)\. .*check CATAPA_TENANT, which is the code/)
})

test('another sidecar is no token endpoint: a 508 and a placeholder are refusals that say so', async (t) => {
  const loop = await scripted(t, (response) => response.writeHead(508).end())
  const placeholder = await scripted(t, (response) => {
    response.setHeader('X-Catapa-Sidecar-Placeholder', '1')
    sayToken(response)
  })
  for (const { url } of [loop, placeholder]) {
    const problem = await problemOf(grant(t, url))
    assert.equal(problem.code, 'credentials_rejected')
    assert.match(problem.detail, /is a catapa-sidecar itself; set CATAPA_BASE_URL/)
  }
})

/** `Retry-After` on a 429 or 503, and what it means in milliseconds. */
const retryAfters: [header: string | undefined, ms: number | undefined][] = [
  [undefined, undefined],
  ['', undefined],
  ['0', 0],
  ['7', 7_000],
  ['300', 300_000],
  ['301', 300_000],
  ['99999999999999999999', 300_000],
  ['-5', undefined],
  ['1.5', undefined],
  ['soon', undefined],
  ['Thu, 01 Jan 1970 00:00:00 GMT', 0],
  ['Fri, 31 Dec 9999 23:59:59 GMT', 300_000],
]

for (const [header, ms] of retryAfters) {
  test(`Retry-After: ${header ?? '(none)'} asks for ${ms === undefined ? 'nothing' : `${ms} ms`}`, async (t) => {
    for (const status of [429, 503]) {
      const { url } = await scripted(t, (response) => {
        response.writeHead(status, header === undefined ? {} : { 'Retry-After': header }).end()
      })
      assert.equal((await problemOf(grant(t, url))).retryAfterMs, ms)
    }
  })
}

test('a Retry-After that is a date counts from the Date of the answer, and without one from the wall clock of the cache', async (t: TestContext) => {
  const wall = Date.UTC(2030, 0, 1)
  const clock = { ...systemClock, now: () => ({ mono: performance.now(), wall }) }
  for (const theirs of [undefined, wall - 3_600_000]) {
    const { url } = await scripted(t, (response) => {
      response.sendDate = false
      if (theirs !== undefined) response.setHeader('Date', new Date(theirs).toUTCString())
      response.writeHead(503, { 'Retry-After': new Date((theirs ?? wall) + 42_000).toUTCString() }).end()
    })
    assert.equal((await problemOf(grant(t, url, { clock }))).retryAfterMs, 42_000)
  }
})
