import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nameOf, parseListenAddress, shownAddresses } from '../../src/settings/listen-address.ts'
import { readDemoConfig, readSandboxConfig } from '../../src/settings/read-config.ts'
import { assertProblem, config, problemsOf } from '../support/settings.ts'

// sun_path less its final NUL: 108 bytes on Linux, 104 on macOS and the BSDs.
const maxPathBytes = process.platform === 'linux' ? 107 : 103
const trusted = { SIDECAR_TRUST_NETWORK: 'true' }

test('each form of an address is read', () => {
  const forms = {
    'localhost:8228': { kind: 'localhost', port: 8228 },
    'LocalHost:0': { kind: 'localhost', port: 0 },
    '127.0.0.1:65535': { kind: 'tcp', host: '127.0.0.1', port: 65_535 },
    '0.0.0.0:1': { kind: 'tcp', host: '0.0.0.0', port: 1 },
    '[::1]:80': { kind: 'tcp', host: '::1', port: 80 },
    '[fe80::1%eth0]:80': { kind: 'tcp', host: 'fe80::1%eth0', port: 80 },
    'Sidecar.internal:80': { kind: 'tcp', host: 'sidecar.internal', port: 80 },
    'tls:localhost:8443': { kind: 'localhost', port: 8443, tls: true },
    'TLS:0.0.0.0:8443': { kind: 'tcp', host: '0.0.0.0', port: 8443, tls: true },
    'tls:[::1]:0': { kind: 'tcp', host: '::1', port: 0, tls: true },
    'unix:/run/a.sock': { kind: 'unix', path: '/run/a.sock', mode: 0o600 },
    'unix:/run/a.sock,mode=0660': { kind: 'unix', path: '/run/a.sock', mode: 0o660 },
    'unix:/run/a.sock,mode=777': { kind: 'unix', path: '/run/a.sock', mode: 0o777 },
  }
  for (const [text, address] of Object.entries(forms)) assert.deepEqual(parseListenAddress(text), address, text)
})

test('several addresses are separated by spaces, since a comma begins a mode', () => {
  const { listen } = config({ SIDECAR_LISTEN: ' localhost:1  unix:/a.sock,mode=0660\t[::1]:2 ' })
  assert.deepEqual(
    listen.map(({ kind }) => kind),
    ['localhost', 'unix', 'tcp'],
  )
  assertProblem({ SIDECAR_LISTEN: 'localhost:1,localhost:2' }, 'SIDECAR_LISTEN', /followed by a space, not by a comma/)
})

test('an address that is none says what it should be', () => {
  const flaws: Record<string, RegExp> = {
    '8228': /not only a port: write localhost:port/,
    ':8228': /not only a port: write localhost:port/,
    localhost: /should be localhost:port/,
    'localhost:': /should be localhost:port/,
    'localhost:65536': /port from 0 to 65535/,
    'localhost:123456': /should be localhost:port/,
    'localhost:http': /should be localhost:port/,
    'localhost:-1': /should be localhost:port/,
    off: /should be localhost:port/,
    '::1:80': /IPv6 address in \[ \]/,
    '[::1]': /should be localhost:port/,
    '[127.0.0.1]:80': /IPv6 address in its \[ \]/,
    '127.0.0:80': /should be localhost:port/,
    '1.2.3.256:80': /should be localhost:port/,
    '0x7f.1:80': /should be localhost:port/,
    'a..b:80': /should be localhost:port/,
    '*:80': /write 0\.0\.0\.0/,
    'http://localhost:80': /leave out the scheme/,
    'unix:a.sock': /absolute path/,
    'unix:': /should be unix:\/path\.sock/,
    'unix:/a.sock,mod=0660': /should be unix:\/path\.sock/,
    'unix:/a.sock,mode=': /octal mode/,
    'unix:/a.sock,mode=0888': /octal mode/,
    'unix:/a.sock,mode=1777': /octal mode/,
    'unix:/a.sock,mode=0x1ff': /octal mode/,
    'unix:/a/': /absolute path/,
    [`unix:/${'a'.repeat(maxPathBytes)}`]: /at most \d+ bytes/,
    'unix:/a\0b': /control characters/,
  }
  assert.ok('path' in parseListenAddress(`unix:/${'a'.repeat(maxPathBytes - 1)}`))
  for (const [text, wording] of Object.entries(flaws)) {
    const parsed = parseListenAddress(text)
    assert.ok('flaw' in parsed, text)
    assert.match(parsed.flaw, wording, text)
  }
})

test('of several addresses the wrong ones are told by their number', () => {
  assertProblem({ SIDECAR_LISTEN: 'localhost:1 localhost' }, 'SIDECAR_LISTEN', /^address 2 should be/)
})

test('a data listener that others can reach needs trust in the network', () => {
  for (const listen of ['0.0.0.0:1', '[::]:1', '10.0.0.1:1', 'myhost:1', 'localhost:1 [fe80::1]:1']) {
    assertProblem(
      { SIDECAR_LISTEN: listen },
      'SIDECAR_TRUST_NETWORK',
      /should be true when SIDECAR_LISTEN is neither loopback/,
    )
    assert.ok(config({ ...trusted, SIDECAR_LISTEN: listen }))
  }
  for (const listen of [
    '127.0.0.1:1',
    '127.9.9.9:1',
    '[::1]:1',
    '[0:0::1]:1',
    '[::ffff:127.0.0.1]:1',
    '[::FFFF:7fff:1]:1',
    'unix:/a',
    'localhost:0',
  ]) {
    assert.ok(config({ SIDECAR_LISTEN: listen }), listen)
  }
})

test('an admin listener needs no such trust: it shows distant peers only probes and metrics', () => {
  assert.equal(config({ SIDECAR_ADMIN_LISTEN: '0.0.0.0:8229' }).adminListen.length, 1)
})

test('one address twice is a problem, however it is spelt', () => {
  for (const listen of [
    'localhost:1 localhost:1',
    'localhost:1 127.0.0.1:1',
    '[::1]:1 localhost:1',
    '[::1]:1 [0:0::1]:1',
    'unix:/a unix:/a,mode=0660',
    '127.0.0.1:1 127.0.0.1:1',
    'a:1 A:1',
    '0.0.0.0:1 localhost:1',
    '[::1]:1 [::]:1',
  ]) {
    assertProblem({ ...trusted, SIDECAR_LISTEN: listen }, 'SIDECAR_LISTEN', /two addresses that are the same/)
  }
  for (const listen of [
    'localhost:0 localhost:0',
    '127.0.0.1:1 127.0.0.2:1',
    '127.0.0.1:1 [::1]:1',
    '0.0.0.0:1 [::]:1',
    'unix:/a unix:/b',
  ]) {
    assert.equal(config({ ...trusted, SIDECAR_LISTEN: listen }).listen.length, 2, listen)
  }
})

test('the data and the admin listener are two', () => {
  const same = { SIDECAR_LISTEN: 'localhost:1', SIDECAR_ADMIN_LISTEN: '127.0.0.1:1' }
  assertProblem(same, 'SIDECAR_ADMIN_LISTEN', /another address than SIDECAR_LISTEN/)
  assertProblem({ SIDECAR_LISTEN: 'localhost:8229' }, 'SIDECAR_ADMIN_LISTEN', /another address/)
  assert.ok(config({ SIDECAR_LISTEN: 'localhost:0', SIDECAR_ADMIN_LISTEN: 'localhost:0' }))
})

test('an address of tls: is shown as a setting and as people write it, and takes the port of a plain one', () => {
  const pair = { SIDECAR_TLS_CERT_FILE: '/c.pem', SIDECAR_TLS_KEY_FILE: '/k.pem' }
  const { listen } = config({ SIDECAR_LISTEN: 'localhost:1 tls:127.0.0.2:2', ...pair })
  assert.equal(shownAddresses(listen), 'localhost:1 tls:127.0.0.2:2')
  assert.deepEqual(listen.map(nameOf), ['localhost:1', 'https://127.0.0.2:2'])
  assertProblem(
    { SIDECAR_LISTEN: 'localhost:1 tls:localhost:1', ...pair },
    'SIDECAR_LISTEN',
    /two addresses that are the same/,
  )
})

test('a socket file, the admin listener and the sandbox have no TLS', () => {
  assertProblem({ SIDECAR_LISTEN: 'tls:unix:/a.sock' }, 'SIDECAR_LISTEN', /of a socket file has no TLS: leave out tls:/)
  assertProblem({ SIDECAR_ADMIN_LISTEN: 'tls:localhost:1' }, 'SIDECAR_ADMIN_LISTEN', /should have no tls/)
  const [problem] = problemsOf(() => readSandboxConfig({ SANDBOX_LISTEN: 'tls:localhost:1' }))
  assert.match(problem?.problem ?? '', /should have no tls: the sandbox is plain HTTP/)
})

test('a tls: address needs certificate and key, and no trust in the network where a callers file names who may call', () => {
  const pair = { SIDECAR_TLS_CERT_FILE: '/c.pem', SIDECAR_TLS_KEY_FILE: '/k.pem' }
  const { SIDECAR_TLS_KEY_FILE: _key, ...alone } = pair
  const open = 'tls:0.0.0.0:8443'
  assertProblem({ SIDECAR_LISTEN: 'tls:localhost:1', ...alone }, 'SIDECAR_TLS_KEY_FILE', /is needed for a tls: address/)
  assertProblem(
    { SIDECAR_LISTEN: open, ...pair },
    'SIDECAR_TRUST_NETWORK',
    /tls: address that is not loopback and there is no callers file/,
  )
  const named = { SIDECAR_CALLERS_FILE: '/callers.ini', ...pair }
  assert.equal(config({ SIDECAR_LISTEN: open, ...named }).trustNetwork, false)
  assertProblem(
    { SIDECAR_LISTEN: `${open} 0.0.0.0:1`, ...named },
    'SIDECAR_TRUST_NETWORK',
    /neither loopback nor a socket file/,
  )
})

test('the demo leaves tls: addresses out, with a note', () => {
  const listenOf = (SIDECAR_LISTEN: string) => {
    const { listen, warnings } = readDemoConfig({ SIDECAR_LISTEN }).sidecarOf(new URL('http://localhost:1'))
    return [shownAddresses(listen), warnings.filter((sentence) => sentence.includes('tls:')).length]
  }
  assert.deepEqual(listenOf('localhost:1 tls:localhost:2'), ['localhost:1', 1])
  assert.deepEqual(listenOf('tls:localhost:2'), ['localhost:8228', 1])
  assert.deepEqual(listenOf('localhost:1'), ['localhost:1', 0])
})
