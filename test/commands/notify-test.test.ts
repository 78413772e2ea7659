// `notify test`, as a person at a terminal uses it.
import assert from 'node:assert/strict'
import { hostname } from 'node:os'
import { type TestContext, test } from 'node:test'
import { SMTPServer } from 'smtp-server'
import { settings } from '../support/doctor.ts'
import { canary, startReceiver } from '../support/receivers.ts'
import { runCli, secret } from '../support/sidecar.ts'

secret(canary)

async function notify(t: TestContext, notifyUrl: string, words = ['test'], more: Record<string, string> = {}) {
  const env = settings('http://127.0.0.1:1', { ...(notifyUrl && { SIDECAR_NOTIFY_URL: notifyUrl }), ...more })
  const command = runCli(t, ['notify', ...words], env)
  const { code } = await command.exit
  const output = command.output()
  assert.ok(!output.includes(canary), output)
  return { code, output }
}

test('each receiver gets one message that says that it is a test, and of which instance; 0', async (t) => {
  const [chat, program] = [await startReceiver(t), await startReceiver(t)]
  const both = `slack:${chat.url.href} json:${program.url.href}`
  const admin = { SIDECAR_ADMIN_LISTEN: 'localhost:8229' }
  assert.deepEqual(await notify(t, both, ['test'], admin), {
    code: 0,
    output: 'slack 127.0.0.1: took it\njson 127.0.0.1: took it\n',
  })
  assert.match(JSON.parse(chat.heard[0]?.body ?? '').text, /^This is a test of catapa-sidecar: nothing is wrong\./)
  const { version, items, instance, page } = JSON.parse(program.heard[0]?.body ?? '')
  assert.deepEqual([version, items[0].state, page], [1, 'test', 'http://localhost:8229/'])
  assert.match(instance, /^\S+ on \S+, settings of the environment$/)
  assert.ok(instance.includes(hostname()))
  assert.deepEqual([chat.heard.length, program.heard.length], [1, 1])
})

test('one that does not take it is told with its remedy, and ends it with 5', async (t) => {
  const gone = await startReceiver(t, (_, response) => response.writeHead(404).end(canary))
  const fine = await startReceiver(t)
  const { code, output } = await notify(
    t,
    `teams:${gone.url.href}\nntfy:${fine.url.href} json:http://127.0.0.1:1/${canary}`,
  )
  assert.equal(code, 5)
  assert.match(
    output,
    /^teams 127\.0\.0\.1: refused, 404\. .*make a new one.*\nntfy 127\.0\.0\.1: took it\njson 127\.0\.0\.1: not reached: it refused the connection\. Check .*\n$/,
  )
})

test('after a 503 there is one more try; --json', async (t) => {
  const { url, heard } = await startReceiver(t, (number, response) =>
    response.writeHead(number === 1 ? 503 : 200).end(),
  )
  const never = await startReceiver(t, (_, response) => response.writeHead(429, { 'Retry-After': '60' }).end())
  const { code, output } = await notify(t, `json:${url.href} slack:${never.url.href}`, ['test', '--json'])
  assert.equal(code, 5)
  const { ok, receivers } = JSON.parse(output)
  assert.equal(ok, false)
  assert.deepEqual(receivers[0], { receiver: 'json 127.0.0.1', took: true, problem: null, next: null })
  assert.deepEqual([receivers[1].took, receivers[1].problem], [false, 'refused, 429'])
  assert.deepEqual([heard.length, never.heard.length], [2, 1])
})

test('by mail: the program that is shipped sends one, and says by which number another was refused', async (t) => {
  const subjects: string[] = []
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    authOptional: true,
    allowInsecureAuth: true,
    disableReverseLookup: true,
    closeTimeout: 100,
    onAuth: (_, __, done) => done(Object.assign(new Error(canary), { responseCode: 535 })),
    onData(stream, _, done) {
      stream.setEncoding('utf8').on('data', (text: string) => subjects.push(/^Subject: (.*)/m.exec(text)?.[1] ?? ''))
      stream.on('end', () => done())
    },
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => new Promise<void>((resolve) => server.close(() => resolve())))
  const address = server.server.address()
  assert.ok(typeof address === 'object' && address !== null)
  const query = '?from=sidecar@example.com&to=ops@example.com'
  const url = `smtp://127.0.0.1:${address.port}/${query} smtp://me:${canary}@127.0.0.1:${address.port}/${query}`
  const { code, output } = await notify(t, url)
  assert.equal(code, 5)
  assert.match(output, /^smtp 127\.0\.0\.1: took it\nsmtp 127\.0\.0\.1: refused, 535\. Check the user and the password/)
  assert.match(subjects.join(), /^catapa-sidecar: This is a test/)
})

test('with no receiver, a wrong setting or wrong use it ends with 2', async (t) => {
  const none = await notify(t, '')
  assert.equal(none.code, 2)
  assert.match(none.output, /SIDECAR_NOTIFY_URL is not set/)
  const wrong = await notify(t, `slack:${canary}`)
  assert.equal(wrong.code, 2)
  assert.match(wrong.output, /SIDECAR_NOTIFY_URL.*URL that begins with https/)
  for (const words of [[], ['again'], ['test', 'now']]) {
    assert.equal((await notify(t, 'json:http://127.0.0.1:1/', words)).code, 2, words.join(' '))
  }
})
