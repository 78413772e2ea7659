import assert from 'node:assert/strict'
import { Agent } from 'node:https'
import { type TestContext, test } from 'node:test'
import { digestOf, newKey } from '../../../src/callers/key.ts'
import { pinOf } from '../../../src/callers/recognise/certificate.ts'
import { dns, type Made, make, type Wanted } from '../../support/client-certificates.ts'
import { ask, keepingAgent, type Program, startTlsCallers } from '../../support/tls-callers.ts'

const ca = make({ cn: 'Office CA', ca: true })
const newCa = make({ cn: 'New CA', ca: true })
const signed = (name: string, wanted: Wanted = {}) =>
  make({ issuer: ca, names: [dns(`${name}.example.com`)], ...wanted })
const payroll = signed('payroll')
const clock = signed('clock')
const pinned = make({ cn: 'pinned' })
const stranger = make({ cn: 'stranger' })
const [payrollKey, clockKey] = [newKey(), newKey()]
const keyLine = (key: string) => `key = sha256:${digestOf(key)}`
const withKey = (key: string) => ({ headers: { 'X-Api-Key': key } })

const text = `[payroll]
${keyLine(payrollKey)}
certificate = dns:payroll.example.com
[clock]
${keyLine(clockKey)}
certificate = dns:clock.example.com
[pinned]
certificate = ${pinOf(pinned.keys)}
[till]
${keyLine(newKey())}
[*]`

/** A program that keeps its connection. */
function keeping(t: TestContext, shows: Made | undefined): Program {
  const agent = keepingAgent()
  t.after(() => agent.destroy())
  return { shows, agent }
}

test('without a certificate a program is known by another way, or is everyone else', async (t) => {
  const listener = await startTlsCallers(t, { text, ca: ca.pem })
  assert.equal(await ask(listener), '* by undefined')
  assert.equal(await ask(listener, withKey(payrollKey)), 'payroll by key')
  listener.write(text.replace('[*]', ''))
  assert.equal(await ask(listener), 'refused: nobody')
})

test('a key counts before a certificate, also before a wrong one; a wrong key is refused beside a right one', async (t) => {
  const listener = await startTlsCallers(t, { text, ca: ca.pem })
  for (const shows of [payroll, clock, stranger]) {
    assert.equal(await ask(listener, { shows, ...withKey(payrollKey) }), 'payroll by key')
    assert.equal(await ask(listener, { shows, ...withKey(newKey()) }), 'refused: wrong_key')
  }
})

test("a caller's own listener without certificate lines needs none, and refuses another's and nobody's", async (t) => {
  const listener = await startTlsCallers(t, { text, ca: ca.pem, owner: { name: 'till' } })
  assert.equal(await ask(listener), 'till by listener')
  assert.equal(await ask(listener, { shows: clock }), 'refused: two_callers')
  assert.equal(await ask(listener, { shows: stranger }), 'refused: untrusted')
})

test("a caller's own listener with certificate lines serves only programs that show one of them, with a key too", async (t) => {
  const listener = await startTlsCallers(t, { text, ca: ca.pem, owner: { name: 'payroll' } })
  assert.equal(await ask(listener), 'refused: none')
  assert.equal(await ask(listener, withKey(payrollKey)), 'refused: none')
  assert.equal(await ask(listener, { shows: stranger, ...withKey(payrollKey) }), 'refused: untrusted')
  assert.equal(await ask(listener, { shows: clock, ...withKey(payrollKey) }), 'refused: two_callers')
  assert.equal(await ask(listener, { shows: clock }), 'refused: two_callers')
  assert.equal(await ask(listener, { shows: payroll, ...withKey(clockKey) }), 'refused: two_callers')
  assert.equal(await ask(listener, { shows: payroll }), 'payroll by listener')
  assert.equal(await ask(listener, { shows: payroll, ...withKey(payrollKey) }), 'payroll by listener')
})

test('a line that is taken out of the file refuses from the next request on, on connections that stand too', async (t) => {
  const listener = await startTlsCallers(t, { text, ca: ca.pem })
  const [byName, byPin] = [keeping(t, payroll), keeping(t, pinned)]
  const both = async () => [await ask(listener, byName), await ask(listener, byPin)]
  assert.deepEqual(await both(), ['payroll by certificate', 'pinned by certificate'])
  listener.write(text.replaceAll(/^certificate.*\n/gm, '').replace('[pinned]\n', ''))
  assert.deepEqual(await both(), ['refused: nobodys', 'refused: untrusted'])
  listener.write(text.replace('[payroll]', '[export]'))
  assert.deepEqual(await both(), ['export by certificate', 'pinned by certificate'])
  assert.equal(listener.state.handshakes, 2)
})

test('a CA that is taken out refuses from the next request on, and the connection is closed; a pin stays known', async (t) => {
  const listener = await startTlsCallers(t, { text, ca: ca.pem })
  const [byName, byPin] = [keeping(t, payroll), keeping(t, pinned)]
  const both = async () => [await ask(listener, byName), await ask(listener, byPin)]
  assert.deepEqual(await both(), ['payroll by certificate', 'pinned by certificate'])
  listener.replaceCa(newCa.pem)
  assert.deepEqual(await both(), ['refused: ca_replaced', 'pinned by certificate'])
  assert.equal(listener.state.handshakes, 2)
  assert.deepEqual(await both(), ['refused: untrusted', 'pinned by certificate'])
  assert.equal(listener.state.handshakes, 4)
  assert.equal(await ask(listener, { shows: signed('payroll', { issuer: newCa }) }), 'payroll by certificate')
})

test('a certificate is asked at each request whether it is still within its dates, a pinned one too', async (t) => {
  let now = Date.now()
  const listener = await startTlsCallers(t, { text, ca: ca.pem, clock: () => now })
  const programs = [keeping(t, payroll), keeping(t, pinned)]
  const both = async () => [await ask(listener, programs[0]), await ask(listener, programs[1])]
  const known = ['payroll by certificate', 'pinned by certificate']
  assert.deepEqual(await both(), known)
  now += 31 * 86_400_000
  assert.deepEqual(await both(), ['refused: expired', 'refused: expired'])
  now -= 33 * 86_400_000
  assert.deepEqual(await both(), ['refused: not_yet', 'refused: not_yet'])
  now += 2 * 86_400_000
  assert.deepEqual(await both(), known)
  assert.equal(listener.state.handshakes, 2)
})

test('a connection that has ended before its first request was judged is not taken for one without a certificate', async (t) => {
  const listener = await startTlsCallers(t, { text, ca: ca.pem })
  assert.equal(await ask(listener, { shows: payroll, headers: { Leave: '1' } }), 'no handshake')
  const kept = keeping(t, payroll)
  assert.equal(await ask(listener, kept), 'payroll by certificate')
  await ask(listener, { ...kept, headers: { Leave: '1' } })
  const certified = 'payroll by certificate'
  assert.deepEqual(listener.state.verdicts, ['refused: nobody', certified, certified])
})

test('without a CA of our own no name is believed, and a pin is', async (t) => {
  const listener = await startTlsCallers(t, { text })
  assert.equal(await ask(listener, { shows: payroll }), 'refused: nobodys')
  assert.equal(await ask(listener, { shows: pinned }), 'pinned by certificate')
})

test('a name is not believed in a TLS session that goes on from an earlier connection', async (t) => {
  const listener = await startTlsCallers(t, { text, ca: ca.pem, resumes: true, maxVersion: 'TLSv1.2' })
  for (const [shows, before, after] of [
    [payroll, 'payroll by certificate', 'refused: resumed'],
    [pinned, 'pinned by certificate', 'pinned by certificate'],
  ] as const) {
    const agent = new Agent({ maxCachedSessions: 1 })
    assert.equal(await ask(listener, { shows, agent }), before)
    assert.equal(await ask(listener, { shows, agent }), after)
  }
})
