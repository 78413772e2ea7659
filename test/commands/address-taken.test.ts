import assert from 'node:assert/strict'
import { createServer, type RequestListener } from 'node:http'
import { type TestContext, test } from 'node:test'
import { rethrowWithHolder } from '../../src/commands/address-taken.ts'
import { ListenError } from '../../src/network/listen.ts'
import { freePortAfter } from '../../src/running/free-port.ts'
import { examined, settings } from '../support/doctor.ts'
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
    /^catapa-sidecar: 127\.0\.0\.1:\d+ is taken by another catapa-sidecar of this machine\. It says of itself: tenant "north", client "demo-client"\.\nTo keep both, give this one addresses of its own, for example SIDECAR_LISTEN=localhost:\d+ and\nSIDECAR_ADMIN_LISTEN=localhost:\d+\. /m,
  )
})

/** What is said when an address of these settings is taken. */
function said(address: string, adminListen = 'off'): Promise<string> {
  const settled = config({ SIDECAR_ADMIN_LISTEN: adminListen })
  return rethrowWithHolder(new ListenError(address, 'EADDRINUSE'), settled).catch((error: Error) => error.message)
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
  assert.match(text, /^127\.0\.0\.1:\d+ is taken by another catapa-sidecar of this machine\.\nTo keep both/)
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
    /^127\.0\.0\.1:\d+ is taken .* It says of itself: tenant "north\\"\.\?Run: sudo \?\[2Jx+", client "c"\.\nTo keep/,
  )
  assert.ok((text.split('\n', 1)[0] ?? '').length < 300)
})

test('another program is not called a sidecar, and other errors are left as they are', async (t) => {
  const address = await answering(t, (_request, response) => response.end('hello'))
  assert.match(await said(address), /^127\.0\.0\.1:\d+ is taken by another program\.\nStop that one/)
  const refused = new ListenError('127.0.0.1:80', 'EACCES')
  await assert.rejects(rethrowWithHolder(refused, config()), (error) => error === refused)
})

test('the ports that are proposed are those of the next instance, exist and are free, and doctor proposes the same', async (t) => {
  const { url } = await startTestSandbox(t)
  const port = await freePortAfter(`localhost:${8228 + 100 * (process.pid % 300)}`)
  const taken = createServer((_request, response) => response.end('hello'))
  await new Promise<void>((resolve) => taken.listen(port, '127.0.0.1', resolve))
  t.after(() => taken.close())
  const proposed = await freePortAfter(`localhost:${port}`)
  assert.equal(proposed % 100, 28)
  assert.ok(proposed > port)
  const addresses = { SIDECAR_LISTEN: `localhost:${port}` }
  const start = runCli(t, ['start'], settings(url, addresses))
  assert.equal((await start.exit).code, 3)
  assert.equal(
    start.output().split('catapa-sidecar: ').at(-1),
    `127.0.0.1:${port} is taken by another program.\nStop that one (Linux: ss -ltnp, Windows: netstat -ano), or choose another address: SIDECAR_LISTEN=localhost:${proposed}.\n`,
  )
  const { remedy = '' } = (await examined(settings(url, addresses))).step('listener')
  assert.match(remedy, new RegExp(`for example SIDECAR_LISTEN=localhost:${proposed}\\.$`))

  const admin = runCli(t, ['start'], settings(url, { SIDECAR_ADMIN_LISTEN: `127.0.0.1:${port}` }))
  assert.equal((await admin.exit).code, 3)
  assert.match(admin.output(), new RegExp(`choose another address: SIDECAR_ADMIN_LISTEN=localhost:${proposed + 1}\\.`))
  for (const words of [['demo'], ['sandbox']]) {
    const env = { SIDECAR_LISTEN: 'localhost:0', SIDECAR_ADMIN_LISTEN: 'off', SANDBOX_LISTEN: `localhost:${port}` }
    const command = runCli(t, words, env)
    assert.equal((await command.exit).code, 3)
    assert.match(command.output(), new RegExp(`choose another address: SANDBOX_LISTEN=localhost:${proposed + 2}\\.`))
  }
  for (const odd of ['unix:/run/http.sock', '0.0.0.0:80', '0.0.0.0:65535']) {
    const found = await freePortAfter(odd)
    assert.ok(found >= 8328 && found % 100 === 28, odd)
  }
})
