// Forged answers to the redirect listener (RFC 8252 §8.6, RFC 9700 §4.7): nothing changes, nothing is reflected.
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { endingPage } from '../../../src/commands/login/ending-page.ts'
import { listenAddress, listenForRedirect } from '../../../src/commands/login/redirect-listener.ts'
import { freePort } from '../../support/free-port.ts'
import { chooseSomebody, ended, startLogin, startLoginSandbox, stored } from '../../support/login-command.ts'
import { json, raw } from '../../support/sidecar.ts'

const evil = '<script>alert(1)</script>'
const encoded = encodeURIComponent(evil)

/** One request, byte for byte. @returns its answer's status and body */
async function sent(port: number, target: string, { host = `127.0.0.1:${port}`, method = 'GET', more = '' } = {}) {
  const answer = await raw(port, `${method} ${target} HTTP/1.1\r\nHost: ${host}\r\n${more}Connection: close\r\n\r\n`)
  assert.doesNotMatch(answer, /alert\(1\)|forged-code|<script/i, 'nothing of the request is in the answer')
  return { status: Number(answer.slice(9, 12)), answer }
}

async function listening(t: TestContext) {
  const port = await freePort()
  const uri = `http://127.0.0.1:${port}/callback`
  const address = listenAddress(uri)
  assert.ok(address)
  const listener = await listenForRedirect(uri, address, 'right-state')
  let answers = 0
  listener.answer.then(() => {
    answers += 1
  })
  t.after(() => listener.close('failed'))
  return { port, listener, answers: () => answers }
}

test('another Host, path, method or state gets a 4xx, is not the answer, and the right one still is', async (t) => {
  const { port, listener, answers } = await listening(t)
  const good = '/callback?code=forged-code&state=right-state'
  const statuses = {
    'wrong state': (await sent(port, `/callback?code=forged-code&state=${encoded}`)).status,
    'no state': (await sent(port, '/callback?code=forged-code')).status,
    'two states': (await sent(port, `${good}&state=right-state`)).status,
    'a state beside the right one': (await sent(port, `${good}&state=x`)).status,
    'foreign Host': (await sent(port, good, { host: 'evil.example' })).status,
    'Host with another port': (await sent(port, good, { host: '127.0.0.1:1' })).status,
    'another name of this machine': (await sent(port, good, { host: `localhost:${port}` })).status,
    'two Hosts': (await sent(port, good, { more: `Host: 127.0.0.1:${port}\r\n` })).status,
    'another path': (await sent(port, `/callback/?${good.split('?')[1]}`)).status,
    'absolute form': (await sent(port, `http://evil.example${good}`)).status,
    POST: (await sent(port, good, { method: 'POST', more: 'Content-Length: 0\r\n' })).status,
    HEAD: (await sent(port, good, { method: 'HEAD' })).status,
    'script in the path': (await sent(port, `/${encoded}`)).status,
    'a huge query': (await sent(port, `${good}&x=${'x'.repeat(40_000)}`)).status,
  }
  assert.deepEqual(Object.entries(statuses), [
    ['wrong state', 400],
    ['no state', 400],
    ['two states', 400],
    ['a state beside the right one', 400],
    ['foreign Host', 421],
    ['Host with another port', 421],
    ['another name of this machine', 421],
    ['two Hosts', 421],
    ['another path', 404],
    ['absolute form', 404],
    ['POST', 405],
    ['HEAD', 405],
    ['script in the path', 404],
    ['a huge query', 431],
  ])
  assert.equal(answers(), 0)

  const first = sent(port, `/callback?error=x&error_description=${encoded}&state=right-state`)
  assert.equal((await listener.answer).get('error'), 'x')
  const second = await sent(port, good)
  assert.equal(second.status, 410)
  assert.match(second.answer, /has had its answer/)
  await listener.close('failed')
  assert.equal((await first).status, 400)
  assert.equal(answers(), 1)
})

test('a login goes on after forged answers; the one of another tenant ends it, and nothing has changed', async (t) => {
  const { url, env, stateDir, redirectUri } = await startLoginSandbox(t)
  const port = Number(new URL(redirectUri).port)
  const command = await startLogin(t, env)
  for (const target of [
    `/callback?code=forged-code&state=${encoded}`,
    `/callback?error=${encoded}&error_description=${encoded}&state=x`,
    '/callback?code=forged-code&tenant=other',
  ]) {
    assert.equal((await sent(port, target)).status, 400)
  }
  assert.equal((await json(fetch(`${url}/sandbox/stats`))).tokenRequests, 0)
  assert.equal(command.child.exitCode, null)
  const location = new URL(await chooseSomebody(command.authorizeUrl))
  location.searchParams.set('tenant', evil)
  const { status, answer } = await sent(port, location.pathname + location.search)
  assert.equal(status, 400)
  assert.match(answer, /The login did not work/)
  const { code, output } = await ended(command)
  assert.equal(code, 4)
  assert.match(output, /another tenant/)
  assert.doesNotMatch(output, /alert|forged/)
  assert.equal((await json(fetch(`${url}/sandbox/stats`))).tokenRequests, 0, 'the code was never sent')
  assert.equal(stored(stateDir), undefined)
})

test('the pages need nothing from anywhere and allow no script, frame or form', () => {
  for (const name of ['done', 'unconfirmed', 'failed', 'notTheAnswer', 'tooLate'] as const) {
    const { headers, body } = endingPage(name)
    assert.match(
      headers['Content-Security-Policy'] ?? '',
      /^default-src 'none'; style-src 'sha256-[^']+'; form-action 'none'; frame-ancestors 'none'/,
    )
    assert.equal(headers['Cache-Control'], 'no-store')
    assert.equal(headers['X-Content-Type-Options'], 'nosniff')
    assert.doesNotMatch(body, /https?:|src=|href=|<script|url\(/)
  }
})
