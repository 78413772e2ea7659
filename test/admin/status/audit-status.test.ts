// design/promises 9.8 and 9.12: how it stands with the audit trail, for programs and for people.
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type FakeTrail, fakeTrail, folder } from '../../support/fake-trail.ts'
import { json, startTestSidecar, startUpstream } from '../../support/sidecar.ts'

async function shown(t: TestContext, fake?: FakeTrail) {
  const upstream = await startUpstream(t)
  const options = fake === undefined ? {} : { audit: fake.auditing }
  const adminListen = [{ kind: 'localhost' as const, port: 0 }]
  const sidecar = await startTestSidecar(t, upstream.url, { adminListen }, options)
  const adminUrl = sidecar.adminAddresses[0] ?? ''
  const read = async (path: string) => (await fetch(`${adminUrl}${path}`)).text()
  return {
    sidecar,
    status: async () => (await json(fetch(`${adminUrl}/api/status`))).audit,
    page: () => read('/'),
    metrics: async () =>
      [...(await read('/metrics')).matchAll(/^catapa_sidecar_(audit_\w+) (\S+)$/gm)].map(([, n, v]) => `${n} ${v}`),
  }
}

test('without a trail the status has none, the page says nothing of it, and the metrics are 0', async (t) => {
  const { status, page, metrics } = await shown(t)
  assert.equal(await status(), undefined)
  assert.doesNotMatch(await page(), /^ {2}Audit/m)
  assert.deepEqual(await metrics(), [
    'audit_seq 0',
    'audit_lines_total 0',
    'audit_failing 0',
    'audit_unrecorded_total 0',
    'audit_replaced_total 0',
  ])
})

test('a trail that is written: folder, head and lines', async (t) => {
  const fake = fakeTrail()
  const { sidecar, status, page, metrics } = await shown(t, fake)
  await (await fetch(`${sidecar.url}/v1/users/me`)).arrayBuffer()
  await fake.until(1)
  const head = { seq: 2, hash: 'ab'.repeat(32) }
  assert.deepEqual(await status(), { folder, onFailure: 'writes', head, lines: 2, unrecorded: 0 })
  assert.match(await page(), /^ {2}Audit +on, 2 lines, head abababababababab…$/m)
  assert.deepEqual(await metrics(), [
    'audit_seq 2',
    'audit_lines_total 2',
    'audit_failing 0',
    'audit_unrecorded_total 0',
    'audit_replaced_total 0',
  ])
})

test('a trail that cannot be written: since when, why, what is refused and what to do, in status, metrics and a banner', async (t) => {
  const fake = fakeTrail()
  const { sidecar, status, page, metrics } = await shown(t, fake)
  await sidecar.tokens.get()
  fake.fail('ENOSPC')
  const written = await fetch(`${sidecar.url}/core/v1/employees`, { method: 'POST', body: '{}' })
  assert.equal(written.status, 503)
  await (await fetch(`${sidecar.url}/v1/users/me`)).arrayBuffer()
  const { failing, unrecorded } = await status()
  assert.equal(unrecorded, 1)
  const { since, ...rest } = failing
  assert.ok(Math.abs(Date.parse(since) - Date.now()) < 60_000)
  const { happened, remedy, ...facts } = rest
  assert.deepEqual(facts, { why: 'ENOSPC', refused: 1, unrecorded: 1 })
  assert.match(happened, /^The audit trail in \/var\/lib\/catapa-sidecar\/audit cannot be written: the disk is full$/)
  const text = (await page()).replace(/\s+/g, ' ')
  assert.match(text, /ATTENTION: Only reading works: the audit trail cannot be written\./)
  assert.match(
    text,
    /the disk is full, since .* Calls that may change something are refused meanwhile; reading goes on/,
  )
  assert.match(text, /Refused so far: 1\. Without a line so far: 1\./)
  assert.ok(text.includes(`What to do: ${remedy}`))
  assert.match(text, /1 call without a line since the start/)
  assert.deepEqual((await metrics()).slice(2, 4), ['audit_failing 1', 'audit_unrecorded_total 1'])
})

test('a file that was replaced: which, how often and what is lost, until the sidecar is started again', async (t) => {
  const fake = fakeTrail()
  const { status, page, metrics } = await shown(t, fake)
  const file = 'audit-20261127T000003Z-000000000412.jsonl'
  fake.replace({ times: 3, at: Date.now(), file, why: 'replaced', lost: 2 })
  const { at, remedy, ...replaced } = (await status()).replaced
  assert.ok(Math.abs(Date.parse(at) - Date.now()) < 60_000)
  assert.match(remedy, /audit verify/)
  const happened = `Somebody has replaced, shortened or added to ${file}, the file of the audit trail that was being written; 2 lines of it are lost`
  assert.deepEqual(replaced, { times: 3, file, lost: 2, happened })
  assert.match(
    (await page()).replace(/\s+/g, ' '),
    /ATTENTION: It works, but another program has changed the audit trail\./,
  )
  assert.ok((await metrics()).includes('audit_replaced_total 3'))
})
