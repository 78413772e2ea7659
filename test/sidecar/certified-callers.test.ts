import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { Agent, get } from 'node:https'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { readCallers } from '../../src/callers/file/read-callers.ts'
import { pinOf } from '../../src/callers/recognise/certificate.ts'
import { startAdministered } from '../support/admin.ts'
import { dns, type Made, make } from '../support/client-certificates.ts'
import { overTls, ownPair, readPair } from '../support/own-certificate.ts'
import { startUpstream, testConfig } from '../support/sidecar.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { eventually } from '../support/wire.ts'

type Answer = Readonly<{ status: number; closes: boolean; detail: string }>

/** A sidecar with a TLS listener, a CA for callers and a callers file, and programs that show certificates. */
async function office(t: TestContext, text: string, ca: Made) {
  const folder = temporaryFolder(t)
  const callersFile = join(folder, 'callers.ini')
  const caFile = join(folder, 'ca.pem')
  writeFileSync(callersFile, text, { mode: 0o600 })
  writeFileSync(caFile, ca.pem)
  const pair = ownPair(t, { hosts: ['localhost'] })
  const [settings] = await overTls(pair)
  const files = { tlsCertFile: pair.cert, tlsKeyFile: pair.key, tlsClientCaFile: caFile }
  const config = { ...settings, ...files, callersFile }
  const upstream = await startUpstream(t)
  const callers = readCallers(testConfig(upstream.url, config))
  const certificates = await readPair(pair, caFile)
  const sidecar = await startAdministered(t, upstream.url, config, { certificates, callers, certificateLookMs: 50 })
  function call(shows?: Made, agent: Agent | false = false): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const own = shows && { cert: shows.pem, key: shows.keyPem }
      get({ port: sidecar.port, host: '127.0.0.1', servername: 'localhost', ca: pair.ca, agent, path: '/v1/x', ...own })
        .once('error', reject)
        .once('response', async (answer) => {
          let body = ''
          for await (const piece of answer) body += piece
          const detail = body.startsWith('{"type') || body.includes('"detail"') ? JSON.parse(body).detail : ''
          resolve({ status: answer.statusCode ?? 0, closes: answer.headers.connection === 'close', detail })
        })
    })
  }
  return { sidecar, upstream, call, callersFile, caFile }
}

const clientCa = make({ cn: 'Callers CA', ca: true })
const payroll = make({ cn: 'payroll', issuer: clientCa, names: [dns('Payroll.office.example')] })
const alone = make({ cn: 'clock' })
const pin = pinOf(alone.keys)
const text = `[payroll]\ncertificate = dns:payroll.office.example\n[clock]\ncertificate = ${pin}\nprofile = read-only\n`

test('programs are known by a name that the CA vouches for, or by their pin; others are refused with the reason', async (t) => {
  const { call, sidecar } = await office(t, text, clientCa)
  assert.equal((await call(payroll)).status, 200)
  assert.equal((await call(alone)).status, 200)
  const [nobody, foreign] = [await call(), await call(make({ cn: 'x', names: [dns('payroll.office.example')] }))]
  assert.deepEqual([nobody.status, foreign.status], [403, 403])
  assert.match(foreign.detail, /not vouched for by the CA that the sidecar trusts/)
  const lines = sidecar.log.filter(({ msg }) => msg === 'request').map(({ caller, how }) => [caller, how])
  assert.deepEqual(lines.slice(0, 2), [
    ['payroll', 'certificate'],
    ['clock', 'certificate'],
  ])
})

test('a pin that is taken out of the callers file is refused from the next request on, on a kept connection too', async (t) => {
  const { call, callersFile, sidecar } = await office(t, text, clientCa)
  const agent = new Agent({ keepAlive: true, maxSockets: 1, maxCachedSessions: 0 })
  t.after(() => agent.destroy())
  assert.equal((await call(alone, agent)).status, 200)
  writeFileSync(callersFile, text.replace(pin, pinOf(payroll.keys)), { mode: 0o600 })
  await eventually(() => sidecar.log.some(({ msg }) => msg === 'the callers file has changed and is in use'), 'in use')
  assert.equal((await call(alone, agent)).status, 403)
})

test('a CA that is replaced refuses whom it vouched for from the next request on, and whoever has a pin goes on', async (t) => {
  const { call, caFile, sidecar } = await office(t, text, clientCa)
  const agents = [0, 1].map(() => new Agent({ keepAlive: true, maxSockets: 1, maxCachedSessions: 0 }))
  t.after(() => agents.map((agent) => agent.destroy()))
  assert.equal((await call(payroll, agents[0])).status, 200)
  assert.equal((await call(alone, agents[1])).status, 200)
  writeFileSync(caFile, make({ cn: 'Callers CA', ca: true }).pem)
  const changed = 'the certificate has changed and is in use for new connections'
  await eventually(() => sidecar.log.some(({ msg }) => msg === changed), 'in use')
  const again = (made: Made, agent: Agent | undefined) => call(made, agent).catch(() => call(made, agent)) // It may just be closed.
  assert.equal((await again(payroll, agents[0])).status, 403)
  assert.equal((await again(alone, agents[1])).status, 200)
  writeFileSync(caFile, clientCa.pem)
  await eventually(() => sidecar.log.filter(({ msg }) => msg === changed).length === 2, 'in use')
  assert.equal((await again(payroll, agents[0])).status, 200)
})

test('a connection that was open before anybody was asked for a certificate shows none', async (t) => {
  const { call, callersFile, sidecar } = await office(t, '[*]\nprofile = read-only\n', clientCa)
  const agent = new Agent({ keepAlive: true, maxSockets: 1, maxCachedSessions: 0 })
  t.after(() => agent.destroy())
  assert.equal((await call(alone, agent)).status, 200)
  writeFileSync(callersFile, text, { mode: 0o600 })
  await eventually(() => sidecar.log.some(({ msg }) => msg === 'the callers file has changed and is in use'), 'in use')
  assert.equal((await call(alone, agent)).status, 403)
  assert.equal((await call(alone)).status, 200)
})
