import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { inspect } from 'node:util'
import fc from 'fast-check'
import { readAdminConfig } from '../../src/settings/read-admin-config.ts'
import { ConfigError, readConfig, readDemoConfig, readSandboxConfig } from '../../src/settings/read-config.ts'
import { sandboxSettings, settings } from '../../src/settings/settings.ts'
import { assertProblem, config, credentials, file, problems, problemsOf } from '../support/settings.ts'

test('with credentials alone everything has the default of the contract', () => {
  const { baseUrl, tokenUrl, authorizeUrl, stateDir, ...rest } = config()
  assert.equal(baseUrl.href, 'https://api.catapa.com/')
  assert.equal(tokenUrl.href, 'https://api.catapa.com/oauth/token')
  assert.equal(authorizeUrl.href, 'https://accounts.catapa.com/oauth2/authorize')
  assert.match(stateDir, /catapa-sidecar$/)
  const environment = { is: 'environment', variable: undefined, winsOver: undefined }
  const from = { tenant: environment, clientId: environment, clientSecret: environment }
  const contract = {
    credentials: { tenant: 'acme', clientId: 'client', clientSecret: 'hush', from },
    secretCommand: undefined,
    clientAuth: 'client_secret_basic',
    scope: undefined,
    grant: 'client_credentials',
    redirectUri: 'http://127.0.0.1:8231/callback',
    pkce: true,
    extraCa: undefined,
    proxy: { base: undefined, token: undefined },
    proxies: { httpsProxy: undefined, httpProxy: undefined, noProxy: undefined },
    listen: [{ kind: 'localhost', port: 8228 }],
    adminListen: [{ kind: 'localhost', port: 8229 }],
    tlsCertFile: undefined,
    tlsKeyFile: undefined,
    tlsClientCaFile: undefined,
    trustNetwork: false,
    adminTrustNetwork: false,
    allowedHosts: new Set(),
    allowedOrigins: new Set(),
    placeholderToken: true,
    profile: ['full'],
    callersFile: undefined,
    auditDir: undefined,
    auditKeyFile: undefined,
    auditKeepDays: 400,
    auditOnFailure: 'writes',
    repeats: 'off',
    repeatWindowMs: 3_600_000,
    repeatBodyBytes: 1024 * 1024,
    refreshMarginMs: 300_000,
    idleCheckMs: 21_600_000,
    tokenTimeoutMs: 5_000,
    tokenWaitMs: 15_000,
    cacheUrl: undefined,
    notify: [],
    notifyAfterMs: 120_000,
    replay: 'safe',
    connectTimeoutMs: 10_000,
    responseTimeoutMs: 120_000,
    bodyTimeoutMs: 120_000,
    upstreamConnections: 64,
    maxWaiting: 1000,
    queueTimeoutMs: 30_000,
    holdMs: 30_000,
    maxBodyBytes: 100 * 1024 * 1024,
    shutdownDelayMs: 0,
    shutdownGraceMs: 25_000,
    heartbeatUrl: undefined,
    quit: false,
    language: 'auto',
    logLevel: 'info',
    logFormat: 'auto',
    logFile: undefined,
    traces: undefined,
    warnings: [],
  }
  // By entry: two whole objects would be reported in one line of 3 kB.
  const shown = (entries: object, key: string) => (key in entries ? inspect(Reflect.get(entries, key)) : 'missing')
  const differing = [...new Set([...Object.keys(contract), ...Object.keys(rest)])].filter(
    (key) => shown(rest, key) !== shown(contract, key),
  )
  assert.equal(
    differing.map((key) => `${key} is ${shown(rest, key)}, in the contract ${shown(contract, key)}`).join('\n'),
    '',
  )
})

test('every setting that is given is read', () => {
  const read = config({
    CATAPA_SCOPE: 'read write',
    CATAPA_CLIENT_AUTH: 'client_secret_post',
    SIDECAR_ADMIN_LISTEN: 'off',
    SIDECAR_ADMIN_TRUST_NETWORK: 'true',
    SIDECAR_PLACEHOLDER_TOKEN: 'FALSE',
    SIDECAR_REFRESH_MARGIN: '0',
    SIDECAR_IDLE_CHECK: '0',
    SIDECAR_TOKEN_TIMEOUT: '0.25',
    SIDECAR_TOKEN_WAIT: '0',
    SIDECAR_REPLAY: 'buffered',
    SIDECAR_CONNECT_TIMEOUT: '1',
    SIDECAR_RESPONSE_TIMEOUT: '2',
    SIDECAR_BODY_TIMEOUT: '3',
    SIDECAR_UPSTREAM_CONNECTIONS: '4',
    SIDECAR_MAX_WAITING: '5',
    SIDECAR_QUEUE_TIMEOUT: '5.5',
    SIDECAR_SHUTDOWN_DELAY: '6',
    SIDECAR_SHUTDOWN_GRACE: '7.5',
    SIDECAR_QUIT: 'True',
    SIDECAR_LOG_LEVEL: 'silent',
    SIDECAR_LOG_FORMAT: 'json',
    SIDECAR_LOG_FILE: '/tmp/sidecar.log',
  })
  assert.equal(read.scope, 'read write')
  assert.equal(read.clientAuth, 'client_secret_post')
  assert.deepEqual(read.adminListen, [])
  assert.equal(read.adminTrustNetwork, true)
  assert.equal(read.placeholderToken, false)
  assert.equal(read.refreshMarginMs, 0)
  assert.equal(read.idleCheckMs, 0)
  assert.equal(read.tokenTimeoutMs, 250)
  assert.equal(read.tokenWaitMs, 0)
  assert.equal(read.replay, 'buffered')
  assert.deepEqual([read.connectTimeoutMs, read.responseTimeoutMs, read.bodyTimeoutMs], [1000, 2000, 3000])
  assert.deepEqual([read.upstreamConnections, read.maxWaiting, read.queueTimeoutMs], [4, 5, 5500])
  assert.deepEqual([read.shutdownDelayMs, read.shutdownGraceMs], [6000, 7500])
  assert.equal(read.quit, true)
  assert.deepEqual([read.logLevel, read.logFormat, read.logFile], ['silent', 'json', '/tmp/sidecar.log'])
})

test('every problem is listed at once, whichever stage finds it', () => {
  const found = problemsOf(() =>
    readConfig({
      CATAPA_TENANT: 'acme ',
      CATAPA_CLIENT_SECRET_FILE: '/nowhere/at/all',
      CATAPA_BASE_URL: 'ftp://host',
      CATAPA_GRANT: 'password',
      SIDECAR_LISTN: 'localhost:1',
      SIDECAR_LISTEN: '8228',
      SIDECAR_REPLAY: 'sometimes',
      SIDECAR_MAX_BODY: 'much',
      SIDECAR_TOKEN_WAIT: 'long',
      HTTPS_PROXY: 'proxy:3128',
    }),
  )
  assert.deepEqual(
    found.map(({ name }) => name).sort(),
    [
      'CATAPA_BASE_URL',
      'CATAPA_CLIENT_ID',
      'CATAPA_CLIENT_SECRET',
      'CATAPA_GRANT',
      'CATAPA_TENANT',
      'HTTPS_PROXY',
      'SIDECAR_LISTEN',
      'SIDECAR_LISTN',
      'SIDECAR_MAX_BODY',
      'SIDECAR_REPLAY',
      'SIDECAR_TOKEN_WAIT',
    ].sort(),
  )
})

test('one problem of one setting is told once, however often it is met', () => {
  assertProblem({ SIDECAR_LISTEN: 'localhost:1 localhost:1 localhost:1' }, 'SIDECAR_LISTEN', /the same/)
})

test('the message of the error has every problem on a line of its own', () => {
  const found = new ConfigError([
    { name: 'A', problem: 'one' },
    { name: 'B', problem: 'two' },
  ])
  assert.equal(found.message, 'bad configuration\n  A: one\n  B: two')
})

test('missing credentials are required, each with both of its names', () => {
  const found = problemsOf(() => readConfig({}))
  assert.deepEqual(
    found.map(({ name }) => name),
    ['CATAPA_TENANT', 'CATAPA_CLIENT_ID', 'CATAPA_CLIENT_SECRET'],
  )
  for (const { name, problem } of found) assert.match(problem, new RegExp(`^required: .*${name}_FILE`))
})

test('an empty string counts as unset', () => {
  const empty = Object.fromEntries(settings.filter(({ required }) => !required).map(({ name }) => [name, '']))
  assert.deepEqual(config(empty), config())
  assert.deepEqual(problems({ CATAPA_TENANT: '' })[0]?.name, 'CATAPA_TENANT')
  assert.deepEqual(config({ SIDECAR_POLICY: '', CATAPA_PKCE: '', SIDECAR_LISTN: '' }).warnings, [])
})

test('blanks around a setting that is no credential do not matter', () => {
  assert.equal(config({ SIDECAR_TOKEN_WAIT: ' 3 ', CATAPA_BASE_URL: ' https://a.example\n' }).tokenWaitMs, 3000)
})

test('numbers are plain decimals within their range', () => {
  for (const value of ['1e3', '0x10', 'Infinity', 'NaN', '-1', '+1', '1_000', '1,5', '.5', '5.', '5s', '٣']) {
    assertProblem({ SIDECAR_TOKEN_WAIT: value }, 'SIDECAR_TOKEN_WAIT', /^should be seconds, from 0 to 2000000/)
  }
  assertProblem({ SIDECAR_TOKEN_WAIT: '9'.repeat(400) }, 'SIDECAR_TOKEN_WAIT', /seconds/)
  assertProblem({ SIDECAR_IDLE_CHECK: '2000000.1' }, 'SIDECAR_IDLE_CHECK', /seconds/)
  assert.equal(config({ SIDECAR_IDLE_CHECK: '2000000' }).idleCheckMs, 2_000_000_000)
})

test('a time-out of nothing is refused, also one that would be rounded to nothing', () => {
  const names = ['TOKEN', 'CONNECT', 'RESPONSE', 'BODY'].map((part) => `SIDECAR_${part}_TIMEOUT`)
  for (const name of names) {
    assertProblem({ [name]: '0' }, name, /^should be seconds, from 0\.001/)
    assertProblem({ [name]: '0.0001' }, name, /seconds/)
  }
})

test('counts are whole and at least 1', () => {
  for (const value of ['0', '1.5', '10001']) {
    assertProblem(
      { SIDECAR_UPSTREAM_CONNECTIONS: value },
      'SIDECAR_UPSTREAM_CONNECTIONS',
      /whole number from 1 to 10000/,
    )
  }
  assertProblem({ SIDECAR_MAX_WAITING: '0' }, 'SIDECAR_MAX_WAITING', /whole number from 1 to 1000000/)
})

test('switches are true or false and nothing else', () => {
  for (const value of ['1', '0', 'yes', 'on', 'null', 'truee']) {
    assertProblem({ SIDECAR_QUIT: value }, 'SIDECAR_QUIT', /^should be true or false$/)
  }
})

test('sizes take units of 1024 and, as kB, MB and GB, of 1000', () => {
  const sizes = {
    '7': 7,
    '7B': 7,
    '1k': 1024,
    '1K': 1024,
    '2M': 2 * 1024 ** 2,
    '1.5G': 1.5 * 1024 ** 3,
    '100MiB': 100 * 1024 ** 2,
    '1 KiB': 1024,
    '1kb': 1000,
    '3MB': 3e6,
    '1GB': 1e9,
    '0': Number.POSITIVE_INFINITY,
    '0MiB': Number.POSITIVE_INFINITY,
    '0.1': 1,
    '0.0000001k': 1,
  }
  for (const [text, bytes] of Object.entries(sizes)) {
    assert.equal(config({ SIDECAR_MAX_BODY: text }).maxBodyBytes, bytes, text)
  }
  for (const text of ['-1', '1e3', 'k', '1kk', '1 k B', '1TB', '0x1', '9'.repeat(30), '1constructor', 'unlimited']) {
    assertProblem({ SIDECAR_MAX_BODY: text }, 'SIDECAR_MAX_BODY', /^should be a size such as/)
  }
})

test('scopes are those of RFC 6749', () => {
  assert.equal(config({ CATAPA_SCOPE: 'a:b c' }).scope, 'a:b c')
  for (const scope of ['a  b', 'a"b', 'a\\b', 'a\tb', 'é'])
    assertProblem({ CATAPA_SCOPE: scope }, 'CATAPA_SCOPE', /scopes/)
})

test('allowed hosts are names in lower case without a final dot', () => {
  const { allowedHosts } = config({
    SIDECAR_ALLOWED_HOSTS: 'Sidecar, sidecar.svc.cluster.local.  bücher.example my_host,',
  })
  assert.deepEqual([...allowedHosts], ['sidecar', 'sidecar.svc.cluster.local', 'xn--bcher-kva.example', 'my_host'])
  for (const text of ['http://a', 'a:80', 'a/b', '*', '*.a', 'a..b', '.a', 'good b@d', '[::1]']) {
    assertProblem({ SIDECAR_ALLOWED_HOSTS: text }, 'SIDECAR_ALLOWED_HOSTS', /^should be host names without/)
  }
})

test('allowed origins are spelt as browsers send them', () => {
  const { allowedOrigins } = config({
    SIDECAR_ALLOWED_ORIGINS:
      'https://App.Example:443 http://localhost:3000/,http://[::1]:80 https://bücher.example chrome-extension://abc',
  })
  assert.deepEqual(
    [...allowedOrigins],
    [
      'https://app.example',
      'http://localhost:3000',
      'http://[::1]',
      'https://xn--bcher-kva.example',
      'chrome-extension://abc',
    ],
  )
  const bad = [
    '*',
    'null',
    'https://*.a',
    'a.example',
    'https://a/b',
    'https://a?b',
    'https://a#b',
    'https://u@a',
    'https://a:99999',
  ]
  for (const text of [...bad, 'file:///', 'https:a', 'https://']) {
    assertProblem({ SIDECAR_ALLOWED_ORIGINS: text }, 'SIDECAR_ALLOWED_ORIGINS', /^should be origins such as/)
  }
})

test('disabled certificate checks are warned of, since they stay on', () => {
  const { warnings } = config({ NODE_TLS_REJECT_UNAUTHORIZED: '0' })
  assert.equal(warnings.length, 1)
  assert.match(warnings[0] ?? '', /^NODE_TLS_REJECT_UNAUTHORIZED is ignored/)
  assert.deepEqual(config({ NODE_TLS_REJECT_UNAUTHORIZED: '1' }).warnings, [])
})

test('demo takes SIDECAR settings only and is given the rest', () => {
  const baseUrl = new URL('http://localhost:1')
  const ignored = {
    CATAPA_BASE_URL: 'nonsense',
    CATAPA_TENNANT: 'x',
    CATAPA_GRANT: 'x',
    CATAPA_CA_FILE: '/nowhere',
    CATAPA_CLIENT_SECRET_FILE: '/nowhere',
    HTTP_PROXY: 'nonsense',
    https_proxy: 'http://proxy:1',
  }
  const own = { SIDECAR_TOKEN_WAIT: '1', SIDECAR_FOO: 'x', SANDBOX_TENANT: 'mine' }
  const { sandbox, sidecarOf } = readDemoConfig({ ...ignored, ...own })
  const read = sidecarOf(baseUrl)
  assert.equal(sandbox.tenant, 'mine')
  assert.deepEqual(read.credentials, { tenant: 'mine', clientId: 'demo-client', clientSecret: 'demo-secret' })
  assert.equal(read.baseUrl, baseUrl)
  assert.equal(read.tokenUrl.href, 'http://localhost:1/oauth/token')
  assert.deepEqual(read.proxy, { base: undefined, token: undefined })
  assert.equal(read.tokenWaitMs, 1000)
  assert.deepEqual(read.warnings, ['SIDECAR_FOO is set but is not a setting: it is ignored.'])
  const lines = Object.entries(ignored).map(([name, value]) => `${name}=${value}`)
  assert.deepEqual(readDemoConfig({}, file(lines.join('\n'))).sidecarOf(baseUrl).warnings, [])
  const wrong = { SIDECAR_POLICY: 'x', SIDECAR_QUIT: 'maybe', SANDBOX_LISTEN: 'unix:/tmp/sandbox.sock' }
  const found = problemsOf(() => readDemoConfig(wrong))
  assert.deepEqual(
    found.map(({ name }) => name),
    ['SIDECAR_POLICY', 'SIDECAR_QUIT', 'SANDBOX_LISTEN'],
  )
})

test('the sandbox takes its own settings and does not look at the others', () => {
  assert.deepEqual(readSandboxConfig({ SIDECAR_LISTEN: 'nonsense', CATAPA_TENNANT: 'x' }), {
    listen: { kind: 'localhost', port: 8230 },
    tenant: 'demo',
    clientId: 'demo-client',
    clientSecret: 'demo-secret',
    tokenLifetimeSeconds: 3600,
    tokenReuse: false,
    tokenSingle: false,
    refreshRotation: false,
    redirectUri: 'http://127.0.0.1:8231/callback',
  })
  const path = file(
    'SANDBOX_LISTEN=127.0.0.1:0\nSANDBOX_TENANT=t\nSANDBOX_TOKEN_LIFETIME=0.5\nSANDBOX_REFRESH_ROTATION=true\nSANDBOX_REDIRECT_URI=https://hr.example/done?x=1',
  )
  assert.deepEqual(readSandboxConfig({ SANDBOX_TENANT: 'mine', SANDBOX_TOKEN_REUSE: 'true' }, path), {
    listen: { kind: 'tcp', host: '127.0.0.1', port: 0 },
    tenant: 'mine',
    clientId: 'demo-client',
    clientSecret: 'demo-secret',
    tokenLifetimeSeconds: 0.5,
    tokenReuse: true,
    tokenSingle: false,
    refreshRotation: true,
    redirectUri: 'https://hr.example/done?x=1',
  })
  const found = problemsOf(() =>
    readSandboxConfig({
      SANDBOX_LISTN: 'x',
      SANDBOX_LISTEN: '1',
      SANDBOX_TENANT: 'a b',
      SANDBOX_REFRESH_ROTATION: 'often',
      SANDBOX_REDIRECT_URI: 'https://[',
    }),
  )
  assert.deepEqual(
    found.map(({ name }) => name),
    ['SANDBOX_LISTN', 'SANDBOX_TENANT', 'SANDBOX_REFRESH_ROTATION', 'SANDBOX_LISTEN', 'SANDBOX_REDIRECT_URI'],
  )
})

test('a probe needs the admin address and no credentials', () => {
  assert.deepEqual(readAdminConfig({}), { adminListen: [{ kind: 'localhost', port: 8229 }] })
  assert.deepEqual(readAdminConfig({ SIDECAR_ADMIN_LISTEN: 'off', SIDECAR_QUIT: 'maybe' }), { adminListen: [] })
  assert.deepEqual(readAdminConfig({}, file('SIDECAR_ADMIN_LISTEN=[::1]:9')).adminListen, [
    { kind: 'tcp', host: '::1', port: 9 },
  ])
  assert.deepEqual(
    problemsOf(() => readAdminConfig({ SIDECAR_ADMIN_LISTN: 'off' })).map(({ name }) => name),
    ['SIDECAR_ADMIN_LISTN'],
  )
  assert.equal(problemsOf(() => readAdminConfig({ SIDECAR_ADMIN_LISTEN: '9' })).length, 1)
})

/** What a child sees after `takeEnvironment`: the copy, and what is left for its own children. */
function taken(env: Record<string, string>): { once: boolean; copy: typeof env; left: typeof env } {
  const module = JSON.stringify(new URL('../../src/settings/environment.js', import.meta.url).href)
  const script = `
    const { takeEnvironment } = await import(${module})
    const copy = takeEnvironment()
    process.env.LATER = 'x'
    console.log(JSON.stringify({ once: copy === takeEnvironment(), copy, left: process.env }))`
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { env, encoding: 'utf8' })
  return JSON.parse(stdout)
}

test('the environment is taken once, and secrets are not left for children to inherit', () => {
  const plain = { CATAPA_TENANT: 'acme', HTTP_PROXY: 'http://proxy:2' }
  const { once, copy, left } = taken({
    ...plain,
    CATAPA_CLIENT_SECRET: 'hush',
    SIDECAR_CACHE_URL: 'redis://:hush@cache',
    SIDECAR_HEARTBEAT_URL: 'https://hc-ping.com/hush',
    HTTPS_PROXY: 'http://user:pass@proxy:1',
  })
  assert.ok(once)
  assert.equal(copy.LATER, undefined)
  assert.equal(copy.CATAPA_CLIENT_SECRET, 'hush')
  assert.equal(copy.HTTPS_PROXY, 'http://user:pass@proxy:1')
  assert.deepEqual([left.CATAPA_TENANT, left.HTTP_PROXY], [plain.CATAPA_TENANT, plain.HTTP_PROXY])
  assert.equal(copy.SIDECAR_CACHE_URL, 'redis://:hush@cache')
  assert.equal(copy.SIDECAR_HEARTBEAT_URL, 'https://hc-ping.com/hush')
  for (const name of ['CATAPA_CLIENT_SECRET', 'SIDECAR_CACHE_URL', 'SIDECAR_HEARTBEAT_URL', 'HTTPS_PROXY']) {
    assert.equal(left[name], undefined, name)
  }
})

test('a proxy URL counts as secret in any spelling, by its user alone, and when it is no URL but might hold one', () => {
  for (const url of ['http://:pass@proxy:1', 'http://token@proxy:1', 'user:pass@proxy:x']) {
    const { copy, left } = taken({ https_proxy: url, OTHER_PROXY: url })
    assert.deepEqual([copy.https_proxy, left.https_proxy, left.OTHER_PROXY], [url, undefined, url])
  }
  assert.equal(taken({ http_proxy: 'proxy' }).left.http_proxy, 'proxy')
  assert.equal(taken({ all_proxy: 'socks5://user:pass@proxy:1' }).left.all_proxy, undefined)
})

const seed = 20_250_101
const names = [...settings, ...sandboxSettings].map(({ name }) => name)
const moreNames = [
  'CATAPA_TENANT_FILE',
  'CATAPA_CLIENT_SECRET_FILE',
  'https_proxy',
  'SIDECAR_POLICY',
  'SIDECAR_LISTN',
  'CATAPA_X',
]
const anyName = fc.oneof(fc.constantFrom(...names, ...moreNames), fc.string())
const nearlyGood = fc.constantFrom(
  'true',
  '5',
  '10k',
  'localhost:1',
  '[::1]:2',
  'unix:/a',
  'http://a:1',
  'https://[',
  'off',
  '*',
)

test('property: whatever the environment, only a ConfigError is thrown', () => {
  fc.assert(
    fc.property(fc.dictionary(anyName, fc.oneof(nearlyGood, fc.string({ unit: 'binary' }), fc.webUrl())), (env) => {
      for (const read of [readConfig, readSandboxConfig, readAdminConfig]) {
        try {
          read(env)
        } catch (error) {
          if (!(error instanceof ConfigError)) throw error
          assert.ok(error.problems.length > 0)
        }
      }
    }),
    { seed, numRuns: 300 },
  )
})

const marker = fc.stringMatching(/^zq9x[0-9a-f]{8}$/)
const shapes = [
  (secret: string) => secret,
  (secret: string) => ` ${secret}\n`,
  (secret: string) => `http://${secret}:x`,
  (secret: string) => `http://user:${secret}@host/?${secret}#${secret}`,
  (secret: string) => `${secret}:99999 unix:${secret}`,
  (secret: string) => `[${secret}]:1 *.${secret}`,
]

test('property: no problem and no warning ever holds a configured value', () => {
  const value = fc.tuple(marker, fc.constantFrom(...shapes)).map(([secret, shape]) => ({ secret, text: shape(secret) }))
  fc.assert(
    fc.property(
      fc.dictionary(fc.constantFrom(...names, ...moreNames, 'SIDECAR_OTHER'), value, { minKeys: 1 }),
      fc.boolean(),
      (given, inFile) => {
        const lines = Object.entries(given).map(([name, { text }]) => [name, text.replaceAll('\n', ' ')] as const)
        const path = inFile ? file(lines.map(([name, text]) => `${name}=${text}`).join('\n')) : undefined
        const env = inFile ? {} : Object.fromEntries(lines)
        const said = JSON.stringify(problemsOrWarnings(env, path))
        for (const { secret } of Object.values(given)) assert.ok(!said.includes(secret), said)
      },
    ),
    { seed, numRuns: 300 },
  )
})

test('property: a broken line of the --config file is never repeated', () => {
  const broken = fc.constantFrom('', 'export ', '=', 'two words ', '"', '%', 'CATAPA_TENANT ')
  fc.assert(
    fc.property(
      fc.tuple(broken, marker, fc.constantFrom('', '=', '==', '=x', ' = y'), fc.boolean()),
      ([before, secret, end, twice]) => {
        const line = `${before}${secret}${end}`
        const said = JSON.stringify(problemsOrWarnings({}, file(twice ? `${line}\n${line}` : line)))
        assert.ok(!said.includes(secret), said)
      },
    ),
    { seed, numRuns: 200 },
  )
})

function problemsOrWarnings(env: Record<string, string>, path: string | undefined): unknown {
  try {
    return readConfig({ ...credentials, ...env }, path).warnings
  } catch (error) {
    if (error instanceof ConfigError) return [error.problems, error.message]
    throw error
  }
}
