import assert from 'node:assert/strict'
import { mkdtempSync } from 'node:fs'
import { request } from 'node:http'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { isLocalPeer } from '../../src/admin/admin-server.ts'
import type { Config } from '../../src/settings/config.ts'
import { askAdmin, press, startAdministered, startCatapa } from '../support/admin.ts'
import { parseAnswer } from '../support/ask.ts'
import { dial, eventually } from '../support/wire.ts'

const changing = ['/api/token/refresh', '/api/log-level?level=silent', '/quitquitquit']
const everything = ['/livez', '/readyz', '/startupz', '/metrics', '/api/status', '/nothing-here']

async function start(t: TestContext, overrides: Partial<Config> = {}) {
  const catapa = await startCatapa(t)
  const sidecar = await startAdministered(t, catapa.url, overrides)
  await eventually(() => sidecar.tokens.state().valid, 'a token')
  return { ...sidecar, catapa }
}

function sentence(body: string): string {
  return JSON.parse(body).detail
}

test('a foreign Host is refused with 421 on every address: after DNS rebinding a web page calls by its own name', async (t) => {
  const sidecar = await start(t)
  for (const target of everything) {
    for (const host of ['evil.example', `evil.example:${sidecar.adminPort}`, 'localhost.evil.example', 'printer']) {
      const answer = await askAdmin(sidecar, { target, host })
      assert.equal(answer.status, 421, `${target} ${host}`)
      assert.equal(answer.header('cache-control'), 'no-store')
    }
  }
  assert.equal((await askAdmin(sidecar, { target: '/livez', headers: ['Host: evil.example'] })).status, 400)
  assert.equal((await askAdmin(sidecar, { target: '/livez', host: undefined })).status, 400)
})

test('an IP literal as Host and a name of SIDECAR_ALLOWED_HOSTS pass, as kubelet and Prometheus send them', async (t) => {
  const sidecar = await start(t, { allowedHosts: new Set(['sidecar.example']) })
  for (const host of ['10.1.2.3:8229', '[fd00::7]:8229', '127.0.0.1', 'sidecar.example:8229', 'LOCALHOST']) {
    for (const target of ['/readyz', '/metrics', '/api/status'])
      assert.equal((await askAdmin(sidecar, { target, host })).status, 200, `${target} ${host}`)
  }
})

test('an address that no host has is refused with 421, but for probes: browsers let foreign pages use some', async (t) => {
  const sidecar = await start(t, { quit: true, allowedHosts: new Set(['0.0.0.0']) })
  const addresses = ['0.0.0.0', '[::]:8229', '[::ffff:127.0.0.1]:8229', '[::ffff:7f00:1]', '[::127.0.0.1]', '[0::0]']
  for (const host of [...addresses, '255.255.255.255', '[ff02::1]']) {
    for (const target of ['/', '/metrics', '/api/status', '/api/events', '/page/page.css', '/nothing', '/livez/']) {
      const answer = await askAdmin(sidecar, { target, host })
      assert.equal(answer.status, 421, `${target} ${host}`)
      assert.equal(answer.header('x-catapa-sidecar-error'), 'host_not_allowed')
    }
    for (const target of changing) {
      const answer = await askAdmin(sidecar, { method: 'POST', target, host, headers: ['X-Catapa-Sidecar: 1'] })
      assert.equal(answer.status, 421, `${target} ${host}`)
    }
    for (const target of ['/livez', '/readyz', '/startupz', '/readyz?x=1'])
      assert.equal((await askAdmin(sidecar, { target, host })).status, 200, `${target} ${host}`)
    for (const mark of ['Origin: https://evil.example', 'Sec-Fetch-Site: cross-site'])
      assert.equal((await askAdmin(sidecar, { target: '/livez', host, headers: [mark] })).status, 403)
  }
  for (const host of ['evil.example', 'printer', '[::1', '0.0.0.0.evil.example'])
    assert.equal((await askAdmin(sidecar, { target: '/livez', host })).status, 421, host)
  assert.equal(sidecar.catapa.tokenRequests, 1)
})

test('no answer but the status page and its parts may act as a page, and none is sniffed', async (t) => {
  const sidecar = await start(t, { quit: true })
  for (const marks of [[], ['Sec-Fetch-Dest: document', 'Sec-Fetch-Site: none']]) {
    for (const target of [...everything, '/', '/api/events', '/%zz', '/quitquitquit']) {
      const stream = dial(sidecar.adminPort) // The events do not end.
      stream.send([`GET ${target} HTTP/1.1`, 'Host: localhost', ...marks, '', ''].join('\r\n'))
      const answer = parseAnswer(await stream.until(/\r\n\r\n/))
      stream.socket.destroy()
      assert.equal(answer.header('content-security-policy'), 'sandbox', target)
      assert.equal(answer.header('x-content-type-options'), 'nosniff', target)
      assert.equal(answer.header('cache-control'), 'no-store', target)
    }
    for (const target of ['/', '/page/browser/main.js', '/page/icon.svg']) {
      const answer = await askAdmin(sidecar, { target, headers: [...marks, 'Accept: text/html'] })
      assert.equal(answer.status, 200)
      assert.match(answer.header('content-security-policy') ?? '', /^default-src 'none'; script-src 'self';/, target)
      assert.equal(answer.header('x-content-type-options'), 'nosniff', target)
    }
    const refused = await askAdmin(sidecar, { target: '/', headers: [...marks, 'Origin: https://evil.example'] })
    assert.deepEqual([refused.status, refused.header('content-security-policy')], [403, 'sandbox'])
  }
})

test('what a web page sends is refused with 403 on every address, whatever it asks for', async (t) => {
  const sidecar = await start(t, { quit: true })
  const marks = [
    'Origin: https://evil.example',
    'Origin: null',
    'Sec-Fetch-Site: cross-site',
    'Sec-Fetch-Site: same-site',
  ]
  for (const mark of marks) {
    for (const target of everything) {
      const answer = await askAdmin(sidecar, { target, headers: [mark] })
      assert.equal(answer.status, 403, `${target} ${mark}`)
      assert.equal(answer.header('access-control-allow-origin'), undefined)
    }
    for (const target of changing) {
      const answer = await askAdmin(sidecar, { method: 'POST', target, headers: [mark, 'X-Catapa-Sidecar: 1'] })
      assert.equal(answer.status, 403, `${target} ${mark}`)
    }
  }
  const many = Array.from({ length: 1100 }, (_, i) => `a${i}: b`)
  const hidden = await askAdmin(sidecar, { target: '/api/status', headers: [...many, 'Origin: https://evil.example'] })
  assert.notEqual(hidden.status, 200)
  assert.equal(sidecar.catapa.tokenRequests, 1)
})

test('the preflight that a page needs for the required header is not granted, not even to an allowed origin', async (t) => {
  const sidecar = await start(t, { allowedOrigins: new Set(['https://app.example']) })
  const answer = await askAdmin(sidecar, {
    method: 'OPTIONS',
    target: '/api/token/refresh',
    headers: [
      'Origin: https://app.example',
      'Access-Control-Request-Method: POST',
      'Access-Control-Request-Headers: x-catapa-sidecar',
    ],
  })
  assert.equal(answer.status, 405)
  assert.equal(answer.header('access-control-allow-origin'), undefined)
  assert.equal(answer.header('access-control-allow-headers'), undefined)
})

test('the page of the admin listener itself may press its button', async (t) => {
  const sidecar = await start(t)
  const answer = await askAdmin(sidecar, {
    method: 'POST',
    target: '/api/token/refresh',
    headers: [`Origin: http://localhost:${sidecar.adminPort}`, 'Sec-Fetch-Site: same-origin', 'X-Catapa-Sidecar: 1'],
  })
  assert.equal(answer.status, 200)
  assert.equal(sidecar.catapa.tokenRequests, 2)
})

test('a POST without the header, or with another value, does nothing', async (t) => {
  const sidecar = await start(t, { quit: true })
  let quit = false
  sidecar.quitRequested.then(() => {
    quit = true
  })
  for (const target of changing) {
    for (const headers of [[], ['X-Catapa-Sidecar: 0'], ['X-Catapa-Sidecar: 1, 1'], ['X-Catapa-Sidecar:']]) {
      const answer = await askAdmin(sidecar, { method: 'POST', target, headers })
      assert.equal(answer.status, 403, `${target} ${headers}`)
      assert.match(sentence(answer.body), /X-Catapa-Sidecar: 1/)
    }
  }
  const form = await askAdmin(sidecar, {
    method: 'POST',
    target: '/api/token/refresh',
    headers: ['Content-Type: application/x-www-form-urlencoded'],
    body: 'X-Catapa-Sidecar=1',
  })
  assert.equal(form.status, 403)
  assert.equal(sidecar.catapa.tokenRequests, 1)
  assert.ok(sidecar.log.every(({ msg }) => msg !== 'log level changed'))
  assert.equal(quit, false)
})

test('a GET, as an image or a link makes it, does not refresh and does not quit', async (t) => {
  const sidecar = await start(t, { quit: true })
  for (const target of changing) {
    const answer = await askAdmin(sidecar, { target, headers: ['X-Catapa-Sidecar: 1'] })
    assert.equal(answer.status, 405)
    assert.equal(answer.header('allow'), 'POST')
  }
  assert.equal(sidecar.catapa.tokenRequests, 1)
})

test('405 names the methods, 404 stands for what is not there or switched off, all as JSON with a sentence', async (t) => {
  const sidecar = await start(t)
  const cases: [method: string, target: string, status: number, allow: string | undefined][] = [
    ['POST', '/livez', 405, 'GET, HEAD'],
    ['DELETE', '/api/status', 405, 'GET, HEAD'],
    ['HEAD', '/api/events', 405, 'GET'],
    ['TRACE', '/livez', 405, 'GET, HEAD, POST'],
    ['GET', '/nothing', 404, undefined],
    ['GET', '/livez/', 404, undefined],
    ['GET', '//livez', 404, undefined],
    ['GET', 'http://evil.example/livez', 400, undefined],
    ['POST', '/quitquitquit', 404, undefined],
    ['GET', '/quitquitquit', 404, undefined],
  ]
  for (const [method, target, status, allow] of cases) {
    const answer = await askAdmin(sidecar, { method, target, headers: ['X-Catapa-Sidecar: 1'] })
    assert.equal(answer.status, status, `${method} ${target}`)
    assert.equal(answer.header('allow'), allow, `${method} ${target}`)
    assert.equal(answer.header('cache-control'), 'no-store')
    if (method === 'HEAD') continue
    assert.equal(answer.header('content-type'), 'application/problem+json')
    assert.match(sentence(answer.body), /^[A-Z].*\.$/)
  }
  assert.equal((await askAdmin(sidecar, { target: '/%zz' })).status, 400)
  assert.equal((await askAdmin(sidecar, { method: 'HEAD', target: '/livez' })).status, 200)
})

test('peers on loopback, IPv4 in IPv6 included, are local; others and those without an address are not', () => {
  for (const peer of ['127.0.0.1', '127.8.9.10', '::1', '::ffff:127.0.0.1', '::ffff:127.255.0.1'])
    assert.equal(isLocalPeer(peer), true, peer)
  // Written without leading zeros, 7.241.2.3 and 0.127.2.3 begin as 127.0.0.1 does.
  const likeLoopback = ['::ffff:7.241.2.3', '::ffff:0.127.2.3', '::ffff:7f1:203', '::ffff:0:7f00:1', '::7f00:1']
  const others = ['192.0.2.2', '10.0.0.1', 'fd00::2', '::ffff:10.0.0.1', '0.0.0.0', '::', undefined]
  for (const peer of [...others, ...likeLoopback]) {
    assert.equal(isLocalPeer(peer), false, String(peer))
  }
})

/** An address of this machine that is not loopback: a connection to it comes from it too. */
const ownAddress = Object.values(networkInterfaces())
  .flat()
  .find((address) => address?.family === 'IPv4' && !address.internal)?.address

const withoutNetwork = ownAddress === undefined && process.env.CI === undefined ? 'this machine has no network' : false

function distant(path: string, port: number, method = 'GET'): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const headers = { 'X-Catapa-Sidecar': '1' }
    const asked = request({ host: ownAddress, port, path, method, headers, agent: false }, (response) => {
      response.resume()
      response.once('end', () => resolve(response.statusCode))
    })
    asked.once('error', reject)
    asked.end()
  })
}

test('a peer of another machine gets probes and metrics, and nothing else', { skip: withoutNetwork }, async (t) => {
  const sidecar = await start(t, { adminListen: [{ kind: 'tcp', host: '0.0.0.0', port: 0 }], quit: true })
  for (const path of ['/livez', '/readyz', '/startupz', '/metrics']) {
    assert.equal(await distant(path, sidecar.adminPort), 200, path)
  }
  for (const path of ['/', '/api/status', '/api/events', '/nothing', '/metrics/', '/livez/../api/status']) {
    assert.equal(await distant(path, sidecar.adminPort), 403, path)
  }
  for (const path of changing) {
    assert.equal(await distant(path, sidecar.adminPort, 'POST'), 403, path)
  }
  assert.equal(sidecar.catapa.tokenRequests, 1)
  const local = `http://127.0.0.1:${sidecar.adminPort}`
  assert.equal((await fetch(`${local}/api/status`)).status, 200, 'the same listener, asked from this machine')
})

test('SIDECAR_ADMIN_TRUST_NETWORK=true shows it all of it', { skip: withoutNetwork }, async (t) => {
  const adminListen = [{ kind: 'tcp', host: '0.0.0.0', port: 0 } as const]
  const sidecar = await start(t, { adminListen, adminTrustNetwork: true })
  assert.equal(await distant('/api/status', sidecar.adminPort), 200)
  assert.equal(await distant('/api/token/refresh', sidecar.adminPort, 'POST'), 200)
})

test('a peer at a socket file is local', { skip: process.platform === 'win32' }, async (t) => {
  const socketPath = join(mkdtempSync(join(tmpdir(), 'catapa-')), 'admin.sock')
  const sidecar = await start(t, { adminListen: [{ kind: 'unix', path: socketPath, mode: 0o600 }] })
  assert.deepEqual(sidecar.adminAddresses, [`unix:${socketPath}`])
  const status = await new Promise((resolve, reject) => {
    const headers = { Host: 'localhost', 'X-Catapa-Sidecar': '1' }
    request({ socketPath, path: '/api/token/refresh', method: 'POST', headers, agent: false }, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
      .once('error', reject)
      .end()
  })
  assert.equal(status, 200)
})

test('POST /quitquitquit asks the sidecar to end', async (t) => {
  const sidecar = await start(t, { quit: true })
  assert.equal((await press(sidecar, '/quitquitquit')).status, 200)
  await sidecar.quitRequested
})
