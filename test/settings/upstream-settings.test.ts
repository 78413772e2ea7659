import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rootCertificates } from 'node:tls'
import { assertProblem, config, file, folder, nowhere, problems } from '../support/settings.ts'

const base = (url: string, env: Record<string, string> = {}) => ({ CATAPA_BASE_URL: url, ...env })

test('the base URL is an origin, with or without a final slash', () => {
  for (const url of ['https://a.example', 'https://a.example/', 'HTTPS://A.EXAMPLE:443/']) {
    const { baseUrl, tokenUrl } = config(base(url))
    assert.equal(baseUrl.href, 'https://a.example/')
    assert.equal(tokenUrl.href, 'https://a.example/oauth/token')
  }
  const flaws: Record<string, RegExp> = {
    'a.example': /begins with https:\/\//,
    'ftp://a.example': /begins with https:\/\//,
    'https:a.example': /begins with https:\/\//,
    'https:///a.example': /begins with https:\/\//,
    'https://a b': /begins with https:\/\//,
    'https://a:0': /begins with https:\/\//,
    'https://a:99999': /begins with https:\/\//,
    'https://[::1': /begins with https:\/\//,
    'https://u:p@a.example': /no user or password/,
    'https://@a.example': /no user or password/,
    'https://a.example/v1': /without a path/,
    'https://a.example//': /without a path/,
    'https://a.example?': /no query or fragment/,
    'https://a.example/?a=b': /no query or fragment/,
    'https://a.example#': /no query or fragment/,
  }
  for (const [url, wording] of Object.entries(flaws)) assertProblem(base(url), 'CATAPA_BASE_URL', wording)
})

test('http: is for loopback hosts, unless it is allowed', () => {
  for (const url of [
    'http://localhost:1',
    'http://127.0.0.1:1',
    'http://127.8.8.8:1',
    'http://[::1]:1',
    'http://LOCALHOST.:1',
  ]) {
    assert.ok(config(base(url)), url)
  }
  for (const url of [
    'http://a.example',
    'http://10.0.0.1',
    'http://0.0.0.0:1',
    'http://localhost.example',
    'http://127.example.com',
  ]) {
    assertProblem(base(url), 'CATAPA_BASE_URL', /CATAPA_ALLOW_HTTP=true/)
    assert.ok(config(base(url, { CATAPA_ALLOW_HTTP: 'true' })), url)
  }
})

test('the token URL may have a path and a query, under the same rule for http:', () => {
  assert.equal(config({ CATAPA_TOKEN_URL: 'https://t.example/a/b?c=d' }).tokenUrl.href, 'https://t.example/a/b?c=d')
  assert.equal(config({ CATAPA_TOKEN_URL: 'https://t.example/a@b' }).tokenUrl.pathname, '/a@b')
  assertProblem({ CATAPA_TOKEN_URL: 'https://u@t.example/' }, 'CATAPA_TOKEN_URL', /no user/)
  assertProblem({ CATAPA_TOKEN_URL: 'https://t.example/#' }, 'CATAPA_TOKEN_URL', /no fragment/)
  assertProblem({ CATAPA_TOKEN_URL: 'http://t.example/' }, 'CATAPA_TOKEN_URL', /CATAPA_ALLOW_HTTP/)
  assertProblem({ CATAPA_TOKEN_URL: '/oauth/token' }, 'CATAPA_TOKEN_URL', /begins with https/)
})

test('the authorization endpoint is an https: URL; http: as for the others', () => {
  assert.equal(config().authorizeUrl.href, 'https://accounts.catapa.com/oauth2/authorize')
  assert.equal(config({ CATAPA_AUTHORIZE_URL: 'http://[::1]:1/a?b=c' }).authorizeUrl.href, 'http://[::1]:1/a?b=c')
  assertProblem({ CATAPA_AUTHORIZE_URL: 'http://a.example/' }, 'CATAPA_AUTHORIZE_URL', /CATAPA_ALLOW_HTTP/)
  assertProblem({ CATAPA_AUTHORIZE_URL: 'https://u:p@a.example/' }, 'CATAPA_AUTHORIZE_URL', /no user/)
  assertProblem({ CATAPA_AUTHORIZE_URL: 'https://a.example/#' }, 'CATAPA_AUTHORIZE_URL', /no fragment/)
  assertProblem({ CATAPA_AUTHORIZE_URL: 'accounts.example' }, 'CATAPA_AUTHORIZE_URL', /begins with https/)
  const env = { CATAPA_AUTHORIZE_URL: 'http://a.example/', CATAPA_ALLOW_HTTP: 'true' }
  assert.equal(config(env).authorizeUrl.host, 'a.example')
})

test('the redirect URI stays letter for letter as it was written, since that is how it is compared', () => {
  assert.equal(config().redirectUri, 'http://127.0.0.1:8231/callback')
  for (const uri of [
    'http://LOCALHOST:8231',
    'https://erp.example/catapa/%7Ecallback?a=b',
    'http://intranet.example/cb',
  ]) {
    assert.equal(config({ CATAPA_REDIRECT_URI: uri }).redirectUri, uri)
  }
  for (const uri of ['urn:ietf:wg:oauth:2.0:oob', 'localhost:8231', 'http://a.example/#b', 'http://u@a.example/']) {
    assertProblem({ CATAPA_REDIRECT_URI: uri }, 'CATAPA_REDIRECT_URI', /without user or fragment/)
  }
})

test('the grant is that of the client unless a person is meant, and PKCE is on', () => {
  const { grant, pkce } = config()
  assert.deepEqual({ grant, pkce }, { grant: 'client_credentials', pkce: true })
  assert.equal(config({ CATAPA_GRANT: 'authorization_code' }).grant, 'authorization_code')
  assert.equal(config({ CATAPA_PKCE: 'false' }).pkce, false)
  assertProblem({ CATAPA_GRANT: 'password' }, 'CATAPA_GRANT', /one of client_credentials, authorization_code/)
})

test('a URL of one of the own listeners is bad configuration', () => {
  for (const url of [
    'http://localhost:8228',
    'http://127.0.0.1:8228',
    'http://[::1]:8228',
    'https://localhost:8229',
    'http://0.0.0.0:8228',
  ]) {
    assertProblem(base(url, { CATAPA_ALLOW_HTTP: 'true' }), 'CATAPA_BASE_URL', /own listeners/)
    assertProblem({ CATAPA_TOKEN_URL: `${url}/t`, CATAPA_ALLOW_HTTP: 'true' }, 'CATAPA_TOKEN_URL', /own listeners/)
  }
  assert.ok(config(base('http://localhost:8230')))
  const open = { SIDECAR_TRUST_NETWORK: 'true', CATAPA_ALLOW_HTTP: 'true' }
  assertProblem(base('http://localhost:1', { ...open, SIDECAR_LISTEN: '0.0.0.0:1' }), 'CATAPA_BASE_URL', /own/)
  assertProblem(base('http://[::1]:1', { ...open, SIDECAR_LISTEN: '[::]:1' }), 'CATAPA_BASE_URL', /own/)
  assertProblem(base('http://10.0.0.1', { ...open, SIDECAR_LISTEN: '10.0.0.1:80' }), 'CATAPA_BASE_URL', /own/)
  assertProblem(base('https://Me.example', { ...open, SIDECAR_LISTEN: 'me.example:443' }), 'CATAPA_BASE_URL', /own/)
  assert.ok(config(base('http://127.0.0.1:1', { ...open, SIDECAR_LISTEN: '10.0.0.1:1' })))
  assert.ok(config(base('http://localhost:8228', { SIDECAR_LISTEN: 'localhost:0' })))
})

test('each endpoint goes through the proxy of its scheme', () => {
  const proxies = { HTTPS_PROXY: 'http://s.example:1', HTTP_PROXY: 'https://u:p%40ss@h.example:2/' }
  const split = config({
    ...proxies,
    ...base('https://a.example'),
    CATAPA_TOKEN_URL: 'http://t.example',
    CATAPA_ALLOW_HTTP: 'true',
  })
  assert.equal(split.proxy.base?.href, 'http://s.example:1/')
  assert.equal(split.proxy.token?.href, 'https://u:p%40ss@h.example:2/')
  assert.deepEqual(config({ HTTP_PROXY: 'http://h.example:2' }).proxy, { base: undefined, token: undefined })
})

test('the lower-case spelling of a proxy variable wins, unless it is empty', () => {
  const upper = { HTTPS_PROXY: 'http://upper.example' }
  assert.equal(config({ ...upper, https_proxy: 'http://lower.example' }).proxy.base?.hostname, 'lower.example')
  assert.equal(config({ ...upper, https_proxy: '' }).proxy.base?.hostname, 'upper.example')
  assert.equal(config({ ...upper, NO_PROXY: '*', no_proxy: 'other' }).proxy.base?.hostname, 'upper.example')
})

test('a proxy that is no http(s) URL is bad configuration, also one that no target needs', () => {
  const bad = [
    'proxy.example:3128',
    'proxy',
    'socks5://p:1',
    'http://p:1/path',
    'http://p?q',
    'http://',
    'http://u:%zz@p:1',
  ]
  for (const url of bad) {
    assertProblem({ HTTPS_PROXY: url }, 'HTTPS_PROXY', /^should be a URL http:\/\/host:port/)
    assertProblem({ http_proxy: url, NO_PROXY: '*' }, 'HTTP_PROXY', /^should be a URL/)
  }
  assertProblem({ HTTPS_PROXY: 'http://localhost:8228' }, 'HTTPS_PROXY', /own listeners/)
})

test('plain http: to a loopback host never goes through a proxy', () => {
  const proxies = { HTTPS_PROXY: 'http://p.example:1', HTTP_PROXY: 'http://p.example:1' }
  for (const url of ['http://localhost:1', 'http://127.0.0.2:1', 'http://[::1]:1']) {
    assert.deepEqual(config(base(url, proxies)).proxy, { base: undefined, token: undefined })
  }
  assert.equal(config(base('https://localhost:1', proxies)).proxy.base?.hostname, 'p.example')
})

test('NO_PROXY takes names, suffixes, ports, addresses, subnets and *', () => {
  const direct = (url: string, none: string) =>
    config(base(url, { HTTPS_PROXY: 'http://p.example', NO_PROXY: none })).proxy.base === undefined
  const exempt: [string, string][] = [
    ['https://api.catapa.com', '*'],
    ['https://api.catapa.com', 'api.catapa.com'],
    ['https://api.catapa.com', 'other, CATAPA.com'],
    ['https://api.catapa.com', 'other .catapa.com'],
    ['https://api.catapa.com', '*.catapa.com'],
    ['https://api.catapa.com', 'api.catapa.com.'],
    ['https://api.catapa.com.', 'api.catapa.com'],
    ['https://api.catapa.com', 'catapa.com:443'],
    ['https://api.catapa.com:8443', '.catapa.com:8443'],
    ['https://10.1.2.3', '10.1.2.3'],
    ['https://10.1.2.3', '10.0.0.0/8'],
    ['https://10.1.2.3', '10.1.2.3/32'],
    ['https://[fd00::1]', '[fd00::1]'],
    ['https://[fd00::1]', 'fd00::1'],
    ['https://[fd00::1]:444', '[fd00::1]:444'],
    ['https://[fd00::1]', 'fd00::/16'],
  ]
  for (const [url, none] of exempt) assert.equal(direct(url, none), true, `${url} ${none}`)
  const proxied: [string, string][] = [
    ['https://api.catapa.com', 'pi.catapa.com'],
    ['https://api.catapa.com', 'catapa.com:8443'],
    ['https://api.catapa.com', 'x.api.catapa.com'],
    ['https://api.catapa.com', '. , *.'],
    ['https://10.1.2.3', '2.3'],
    ['https://10.1.2.3', '10.0.0.0/33 10.0.0.0/16 fd00::/8'],
    ['https://[fd00::1]', '[fd00::1]:444'],
  ]
  for (const [url, none] of proxied) assert.equal(direct(url, none), false, `${url} ${none}`)
})

const [one = '', two = ''] = rootCertificates

test('a CA file is read at start, and only its certificates are kept', () => {
  const key = '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----'
  const { extraCa } = config({ CATAPA_CA_FILE: file(`# Our CA\r\n${one}\n${key}\n\n${two.replaceAll('\n', '\r\n')}`) })
  assert.equal(extraCa, `${one}\n${two.replaceAll('\n', '\r\n')}\n`)
})

test('a CA file without a certificate that can be read is a problem that names the path', () => {
  const flaw = (path: string) => {
    const [problem, ...more] = problems({ CATAPA_CA_FILE: path })
    assert.deepEqual(more, [])
    assert.equal(problem?.name, 'CATAPA_CA_FILE')
    assert.ok(problem.problem.includes(path))
    return problem.problem
  }
  assert.match(flaw(nowhere), /does not exist/)
  assert.match(flaw(folder), /is a folder/)
  assert.match(flaw(file('')), /should have PEM certificates/)
  assert.match(flaw(file(`${one}\n${two.slice(0, 200)}`)), /does not end/)
  assert.match(flaw(file(`${one}\n${two.replace('M', '!')}`)), /certificate 2 .* cannot be read/)
})
