// design/promises 4.1: however many callers wait, one token request; who hangs up cancels nothing for the others.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { json, startTestSandbox, startTestSidecar } from '../../support/sidecar.ts'
import { ask, dial, eventually, gate, ok, startRawUpstream } from '../../support/wire.ts'

const longMs = 120_000

const request = 'GET /v1/users/me HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n'

test('of 200 callers that wait for the first token the first hangs up: 199 answers, one token request', async (t) => {
  const token = gate()
  const upstream = await startRawUpstream(t, ({ socket }) => socket.write(ok()), { beforeToken: () => token.opened })
  const settings = { tokenTimeoutMs: longMs, tokenWaitMs: longMs, queueTimeoutMs: longMs }
  const sidecar = await startTestSidecar(t, upstream.url, settings)
  // As many as fit into the kernel's queue of new connections: others come seconds later, or minutes on a busy machine.
  const callers = Array.from({ length: 200 }, () => dial(sidecar.port))
  await Promise.all(callers.map(({ socket }) => once(socket, 'connect')))
  for (const caller of callers) caller.send(request)
  await eventually(() => sidecar.tokens.state().waiting === 200, 'all wait', longMs)
  callers[0]?.socket.destroy()
  await eventually(() => sidecar.inFlight() === 199, 'one has gone')
  token.open()
  const answers = await Promise.all(callers.slice(1).map(async ({ closed }) => (await closed).text))
  assert.equal(answers.filter((text) => text.startsWith('HTTP/1.1 200 ')).length, 199)
  assert.equal(upstream.tokenRequests(), 1)
  assert.equal(upstream.heard.filter(({ head }) => /^Authorization: Bearer token-1\r$/m.test(head)).length, 199)
})

test('while the client is refused, 300 requests are answered at once, without a token request', async (t) => {
  const { url } = await startTestSandbox(t, { clientSecret: 'another-secret-4711' })
  const startedAt = performance.now()
  const sidecar = await startTestSidecar(t, url, { tokenWaitMs: longMs }) // Who waits is not answered in time.
  await eventually(() => sidecar.tokens.state().failure !== undefined, 'the first refusal')
  for (let i = 0; i < 3; i++) {
    const callers = await Promise.all(Array.from({ length: 100 }, () => ask(sidecar.port, request)))
    for (const { text } of callers) assert.match(text, /^HTTP\/1\.1 503 /)
  }
  // A refusal holds for 30 s, the next for longer.
  const most = 1 + Math.floor((performance.now() - startedAt) / 30_000)
  const { tokenRequests } = await json(fetch(`${url}/sandbox/stats`))
  assert.ok(tokenRequests <= most, `${tokenRequests} token requests, and not ${most}`)
})
