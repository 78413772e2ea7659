import assert from 'node:assert/strict'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { createServer as createHttpServer, type Server } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { type Certificate, makeCertificate } from '../../support/certificate.ts'
import { assertFails, examined, named, settings } from '../../support/doctor.ts'
import { freePort } from '../../support/free-port.ts'
import { listenOnFreePort, secret } from '../../support/sidecar.ts'

/** A CATAPA with a certificate. Counts requests: an impostor must not see any. */
async function httpsUpstream(t: TestContext, { key, cert }: Pick<Certificate, 'key' | 'cert'>) {
  const seen = { requests: 0 }
  const server = createHttpsServer({ key, cert }, (request, response) => {
    seen.requests += 1
    const token = { access_token: 'token-of-the-https-upstream', token_type: 'bearer', expires_in: 3600 }
    response.end(request.url === '/oauth/token' ? JSON.stringify(token) : '{}')
  })
  return { url: `https://localhost:${await listenOnFreePort(t, server)}`, seen }
}

/** A proxy that answers CONNECT as told; undefined lets through. */
async function corporateProxy(t: TestContext, answer?: string): Promise<{ server: Server; port: number }> {
  const server = createHttpServer()
  server.on('connect', (request, socket) => {
    socket.on('error', () => {})
    if (answer !== undefined) {
      socket.end(answer)
      return
    }
    const [host = '', port = ''] = (request.url ?? '').split(':')
    const upstream = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
      upstream.pipe(socket).pipe(upstream)
    })
    upstream.on('error', () => socket.destroy())
  })
  return { server, port: await listenOnFreePort(t, server) }
}

function pem(certificate: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'catapa-')), 'ca.pem')
  writeFileSync(path, certificate)
  return path
}

test('where an outgoing proxy is set, its name is the one that is not known, and to set it is no advice', async () => {
  const HTTPS_PROXY = 'http://proxy.nowhere.invalid:3128'
  const found = await examined(settings('https://api.catapa.invalid', { HTTPS_PROXY }))
  assert.match(found.step('dns').detail, /^the name proxy\.nowhere\.invalid could not be looked up/)
  assert.match(
    found.step('dns').remedy ?? '',
    /^Check the spelling in HTTPS_PROXY, and that this machine has .* a name server\.$/,
  )
})

test('no DNS: the step dns, with the spelling and the proxy as remedies, 5; the network behind it is not tried', async () => {
  const diagnosis = await assertFails(examined(settings('https://api.catapa.invalid')), {
    step: 'dns',
    code: 5,
    detail: /^the name api\.catapa\.invalid could not be looked up/,
    remedy: /CATAPA_BASE_URL.*HTTPS_PROXY/,
  })
  assert.deepEqual(named(diagnosis, 'skipped'), ['tcp', 'proxy', 'tls', 'clock', 'token', 'validate-access-token'])
  assert.equal(diagnosis.step('token').detail, 'not tried, because dns failed')
})

test('a token endpoint of its own is looked at as well', async (t) => {
  const { port } = await corporateProxy(t)
  const env = settings(`http://127.0.0.1:${port}`, { CATAPA_TOKEN_URL: 'https://tokens.catapa.invalid/token' })
  await assertFails(examined(env), {
    step: 'dns',
    code: 5,
    detail: /tokens\.catapa\.invalid/,
    remedy: /CATAPA_TOKEN_URL/,
  })
})

test('a refused port: the step tcp, with the firewall as remedy, 5', async () => {
  const port = await freePort()
  await assertFails(examined(settings(`https://127.0.0.1:${port}`)), {
    step: 'tcp',
    code: 5,
    detail: new RegExp(`^no connection to 127\\.0\\.0\\.1:${port}: it refused the connection$`),
    remedy: /CATAPA_BASE_URL.*firewall/,
  })
})

test('a server that accepts and is silent fails at TLS in time, 5', async (t) => {
  const server = createServer(() => {})
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const env = settings(`https://127.0.0.1:${port}`, { SIDECAR_CONNECT_TIMEOUT: '2' })
  await assertFails(examined(env), {
    step: 'tls',
    code: 5,
    detail: /did not answer in time/,
    remedy: /cuts TLS/,
  })
})

test('a self-signed certificate: the step tls says so and names CATAPA_CA_FILE, 5, and no request is sent', async (t) => {
  const { url, seen } = await httpsUpstream(t, makeCertificate({ cn: 'localhost', hosts: ['localhost'] }))
  const diagnosis = await assertFails(examined(settings(url)), {
    step: 'tls',
    code: 5,
    detail: /is not trusted: it is self-signed, issued by localhost$/,
    remedy: /CATAPA_CA_FILE/,
  })
  assert.deepEqual(named(diagnosis, 'skipped'), ['clock', 'token', 'validate-access-token'])
  assert.equal(seen.requests, 0)
})

test('an interceptor is named by its product', async (t) => {
  const certificate = makeCertificate({ cn: 'localhost', hosts: ['localhost'], issuerCn: 'Zscaler Root CA' })
  const { url } = await httpsUpstream(t, certificate)
  await assertFails(examined(settings(url)), {
    step: 'tls',
    code: 5,
    detail: /issued by Zscaler Root CA/,
    remedy: /^This is Zscaler, which inspects TLS/,
  })
})

test('an expired certificate: its days and the clock of this machine, 5', async (t) => {
  const certificate = makeCertificate({ cn: 'localhost', hosts: ['localhost'], expired: true })
  const { url } = await httpsUpstream(t, certificate)
  await assertFails(examined(settings(url, { CATAPA_CA_FILE: pem(certificate.ca) })), {
    step: 'tls',
    code: 5,
    detail: /has expired/,
    remedy: /valid from 2020-01-01 until 2020-01-02\. The clock of this machine says \d{4}-/,
  })
})

test('a certificate for another name, 5', async (t) => {
  const certificate = makeCertificate({ cn: 'other.example', hosts: ['other.example'] })
  const { url } = await httpsUpstream(t, certificate)
  await assertFails(examined(settings(url, { CATAPA_CA_FILE: pem(certificate.ca) })), {
    step: 'tls',
    code: 5,
    detail: /another name/,
    remedy: /host in CATAPA_BASE_URL/,
  })
})

test('a trusted CA that is not public is said, directly and through a proxy that lets through', async (t) => {
  const certificate = makeCertificate({ cn: 'localhost', hosts: ['localhost'], issuerCn: 'Test CA' })
  const { url } = await httpsUpstream(t, certificate)
  const env = settings(url, { CATAPA_CA_FILE: pem(certificate.ca) })
  const direct = await examined(env)
  assert.equal(direct.code, 0, direct.text)
  assert.match(direct.step('tls').detail, /^localhost: TLSv1\.3, issued by Test CA, .*not a public CA/)
  const { port } = await corporateProxy(t)
  secret('proxy-password-4711')
  const through = await examined({ ...env, HTTPS_PROXY: `http://me:proxy-password-4711@localhost:${port}` })
  assert.equal(through.code, 0, through.text)
  assert.match(through.step('proxy').detail, new RegExp(`^localhost:${port} leads to localhost:\\d+$`))
  assert.doesNotMatch(through.text, /4711/)
  const exempt = await examined({ ...env, HTTPS_PROXY: 'http://localhost:1', NO_PROXY: 'localhost' })
  assert.match(exempt.step('proxy').detail, /^HTTPS_PROXY is set, but does not apply/)
})

test('a proxy that wants NTLM or Negotiate is named as unsupported, with the way round it, 5', async (t) => {
  for (const scheme of ['NTLM', 'Negotiate']) {
    const { port } = await corporateProxy(t, `HTTP/1.1 407 Auth\r\nProxy-Authenticate: ${scheme}\r\n\r\n`)
    const env = settings('https://api.catapa.invalid', { HTTPS_PROXY: `http://127.0.0.1:${port}` })
    const diagnosis = await assertFails(examined(env), {
      step: 'proxy',
      code: 5,
      detail: new RegExp(`^127\\.0\\.0\\.1:${port} wants ${scheme}, which is not supported$`),
      remedy: /cntlm/,
    })
    assert.equal(diagnosis.step('dns').status, 'ok', 'names are looked up by the proxy')
  }
})

test('other refusals of a proxy: a login, a wrong login, a forbidden target, no proxy at all, 5', async (t) => {
  const wanting = await corporateProxy(t, 'HTTP/1.1 407 Auth\r\nProxy-Authenticate: Basic realm="x"\r\n\r\n')
  const forbidding = await corporateProxy(t, 'HTTP/1.1 403 Forbidden\r\n\r\ntext-of-the-proxy-4712')
  const nonsense = await corporateProxy(t, 'SSH-2.0-OpenSSH\r\n')
  secret('wrong-password-4711')
  const cases: [proxy: string, detail: RegExp, remedy: RegExp][] = [
    [`http://127.0.0.1:${wanting.port}`, /wants a user and password/, /user:password@/],
    [`http://me:wrong-password-4711@127.0.0.1:${wanting.port}`, /does not accept the user and password/, /%40/],
    [`http://127.0.0.1:${forbidding.port}`, /refuses to connect to api\.catapa\.invalid:443 \(status 403\)/, /allow/],
    [`http://127.0.0.1:${nonsense.port}`, /does not work as a proxy: /, /HTTPS_PROXY/],
  ]
  for (const [HTTPS_PROXY, detail, remedy] of cases) {
    const env = settings('https://api.catapa.invalid', { HTTPS_PROXY })
    const { text } = await assertFails(examined(env), { step: 'proxy', code: 5, detail, remedy })
    assert.doesNotMatch(text, /471[12]/)
  }
})
