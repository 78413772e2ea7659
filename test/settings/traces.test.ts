import assert from 'node:assert/strict'
import { test } from 'node:test'
import { childEnvironment } from '../../src/commands/exec/child-environment.ts'
import { isSecret } from '../../src/settings/environment.ts'
import { shownSettings } from '../../src/settings/shown-settings.ts'
import { assertProblem, config, file } from '../support/settings.ts'

const base = 'OTEL_EXPORTER_OTLP_ENDPOINT'
const ofTraces = 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'
const on = (env: Record<string, string> = {}) => config({ [base]: 'http://collector:4318', ...env })

test('without an endpoint there are none, whatever else is set, and nobody is warned', () => {
  const { traces, warnings } = config({
    OTEL_SERVICE_NAME: 'x',
    OTEL_TRACES_SAMPLER: 'odd',
    OTEL_TRACES_EXPORTER: 'zipkin',
  })
  assert.deepEqual([traces, warnings], [undefined, []])
})

test('/v1/traces goes below the general endpoint, and that of traces is taken as it is', () => {
  const urls: [Record<string, string>, string][] = [
    [{ [base]: 'http://collector:4318' }, 'http://collector:4318/v1/traces'],
    [{ [base]: 'http://collector:4318/' }, 'http://collector:4318/v1/traces'],
    [{ [base]: 'https://collector/otlp/' }, 'https://collector/otlp/v1/traces'],
    [{ [ofTraces]: 'http://collector:4318' }, 'http://collector:4318/'],
    [{ [ofTraces]: 'https://collector/in', [base]: 'no URL' }, 'https://collector/in'],
  ]
  for (const [env, url] of urls) assert.equal(config(env).traces?.endpoint.href, url)
})

test('an endpoint that is no URL is a mistake, unless traces are off; its value is not told', () => {
  for (const value of ['collector:4317', 'secret-part', 'grpc://collector', 'http://user:%@collector'])
    assertProblem({ [base]: value }, base, /^should be a URL that begins with http:\/\/ or https:\/\/$/)
  assertProblem({ [ofTraces]: 'collector:4317' }, ofTraces, /should be a URL/)
  for (const off of [{ OTEL_SDK_DISABLED: 'TRUE' }, { OTEL_TRACES_EXPORTER: 'none' }])
    assert.equal(config({ [base]: 'collector:4317', ...off }).traces, undefined)
})

test('an endpoint that is a listener of the sidecar itself is a mistake: each batch would be a call', () => {
  for (const url of ['http://localhost:8228', 'http://127.0.0.1:8229/x'])
    assertProblem({ [base]: url }, base, /own listeners: it would call itself/)
  assertProblem({ [ofTraces]: 'http://[::1]:8228' }, ofTraces, /own listeners/)
  assert.ok(config({ [base]: 'http://localhost:4318' }).traces)
})

test('any other mistake is warned of, without its value, and ignored', () => {
  const mistakes: [string, string][] = [
    ['OTEL_EXPORTER_OTLP_PROTOCOL', 'grpc'],
    ['OTEL_EXPORTER_OTLP_TIMEOUT', 'secret-part'],
    ['OTEL_EXPORTER_OTLP_COMPRESSION', 'secret-part'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'secret-part'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'name=secret%part'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'na me=secret-part'],
    ['OTEL_EXPORTER_OTLP_HEADERS_FILE', '/nowhere'],
    ['OTEL_EXPORTER_OTLP_CERTIFICATE', '/nowhere'],
    ['OTEL_RESOURCE_ATTRIBUTES', 'secret-part'],
    ['OTEL_TRACES_SAMPLER', 'jaeger_remote'],
    ['OTEL_TRACES_SAMPLER_ARG', '1.5'],
    ['OTEL_TRACES_EXPORTER', 'zipkin'],
    ['OTEL_PROPAGATORS', 'b3'],
    ['OTEL_SDK_DISABLED', 'yes'],
  ]
  const usual = on().traces
  for (const [name, value] of mistakes) {
    const { traces, warnings } = on({ [name]: value })
    assert.deepEqual(traces, usual, name)
    assert.equal(warnings.length, 1, name)
    assert.match(warnings[0] ?? '', new RegExp(`^${name.replace('_FILE', '')} .*: it is ignored\\.$`))
    assert.ok(!warnings[0]?.includes('secret'))
  }
})

test('what is set for traces comes before what is set for all', () => {
  const all = {
    OTEL_EXPORTER_OTLP_HEADERS: 'a=1',
    OTEL_EXPORTER_OTLP_TIMEOUT: '1000',
    OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
    OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
    OTEL_TRACES_SAMPLER_ARG: '0.25',
  }
  const read = on({
    ...all,
    OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'b=x%3Dy, c=',
    OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: '2000',
    OTEL_EXPORTER_OTLP_TRACES_COMPRESSION: 'none',
  }).traces
  assert.deepEqual(on(all).traces?.headers, { a: '1' })
  assert.deepEqual([read?.headers, read?.timeoutMs, read?.gzip], [{ b: 'x=y', c: '' }, 2000, false])
  assert.deepEqual([read?.sampler, read?.ratio], ['parentbased_traceidratio', 0.25])
  assert.deepEqual(on({ OTEL_EXPORTER_OTLP_HEADERS_FILE: file('api-key=from-a-file\n') }).traces?.headers, {
    'api-key': 'from-a-file',
  })
})

test('headers and a password are secrets, which the child of exec keeps', () => {
  const headers = 'OTEL_EXPORTER_OTLP_HEADERS'
  assert.ok(isSecret(headers, 'a=b') && isSecret(base, 'http://user:pass@collector'))
  assert.ok(!isSecret(base, 'http://collector:4318'))
  const child = childEnvironment(
    { [headers]: 'a=b', [base]: 'http://u:p@c', CATAPA_CLIENT_SECRET: 'x' },
    'http://localhost:1',
  )
  assert.deepEqual([child[headers], child[base], child.CATAPA_CLIENT_SECRET], ['a=b', 'http://u:p@c', undefined])
  const read = config({ [base]: 'http://some-user:some-password@collector:4318', [headers]: 'a=some-key' })
  const shown = JSON.stringify(shownSettings(read, read.credentials, 'info'))
  assert.match(shown, /http:\/\/\*\*\*@collector:4318\/v1\/traces/)
  assert.doesNotMatch(shown, /some-/)
})
