import assert from 'node:assert/strict'
import type { Socket } from 'node:net'
import { test } from 'node:test'
import { ask, assertRefused, type Question } from '../../support/ask.ts'
import { startTestSidecar } from '../../support/sidecar.ts'
import { dial, eventually, ok, patient, startRawUpstream } from '../../support/wire.ts'

test('who is wrong in several ways is told the first in the order of the guards: Host before anything else, the body last', async (t) => {
  const held: Socket[] = []
  const upstream = await startRawUpstream(t, ({ socket }) => held.push(socket))
  const sidecar = await startTestSidecar(t, upstream.url, {
    ...patient,
    shutdownGraceMs: patient.bodyTimeoutMs,
    maxBodyBytes: 1,
  })
  const inFlight = dial(sidecar.port)
  inFlight.send('GET /held HTTP/1.1\r\nHost: localhost\r\n\r\n')
  await eventually(() => held.length === 1, 'one is in flight, so that draining lasts')
  const stopped = sidecar.stop()
  const wrongs: [code: string, question: Question][] = [
    ['host_not_allowed', { host: 'evil.example' }],
    ['method_not_allowed', { method: 'TRACE' }],
    ['bad_request', { target: 'http://evil.example/a/../b' }],
    ['host_not_allowed', { target: 'http://evil.example/b' }],
    ['origin_not_allowed', { headers: ['Origin: http://evil.example', 'Via: 1.1 catapa-sidecar', 'Tenant: other'] }],
    ['loop_detected', { headers: ['Via: 1.1 catapa-sidecar', 'Tenant: other'] }],
    ['policy_denied', { headers: ['Tenant: other'] }],
    ['draining', { body: 'too long' }],
  ]
  for (const [index, [code]] of wrongs.entries()) {
    // The first of what is said twice counts.
    const question = Object.assign(
      {},
      ...wrongs
        .slice(index)
        .toReversed()
        .map(([, wrong]) => wrong),
    )
    assertRefused(await ask(sidecar, question), code, `wrong from the ${index + 1}th on`)
  }
  held[0]?.write(ok('answered'))
  await inFlight.until(/answered$/)
  await stopped
  assert.equal(upstream.heard.length, 1)
})
