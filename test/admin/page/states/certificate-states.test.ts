import assert from 'node:assert/strict'
import { test } from 'node:test'
import { certificateStates } from '../../../../src/admin/page/states/certificate-states.ts'

const day = 24 * 3_600_000
const now = Date.parse('2026-11-27T12:00:00Z')
const iso = (at: number) => new Date(at).toISOString()
const since = iso(now - 30 * day)
const certificate = {
  names: ['payroll.office.example'],
  issuer: 'Office CA',
  validFrom: iso(now - 60 * day),
  validUntil: iso(now + 20 * day),
  since,
  problem: undefined,
}

test('without a certificate, and with one that holds for more than 14 days, there is nothing to say', () => {
  assert.deepEqual(certificateStates({ certificate: undefined }, now), [])
  assert.deepEqual(certificateStates({ certificate }, now), [])
})

test('one that ends within 14 days is a warning since then, one that has ended or is not valid yet is bad', () => {
  const [soon] = certificateStates({ certificate: { ...certificate, validUntil: iso(now + 5 * day) } }, now)
  assert.equal(soon?.condition, 'warning')
  assert.match(soon?.sentence ?? '', /^It ends in 5 d 0 h, at /)
  assert.equal(soon?.since, iso(now - 9 * day))
  const [over] = certificateStates({ certificate: { ...certificate, validUntil: iso(now - day) } }, now)
  assert.deepEqual([over?.condition, over?.title, over?.since], ['bad', 'The certificate has ended', iso(now - day)])
  const [early] = certificateStates({ certificate: { ...certificate, validFrom: iso(now + day) } }, now)
  assert.deepEqual([early?.condition, early?.title], ['bad', 'The certificate is not valid yet'])
})

test('files with a problem are a state of their own, which says what stays in use', () => {
  const problem = { happened: 'The private key has gone', remedy: 'Put it back.', since: iso(now - 1000) }
  const [state] = certificateStates({ certificate: { ...certificate, problem } }, now)
  assert.deepEqual([state?.name, state?.remedy, state?.since], ['certificate_problems', 'Put it back.', problem.since])
  assert.match(state?.sentence ?? '', /goes on with what it read at .* The private key has gone\.$/)
})
