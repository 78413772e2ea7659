import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { request } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { ask } from '../../support/ask.ts'
import { basic, startWithCallers, testKey } from '../../support/callers.ts'
import { without } from '../../support/programs.ts'
import { startTestSidecar, startUpstream, type TestSidecar } from '../../support/sidecar.ts'

type Told = Record<string, unknown>

/** The last line that the log has of a request. */
async function line({ log }: Pick<TestSidecar, 'log'>, path: string): Promise<Told> {
  for (;;) {
    const found = log.findLast((entry) => entry.msg === 'request' && entry.path === path)
    if (found !== undefined) return found
    await sleep(5)
  }
}

function detail(answer: { body: string }): string {
  return String(JSON.parse(answer.body).detail)
}

test('a caller is recognised by its key, however it shows it, and the key goes no further', async (t) => {
  const upstream = await startUpstream(t)
  const { key, line: keyLine } = testKey()
  const sidecar = await startWithCallers(t, upstream.url, `[export]\n${keyLine}\n`)
  const ways = [
    `Authorization: Bearer ${key}`,
    `Authorization: ${basic('export', key)}`,
    `Authorization: ${basic('', key)}`,
    `X-Api-Key: ${key}`,
    `X-Api-Key: \t ${key} \t`,
  ]
  for (const [index, header] of ways.entries()) {
    const answer = await ask(sidecar, {
      target: `/core/v1/${['banks', 'cities', 'states', 'kpps', 'users'][index]}`,
      headers: [header],
    })
    assert.equal(answer.status, 200, header)
  }
  for (const received of upstream.received) assert.ok(!received.rawHeaders.join().includes('csk_'))
  const told = await line(sidecar, '/core/v1/banks')
  assert.deepEqual([told.caller, told.how, told.address], ['export', 'key', '127.0.0.1'])
  assert.ok(!JSON.stringify(sidecar.log).includes(key))
})

test('a wrong key is nobody, even where everyone may call; no key is everyone', async (t) => {
  const upstream = await startUpstream(t)
  const { line: keyLine, key } = testKey()
  const wrong = testKey().key
  const sidecar = await startWithCallers(t, upstream.url, `[export]\n${keyLine}\n[*]\n`)
  for (const headers of [
    [`Authorization: Bearer ${wrong}`],
    [`Authorization: Bearer csk_`],
    [`Authorization: ${basic('export', wrong)}`],
    [`Authorization: ${basic('other-name', key)}`],
    [`Authorization: ${basic(key, '')}`],
    [`X-Api-Key: ${wrong}`],
    [`Authorization: Bearer ${key}`, `X-Api-Key: ${wrong}`],
  ]) {
    const answer = await ask(sidecar, { headers })
    assert.equal(answer.header('x-catapa-sidecar-error'), 'caller_unknown', headers.join())
    assert.equal(answer.status, 403)
    assert.equal(answer.header('www-authenticate'), undefined)
    assert.equal(JSON.parse(answer.body).reached, 'no')
    assert.doesNotMatch(answer.body, /export/)
  }
  assert.equal(upstream.received.length, 0)
  for (const headers of [
    [],
    ['Authorization: Basic dXNlcjpwYXNz'],
    ['X-Api-Key: mine'],
    ['Authorization: Bearer old.token.x'],
  ])
    assert.equal((await ask(sidecar, { headers })).status, 200, headers.join())
  const own = upstream.received.find(({ headers }) => headers['x-api-key'] === 'mine')
  assert.ok(own, 'an X-Api-Key of its own crosses')
  const told = await line(sidecar, '/core/v1/employees')
  assert.deepEqual([told.caller, told.how], ['other', undefined])
})

test('a wrong key can be traced: by the first digits of its digest, and by a name of the file; no other name is told', async (t) => {
  const upstream = await startUpstream(t)
  const { line: keyLine, key, digest } = testKey()
  const wrong = testKey()
  const sidecar = await startWithCallers(t, upstream.url, `[export]\n${keyLine}\n[clock]\n${testKey().line}\n`)
  const [ofWrong, ofExport] = [wrong.digest.slice(0, 8), digest.slice(0, 8)]
  for (const [path, header, told, words] of [
    [
      '/core/v1/banks',
      `Authorization: ${basic('export', wrong.key)}`,
      [ofWrong, 'export'],
      `The callers file does not have the key ${ofWrong}… of the request; the name export came with it. Find the program `,
    ],
    [
      '/core/v1/cities',
      `Authorization: ${basic('budi', wrong.key)}`,
      [ofWrong, '…'],
      `The callers file does not have the key ${ofWrong}… of the request; a name came with it that the callers file does not have. `,
    ],
    [
      '/core/v1/states',
      `Authorization: ${basic('clock', key)}`,
      [ofExport, 'clock'],
      `The key ${ofExport}… of the request is that of export; the name clock came with it. Let the program `,
    ],
    [
      '/core/v1/kpps',
      `X-Api-Key: ${wrong.key}`,
      [ofWrong, undefined],
      `the key ${ofWrong}… of the request; no name came`,
    ],
    ['/core/v1/currencies', 'Authorization: Basic YnVkaTpyYWhhc2lh', [undefined, undefined], 'It was refused as meant'],
  ] as const) {
    const answer = await ask(sidecar, { target: path, headers: [header] })
    assert.equal(answer.header('x-catapa-sidecar-error'), 'caller_unknown')
    assert.ok(
      ![ofWrong, ofExport, 'export', 'clock'].some((name) => answer.body.includes(name)),
      'a stranger learns nothing',
    )
    const logged = await line(sidecar, path)
    assert.deepEqual([logged.key, logged.claimedCaller], told)
    assert.ok(String(logged.detail).includes(words), String(logged.detail))
    assert.doesNotMatch(JSON.stringify(logged), /budi|rahasia|csk_/)
  }
})

test('keys of two callers in one request are nobody, and a key is no id of a request', async (t) => {
  const upstream = await startUpstream(t)
  const [one, other] = [testKey(), testKey()]
  const sidecar = await startWithCallers(t, upstream.url, `[one]\n${one.line}\n[another]\n${other.line}\n`)
  const both = await ask(sidecar, { headers: [`Authorization: Bearer ${one.key}`, `X-Api-Key: ${other.key}`] })
  assert.equal(both.header('x-catapa-sidecar-error'), 'caller_unknown')
  assert.match(detail(both), /two different callers/)
  assert.equal(upstream.received.length, 0)
  const answer = await ask(sidecar, { headers: [`X-Api-Key: ${one.key}`, `X-Request-Id: ${one.key}`] })
  assert.equal(answer.status, 200)
  assert.doesNotMatch(String(answer.header('x-request-id')), /csk_/)
  assert.doesNotMatch(JSON.stringify(upstream.received.map(({ rawHeaders }) => rawHeaders)), /csk_/)
  assert.match(String(upstream.received[0]?.headers['x-request-id']), /^[\da-f-]{36}$/)
})

test('a header with a key anywhere in it stays here, whatever it is called, and so does a request id with one', async (t) => {
  const upstream = await startUpstream(t)
  const { key, line } = testKey()
  const sidecar = await startWithCallers(t, upstream.url, `[export]\n${line}\n[*]\n`)
  const headers = [
    ...[`X-Authorization: Bearer ${key}`, `X-Token: token=${key}; x`, `X-Request-Id: id.${key}`],
    ...['X-Kept: csk_', 'X-Also-Kept: csk-and-more'],
  ]
  assert.equal((await ask(sidecar, { headers })).status, 200)
  const { rawHeaders = [] } = upstream.received[0] ?? {}
  assert.ok(!rawHeaders.join().includes(key))
  assert.ok(rawHeaders.includes('X-Also-Kept') && !rawHeaders.includes('X-Token'))
  assert.ok(!JSON.stringify(sidecar.log).includes(key))
})

test('a request with a key in its path or query is refused in words without it; no file of callers, no keys', async (t) => {
  const upstream = await startUpstream(t)
  const { key, line } = testKey()
  const sidecar = await startWithCallers(t, upstream.url, `[export]\n${line}\n`)
  for (const [target, where] of [
    [`/core/v1/employees?api_key=${key}`, 'query'],
    [`/core/v1/employees?a=b&${key}`, 'query'],
    [`/core/v1/employees/${key}`, 'path'],
  ]) {
    const answer = await ask(sidecar, { target: target ?? '', headers: [`X-Api-Key: ${key}`] })
    assert.equal(answer.header('x-catapa-sidecar-error'), 'policy_denied')
    assert.match(detail(answer), new RegExp(`has the key of a caller in its ${where}`))
    assert.ok(!answer.body.includes(key))
  }
  assert.equal(upstream.received.length, 0)
  assert.ok(!JSON.stringify(sidecar.log).includes(key))
  const without = await startTestSidecar(t, upstream.url)
  assert.equal((await ask(without, { target: `/core/v1/employees?q=${key}` })).status, 200)
})

test('without [*] a program that nobody knows is refused, and its body is not waited for', async (t) => {
  const upstream = await startUpstream(t)
  const sidecar = await startWithCallers(t, upstream.url, `[export]\n${testKey().line}\n`)
  const socket = connect(sidecar.port, '127.0.0.1')
  socket.write('POST /core/v1/employees HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n')
  const [answer] = await once(socket, 'data')
  socket.destroy()
  assert.match(String(answer), /^HTTP\/1\.1 403 .*caller_unknown/)
  assert.match(String(answer), /\bkey\b/)
  assert.equal(upstream.received.length, 0)
})

test('the guards come before the caller, the caller before tenant rule and profile', async (t) => {
  const upstream = await startUpstream(t)
  const { key, line: keyLine } = testKey()
  const sidecar = await startWithCallers(t, upstream.url, `[export]\n${keyLine}\nprofile = read-only\n`)
  const wrong = `X-Api-Key: ${testKey().key}`
  const code = async (...headers: string[]) =>
    (await ask(sidecar, { method: 'DELETE', headers })).header('x-catapa-sidecar-error')
  assert.equal(await code(wrong, 'Origin: http://elsewhere.example'), 'origin_not_allowed')
  assert.equal(await code(wrong, 'Via: 1.1 catapa-sidecar'), 'loop_detected')
  assert.equal(await code(wrong, 'Tenant: foreign'), 'caller_unknown')
  const foreign = await ask(sidecar, { method: 'DELETE', headers: [`X-Api-Key: ${key}`, 'Tenant: foreign'] })
  assert.match(detail(foreign), /another tenant/)
  assert.match(detail(await ask(sidecar, { method: 'DELETE', headers: [`X-Api-Key: ${key}`] })), /profile read-only/)
  const tooLong = ['Content-Length: 999999999', 'Content-Type: text/plain', `X-Api-Key: ${key}`]
  assert.match(detail(await ask(sidecar, { method: 'DELETE', headers: tooLong })), /profile read-only/)
})

test('a refusal names caller and rule, and says what would allow it', async (t) => {
  const upstream = await startUpstream(t)
  const { key, line: keyLine } = testKey()
  const text = `[export]\n${keyLine}\nprofile = read-only\nallow = POST /core/v1/cities\ndeny = * /core/v1/banks/**\n[*]\nallow = GET /core/v1/cities\n`
  const sidecar = await startWithCallers(t, upstream.url, text)
  const asExport = (method: string, target: string) => ask(sidecar, { method, target, headers: [`X-Api-Key: ${key}`] })
  const refused = await asExport('DELETE', '/core/v1/employees/8f3c1f0e-4a55-4c3f-9d3e-0c3a1f2b4d5e/families/1')
  assert.equal(refused.header('x-catapa-sidecar-error'), 'policy_denied')
  assert.match(
    detail(refused),
    /caller export is not allowed \(profile read-only\)\. It would delete something .*, and was refused as meant: nothing has to be done, unless this program should do that\. The line/,
  )
  assert.match(detail(refused), /"allow = DELETE \/core\/v1\/employees\/\*\/families\/\*" in the section \[export\]/)
  assert.match(detail(await asExport('GET', '/core/v1/banks')), /deny line 5/)
  assert.equal((await asExport('POST', '/core/v1/cities')).status, 200)
  assert.equal((await asExport('GET', '/core/v1/employees')).status, 200)
  for (const [method, target, deed] of [
    ['DELETE', '/core/v1/employees', 'delete many records at once'],
    ['PUT', '/core/v1/families/approvals/approve', 'approve, reject or undo something'],
    ['DELETE', '/core/v1/unheard-of/4711', 'delete something'],
  ] as const) {
    const said = detail(await asExport(method, target))
    const [asMeant, how] = [said.indexOf(`It would ${deed} (${method} /core/v1/`), said.indexOf('"allow = ')]
    assert.ok(asMeant > 0 && how > asMeant, said)
  }
  assert.doesNotMatch(detail(await asExport('POST', '/core/v1/banks')), /as meant/)
  assert.match(
    detail(await ask(sidecar, { target: '/core/v1/states' })),
    /^The request of everyone else \(\[\*\]\) is not allowed \(no allow line\)\. .*in the section \[\*\]/,
  )
  assert.match(detail(await asExport('GET', '/core/v1//banks')), /"\/\/" in its path/)
  assert.deepEqual(
    upstream.received.map(({ method, url }) => `${method} ${url}`),
    ['POST /core/v1/cities', 'GET /core/v1/employees'],
  )
})

test('where refusals are only reported the request goes on, and the log says which rule it met', async (t) => {
  const upstream = await startUpstream(t)
  const { key, line: keyLine } = testKey()
  const sidecar = await startWithCallers(
    t,
    upstream.url,
    `[intranet]\n${keyLine}\nprofile = read-only\nreport = true\n`,
  )
  const answer = await ask(sidecar, { method: 'DELETE', headers: [`X-Api-Key: ${key}`] })
  assert.equal(answer.status, 200)
  assert.equal((await line(sidecar, '/core/v1/employees')).wouldHaveBeenRefused, 'profile read-only')
  assert.deepEqual((await line(sidecar, '/core/v1/employees')).rule, { kind: 'profile', profile: 'read-only' })
})

test('SIDECAR_PROFILE limits everyone, also without a callers file, and report does not lift it', async (t) => {
  const upstream = await startUpstream(t)
  const alone = await startTestSidecar(t, upstream.url, { profile: ['read-only'] })
  const refused = await ask(alone, { method: 'DELETE' })
  assert.equal(refused.header('x-catapa-sidecar-error'), 'policy_denied')
  assert.match(detail(refused), /SIDECAR_PROFILE read-only/)
  assert.equal((await ask(alone)).status, 200)
  const { key, line: keyLine } = testKey()
  const text = `[intranet]\n${keyLine}\nallow = * /**\nreport = true\n`
  const named = await startWithCallers(t, upstream.url, text, { profile: ['no-delete'] })
  assert.match(
    detail(await ask(named, { method: 'DELETE', headers: [`X-Api-Key: ${key}`] })),
    /SIDECAR_PROFILE no-delete/,
  )
})

test('a token request with name and key gets the key as its token, so that an SDK goes on showing it', async (t) => {
  const upstream = await startUpstream(t)
  const { key, line: keyLine } = testKey()
  const sidecar = await startWithCallers(t, upstream.url, `[export]\n${keyLine}\n`)
  const form = (id: string, secret: string) => `grant_type=client_credentials&client_id=${id}&client_secret=${secret}`
  const token = (headers: string[], body: string) =>
    ask(sidecar, { method: 'POST', target: '/oauth/token', headers, body })
  for (const answer of [
    await token([`Authorization: ${basic('export', key)}`], 'grant_type=client_credentials'),
    await token([], form('export', key)),
  ]) {
    assert.equal(answer.status, 200)
    assert.equal(JSON.parse(answer.body).access_token, key)
  }
  const wrong = testKey().key
  for (const answer of [
    await token([`Authorization: ${basic('export', wrong)}`], 'grant_type=client_credentials'),
    await token([], form('export', wrong)),
    await token([], form('somebody-else', key)),
    await token([], form('demo-client', 'demo-secret')),
    await token([`Authorization: Bearer ${key}`], form('export', wrong)),
  ])
    assert.equal(answer.header('x-catapa-sidecar-error'), 'caller_unknown')
  assert.equal(upstream.received.length, 0)
})

test("an upload's part _method is refused where it could ask for another method, and else the upload passes", async (t) => {
  const upstream = await startUpstream(t)
  const { key, line: keyLine } = testKey()
  const sidecar = await startWithCallers(t, upstream.url, `[export]\n${keyLine}\nprofile = no-delete\n`)
  const part = (name: string, value: string) =>
    `--x\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`
  const upload = (body: string) =>
    ask(sidecar, {
      method: 'POST',
      target: '/core/v1/companies',
      headers: ['Content-Type: multipart/form-data; boundary=x', `X-Api-Key: ${key}`],
      body: `${body}--x--\r\n`,
    })
  const long = part('logo', 'x'.repeat(200_000))
  assert.equal((await upload(part('name', 'a company'))).status, 200)
  assert.equal((await upload(long)).status, 200)
  assert.equal(upstream.received[1]?.body.length, long.length + 7)
  assert.match(detail(await upload(part('name', 'a') + part('_method', 'DELETE'))), /_method in its upload/)
  assert.match(detail(await upload(part('_method', 'DELETE') + long)), /_method in its upload/)
  assert.equal(upstream.received.length, 2)
})

test('a caller has a listener of its own, on which others are refused', async (t) => {
  const upstream = await startUpstream(t)
  const { key, line: keyLine } = testKey()
  const { key: other, line: otherLine } = testKey()
  const path = join(mkdtempSync(join(tmpdir(), 'catapa-own-')), 'clock.sock')
  const text = `[clock]\nlisten = unix:${path}\n${keyLine}\nprofile = time-import\n[export]\n${otherLine}\n`
  const sidecar = await startWithCallers(t, upstream.url, text)
  const onSocket = (headers: Record<string, string>): Promise<number> =>
    new Promise((resolve, reject) => {
      const asked = request({
        socketPath: path,
        path: '/timemanagement/v1/attendances',
        headers: { host: 'localhost', ...headers },
      })
      asked.on('response', (response) => response.resume().on('end', () => resolve(response.statusCode ?? 0)))
      asked.on('error', reject)
      asked.end()
    })
  assert.equal(await onSocket({}), 200)
  const told = await line(sidecar, '/timemanagement/v1/attendances')
  assert.deepEqual([told.caller, told.how], ['clock', 'listener'])
  assert.equal(await onSocket({ 'x-api-key': key }), 200)
  assert.equal(await onSocket({ 'x-api-key': other }), 403)
  assert.equal((await ask(sidecar)).status, 403)
})

test('a Linux user is recognised from the first request of a connection on, over IPv4 and IPv6', {
  skip:
    process.platform !== 'linux' || process.getuid?.() !== 0
      ? 'only root can run a program as another user'
      : without('curl'),
}, async (t) => {
  const upstream = await startUpstream(t)
  const sidecar = await startWithCallers(t, upstream.url, '[cron]\nuser = 61234\n', {
    listen: [{ kind: 'localhost', port: 0 }],
  })
  const curl = async (uid: number, host: string): Promise<string> => {
    const args = ['-s', '-o', '/dev/null', '-w', '%{http_code} ', '-g']
    const url = `http://${host}:${sidecar.port}/core/v1/cities`
    const child = spawn('curl', [...args, url, '-o', '/dev/null', url], { uid, cwd: '/' })
    const out: string[] = []
    child.stdout.on('data', (chunk) => out.push(String(chunk)))
    await once(child, 'close')
    return out.join('').trim()
  }
  assert.equal(await curl(61234, '127.0.0.1'), '200 200')
  assert.equal(await curl(61235, '127.0.0.1'), '403 403')
  if (sidecar.addresses.some((address) => address.includes('[::1]'))) {
    assert.equal(await curl(61234, '[::1]'), '200 200')
    assert.equal(await curl(61235, '[::1]'), '403 403')
  }
  const told = sidecar.log.filter(({ msg, path }) => msg === 'request' && path === '/core/v1/cities')
  assert.deepEqual([...new Set(told.map(({ caller, how }) => `${caller} ${how}`))], ['cron user', 'other undefined'])
})

test("on a caller's own port another caller's user is refused, and everybody else is taken for the caller", {
  skip:
    process.platform !== 'linux' || process.getuid?.() !== 0
      ? 'only root can run a program as another user'
      : without('curl'),
}, async (t) => {
  const upstream = await startUpstream(t)
  const sidecar = await startWithCallers(t, upstream.url, '[clock]\nlisten = localhost:0\n[cron]\nuser = 61236\n')
  const own = sidecar.callerAddresses[0]?.address ?? ''
  const status = async (uid: number): Promise<string> => {
    const args = ['-s', '-o', '/dev/null', '-w', '%{http_code}', `${own}/core/v1/cities`]
    const child = spawn('curl', args, { uid, cwd: '/' })
    const out: string[] = []
    child.stdout.on('data', (chunk) => out.push(String(chunk)))
    await once(child, 'close')
    return out.join('')
  }
  assert.equal(await status(61_237), '200')
  assert.equal(await status(61_236), '403')
})
