// design/promises 4.1: however many callers wait, one token request; who hangs up cancels nothing for the others.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { json, startTestSandbox, startTestSidecar } from '../support/sidecar.ts'
import { dial, eventually } from '../support/wire.ts'

test('of 1,000 callers that wait for the first token the first hangs up: 999 answers, one token request', async (t) => {
  const { url } = await startTestSandbox(t)
  const patch = (faults: object) =>
    fetch(`${url}/sandbox/faults`, {
      method: 'PATCH',
      body: JSON.stringify(faults),
      headers: { 'content-type': 'application/json' },
    })
  await patch({ tokenLatencyMs: 3000 })
  const sidecar = await startTestSidecar(t, url)
  const callers = Array.from({ length: 1000 }, () => dial(sidecar.port))
  for (const caller of callers) caller.send('GET /v1/users/me HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')
  await eventually(() => sidecar.tokens.state().waiting === 1000, 'all wait', 20_000)
  callers[0]?.socket.destroy()
  const answers = await Promise.all(callers.slice(1).map(async ({ closed }) => (await closed).text))
  assert.equal(answers.filter((text) => text.startsWith('HTTP/1.1 200 ')).length, 999)
  const stats = await json(fetch(`${url}/sandbox/stats`))
  assert.deepEqual([stats.tokenRequests, stats.rejectedTokens], [1, 0])
})

test('while the client is refused, 1,000 requests are answered within milliseconds each, without a token request', async (t) => {
  const { url } = await startTestSandbox(t, { clientSecret: 'another-secret-4711' })
  const sidecar = await startTestSidecar(t, url)
  await eventually(() => sidecar.tokens.state().failure !== undefined, 'the first refusal')
  const startedAt = performance.now()
  for (let i = 0; i < 1000; i++) {
    const response = await fetch(`${sidecar.url}/v1/users/me`)
    assert.equal(response.status, 503)
    await response.arrayBuffer()
  }
  assert.ok((performance.now() - startedAt) / 1000 < 20, 'milliseconds each')
  assert.equal((await json(fetch(`${url}/sandbox/stats`))).tokenRequests, 1)
})
