import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startWithCallers, testKey } from '../../support/callers.ts'
import { examined, settings } from '../../support/doctor.ts'
import { startTestSandbox } from '../../support/sidecar.ts'

test('a sidecar with a callers file, which does not know this command, is asked at its admin listener', async (t) => {
  const { url } = await startTestSandbox(t)
  const sidecar = await startWithCallers(t, url, `[export]\n${testKey().line}\n`, {
    adminListen: [{ kind: 'localhost', port: 0 }],
  })
  await sidecar.tokens.get()
  const admin = sidecar.adminAddresses[0] ?? ''
  const { step } = await examined(
    settings(url, {
      SIDECAR_LISTEN: `localhost:${sidecar.port}`,
      SIDECAR_ADMIN_LISTEN: `localhost:${admin.split(':').at(-1)}`,
      SIDECAR_CALLERS_FILE: sidecar.file,
    }),
  )
  const { status, detail } = step('validate-access-token')
  assert.deepEqual([status, detail], ['ok', 'CATAPA accepts the token of the running sidecar'])
  const shown: unknown = await (await fetch(`${admin}/api/status`)).json()
  assert.match(JSON.stringify(shown), /"unknownRefusals":0/)
})
