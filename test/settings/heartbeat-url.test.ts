import assert from 'node:assert/strict'
import { test } from 'node:test'
import { childEnvironment } from '../../src/commands/exec/child-environment.ts'
import { openSecretFiles } from '../../src/settings/open-secrets.ts'
import { readDemoConfig } from '../../src/settings/read-config.ts'
import { shownSettings } from '../../src/settings/shown-settings.ts'
import { secretFileWith } from '../support/secret-files.ts'
import { assertProblem, config, file, nowhere, problems } from '../support/settings.ts'

const name = 'SIDECAR_HEARTBEAT_URL'
const url = (value: string) => ({ [name]: value })

test('with and without user, port and query', () => {
  for (const value of [
    'https://hc-ping.com/5bf66975-d4c7-4bf5-bcc8-b8d8a82ea278',
    'https://hc.example:8443/ping/key/nightly?create=1',
    'https://user:pass%2Fword@kuma.example/api/push/key?status=up&msg=OK&ping=',
  ]) {
    assert.equal(config(url(value)).heartbeatUrl?.href, value)
  }
})

test('from a file of its own or the --config file; the environment comes first', () => {
  const one = file('https://one.example/key\n')
  assert.equal(config({ [`${name}_FILE`]: one }).heartbeatUrl?.href, 'https://one.example/key')
  assert.equal(config(url('https://two.example'), file(`${name}_FILE=${one}`)).heartbeatUrl?.host, 'two.example')
  assertProblem({ [`${name}_FILE`]: nowhere }, name, /does not exist/)
  assertProblem({ [`${name}_FILE`]: one, ...url('https://one.example') }, name, /keep one of them/)
})

test('what is no such URL is named without its value', () => {
  const wrong: [string, RegExp][] = [
    ['hc-ping.com/secret-part', /begins with https:/],
    ['ftp://hc-ping.com/secret-part', /begins with https:/],
    ['https:///secret-part', /begins with https:/],
    ['https://hc-ping.com/secret part', /begins with https:/],
    ['https://hc-ping.com/secret-part#', /no fragment/],
    ['https://user:secret-part%@hc-ping.com/', /percent-encoded/],
    ['http://hc-ping.com/secret-part', /unencrypted/],
    ['http://127.0.0.1:8228/secret-part', /own listeners/],
    ['http://localhost:8229/secret-part', /own listeners/],
  ]
  for (const [value, wording] of wrong) {
    assertProblem(url(value), name, wording)
    assert.ok(!problems(url(value))[0]?.problem.includes('secret-part'))
  }
})

test('http: leads to this machine, or anywhere with CATAPA_ALLOW_HTTP', () => {
  assert.equal(config(url('http://127.0.0.1:8000/ping/key')).heartbeatUrl?.port, '8000')
  const allowed = config({ ...url('http://hc.example/ping/key'), CATAPA_ALLOW_HTTP: 'true' })
  assert.equal(allowed.heartbeatUrl?.host, 'hc.example')
})

test('only its host is shown', () => {
  const read = config(url('https://some-user:some-password@hc.example:8443/some-key?some=query'))
  const shown = shownSettings(read, read.credentials, 'info').find((setting) => setting.name === name)
  assert.equal(shown?.value, 'hc.example:8443')
})

test('a file with it that every user can read is warned of', {
  skip: process.platform === 'win32' && 'Windows has no modes',
}, () => {
  const open = secretFileWith('https://hc-ping.com/key', 0o644)
  const sentences = openSecretFiles({ environment: { [`${name}_FILE`]: open }, configPath: undefined })
  assert.match(sentences.join(), /others can read the URL of the heartbeat, with its key: .* has mode 0644/)
})

test('the child of exec has neither the URL nor the path of its file, and the demo is no sign of life', () => {
  const child = childEnvironment({ ...url('https://hc-ping.com/key'), [`${name}_FILE`]: '/run/key', KEPT: '1' }, '')
  assert.deepEqual(
    Object.keys(child).filter((known) => /HEARTBEAT|KEPT/.test(known)),
    ['KEPT'],
  )
  const demo = readDemoConfig(url('https://hc-ping.com/key')).sidecarOf(new URL('http://localhost:1'))
  assert.equal(demo.heartbeatUrl, undefined)
})
