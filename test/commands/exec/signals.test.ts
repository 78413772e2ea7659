import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { settings, shown } from '../../support/doctor.ts'
import { script, startExec } from '../../support/exec.ts'
import { freePort } from '../../support/free-port.ts'
import { without } from '../../support/programs.ts'
import { listenOnFreePort, root, startTestSandbox, startUpstream } from '../../support/sidecar.ts'

const skip = process.platform === 'win32' && 'Windows has other signals'

const signals = ['SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGQUIT', 'SIGINT', 'SIGTERM'] as const

/** Says that it is ready and which signals arrive; ends with 40 plus their number half a second after so many. */
function endingAfter(wanted: number): string[] {
  return script(`
    let count = 0
    for (const signal of ${JSON.stringify(signals)}) {
      process.on(signal, () => {
        console.log('got ' + signal)
        if (++count === ${wanted}) setTimeout(() => process.exit(40 + count), 500)
      })
    }
    setInterval(() => {}, 1000)
    console.log('ready')
  `)
}
const listening = endingAfter(1)

/** `asked`: the first token request has arrived. */
async function slowTokenEndpoint(t: TestContext, ms: number): Promise<{ url: string; asked: Promise<unknown> }> {
  const server = createServer((_request, response) => {
    const token = { access_token: 'token-of-the-slow-endpoint', token_type: 'bearer', expires_in: 3600 }
    setTimeout(() => response.end(JSON.stringify(token)), ms).unref()
  })
  const asked = new Promise((resolve) => server.once('request', resolve))
  return { url: `http://127.0.0.1:${await listenOnFreePort(t, server)}`, asked }
}

test('signals reach the program once, which decides what they mean', { skip }, async (t) => {
  const { url } = await startTestSandbox(t)
  const command = startExec(t, url, endingAfter(signals.length))
  await command.until(/ready/)
  for (const signal of signals) {
    command.child.kill(signal)
    await command.until(new RegExp(`got ${signal}`))
  }
  const { code, stdout, stderr } = await command.ended()
  const got = signals.map((signal) => `got ${signal}\n`).join('')
  assert.deepEqual({ code, stdout, stderr }, { code: 46, stdout: `ready\n${got}`, stderr: '' })
})

test('a program that does not listen for SIGTERM is ended by it: 143, and the sidecar is gone as well', {
  skip,
}, async (t) => {
  const { url } = await startTestSandbox(t)
  const command = startExec(t, url, script('console.log(process.env.CATAPA_URL); setInterval(() => {}, 1000)'))
  const address = (await command.until(/http:\S+\n/)).trim()
  command.child.kill('SIGTERM')
  assert.equal((await command.ended()).code, 143)
  await assert.rejects(fetch(address))
})

test('a signal while it waits for a token ends it at once, and the program is not started', { skip }, async (t) => {
  const { url, asked } = await slowTokenEndpoint(t, 20_000)
  const command = startExec(t, url, ['echo', 'ran'])
  await asked
  command.child.kill('SIGTERM')
  const { code, stdout } = await command.ended()
  assert.deepEqual([code, stdout], [143, ''])
})

test('after kill -9 of the sidecar the next call of the program is refused at once', { skip }, async (t) => {
  const { url } = await startTestSandbox(t)
  const program = script(`
    process.on('SIGUSR2', async () => {
      const beganAt = Date.now()
      await fetch(process.env.CATAPA_URL + '/v1/users/me').catch((error) => console.log(error.cause.code))
      console.log(Date.now() - beganAt < 20_000 ? 'in time' : 'late')
      process.exit()
    })
    setInterval(() => {}, 1000)
    fetch(process.env.CATAPA_URL + '/v1/users/me').then((answer) => console.log(answer.status, 'pid=' + process.pid))
  `)
  const command = startExec(t, url, program)
  const pid = Number(/pid=(\d+)/.exec(await command.until(/200 pid=\d+\n/))?.[1])
  t.after(() => {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {} // It has ended.
  })
  command.child.kill('SIGKILL')
  while (command.child.exitCode === null && command.child.signalCode === null) {
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  process.kill(pid, 'SIGUSR2')
  assert.match((await command.ended()).stdout, /\nECONNREFUSED\nin time\n$/)
})

test('POST /quitquitquit of its admin listener ends the program as SIGTERM does', { skip }, async (t) => {
  const { url } = await startTestSandbox(t)
  const port = await freePort()
  const env = { SIDECAR_ADMIN_LISTEN: `localhost:${port}`, SIDECAR_QUIT: 'true' }
  const command = startExec(t, url, listening, env)
  await command.until(/ready/)
  await fetch(`http://127.0.0.1:${port}/quitquitquit`, { method: 'POST', headers: { 'X-Catapa-Sidecar': '1' } })
  assert.equal((await command.ended()).stdout, 'ready\ngot SIGTERM\n')
})

test('a program that ends while its call is under way leaves nothing to wait for', { skip }, async (t) => {
  const upstream = await startUpstream(t, () => {})
  const hang =
    "fetch(process.env.CATAPA_URL + '/hangs').catch(() => {}); setTimeout(() => { console.log(Date.now()); process.exit(5) }, 500)"
  const { code, stdout } = await startExec(t, upstream.url, script(hang), { SIDECAR_SHUTDOWN_GRACE: '120' }).ended()
  const ms = Date.now() - Number(stdout)
  assert.equal(code, 5)
  assert.ok(ms < 30_000, `the end took ${ms} ms`)
})

// A terminal of its own: runs the command, types Ctrl-C once the first pattern was shown, and prints what was shown.
const terminal = `
import os, pty, sys, time, select
pid, fd = pty.fork()
if pid == 0:
    os.execvp(sys.argv[2], sys.argv[2:])
shown, typed, until = b'', False, time.time() + 60
while time.time() < until:
    if fd in select.select([fd], [], [], 0.1)[0]:
        try: chunk = os.read(fd, 65536)
        except OSError: break
        if not chunk: break
        shown += chunk
    if sys.argv[1] and not typed and sys.argv[1].encode() in shown:
        os.write(fd, b'\\x03')
        typed = True
_, status = os.waitpid(pid, 0)
sys.stdout.write(shown.decode())
sys.exit(os.waitstatus_to_exitcode(status))
`

/** @returns the exit status, and what the terminal showed */
function onTerminal(
  args: string[],
  env: Record<string, string>,
  ctrlCAfter = '',
): Promise<{ code: number | null; text: string }> {
  const path = join(mkdtempSync(join(tmpdir(), 'catapa-')), 'terminal.py')
  writeFileSync(path, terminal)
  const child = spawn('python3', [path, ctrlCAfter, process.execPath, join(root, 'dist/cli.js'), ...args], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, TERM: 'xterm', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let text = ''
  child.stdout.on('data', (chunk: Buffer) => {
    text += shown(chunk.toString())
  })
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, text })))
}

test('Ctrl-C on a terminal reaches the program once, not twice', { skip: skip || without('python3') }, async (t) => {
  const { url } = await startTestSandbox(t)
  const { code, text } = await onTerminal(['exec', '--', ...listening], settings(url), 'ready')
  assert.equal(text.match(/got SIGINT/g)?.length, 1, text)
  assert.equal(code, 41)
})

test('on a terminal exec says what it waits for', { skip: skip || without('python3') }, async (t) => {
  const { url } = await slowTokenEndpoint(t, 1500)
  const { code, text } = await onTerminal(['exec', '--', 'echo', 'ran'], settings(url))
  assert.equal(code, 0)
  assert.match(text, /waiting for a token from CATAPA, 60 s at most …\r\n.*ran\r\n$/s)
})

test('on a terminal doctor says what it is doing, in colours unless NO_COLOR is set', {
  skip: skip || without('python3'),
}, async (t) => {
  const { url } = await startTestSandbox(t)
  const colourful = await onTerminal(['doctor'], settings(url))
  assert.match(colourful.text, /… token: asking for a token\r\x1b\[K\x1b\[32m✓\x1b\[0m token/)
  const plain = await onTerminal(['doctor'], settings(url, { NO_COLOR: '1' }))
  assert.equal(plain.code, 0)
  assert.doesNotMatch(plain.text, /\x1b\[\d*m/)
  assert.match(plain.text, /✓ token/)
})
