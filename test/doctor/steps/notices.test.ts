import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertFails, examined, settings } from '../../support/doctor.ts'
import { canary, startReceiver } from '../../support/receivers.ts'
import { secret, startTestSandbox } from '../../support/sidecar.ts'

secret(canary)

test('whom the sidecar tells, as kind and host, and nothing is sent', async (t) => {
  const sandbox = await startTestSandbox(t)
  const { url, heard } = await startReceiver(t)
  const mail = `smtp://u:${canary}@mail.example.com/?from=a@example.com&to=b@example.com`
  const { step, text, code } = await examined(
    settings(sandbox.url, { SIDECAR_NOTIFY_URL: `slack:${url.href} ${mail}` }),
  )
  assert.deepEqual([step('notices').status, code, heard.length], ['ok', 0, 0])
  assert.equal(
    step('notices').detail,
    'tells slack 127.0.0.1, smtp mail.example.com; catapa-sidecar notify test sends a message',
  )
  assert.ok(!text.includes(canary))
})

test('without SIDECAR_NOTIFY_URL there is no such step; a wrong one is named by its position', async (t) => {
  const sandbox = await startTestSandbox(t)
  const { steps } = await examined(settings(sandbox.url))
  assert.ok(!steps.some(({ step }) => step === 'notices'))
  const wrong = settings(sandbox.url, { SIDECAR_NOTIFY_URL: `json:https://a.example slack:${canary}` })
  await assertFails(examined(wrong), {
    step: 'configuration',
    code: 2,
    detail: /SIDECAR_NOTIFY_URL: the second receiver /,
    remedy: /setting/,
  })
})
