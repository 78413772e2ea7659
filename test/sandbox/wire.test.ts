import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { type IncomingMessage, request } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { type TestContext, test } from 'node:test'
import { sandbox } from '../../src/sandbox/app.ts'

async function started(t: TestContext) {
  const app = sandbox({
    tenant: 'demo',
    clientId: 'id',
    clientSecret: 's',
    tokenLifetimeSeconds: 3600,
    tokenReuse: false,
  })
  t.after(() => app.close())
  await app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = app.server.address() as AddressInfo
  const form = 'grant_type=client_credentials&client_id=id&client_secret=s'
  const answer = await app.inject({
    method: 'POST',
    url: '/oauth/token',
    headers: { tenant: 'demo', 'content-type': 'application/x-www-form-urlencoded' },
    payload: form,
  })
  const token: string = answer.json().access_token
  return { app, port, token }
}

/** Writes lines as they are and collects what comes until the sandbox closes the connection. */
async function talk(port: number, lines: readonly string[]): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  socket.write(Buffer.from(lines.join('\r\n'), 'latin1'))
  return text(socket)
}

async function ask(port: number, token: string, method: string, path: string, more: readonly string[] = [], body = '') {
  const head = [
    `${method} ${path} HTTP/1.1`,
    'Host: x',
    `Authorization: Bearer ${token}`,
    'Tenant: demo',
    'Connection: close',
    ...more,
  ]
  const answer = await talk(port, [...head, '', body])
  const [top = '', content = ''] = answer.split('\r\n\r\n')
  return { status: Number(top.split(' ')[1]), top, json: content.startsWith('{') ? JSON.parse(content) : undefined }
}

const targets = [
  '/sandbox/echo/%E9',
  '/sandbox/echo/%',
  '/sandbox/echo//a//b',
  '/sandbox/echo/a/./b/../c',
  '/sandbox/echo/a%2Fb%3Dc;d=e',
  '/sandbox/echo?a?b&c=&<>|^',
  '/sandbox/echo/x?query=id:a,b;c>1;d:*%20',
  '/sandbox/echo',
  'http://api.example/sandbox/echo/absolute?q',
]

for (const target of targets) {
  test(`the echo sees ${target} as it was sent`, async (t) => {
    const { port, token } = await started(t)
    const { status, json } = await ask(port, token, 'GET', target)
    assert.equal(status, 200)
    assert.equal(json.url, target)
  })
}

test('the echo takes every method that Node can read', async (t) => {
  const { port, token } = await started(t)
  for (const method of [
    'PUT',
    'PATCH',
    'DELETE',
    'OPTIONS',
    'PROPFIND',
    'REPORT',
    'MKCOL',
    'PURGE',
    'TRACE',
    'M-SEARCH',
  ]) {
    const { json } = await ask(port, token, method, '/sandbox/echo/x', ['Content-Length: 2'], 'hi')
    assert.deepEqual([json.method, json.bodySize], [method, 2])
  }
  const head = await ask(port, token, 'HEAD', '/sandbox/echo/x')
  assert.equal(head.status, 200)
  assert.match(head.top, /content-length: \d{3,}/i)
  assert.equal(head.json, undefined)
})

test('no content type is refused, however odd', async (t) => {
  const { port, token } = await started(t)
  for (const type of ['', 'nonsense', 'application/json', '///;;', 'text/plain; charset="', 'a/b, c/d']) {
    const { status, json } = await ask(
      port,
      token,
      'POST',
      '/sandbox/echo/x',
      [`Content-Type: ${type}`, 'Content-Length: 5'],
      '{bad}',
    )
    assert.equal(status, 200, type)
    assert.equal(json.bodySha256, createHash('sha256').update('{bad}').digest('hex'))
    assert.equal(json.headers['content-type'], type)
  }
})

test('the echo keeps repeated headers, odd names and their spelling', async (t) => {
  const { port, token } = await started(t)
  const { json } = await ask(port, token, 'GET', '/sandbox/echo/x', [
    'X-Two: a',
    'x-two: b',
    '__proto__: c',
    'Cookie: d',
    'Cookie: e',
  ])
  assert.deepEqual(json.headers['x-two'], ['a', 'b'])
  assert.deepEqual(json.headers.cookie, ['d', 'e'])
  assert.ok(
    json.rawHeaders.includes('X-Two') && json.rawHeaders.includes('x-two') && json.rawHeaders.includes('__proto__'),
  )
})

test('headers of 128 KiB and 3,000 of them pass', async (t) => {
  const { port, token } = await started(t)
  const large = await ask(port, token, 'GET', '/sandbox/echo/x', [`X-Large: ${'a'.repeat(128 * 1024)}`])
  assert.equal(large.json.headers['x-large'].length, 128 * 1024)
  const many = Array.from({ length: 3000 }, (_, at) => `X-${at}: ${at}`)
  const { json } = await ask(port, token, 'GET', '/sandbox/echo/x', many)
  assert.equal(json.headers['x-2999'], '2999')
})

test('a repeated Authorization or Tenant is refused, by the API and by the token endpoint', async (t) => {
  const { port, token } = await started(t)
  for (const path of ['/v1/users/me', '/sandbox/echo/x']) {
    assert.equal((await ask(port, token, 'GET', path, ['Authorization: Bearer x'])).status, 400)
    assert.equal((await ask(port, token, 'GET', path, ['Tenant: demo'])).status, 400)
  }
  const basic = `Authorization: Basic ${Buffer.from('id:s').toString('base64')}`
  const rest = [
    'Content-Type: application/x-www-form-urlencoded',
    'Content-Length: 29',
    'Connection: close',
    '',
    'grant_type=client_credentials',
  ]
  const post = ['POST /oauth/token HTTP/1.1', 'Host: x', 'Tenant: demo', basic]
  assert.match(await talk(port, [...post, ...rest]), /^HTTP\/1.1 200 /)
  assert.match(await talk(port, [...post, 'Tenant: demo', ...rest]), /^HTTP\/1.1 400 /)
  assert.match(await talk(port, [...post, basic, ...rest]), /^HTTP\/1.1 400 /)
})

test('large bodies stream both ways in little memory', async (t) => {
  const { port, token } = await started(t)
  const size = 300 * 1024 * 1024
  const headers = { authorization: `Bearer ${token}`, tenant: 'demo' }
  const before = process.memoryUsage().rss
  let highest = before
  const watch = setInterval(() => {
    highest = Math.max(highest, process.memoryUsage().rss)
  }, 20)
  t.after(() => clearInterval(watch))

  async function send(method: string, path: string, body?: Readable): Promise<IncomingMessage> {
    const outgoing = request({ port, host: '127.0.0.1', method, path, headers })
    if (body) body.pipe(outgoing)
    else outgoing.end()
    return new Promise((resolve, reject) => outgoing.once('response', resolve).once('error', reject))
  }
  async function digest(chunks: AsyncIterable<Buffer>) {
    const hash = createHash('sha256')
    let received = 0
    for await (const chunk of chunks) {
      hash.update(chunk)
      received += chunk.length
    }
    return { received, sha256: hash.digest('hex') }
  }

  const download = await send('GET', `/sandbox/bytes/${size}`)
  assert.equal(download.headers['content-length'], String(size))
  const first = await digest(download)
  assert.equal(first.received, size)
  const echoed = JSON.parse(
    await text(await send('PUT', '/sandbox/echo/x', await send('GET', `/sandbox/bytes/${size}?chunked=true`))),
  )
  assert.deepEqual({ received: echoed.bodySize, sha256: echoed.bodySha256 }, first)
  assert.ok(highest - before < 150 * 1024 * 1024, `grew by ${(highest - before) / 1024 / 1024} MiB`)
})

test('bytes want a number, and HEAD states the length alone', async (t) => {
  const { port, token } = await started(t)
  assert.equal((await ask(port, token, 'GET', '/sandbox/bytes/many')).status, 400)
  const head = await ask(port, token, 'HEAD', '/sandbox/bytes/12345678901')
  assert.match(head.top, /content-length: 12345678901/i)
})

test('odd requests do not stop it', async (t) => {
  const { port, token } = await started(t)
  const odd = [
    ['OPTIONS * HTTP/1.1', 'Host: x', 'Connection: close', '', ''],
    ['GET // HTTP/1.1', 'Host: x', 'Connection: close', '', ''],
    ['GET http://[/ HTTP/1.1', 'Host: x', 'Connection: close', '', ''],
    ['GET /x HTTP/1.0', '', ''],
    [
      'POST /oauth/token HTTP/1.1',
      'Host: x',
      'Authorization: Basic ???',
      'Content-Length: 0',
      'Connection: close',
      '',
      '',
    ],
    ['PATCH /sandbox/faults HTTP/1.1', 'Host: x', 'Content-Length: 1', 'Connection: close', '', '{'],
    ['GET /core/v1/employees?query=%E9;%:<>&page=9e9 HTTP/1.1', 'Host: x', 'Connection: close', '', ''],
    ['CONNECT x:1 HTTP/1.1', 'Host: x', '', ''],
    ['nonsense', '', ''],
  ]
  for (const lines of odd) await talk(port, lines)
  // A caller that leaves in the middle of its body.
  await new Promise<void>((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      const head = [
        'POST /sandbox/echo/x HTTP/1.1',
        'Host: x',
        `Authorization: Bearer ${token}`,
        'Tenant: demo',
        'Content-Length: 9',
        '',
        'half',
      ]
      socket.write(head.join('\r\n'), () => setTimeout(() => socket.resetAndDestroy(), 50))
    })
    socket.once('close', () => resolve())
  })
  assert.equal((await ask(port, token, 'GET', '/v1/users/me')).status, 200)
})

test('it also answers inject()', async (t) => {
  const { app, token } = await started(t)
  const headers = { tenant: 'demo', authorization: `Bearer ${token}` }
  const page = await app.inject({ url: '/core/v1/employees?size=3', headers })
  assert.equal(page.json().numberOfElements, 3)
  const echoed = await app.inject({ method: 'POST', url: '/sandbox/echo/x', headers, payload: 'hello' })
  assert.equal(echoed.json().bodySize, 5)
})
