import assert from 'node:assert/strict'
import { createServer, type RequestListener } from 'node:http'
import { type TestContext, test } from 'node:test'
import { AddressTakenError, namingHolder } from '../../src/commands/address-taken.ts'
import { ListenError } from '../../src/network/listen.ts'
import { settings } from '../support/doctor.ts'
import { freePort } from '../support/free-port.ts'
import { config } from '../support/settings.ts'
import { listenOnFreePort, runCli, startTestSandbox, startUpstream } from '../support/sidecar.ts'

test('a second sidecar on the same ports ends with 3 and says whose the first is, and which settings to change', async (t) => {
  const first = await startTestSandbox(t, { tenant: 'north' })
  const second = await startTestSandbox(t)
  const ports = {
    SIDECAR_LISTEN: `localhost:${await freePort()}`,
    SIDECAR_ADMIN_LISTEN: `localhost:${await freePort()}`,
  }
  await runCli(t, ['start'], { ...settings(first.url, { CATAPA_TENANT: 'north' }), ...ports }).until(
    /access token obtained/,
  )
  const late = runCli(t, ['start'], { ...settings(second.url), ...ports })
  assert.equal((await late.exit).code, 3)
  assert.match(
    late.output(),
    /^catapa-sidecar: 127\.0\.0\.1:\d+ is taken by another catapa-sidecar of this machine\. It says of itself: tenant "north", client "demo-client"\.\nIf that one is to stay, give this one addresses of its own, for example SIDECAR_LISTEN=localhost:\d+ and\nSIDECAR_ADMIN_LISTEN=localhost:\d+\. /m,
  )
})

/** What is said when an address of these settings is taken. */
function said(address: string, adminListen = 'off'): Promise<string> {
  const settled = config({ SIDECAR_ADMIN_LISTEN: adminListen })
  return namingHolder(new ListenError(address, 'EADDRINUSE'), settled).catch((error: Error) => error.message)
}

async function answering(t: TestContext, answer: RequestListener): Promise<string> {
  return `127.0.0.1:${await listenOnFreePort(t, createServer(answer))}`
}

test('a sidecar whose admin listener is elsewhere is recognised, and nothing that is asked gets to CATAPA', async (t) => {
  const upstream = await startUpstream(t)
  const address = `127.0.0.1:${await freePort()}`
  const env = settings(upstream.url, { SIDECAR_LISTEN: address })
  await runCli(t, ['start'], env).until(/access token obtained/)
  // That address stands in SIDECAR_ADMIN_LISTEN by mistake: what asks for a status there is no call either.
  const text = await said(address, address)
  assert.match(text, /^127\.0\.0\.1:\d+ is taken by another catapa-sidecar of this machine\.\nIf that one is to stay/)
  assert.deepEqual(
    upstream.received.filter(({ url }) => url !== '/oauth/token'),
    [],
  )
})

test('whoever has the address cannot write onto the terminal: his words are quoted, cut, and made printable', async (t) => {
  const address = await answering(t, (request, response) => {
    const host = `http://${request.headers.host === 'localhost' ? address : ''}`
    const tenant = `north".\nRun: sudo \x1b[2J${'x'.repeat(5000)}`
    const status = {
      credentials: { tenant, clientId: 'c' },
      upstream: { origin: '' },
      token: { valid: true },
      listeners: { data: [host] },
    }
    response.end(JSON.stringify(status))
  })
  const text = await said(address, address)
  assert.match(
    text,
    /^127\.0\.0\.1:\d+ is taken .* It says of itself: tenant "north\\"\.\?Run: sudo \?\[2Jx+", client "c"\.\nIf/,
  )
  assert.ok((text.split('\n', 1)[0] ?? '').length < 300)
})

test('another program is not called a sidecar, and other errors are left as they are', async (t) => {
  const address = await answering(t, (_request, response) => response.end('hello'))
  assert.equal(await said(address), `cannot listen on ${address} (EADDRINUSE)`)
  const refused = new ListenError('127.0.0.1:80', 'EACCES')
  await assert.rejects(namingHolder(refused, config()), (error) => error === refused)
})

test('the ports that are proposed are those of the next instance, and ports that exist', () => {
  const proposed = (address: string) =>
    /SIDECAR_LISTEN=localhost:(\d+) and\nSIDECAR_ADMIN_LISTEN=localhost:(\d+)\./
      .exec(new AddressTakenError(address, undefined, undefined).message)
      ?.slice(1)
      .join(' ')
  assert.equal(proposed('127.0.0.1:8228'), '8328 8329')
  assert.equal(proposed('[::1]:8229'), '8328 8329')
  assert.equal(proposed('127.0.0.1:8328'), '8428 8429')
  assert.equal(proposed('unix:/run/http.sock'), '8328 8329')
  assert.equal(proposed('0.0.0.0:80'), '8328 8329')
  assert.equal(proposed('0.0.0.0:65535'), '8328 8329')
})
