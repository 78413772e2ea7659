import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readDemoConfig } from '../../src/settings/read-config.ts'
import { shownSettings } from '../../src/settings/shown-settings.ts'
import { assertProblem, config, file, nowhere, problems } from '../support/settings.ts'

const name = 'SIDECAR_CACHE_URL'
const url = (value: string) => ({ [name]: value })

test('unset by default', () => {
  assert.equal(config().cacheUrl, undefined)
})

test('a store with and without TLS, user, password and database', () => {
  for (const value of [
    'redis://localhost',
    'redis://cache.example:6379',
    'rediss://cache.example:6380/0',
    'rediss://user:pass%2Fword@cache.example/15',
    'redis://:password@[::1]:6379/',
  ]) {
    assert.equal(config(url(value)).cacheUrl?.href, value)
  }
})

test('from a file of its own, without the end of its line', () => {
  assert.equal(config({ [`${name}_FILE`]: file('redis://:hush@cache:6379/1\n') }).cacheUrl?.password, 'hush')
  assertProblem({ [`${name}_FILE`]: nowhere }, name, /does not exist/)
  assertProblem({ [`${name}_FILE`]: file('\n') }, name, /is empty/)
  assertProblem({ [`${name}_FILE`]: file('redis://a'), ...url('redis://a') }, name, /keep one of them/)
})

test('from the --config file, in either form; the environment comes first', () => {
  assert.equal(config({}, file(`${name}=redis://one`)).cacheUrl?.host, 'one')
  assert.equal(config({}, file(`${name}_FILE=${file('redis://two')}`)).cacheUrl?.host, 'two')
  assert.equal(config(url('redis://three'), file(`${name}_FILE=${nowhere}`)).cacheUrl?.host, 'three')
})

test('what is no such URL is named without its value', () => {
  const wrong: [string, RegExp][] = [
    ['cache.example:6379', /should be redis:\/\//],
    ['http://secret-part', /should be redis:\/\//],
    ['redis:cache', /should be redis:\/\//],
    ['redis:///1', /should be redis:\/\//],
    ['redis://:secret-part@/1', /should be redis:\/\//],
    ['redis://cache:0', /should be redis:\/\//],
    ['redis://cache:70000', /should be redis:\/\//],
    ['redis://cache one', /should be redis:\/\//],
    ['unix:///run/valkey.sock', /should be redis:\/\//],
    ['redis://cache?db=1', /no query/],
    ['redis://cache/1?', /no query/],
    ['redis://cache#', /no query/],
    ['redis://:secret-part%@cache', /percent-encoded/],
    ['redis://secret-part@cache', /user without a password/],
    ['redis://cache/one', /number of a database/],
    ['redis://cache/1/2', /number of a database/],
  ]
  for (const [value, wording] of wrong) {
    assertProblem(url(value), name, wording)
    assert.ok(!problems(url(value))[0]?.problem.includes('secret-part'))
  }
})

test("a person's login is not shared", () => {
  assertProblem({ ...url('redis://localhost'), CATAPA_GRANT: 'authorization_code' }, name, /is not shared/)
})

test('a password that would cross the network unencrypted is warned of', () => {
  const warned = (value: string) => config(url(value)).warnings.some((warning) => warning.startsWith(name))
  for (const value of ['redis://cache.example', 'redis://10.0.0.1']) assert.equal(warned(value), true, value)
  for (const value of ['rediss://cache.example', 'redis://localhost', 'redis://127.0.0.1:6379', 'redis://[::1]']) {
    assert.equal(warned(value), false, value)
  }
  const { sidecarOf } = readDemoConfig(url('redis://cache.example'))
  assert.match(sidecarOf(new URL('http://localhost:1')).warnings.join(), /unencrypted/)
})

test('it is shown without user and password', () => {
  const read = config(url('rediss://some-user:some-password@cache.example:6380/2'))
  const shown = shownSettings(read, read.credentials, 'info').find((setting) => setting.name === name)
  assert.equal(shown?.value, 'rediss://***@cache.example:6380/2')
})
