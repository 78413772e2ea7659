// design/promises 14.3 to 14.5: the certificate while the sidecar runs.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { Agent, get } from 'node:https'
import { test } from 'node:test'
import { startAdministered } from '../support/admin.ts'
import { makeCertificate } from '../support/certificate.ts'
import { overTls, ownPair, writePair } from '../support/own-certificate.ts'
import { json, startUpstream } from '../support/sidecar.ts'
import { rotateUnderLoad } from '../support/tls-rotations.ts'
import { eventually } from '../support/wire.ts'

test('60 rotations under load, torn and wrong ones among them: no handshake fails, and none sees a wrong certificate', async (t) => {
  const ledger = await rotateUnderLoad(t, { rotations: 60, lookMs: 20, callers: 3, seed: 4711 })
  assert.deepEqual([ledger.failed, ledger.wrong, ledger.late, ledger.causes], [0, 0, 0, {}])
  assert.ok(ledger.taken > 10 && ledger.calls > 60, JSON.stringify(ledger))
})

test('as often as it looks in earnest, a new pair is in use within 6 s', async (t) => {
  const { pair, sidecar } = await administered(t)
  const next = makeCertificate({ cn: 'sidecar', hosts: ['localhost', '127.0.0.1'] })
  writePair(pair, next)
  const beganAt = performance.now()
  await eventually(
    () => sidecar.log.some(({ msg }) => String(msg).startsWith('the certificate has changed')),
    'it is told',
  )
  assert.ok(performance.now() - beganAt < 6000)
})

async function administered(t: Parameters<typeof ownPair>[0], certificateLookMs?: number) {
  const pair = ownPair(t)
  const [settings, certificates] = await overTls(pair)
  const upstream = await startUpstream(t)
  const sidecar = await startAdministered(t, upstream.url, settings, { ...certificates, certificateLookMs })
  return { pair, sidecar }
}

test('connections that stand go on, new ones get the new certificate', async (t) => {
  const { pair, sidecar } = await administered(t, 10)
  const next = makeCertificate({ cn: 'sidecar', hosts: ['127.0.0.1'] })
  const kept = new Agent({ keepAlive: true, maxSockets: 1, ca: pair.ca })
  const ask = (agent: Agent) =>
    new Promise((resolve) => {
      const sent = get({ port: sidecar.port, host: '127.0.0.1', agent }, (answer) => {
        answer.resume().once('end', () => resolve([answer.statusCode, sent.reusedSocket]))
      }).once('error', (error: NodeJS.ErrnoException) => resolve(error.code))
    })
  assert.deepEqual(await ask(kept), [200, false])
  writePair(pair, next)
  await eventually(
    () => sidecar.log.some(({ msg }) => String(msg).startsWith('the certificate has changed')),
    'it is told',
  )
  assert.deepEqual(await ask(kept), [200, true])
  kept.destroy()
  assert.deepEqual(await ask(new Agent({ ca: next.ca })), [200, false])
  assert.notEqual(await ask(new Agent({ ca: pair.ca })), [200, false])
})

test('files that do not fit are in status, metric, log and states, without a byte of the key, until they do', async (t) => {
  const { pair, sidecar } = await administered(t, 10)
  const shown = async () => {
    const status = await json(fetch(`${sidecar.adminUrl}/api/status`))
    const metrics = await (await fetch(`${sidecar.adminUrl}/metrics`)).text()
    return { ...status, metrics }
  }
  const before = await shown()
  assert.deepEqual(before.certificate.names, ['localhost', '127.0.0.1'])
  assert.equal(before.certificate.issuer, 'Office CA')
  assert.match(before.metrics, /^catapa_sidecar_certificate_problem 0$/m)
  const expiry = /^catapa_sidecar_certificate_expiry_timestamp_seconds (\S+)$/m.exec(before.metrics)?.[1]
  assert.equal(Number(expiry) * 1000, Date.parse(before.certificate.validUntil))
  const other = makeCertificate({ cn: 'other', hosts: ['localhost'] })
  writeFileSync(pair.key, other.key)
  await eventually(
    () => sidecar.log.some(({ level, happened }) => level === 40 && /belong/.test(`${happened}`)),
    'it is told',
  )
  const meanwhile = await shown()
  assert.match(meanwhile.certificate.problem.happened, /does not belong to the certificate/)
  assert.match(meanwhile.metrics, /^catapa_sidecar_certificate_problem 1$/m)
  const names = meanwhile.states.map(({ name }: { name: string }) => name)
  assert.ok(names.includes('certificate_problems') && names.includes('certificate_ends'), names.join())
  const [, line = ''] = other.key.split('\n')
  assert.ok(!JSON.stringify([meanwhile, sidecar.log]).includes(line))
})

test('a pair that has ended is used at the start, with an error, and its callers see why', async (t) => {
  const pair = ownPair(t, { expired: true })
  const [settings, certificates] = await overTls(pair)
  const upstream = await startUpstream(t)
  const sidecar = await startAdministered(t, upstream.url, settings, certificates)
  assert.ok(sidecar.log.some(({ level, happened }) => level === 50 && /has ended/.test(String(happened))))
  const failure = await new Promise((resolve) => {
    get({ port: sidecar.port, host: '127.0.0.1', ca: pair.ca, agent: false }).once(
      'error',
      (error: NodeJS.ErrnoException) => resolve(error.code),
    )
  })
  assert.equal(failure, 'CERT_HAS_EXPIRED')
})
