// docs/limits.md: what an old program sees when CATAPA asks for a pause. The storm of that page is `npm run limits`.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startAdministered } from '../support/admin.ts'
import { without } from '../support/programs.ts'
import { json, startTestSandbox } from '../support/sidecar.ts'
import { saidBy } from '../support/storm.ts'
import { clients, run } from './compatibility/clients.ts'

test('PHP that knows nothing of 429 reads on after the pause, and its writes end with an error that says whose it is', {
  skip: without('php-cli'),
}, async (t) => {
  const { url: sandboxUrl } = await startTestSandbox(t)
  const { url, adminUrl } = await startAdministered(t, sandboxUrl)
  const busyOnce = { tooManyRequests: { count: 1, retryAfter: 2 } }
  const misbehave = () => fetch(`${sandboxUrl}/sandbox/faults`, { method: 'PATCH', body: JSON.stringify(busyOnce) })
  const php = clients.find(({ name }) => name === 'PHP `file_get_contents`')?.command ?? []
  async function call(kind: 'get' | 'post'): Promise<string> {
    const { code, out, err } = await run([...php, url, kind, `/sandbox/echo/${kind}`, '/dev/null', '1.1'])
    return saidBy(code, out.toString() + err)
  }
  await misbehave()
  assert.equal(await call('get'), '200')
  await misbehave()
  assert.equal(await call('post'), '429')
  assert.match(await call('post'), /^(503 `overloaded`|200)$/, 'CATAPA is asked again only after the pause')
  assert.equal(await call('get'), '200')
  const { statedPauses, requestsInPause } = await json(fetch(`${sandboxUrl}/sandbox/stats`))
  assert.deepEqual({ statedPauses, requestsInPause }, { statedPauses: 2, requestsInPause: 0 })
  const metrics = await (await fetch(`${adminUrl}/metrics`)).text()
  for (const line of ['pauses_total 2', 'pause_repeats_total 1', 'pause_requests_waiting 0']) {
    assert.ok(metrics.includes(`catapa_sidecar_${line}\n`), line)
  }
})
