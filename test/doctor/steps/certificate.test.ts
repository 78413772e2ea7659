import assert from 'node:assert/strict'
import { chmodSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { makeCertificate } from '../../support/certificate.ts'
import { assertFails, examined, settings } from '../../support/doctor.ts'
import { ownPair, writePair } from '../../support/own-certificate.ts'
import { startTestSandbox } from '../../support/sidecar.ts'

test('the certificate, its names, issuer and end, and the mode of its key; without one there is no such step', async (t) => {
  const sandbox = await startTestSandbox(t)
  const pair = ownPair(t, { hosts: ['payroll.office.example'] })
  const env = settings(sandbox.url, {
    SIDECAR_LISTEN: 'tls:127.0.0.1:0',
    SIDECAR_TLS_CERT_FILE: pair.cert,
    SIDECAR_TLS_KEY_FILE: pair.key,
  })
  const { step, code } = await examined(env)
  assert.deepEqual([step('certificate').status, code], ['ok', 0])
  assert.match(
    step('certificate').detail,
    /cert\.pem, for payroll\.office\.example, issued by Office CA, until 20\S+ \S+, in (9 d 23 h|10 d 0 h); the key .*key\.pem(, mode 0600)?$/,
  )
  const { steps } = await examined(settings(sandbox.url))
  assert.ok(!steps.some((one) => one.step === 'certificate'))
})

test('a pair that does not fit, one that has ended, and a key that others can read fail, in the words of the log', async (t) => {
  const sandbox = await startTestSandbox(t)
  const pair = ownPair(t)
  const env = settings(sandbox.url, {
    SIDECAR_LISTEN: 'tls:127.0.0.1:0',
    SIDECAR_TLS_CERT_FILE: pair.cert,
    SIDECAR_TLS_KEY_FILE: pair.key,
  })
  const fails = (detail: RegExp, remedy: RegExp) =>
    assertFails(examined(env), { step: 'certificate', code: 2, detail, remedy })
  const { key } = makeCertificate({ cn: 'other', hosts: ['localhost'] })
  writeFileSync(pair.key, key)
  await fails(/does not belong to the certificate/, /Put files there that belong together/)
  writePair(pair, makeCertificate({ cn: 'sidecar', hosts: ['localhost'], expired: true }))
  await fails(/has ended at 2020-01-0/, /Renew it/)
  writePair(pair, makeCertificate({ cn: 'sidecar', hosts: ['localhost'] }))
  chmodSync(pair.folder, 0o755)
  chmodSync(pair.key, 0o644)
  await fails(/of SIDECAR_TLS_KEY_FILE has mode 0644/, /chmod 600/)
})
