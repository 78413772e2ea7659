import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { Agent, get } from 'node:https'
import { connect, createServer } from 'node:net'
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
  let gate: Promise<unknown> | undefined
  const upstream = await startUpstream(t, (_, response) => void Promise.resolve(gate).then(() => response.end('{}')))
  const callers = readCallers(testConfig(upstream.url, config))
  const certificates = await readPair(pair, caFile)
  const sidecar = await startAdministered(t, upstream.url, config, { certificates, callers, certificateLookMs: 50 })
  function call(shows?: Made, agent: Agent | false = false, port = sidecar.port): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const own = shows && { cert: shows.pem, key: shows.keyPem }
      get({ port, host: '127.0.0.1', servername: 'localhost', ca: pair.ca, agent, path: '/v1/x', ...own })
        .once('error', reject)
        .once('response', async (answer) => {
          let body = ''
          for await (const piece of answer) body += piece
          const detail = body.startsWith('{"type') || body.includes('"detail"') ? JSON.parse(body).detail : ''
          resolve({ status: answer.statusCode ?? 0, closes: answer.headers.connection === 'close', detail })
        })
    })
  }
  return {
    ...{ sidecar, upstream, call, callersFile },
    /** Until this, CATAPA answers nothing. */
    hold(until: Promise<unknown>): void {
      gate = until
    },
    /** Another CA takes the place of the one that vouches for callers. */
    async replaceCa(pem = make({ cn: 'Callers CA', ca: true }).pem): Promise<void> {
      const before = changes()
      writeFileSync(caFile, pem)
      await eventually(() => changes() > before, 'in use')
    },
  }
  function changes(): number {
    return sidecar.log.filter(({ msg }) => msg === 'the certificate has changed and is in use for new connections')
      .length
  }
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
  const agent = keeping(t)
  assert.equal((await call(alone, agent)).status, 200)
  writeFileSync(callersFile, text.replace(pin, pinOf(payroll.keys)), { mode: 0o600 })
  await eventually(() => sidecar.log.some(({ msg }) => msg === 'the callers file has changed and is in use'), 'in use')
  assert.equal((await call(alone, agent)).status, 403)
})

function keeping(t: TestContext): Agent {
  const agent = new Agent({ keepAlive: true, maxSockets: 1, maxCachedSessions: 0 })
  t.after(() => agent.destroy())
  return agent
}

test('a CA that is replaced vouches for nobody any more, and whoever has a pin goes on', async (t) => {
  const { call, replaceCa } = await office(t, text, clientCa)
  assert.equal((await call(payroll)).status, 200)
  await replaceCa()
  assert.equal((await call(payroll)).status, 403)
  assert.equal((await call(alone)).status, 200)
  await replaceCa(clientCa.pem)
  assert.equal((await call(payroll)).status, 200)
})

test('when the CA is replaced idle connections are closed, and the answer under way is the last of its connection', async (t) => {
  const { call, replaceCa, hold, upstream } = await office(t, text, clientCa)
  const [idle, busy] = [keeping(t), keeping(t)]
  assert.equal((await call(payroll, idle)).status, 200)
  const [socket] = Object.values(idle.freeSockets).flat()
  const closed = new Promise((resolve) => socket?.once('close', resolve))
  let release = () => {}
  hold(
    new Promise<void>((resolve) => {
      release = resolve
    }),
  )
  const underWay = call(payroll, busy)
  await eventually(() => upstream.received.length === 2, 'it is under way')
  await replaceCa()
  await closed
  release()
  const { status, closes } = await underWay
  assert.deepEqual([status, closes], [200, true])
})

test('a handshake that began before the CA was replaced ends with it, and cannot be judged by the new one', async (t) => {
  const { sidecar, call, replaceCa } = await office(t, text, clientCa)
  let release = () => {}
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  let isHeld = false
  const relay = createServer((program) => {
    const onward = connect(sidecar.port, '127.0.0.1')
    program.on('error', () => {}).once('close', () => onward.destroy())
    onward.on('error', () => {}).once('close', () => program.destroy())
    onward.on('data', (bytes) => program.write(bytes))
    program.once('data', (hello) => {
      onward.write(hello)
      program.on('data', async (bytes) => {
        isHeld = true
        await held
        onward.write(bytes)
      })
    })
  })
  t.after(() => relay.close())
  await new Promise<void>((resolve) => relay.listen(0, '127.0.0.1', resolve))
  const address = relay.address()
  const port = typeof address === 'object' ? address?.port : undefined
  const outcome = call(payroll, false, port).catch((error: NodeJS.ErrnoException) => error.code)
  await eventually(() => isHeld, 'its certificate is on the way')
  await replaceCa()
  release()
  assert.equal(await outcome, 'ECONNRESET')
})

test('a connection that was open before anybody was asked for a certificate shows none', async (t) => {
  const { call, callersFile, sidecar } = await office(t, '[*]\nprofile = read-only\n', clientCa)
  const agent = keeping(t)
  assert.equal((await call(alone, agent)).status, 200)
  writeFileSync(callersFile, text, { mode: 0o600 })
  await eventually(() => sidecar.log.some(({ msg }) => msg === 'the callers file has changed and is in use'), 'in use')
  assert.equal((await call(alone, agent)).status, 403)
  assert.equal((await call(alone)).status, 200)
})

test('a Linux user is known over TLS, too, where no certificate is shown', {
  skip: process.platform !== 'linux' && 'Linux only',
}, async (t) => {
  const section = `[job]\nuser = ${process.getuid?.()}\n`
  const { call, sidecar } = await office(t, `${text}${section}`, clientCa)
  assert.equal((await call()).status, 200)
  assert.equal((await call(payroll)).status, 200)
  const lines = sidecar.log.filter(({ msg }) => msg === 'request').map(({ caller, how }) => [caller, how])
  assert.deepEqual(lines, [
    ['job', 'user'],
    ['payroll', 'certificate'],
  ])
})
