import assert from 'node:assert/strict'
import { test } from 'node:test'
import { childEnvironment } from '../../../src/commands/exec/child-environment.ts'
import { batchArgument, batchCommandLine, windowsCommand } from '../../../src/files/windows-command.ts'

const url = 'http://127.0.0.1:4711'
const loopback = 'localhost,127.0.0.1,::1'

function noProxy(env: Record<string, string>): [upper: string | undefined, lower: string | undefined] {
  const { NO_PROXY, no_proxy } = childEnvironment(env, url, 'linux')
  return [NO_PROXY, no_proxy]
}

test('NO_PROXY and no_proxy keep what was there and gain the loopback names', () => {
  assert.deepEqual(noProxy({}), [loopback, loopback])
  assert.deepEqual(noProxy({ NO_PROXY: 'intern.example' }), [
    `intern.example,${loopback}`,
    `intern.example,${loopback}`,
  ])
  assert.deepEqual(noProxy({ no_proxy: 'a' }), [`a,${loopback}`, `a,${loopback}`])
  assert.deepEqual(noProxy({ NO_PROXY: 'a', no_proxy: 'b' }), [`a,${loopback}`, `b,${loopback}`])
  assert.deepEqual(noProxy({ NO_PROXY: '::1, localhost,' }), ['::1, localhost,127.0.0.1', '::1, localhost,127.0.0.1'])
  assert.deepEqual(noProxy({ NO_PROXY: '*' }), ['*', '*'])
})

test('the sidecar is where both names say, whatever they said before', () => {
  const child = childEnvironment({ CATAPA_BASE_URL: 'https://api.catapa.com', PATH: '/bin' }, url, 'linux')
  assert.deepEqual(child, {
    CATAPA_URL: url,
    CATAPA_BASE_URL: url,
    PATH: '/bin',
    NO_PROXY: loopback,
    no_proxy: loopback,
  })
})

test('a socket file is named by CATAPA_SOCKET, which is not an outer one, and the URL leads nowhere without it', () => {
  const outer = { CATAPA_SOCKET: '/tmp/outer/http.sock' }
  const { CATAPA_SOCKET, CATAPA_URL, CATAPA_BASE_URL } = childEnvironment(outer, 'unix:/tmp/a:b/http.sock', 'linux')
  assert.deepEqual(
    [CATAPA_SOCKET, CATAPA_URL, CATAPA_BASE_URL],
    ['/tmp/a:b/http.sock', 'http://localhost:4', 'http://localhost:4'],
  )
  assert.ok(!('CATAPA_SOCKET' in childEnvironment(outer, url, 'linux')))
})

test('no usual proxy variable hands on a password, also one that only others read; one without a password stays', () => {
  const given = {
    ALL_PROXY: 'socks5h://me:pass-4711@proxy.example:1080',
    all_proxy: 'me:pass-4711@proxy.example:1080',
    ftp_proxy: 'http://me:pass-4711@proxy.example:1',
    https_proxy: 'http://proxy.example:1',
  }
  const { NO_PROXY, no_proxy, CATAPA_URL, CATAPA_BASE_URL, ...rest } = childEnvironment(given, url, 'linux')
  assert.deepEqual(rest, { https_proxy: 'http://proxy.example:1' })
})

test('the child does not learn where the credentials lie', () => {
  const given = {
    CATAPA_CLIENT_SECRET_FILE: '/run/s',
    CREDENTIALS_DIRECTORY: '/run/credentials/x',
    SIDECAR_STATE_DIR: '/var/lib/x',
    CATAPA_TENANT: 'demo',
  }
  assert.deepEqual(Object.keys(childEnvironment(given, url, 'linux')).sort(), [
    'CATAPA_BASE_URL',
    'CATAPA_TENANT',
    'CATAPA_URL',
    'NO_PROXY',
    'no_proxy',
  ])
})

test('the child does not learn of the audit trail: a sidecar that it starts could not write the same', () => {
  const given = { SIDECAR_AUDIT_DIR: '/var/lib/x', SIDECAR_AUDIT_KEY_FILE: '/etc/key', SIDECAR_AUDIT_ON_FAILURE: 'all' }
  assert.ok(!Object.keys(childEnvironment(given, url, 'linux')).some((name) => name.includes('AUDIT')))
})

test('the child does not learn where the shared token lies', () => {
  const given = {
    SIDECAR_CACHE_URL: 'redis://cache',
    SIDECAR_CACHE_URL_FILE: '/etc/url',
    Sidecar_Cache_Url: 'redis://:p@c',
  }
  assert.ok(!Object.keys(childEnvironment(given, url, 'linux')).some((name) => /cache/i.test(name)))
})

test('on Windows a variable has one name, whatever its case', () => {
  const given = { Catapa_Base_Url: 'x', no_proxy: 'a', Catapa_Client_Secret: 's', Https_Proxy: 'http://u:p@h:1' }
  assert.deepEqual(childEnvironment(given, url, 'win32'), {
    CATAPA_URL: url,
    CATAPA_BASE_URL: url,
    NO_PROXY: `a,${loopback}`,
  })
})

test('arguments of a batch file are escaped for cmd.exe and for the batch file behind it', () => {
  const cases: [argument: string, escaped: string][] = [
    ['plain', 'plain'],
    ['C:\\data\\file.txt', 'C:\\data\\file.txt'],
    ['', '""'],
    ['two words', '"two words"'],
    ['say "hi"', '"say ""hi"""'],
    ['"&calc.exe', '"""&calc.exe"'],
    ['a\\"b', '"a\\\\""b"'],
    ['ends with\\', '"ends with\\\\"'],
    ['folder\\', '"folder\\\\"'],
    ['%PATH%', '"%%cd:~,%PATH%%cd:~,%"'],
    ['a&b|c<d>e^f', '"a&b|c<d>e^f"'],
    ['!x!', '"!x!"'],
    ['größe', 'größe'],
  ]
  for (const [argument, escaped] of cases) assert.equal(batchArgument(argument), escaped)
})

test('a batch file is called in quotes around everything; a line break is refused', () => {
  assert.equal(batchCommandLine('C:\\my jobs\\job.cmd', ['a b', 'c']), '""C:\\my jobs\\job.cmd" "a b" c"')
  assert.throws(() => batchCommandLine('job.cmd', ['a\r\nb']), /line break/)
})

test('on Windows a command is looked for along PATH with the endings of PATHEXT, and only batch files need cmd.exe', () => {
  const there = new Set(['C:\\tools\\npm.cmd', 'C:\\php\\php.exe', 'job.bat'])
  const environment = {
    Path: 'C:\\windows;"C:\\tools";C:\\php',
    PATHEXT: '.com;.exe;.bat;.cmd',
    ComSpec: 'C:\\windows\\cmd.exe',
  }
  const found = (file: string) => windowsCommand(file, ['a b'], environment, (path) => there.has(path))
  assert.deepEqual(found('npm'), {
    file: 'C:\\windows\\cmd.exe',
    args: ['/e:ON', '/v:OFF', '/d', '/c', '""C:\\tools\\npm.cmd" "a b""'],
    verbatim: true,
  })
  assert.deepEqual(found('php'), { file: 'C:\\php\\php.exe', args: ['a b'], verbatim: false })
  assert.equal(found('job.bat').verbatim, true)
  assert.deepEqual(found('nothing'), { file: 'nothing', args: ['a b'], verbatim: false })
})
