import assert from 'node:assert/strict'
import { test } from 'node:test'
import '../../../src/commands/indonesian.ts'
import { failure, proxyErrorOf } from '../../../src/problems/causes.ts'
import { problems } from '../../../src/problems/codes.ts'
import { type Audience, explain, inWords } from '../../../src/problems/explain.ts'
import type { Failure } from '../../../src/problems/failure.ts'
import { stageOf, type TransportFacts, transportFacts } from '../../../src/problems/transport.ts'
import { inLanguage, languages } from '../../../src/words/language.ts'
import { everyFailure } from '../../support/every-failure.ts'

for (const language of languages) {
  for (const audience of ['caller', 'operator'] satisfies Audience[]) {
    test(`whatever the cause, ${audience}s are told what happened and what to do, in whole sentences (${language})`, () => {
      for (const each of everyFailure()) inLanguage(language, () => assertWhole(each, audience))
    })
  }

  test(`callers learn no path, no user and no command but catapa-sidecar login (${language})`, () => {
    for (const each of everyFailure()) {
      const said = inLanguage(language, () => inWords(each, 'caller'))
      assert.doesNotMatch(said, /budi|\/home|uid|chown|chmod/, JSON.stringify(each))
    }
  })
}

function assertWhole(each: Failure, audience: Audience): void {
  const about = JSON.stringify(each)
  const { happened, whose, next } = explain(each, audience)
  for (const text of [happened, next]) {
    assert.match(text, /\S/, about)
    assert.doesNotMatch(text, /undefined|\[object|NaN|null| {2}/, about)
  }
  assert.doesNotMatch(happened, /[.;]$/, about)
  assert.match(next, /^[A-Z]/, about)
  assert.match(inWords(each, audience), /^[A-Z/].*[\w./']$/s, about)
  assert.ok(inWords(each, audience).toLowerCase().startsWith(happened.toLowerCase()), about)
  assert.ok(['caller', 'configuration', 'machine', 'network', 'catapa', 'sidecar'].includes(whose), about)
}

test('whoever runs the sidecar is told that it keeps trying where it does and there is nothing to mend on this machine', () => {
  for (const each of everyFailure()) {
    const said = inWords(each, 'operator')
    if (each.code !== 'token_unavailable' || !/^(token_endpoint_|no_token_|token_malformed)/.test(each.cause)) continue
    if (!/ulimit|ip_local_port_range|CATAPA_CA_FILE/.test(said))
      assert.equal(/keeps trying/.test(said), each.retrying, said)
  }
})

test('whoever runs the sidecar is told what address was not reached, and of a proxy that it was the proxy', () => {
  const said = (facts: TransportFacts) => explain(failure('token_endpoint_unreachable', facts), 'operator').happened
  assert.equal(
    said({ why: 'dns', to: 'api.catapa.com:443' }),
    'The token endpoint (api.catapa.com:443) could not be reached: its name could not be looked up (DNS)',
  )
  assert.equal(
    said({ why: 'dns', to: 'proxy.example:3128', atProxy: true }),
    'The token endpoint could not be reached: the outgoing proxy (HTTPS_PROXY, proxy.example:3128) failed: its name could not be looked up (DNS)',
  )
})

test('a connection that was made and lost again is not blamed on the address by whoever asks once', () => {
  for (const why of ['lost', 'not_http', 'unknown'] as const) {
    const { next } = explain(failure('token_endpoint_unreachable', { why }), 'operator')
    assert.match(next, /^Try again\. If it stays, something on the way cuts the connection/, why)
  }
  for (const why of ['dns', 'connection_refused', 'no_route'] as const) {
    const { next } = explain(failure('token_endpoint_unreachable', { why }), 'operator')
    assert.match(next, /^Check the network from this machine/, why)
  }
})

test('whoever runs the sidecar is told of a limit that was reached by its name, and that it can be raised', () => {
  for (const cause of [
    'response_timeout',
    'body_timeout',
    'request_unread',
    'body_too_large',
    'too_many_waiting',
  ] as const) {
    const { happened, next } = explain(failure(cause, {}), 'operator')
    assert.match(`${happened}. ${next}`, /SIDECAR_[A-Z]+/, cause)
    assert.match(next, /\braise\b/, cause)
  }
})

test('a caller is never told that the sidecar keeps trying when it does not', () => {
  for (const each of everyFailure()) {
    if (!each.retrying) assert.doesNotMatch(inWords(each, 'caller'), /keeps trying/, JSON.stringify(each))
  }
})

test('every code has a cause, and every cause a code of the table and a type of RFC 9209', () => {
  const failures = everyFailure()
  assert.deepEqual([...new Set(failures.map(({ code }) => code))].sort(), Object.keys(problems).sort())
  for (const each of failures) assert.match(proxyErrorOf(each), /^[a-z_]+$/, each.cause)
})

test('where a failure of the connection is that of this machine, it is not blamed on the network', () => {
  assert.equal(explain(failure('unreachable', { why: 'file_handles' }), 'operator').whose, 'machine')
  assert.match(explain(failure('unreachable', { why: 'file_handles' }), 'operator').next, /ulimit/)
  const facts = transportFacts(Object.assign(new Error('connect'), { code: 'EADDRNOTAVAIL' }))
  const { happened, whose, next } = explain(failure('unreachable', facts), 'operator')
  assert.match(happened, /this machine has no free local port/)
  assert.equal(whose, 'machine')
  assert.match(next, /ip_local_port_range/)
  assert.equal(stageOf(facts), 'unreachable')
  assert.equal(explain(failure('unreachable', { why: 'dns' }), 'operator').whose, 'network')
})
