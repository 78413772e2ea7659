import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import { basic, startWithCallers, testKey } from '../../support/callers.ts'
import { startTestSandbox } from '../../support/sidecar.ts'
import { type Client, clients, run } from './clients.ts'

const { key, line } = testKey()
/** What stands before the `@` of the URL. */
const userInfo = `time-clock:${key}`

/** Each program once: options that change the framing change nothing here. wget has an option that does. */
export const userInfoClients: Client[] = clients
  .filter(({ command }, index) => index === clients.findIndex((other) => other.command.join() === command.join()))
  .flatMap((client) =>
    client.name === 'wget'
      ? [client, { ...client, name: 'wget `--auth-no-challenge`', options: ['--auth-no-challenge'] }]
      : [client],
  )

/** A sidecar that lets one caller in, by its key. */
export async function sidecarForOne(t: TestContext): Promise<{ port: number }> {
  return startWithCallers(t, (await startTestSandbox(t)).url, `[time-clock]\n${line}\nprofile = read-only\n`)
}

/**
 * When a real program sends the name and the key of `http://name:key@…`: its server asks for them as RFC 7617 has it,
 * which the sidecar never does (design/promises 8.5). The sidecar has to know the program just where they come at once.
 */
export async function userInfoOf(t: TestContext, client: Client, sidecar: { port: number }): Promise<string> {
  const sends = await whenItSends(t, client)
  const { code, err } = await get(client, sidecar.port, '/core/v1/employees?size=1')
  assert.equal(code === 0, sends === atOnce, `${sends}; the sidecar: ${err.replaceAll(key, '…')}`)
  return sends
}

const atOnce = '✓ at once'

function get({ command, options = [] }: Client, port: number, path: string) {
  return run([...command, `http://${userInfo}@127.0.0.1:${port}`, 'get', path, '-', ...options])
}

async function whenItSends(t: TestContext, client: Client): Promise<string> {
  const wanted = basic('time-clock', key)
  const sent: (string | undefined)[] = []
  const server = createServer(({ headers }, response) => {
    sent.push(headers.authorization)
    if (headers.authorization !== wanted) response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="CATAPA"' })
    response.end('{}')
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  t.after(() => server.close())
  const { port } = server.address() as AddressInfo
  const { code, err } = await get(client, port, '/')

  if (sent.length === 0) {
    assert.notEqual(code, 0, 'the program took nothing for an answer')
    return 'an error: it asks nobody'
  }
  if (!sent.includes(wanted)) {
    assert.notEqual(code, 0, 'the program took a 401 for an answer')
    return 'never'
  }
  assert.equal(code, 0, err.replaceAll(key, '…'))
  return sent[0] === wanted ? atOnce : 'only when asked for it'
}
