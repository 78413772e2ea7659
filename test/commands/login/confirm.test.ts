// The person who has logged in is named and confirmed before anything is stored: anybody who saw the address of a login can use it.
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { type TestContext, test } from 'node:test'
import { check, confirm } from '../../../src/commands/login/confirm.ts'
import { LoginFailure } from '../../../src/commands/login/login-failure.ts'
import { linesOf } from '../../../src/commands/login/read-line.ts'
import { isRoot, loginWith, nobody, store } from '../../support/login.ts'
import {
  answerQuestion,
  chooseSomebody,
  ended,
  type StartedLogin,
  startLogin,
  startLoginSandbox,
  stored,
} from '../../support/login-command.ts'
import { without } from '../../support/programs.ts'
import { json, listenOnFreePort, printed, type RunningCommand, root, runCli } from '../../support/sidecar.ts'
import { eventually } from '../../support/wire.ts'

/** A login of before, and one that has come as far as the question. */
async function asked(t: TestContext): Promise<{ command: StartedLogin; isAsBefore(): void; url: string }> {
  const { url, env, stateDir } = await startLoginSandbox(t)
  await store(stateDir, loginWith(url, 'refresh-token-of-before-never-printed'))
  const before = stored(stateDir)
  const command = await startLogin(t, env)
  const page = await fetch(await chooseSomebody(command.authorizeUrl))
  assert.match(await page.text(), /now back to the terminal.*Nothing is stored until/s)
  await command.until(/\[y\/N\] $/)
  return { command, isAsBefore: () => assert.deepEqual(stored(stateDir), before), url }
}

for (const answer of ['', 'n', 'no', 'yy', 'Maya Contohadi']) {
  test(`the answer "${answer}" stores nothing: 4, and the login of before stays`, async (t) => {
    const { command, isAsBefore, url } = await asked(t)
    isAsBefore()
    await answerQuestion(command, answer)
    const { code, output } = await ended(command)
    assert.equal(code, 4, output)
    assert.match(output, /was not confirmed\. Nothing was stored; an earlier login stays\./)
    isAsBefore()
    assert.equal((await json(fetch(`${url}/sandbox/stats`))).tokenRequests, 1)
  })
}

test('standard input that ends at the question stores nothing: 1, with what to do', async (t) => {
  const { command, isAsBefore } = await asked(t)
  command.child.stdin?.end()
  const { code, output } = await ended(command)
  assert.equal(code, 1)
  assert.match(output, /Standard input ended before the question was answered. Nothing was stored.*--as NAME/)
  isAsBefore()
})

test('without a standard input it is told beforehand what will be needed, and without it nothing is stored: 1', async (t) => {
  const { env, stateDir } = await startLoginSandbox(t)
  const command = runCli(t, ['login'], env)
  const output = await command.until(/Waiting, 5 minutes/)
  assert.match(output, /Standard input is no terminal\..*--as NAME/s)
  await fetch(await chooseSomebody(addressIn(output)))
  assert.equal((await ended(command)).code, 1)
  assert.equal(stored(stateDir), undefined)
})

test('Ctrl-C at the question stores nothing: 130', async (t) => {
  const { command, isAsBefore } = await asked(t)
  command.child.kill('SIGINT')
  assert.equal((await ended(command)).code, 130)
  isAsBefore()
})

function addressIn(output: string): string {
  return /^ {2}(https?:\S+)\s*$/m.exec(output)?.[1] ?? ''
}

async function loginAs(t: TestContext, name: string, faults?: object) {
  const { url, env, stateDir } = await startLoginSandbox(t)
  const command = runCli(t, ['login', '--as', name], env)
  const output = await command.until(/Waiting, 5 minutes/)
  assert.doesNotMatch(output, /no terminal/)
  const address = await chooseSomebody(addressIn(output))
  if (faults) await fetch(`${url}/sandbox/faults`, { method: 'PATCH', body: JSON.stringify(faults) })
  const page = await (await fetch(address)).text()
  return { ...(await ended(command)), page, login: stored(stateDir) }
}

test('--as: the person who was named beforehand is stored without a question, also without a standard input', async (t) => {
  for (const name of ['Maya Contohadi', 'maya.contohadi']) {
    const { code, output, page, login } = await loginAs(t, name)
    assert.equal(code, 0, output)
    assert.doesNotMatch(output, /\[y\/N\]/)
    assert.match(page, /You are logged in</)
    assert.deepEqual(Object.keys(Object(login?.who)), ['id', 'name'])
  }
})

test('--as: anybody else is not stored: 4; nor is somebody who is not known: 5', async (t) => {
  const other = await loginAs(t, 'maya.contohad')
  assert.equal(other.code, 4)
  assert.match(
    other.output,
    /Maya Contohadi \(maya\.contohadi\) has logged in, which is not the person that --as names/,
  )
  assert.match(other.page, /The login did not work/)
  assert.equal(other.login, undefined)
  const unknown = await loginAs(t, 'maya.contohadi', { serverErrors: { count: 1 } })
  assert.equal(unknown.code, 5)
  assert.match(unknown.output, /is not known.*status 500/)
  assert.equal(unknown.login, undefined)
  assert.equal((await ended(runCli(t, ['login', '--as='], (await startLoginSandbox(t)).env))).code, 2)
})

test('where CATAPA does not say who it is, that is what is asked', async (t) => {
  const { url, env, stateDir } = await startLoginSandbox(t)
  const command = await startLogin(t, env)
  const address = await chooseSomebody(command.authorizeUrl)
  await fetch(`${url}/sandbox/faults`, { method: 'PATCH', body: '{"serverErrors":{"count":1}}' })
  await fetch(address)
  assert.match(await answerQuestion(command), /^Somebody has logged in, but the name is not known: .* status 500\.$/)
  const { code, output } = await ended(command)
  assert.equal(code, 0, output)
  assert.ok(stored(stateDir))
  assert.equal(stored(stateDir)?.who, undefined)
})

test('of what came before the question only a yes counts: a pasted address brings blank lines along', async () => {
  const maya = { id: '1', name: 'Maya', account: undefined }
  const outcome = async (early: string, later: string) => {
    const input = new Readable({ read() {} })
    const lines = linesOf(input, new AbortController().signal)
    input.push(`the address\n${early}`)
    await lines.next()
    await new Promise((resolve) => setImmediate(resolve))
    const confirmed = confirm(maya, 'demo', lines, (question) =>
      assert.match(question, /make calls as Maya\? \[y\/N\] $/),
    )
    input.push(later)
    const failure: unknown = await confirmed.catch((error: unknown) => error)
    assert.ok(failure === undefined || failure instanceof LoginFailure)
    return failure === undefined
  }
  assert.equal(await outcome('\n \n', 'y\n'), true)
  assert.equal(await outcome('\n&tenant=demo\n', ' YES \n'), true)
  assert.equal(await outcome('\ny\n', ''), true)
  assert.equal(await outcome('\n', '\n'), false)
  assert.equal(await outcome('no\n', 'n\n'), false)
})

test('--as takes the name, what the person logs in with, or the id, and nothing near it', () => {
  const person = { id: 'u-1', name: 'Maya Contoh', account: 'maya' }
  for (const name of ['u-1', 'Maya Contoh', 'maya']) check(person, name)
  for (const name of ['Maya', 'maya ', 'MAYA', 'u-', 'undefined'])
    assert.throws(() => check(person, name), LoginFailure)
  assert.throws(() => check({ ...person, account: undefined }, 'undefined'), LoginFailure)
})

test('a redirect port that is taken is no obstacle to --paste', async (t) => {
  const taken = await listenOnFreePort(t, createServer())
  const { env, stateDir } = await startLoginSandbox(t, { redirectUri: `http://127.0.0.1:${taken}/callback` })
  const command = await startLogin(t, env, ['--paste'])
  command.child.stdin?.write(`${await chooseSomebody(command.authorizeUrl)}\n`)
  await answerQuestion(command)
  assert.equal((await ended(command)).code, 0)
  assert.ok(stored(stateDir))
})

test('in a terminal: the name is shown, and y and Enter store the login', { skip: without('bsdutils') }, async (t) => {
  const { env, stateDir } = await startLoginSandbox(t)
  const words = `${process.execPath} ${join(root, 'dist/cli.js')} login`
  const child = spawn('script', ['-qec', words, '/dev/null'], { env: { PATH: process.env.PATH, ...env } })
  t.after(() => child.kill('SIGKILL'))
  const closed = once(child, 'close')
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk
    printed(chunk.toString())
  })
  await eventually(() => /Waiting, 5 minutes/.test(output), 'it waits', 40_000)
  assert.doesNotMatch(output, /no terminal/)
  await fetch(await chooseSomebody(addressIn(output)))
  await eventually(() => /as Maya Contohadi\? \[y\/N\] $/.test(output), 'it asks', 40_000)
  assert.equal(stored(stateDir), undefined)
  child.stdin.write('y\r')
  assert.equal((await closed)[0], 0, output)
  assert.match(output, /Logged in as Maya Contohadi/)
  assert.ok(stored(stateDir))
})

test('another user who reads the address in the arguments of the browser, and logs in as himself, is told of and not stored', {
  skip: !isRoot && 'only root can start a program of another user',
}, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'catapa-browser-'))
  const [browser, started] = [join(folder, 'xdg-open'), join(folder, 'pid')]
  writeFileSync(browser, `#!/bin/sh\necho $$ > ${started}\nsleep 60\n:\n`)
  chmodSync(browser, 0o755)
  const pid = () => Number(readFileSync(started, { encoding: 'utf8', flag: 'a+' }))
  t.after(() => {
    if (pid() > 0) process.kill(-pid())
    rmSync(folder, { recursive: true, force: true })
  })

  const { env, stateDir } = await startLoginSandbox(t)
  const command: RunningCommand = runCli(
    t,
    ['login'],
    { ...env, DISPLAY: ':0', PATH: `${folder}:${process.env.PATH}` },
    'pipe',
  )
  await command.until(/Waiting, 5 minutes/)
  await eventually(() => pid() > 0, 'the browser')
  const spy = spawnSync('cat', [`/proc/${pid()}/cmdline`], { uid: nobody, gid: nobody })
  const address =
    spy.stdout
      .toString()
      .split('\0')
      .find((word) => word.startsWith('http')) ?? ''
  assert.equal(address, addressIn(command.output()), 'nobody has it')
  const page = await (await fetch(address)).text()
  const [, second = ''] = [...page.matchAll(/value="([0-9a-f-]{36})"/g)].map(([, id]) => id)
  await fetch(await chooseSomebody(address, { person: second }))
  assert.match(await answerQuestion(command, 'n'), /^Eko Umpamasari \(eko\.umpamasari\) has logged in/)
  assert.equal((await ended(command)).code, 4)
  assert.equal(stored(stateDir), undefined)
})
