import assert from 'node:assert/strict'
import { test } from 'node:test'
import { examined, settings } from '../../support/doctor.ts'
import { without } from '../../support/programs.ts'
import { shop, statusOf } from '../../support/shared-token.ts'
import { startTestSandbox } from '../../support/sidecar.ts'

test('without SIDECAR_CACHE_URL there is no such step', async (t) => {
  const { url } = await startTestSandbox(t)
  const { steps } = await examined(settings(url))
  assert.ok(!steps.some(({ step }) => step === 'store'))
})

test('a store that nobody answers for ends it with 5, though there is a token', async (t) => {
  const { url } = await startTestSandbox(t)
  const env = settings(url, { SIDECAR_CACHE_URL: 'redis://user:hush-4713@127.0.0.1:9/2' })
  const diagnosis = await examined(env)
  assert.equal(diagnosis.step('store').status, 'failed')
  assert.match(
    diagnosis.step('store').detail,
    /^redis:\/\/\*\*\*@127\.0\.0\.1:9\/2: The store .* refused the connection$/,
  )
  assert.equal(diagnosis.code, 5)
  assert.equal(diagnosis.step('token').status, 'ok')
})

test('the shared token is used, and none asked for that could end it', {
  skip: without('valkey-server'),
}, async (t) => {
  const { sandboxUrl, valkey, start, stats } = await shop(t)
  await statusOf(await start())
  const { step } = await examined(settings(sandboxUrl, { SIDECAR_CACHE_URL: valkey.url.href }))
  assert.match(step('store').detail, /works, and answered within \d+ ms/)
  assert.equal(step('token').status, 'ok')
  assert.equal(step('validate-access-token').status, 'ok')
  const asked = (await stats()).tokenRequests
  assert.ok(asked === 1 || asked === 2, 'a machine that is too busy for 250 ms asks')
})
