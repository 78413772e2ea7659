// The whole of it: requests in bytes, a sidecar with a callers file, and an upstream that carries out whatever a lenient server
// would. Of what their callers may not do nothing may be carried out; of those without restrictions every byte arrives.
import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { settings } from '../support/doctor.ts'
import { type Received, raw, runCli, secret, startUpstream } from '../support/sidecar.ts'
import { bypassCallers, type Restricted, spellings } from '../support/spellings.ts'
import { executedBy } from '../support/spring-matcher.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const restricted: readonly Restricted[] = ['reader', 'keeper', 'clerk', 'intranet']
type Caller = Restricted | 'trusted'

async function start(t: TestContext) {
  const keys = new Map<Caller, string>()
  const sections = ([...restricted, 'trusted'] as const).map((caller) => {
    const key = `csk_${randomBytes(32).toString('base64url')}`
    secret(key)
    keys.set(caller, key)
    const digest = createHash('sha256').update(key).digest('hex')
    return `[${caller}]\nkey = sha256:${digest}\n${caller === 'trusted' ? '' : bypassCallers[caller].lines}\n`
  })
  const folder = temporaryFolder(t)
  writeFileSync(join(folder, 'callers.conf'), sections.join('\n'), { mode: 0o600 })
  const upstream = await startUpstream(t)
  const env = settings(upstream.url, { SIDECAR_CALLERS_FILE: join(folder, 'callers.conf') })
  const output = await runCli(t, ['start'], env).until(/"address":"http:\/\/127\.0\.0\.1:\d+"/)
  const port = Number(/"address":"http:\/\/127\.0\.0\.1:(\d+)"/.exec(output)?.[1])
  /** Sends bytes with the key of a caller; returns what came back, and what reached the upstream. */
  async function send(
    caller: Caller,
    bytes: (head: string) => string,
  ): Promise<{ answer: string; arrived: Received[] }> {
    const before = upstream.received.length
    const head = `Host: localhost:${port}\r\nX-Api-Key: ${keys.get(caller)}\r\nConnection: close\r\n`
    const answer = await raw(port, bytes(head))
    return { answer, arrived: upstream.received.slice(before) }
  }
  return { send }
}

test('of all spellings of what callers may not do, CATAPA carries out none', async (t) => {
  const { send } = await start(t)
  let asked = 0
  for (const { caller, what, bytes } of spellings) {
    const { answer, arrived } = await send(caller, bytes)
    assert.match(answer, /^HTTP\/1\.1 [24]\d\d /, what)
    asked += 1
    for (const request of arrived)
      for (const name of executedBy(request)) assert.doesNotMatch(name, bypassCallers[caller].refused, what)
  }
  assert.ok(asked >= 120, `${asked}`)
})

test('the refusal of such a request names the caller and the oddity, never the key, and CATAPA has not seen it', async (t) => {
  const { send } = await start(t)
  const { answer, arrived } = await send('clerk', (head) => `DELETE /core/v1/employees;x HTTP/1.1\r\n${head}\r\n`)
  assert.match(answer, /^HTTP\/1\.1 403 .*policy_denied/)
  assert.match(answer, /caller clerk has a \\";\\" in its path/)
  assert.match(answer, /"reached":"no"/)
  assert.doesNotMatch(answer, /csk_/)
  assert.equal(arrived.length, 0)
})

test('a caller without restrictions sends them all, and each arrives byte for byte: the upstream would carry them out', async (t) => {
  const { send } = await start(t)
  let carriedOut = 0
  for (const { caller, what, bytes } of spellings) {
    // Pipelined requests, too: only the first is answered, since the connection is closed then.
    const { answer, arrived } = await send('trusted', bytes)
    if (/^HTTP\/1\.1 400 .*bad_request/.test(answer)) continue // Guards hold for everyone (dot segments).
    assert.match(answer, /^HTTP\/1\.1 200 /, what)
    const [first] = arrived
    assert.ok(first !== undefined, what)
    const text = bytes('')
    const [, method = '', target = ''] = /^(\S+) (\S+) HTTP/.exec(text) ?? []
    assert.equal(first.method, method, what)
    assert.equal(first.url, target.replace(/^http:\/\/localhost/i, ''), what)
    const body = text.slice(text.indexOf('\r\n\r\n') + 4)
    if (!what.includes('pipelined')) assert.equal(first.body.toString('latin1'), body, what)
    if ([...executedBy(first)].some((name) => bypassCallers[caller].refused.test(name))) carriedOut += 1
  }
  assert.ok(carriedOut >= 120, `${carriedOut}`)
})
