import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { callersFile, testKey } from '../../support/callers.ts'
import { examined, settings } from '../../support/doctor.ts'
import { guardSettings, sendWrite, startGuarded } from '../../support/guarded.ts'
import { startTestSandbox, startUpstream } from '../../support/sidecar.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const guarded = (folder: string, more: Record<string, string> = {}) => ({
  SIDECAR_AUDIT_DIR: join(folder, 'audit'),
  SIDECAR_AUDIT_KEY_FILE: join(folder, 'audit.key'),
  SIDECAR_REPEATS: 'guard',
  ...more,
})

test('where no sidecar runs, the trail says what is of unknown outcome, and since when', async (t) => {
  const folder = temporaryFolder(t)
  const upstream = await startUpstream(t, (_request, response) => response.destroy())
  const sidecar = await startGuarded(t, upstream.url, {}, folder)
  await sendWrite(sidecar)
  await sidecar.stop()
  const { url } = await startTestSandbox(t)
  const { step } = await examined(settings(url, guarded(folder)))
  const { status, detail } = step('repeats')
  assert.equal(status, 'ok')
  assert.match(
    detail,
    /^all callers are guarded; 1 write of unknown outcome, by the audit trail\nNote: the oldest is of 20\S+Z\. Look in CATAPA/,
  )
  assert.match(detail, /\nNote: callers without a name are one caller to the guard/)
})

test('callers that all have names can be told apart; a section alone may guard', async (t) => {
  const folder = temporaryFolder(t)
  guardSettings(folder)
  const { url } = await startTestSandbox(t)
  const named = callersFile(`[erp]\n${testKey().line}\nrepeats = guard\n`).path
  const all = await examined(settings(url, guarded(folder, { SIDECAR_CALLERS_FILE: named })))
  assert.equal(all.step('repeats').detail, 'all callers are guarded; no write of unknown outcome, by the audit trail')
  const some = await examined(settings(url, guarded(folder, { SIDECAR_CALLERS_FILE: named, SIDECAR_REPEATS: 'off' })))
  assert.match(some.step('repeats').detail, /^callers of the callers file are guarded/)
  const { steps } = await examined(settings(url))
  assert.ok(!steps.some(({ step }) => step === 'repeats'))
})
