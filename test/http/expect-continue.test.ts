import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { test } from 'node:test'
import { startWithCallers, testKey } from '../support/callers.ts'
import { without } from '../support/programs.ts'
import { startTestSidecar, startUpstream } from '../support/sidecar.ts'
import { dial } from '../support/wire.ts'

const expect = 'Content-Length: 3\r\nExpect: 100-continue\r\n'

test('a caller that is refused, for whatever reason, is never asked for its body', async (t) => {
  const upstream = await startUpstream(t)
  const { key, line } = testKey()
  const sidecar = await startWithCallers(t, upstream.url, `[export]\n${line}\nprofile = read-only\n`, {
    maxBodyBytes: 1000,
  })
  const shown = `Authorization: Bearer ${key}\r\n`
  const refused: [code: string, head: string][] = [
    ['host_not_allowed', `POST /x HTTP/1.1\r\nHost: evil.example\r\n${expect}`],
    ['bad_request', `POST /x HTTP/1.1\r\n${expect}`],
    ['bad_request', `POST /x/../y HTTP/1.1\r\nHost: localhost\r\n${expect}`],
    ['method_not_allowed', `TRACE /x HTTP/1.1\r\nHost: localhost\r\n${expect}`],
    ['origin_not_allowed', `POST /x HTTP/1.1\r\nHost: localhost\r\nOrigin: https://evil.example\r\n${expect}`],
    ['loop_detected', `POST /x HTTP/1.1\r\nHost: localhost\r\nVia: 1.1 catapa-sidecar\r\n${expect}`],
    ['caller_unknown', `POST /x HTTP/1.1\r\nHost: localhost\r\n${expect}`],
    ['caller_unknown', `POST /oauth/token HTTP/1.1\r\nHost: localhost\r\nX-Api-Key: csk_wrong\r\n${expect}`],
    ['policy_denied', `POST /core/v1/employees HTTP/1.1\r\nHost: localhost\r\n${shown}${expect}`],
    ['policy_denied', `POST /core/v1/employees HTTP/1.1\r\nHost: localhost\r\nTenant: other\r\n${shown}${expect}`],
    [
      'body_too_large',
      `POST /core/v1/employees/1/payslip HTTP/1.1\r\nHost: localhost\r\n${shown}Content-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: 1001\r\n`,
    ],
  ]
  for (const [code, head] of refused) {
    const caller = dial(sidecar.port)
    caller.send(`${head}\r\n`)
    const { text } = await caller.closed
    assert.match(text, /^HTTP\/1\.1 [45]\d\d /, head)
    assert.match(text, new RegExp(`X-Catapa-Sidecar-Error: ${code}\r\n`, 'i'), head)
    assert.match(text, /\r\nConnection: close\r\n/i, head)
  }
  assert.equal(upstream.received.length, 0)
})

test('a caller that passes is asked once, sends its body, and its connection goes on', async (t) => {
  const upstream = await startUpstream(t, (_request, response) => response.end('taken'))
  const sidecar = await startTestSidecar(t, upstream.url)
  const caller = dial(sidecar.port)
  for (const [round, expectation] of ['100-continue', '100-Continue'].entries()) {
    const before = caller.text().length
    caller.send(`POST /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nExpect: ${expectation}\r\n\r\n`)
    await caller.until(new RegExp(`^[\\s\\S]{${before}}HTTP/1\\.1 100 Continue\r\n\r\n$`))
    assert.equal(upstream.received.length, round)
    caller.send('abc')
    await caller.until(
      new RegExp(`^[\\s\\S]{${before}}HTTP/1\\.1 100 Continue\r\n\r\nHTTP/1\\.1 200 OK\r\n[\\s\\S]*taken`),
    )
  }
  assert.deepEqual(
    upstream.received.map(({ body, headers }) => [body.toString(), headers.expect]),
    [
      ['abc', undefined],
      ['abc', undefined],
    ],
  )
  assert.doesNotMatch(caller.text(), /connection: close/i)
  caller.socket.destroy()
})

test('a token request that passes is asked for its body', async (t) => {
  const upstream = await startUpstream(t)
  const sidecar = await startTestSidecar(t, upstream.url)
  const caller = dial(sidecar.port)
  caller.send(`POST /oauth/token HTTP/1.1\r\nHost: localhost\r\n${expect}\r\n`)
  await caller.until(/^HTTP\/1\.1 100 Continue\r\n\r\n$/)
  caller.send('a=b')
  await caller.until(/HTTP\/1\.1 200 OK\r\n[\s\S]*"catapa-sidecar"/)
  caller.socket.destroy()
})

test('the second of two requests on a connection is asked for its body only after the first was answered', async (t) => {
  const upstream = await startUpstream(t)
  const sidecar = await startTestSidecar(t, upstream.url)
  const caller = dial(sidecar.port)
  caller.send(`GET /x HTTP/1.1\r\nHost: localhost\r\n\r\nPOST /x HTTP/1.1\r\nHost: localhost\r\n${expect}\r\n`)
  assert.match(
    await caller.until(/100 Continue\r\n\r\n$/),
    /^HTTP\/1\.1 200 OK\r\n[\s\S]*HTTP\/1\.1 100 Continue\r\n\r\n$/,
  )
  caller.send('abc')
  await caller.until(/100 Continue\r\n\r\nHTTP\/1\.1 200 OK/)
  caller.socket.destroy()
})

test('another expectation is ignored, and so is one of HTTP/1.0', async (t) => {
  const upstream = await startUpstream(t)
  const sidecar = await startTestSidecar(t, upstream.url)
  for (const [version, expectation] of [
    ['1.1', 'something-else'],
    ['1.0', '100-continue'],
  ]) {
    const caller = dial(sidecar.port)
    caller.send(
      `POST /x HTTP/${version}\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 3\r\nExpect: ${expectation}\r\n\r\nabc`,
    )
    assert.match((await caller.closed).text, /^HTTP\/1\.1 200 OK\r\n/, version)
  }
})

test('curl sends 10 MB only where they are wanted', { skip: without('curl') }, async (t) => {
  const upstream = await startUpstream(t)
  const sidecar = await startTestSidecar(t, upstream.url)
  const uploaded = (...options: string[]) =>
    new Promise<string>((resolve, reject) => {
      const url = `${sidecar.url}/x`
      const wait = ['--expect100-timeout', '60'] // curl would send after a second, asked or not.
      const shown = ['-s', '-o', '/dev/null', '-w', '%{http_code} %{size_upload}']
      const curl = spawn('curl', [
        ...shown,
        ...wait,
        '-H',
        'Expect: 100-continue',
        '--insecure',
        '--data-binary',
        '@-',
        ...options,
        url,
      ])
      let text = ''
      curl.stdout.on('data', (chunk) => {
        text += chunk
      })
      curl.once('error', reject).once('close', () => resolve(text))
      curl.stdin.on('error', () => {}).end(Buffer.alloc(10_000_000))
    })
  assert.equal(await uploaded(), '200 10000000')
  assert.equal(await uploaded('-H', 'Origin: https://evil.example'), '403 0')
  assert.equal(await uploaded('-H', 'Host: evil.example'), '421 0')
})
