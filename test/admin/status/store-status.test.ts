// design/promises 11.6: how it stands with the token that is shared, for programs and for people.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startAdministered } from '../../support/admin.ts'
import { without } from '../../support/programs.ts'
import { saidOfStore, shop, statusOf } from '../../support/shared-token.ts'
import { json, startTestSandbox } from '../../support/sidecar.ts'
import { eventually } from '../../support/wire.ts'

function metricsIn(text: string): string[] {
  return [...text.matchAll(/^catapa_sidecar_(shared_token\S*|token_requests_total\S*) (\S+)$/gm)].map(
    ([, name, value]) => `${name} ${value}`,
  )
}

test('where each sidecar has a token of its own nothing is said of a store', async (t) => {
  const { url } = await startTestSandbox(t)
  const sidecar = await startAdministered(t, url)
  assert.equal(await statusOf(sidecar), 200)
  const { sharedToken } = await json(fetch(`${sidecar.adminUrl}/api/status`))
  assert.equal(sharedToken, undefined)
  assert.deepEqual(saidOfStore(sidecar), [])
  const metrics = metricsIn(await (await fetch(`${sidecar.adminUrl}/metrics`)).text())
  assert.deepEqual(metrics, ['token_requests_total{outcome="obtained",cause=""} 1'])
})

test('a store that cannot be used is told of with what to do, never with its password, and readiness is untouched', async (t) => {
  const { url } = await startTestSandbox(t)
  const cacheUrl = new URL('redis://some-user:store-password-4714@127.0.0.1:9/2')
  const sidecar = await startAdministered(t, url, { cacheUrl })
  assert.equal(await statusOf(sidecar), 200)
  await eventually(() => saidOfStore(sidecar).length > 0, 'a line', 30_000)
  const answer = await (await fetch(`${sidecar.adminUrl}/api/status`)).text()
  const { sharedToken, token, settings } = JSON.parse(answer)
  const { since, failing, ...rest } = sharedToken
  assert.ok(Date.parse(since) <= Date.now())
  assert.deepEqual(rest, { store: 'redis://***@127.0.0.1:9/2', up: false, taken: 0, asked: 0, alone: 1 })
  assert.equal(failing.cause, 'store_unreachable')
  assert.match(failing.happened, /^The store of the shared token cannot be used: it refused the connection$/)
  assert.match(failing.remedy, /^Check SIDECAR_CACHE_URL/)
  assert.equal(token.requests, 1)
  assert.deepEqual(
    settings.filter(({ name }: { name: string }) => name === 'SIDECAR_CACHE_URL'),
    [{ name: 'SIDECAR_CACHE_URL', value: 'redis://***@127.0.0.1:9/2', default: 'none' }],
  )
  const page = await (await fetch(sidecar.adminUrl, { headers: { Accept: 'text/plain' } })).text()
  assert.match(page, /^ {2}Shared +not for now: redis:/m)
  assert.match(
    page.replace(/\s+/g, ' '),
    /ATTENTION: It works, but the token is not shared for now\. The store of the shared token cannot be used: it refused the connection, since .*What to do: Check SIDECAR_CACHE_URL/,
  )
  const metrics = await (await fetch(`${sidecar.adminUrl}/metrics`)).text()
  assert.deepEqual(metricsIn(metrics), [
    'token_requests_total{outcome="obtained",cause=""} 1',
    'shared_tokens_total{how="taken"} 0',
    'shared_tokens_total{how="asked"} 0',
    'shared_tokens_total{how="alone"} 1',
    'shared_token_store_up 0',
    'shared_token_store_failures_total 1',
  ])
  assert.equal((await fetch(`${sidecar.adminUrl}/readyz`)).status, 200)
  for (const text of [answer, page, metrics, JSON.stringify(sidecar.log)]) {
    assert.doesNotMatch(text, /store-password|some-user/)
  }
})

test('what another sidecar asked for is counted as taken over, and not as a token request', {
  skip: without('valkey-server'),
}, async (t) => {
  const { valkey, start, sandboxUrl } = await shop(t)
  await statusOf(await start())
  const sidecar = await startAdministered(t, sandboxUrl, { cacheUrl: valkey.url }, { storeTimeoutMs: 5_000 })
  assert.equal(await statusOf(sidecar), 200)
  const { sharedToken, token } = await json(fetch(`${sidecar.adminUrl}/api/status`))
  assert.deepEqual([sharedToken.up, sharedToken.taken, sharedToken.asked, token.requests], [true, 1, 0, 0])
  assert.deepEqual(metricsIn(await (await fetch(`${sidecar.adminUrl}/metrics`)).text()), [
    'shared_tokens_total{how="taken"} 1',
    'shared_tokens_total{how="asked"} 0',
    'shared_tokens_total{how="alone"} 0',
    'shared_token_store_up 1',
    'shared_token_store_failures_total 0',
  ])
  assert.ok(sidecar.log.some(({ msg }) => msg === 'access token taken over from another sidecar'))
  const page = await (await fetch(sidecar.adminUrl, { headers: { Accept: 'text/plain' } })).text()
  assert.match(page, /^ {2}Shared +through redis:\/\/\*\*\*@127\.0\.0\.1:\d+\/3, 1 taken over$/m)
})
