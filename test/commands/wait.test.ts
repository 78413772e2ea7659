import assert from 'node:assert/strict'
import { type StdioOptions, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, closeSync, existsSync, mkdtempSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createServer as createTcpServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { watchdogMs } from '../../src/sidecar/systemd.ts'
import { startAdministered, startCatapa } from '../support/admin.ts'
import { freePort } from '../support/free-port.ts'
import { without } from '../support/programs.ts'
import { demoCredentials, listenOnFreePort, type RunningCommand, root, runCli } from '../support/sidecar.ts'
import { eventually, sleep } from '../support/wire.ts'

async function ended(command: RunningCommand): Promise<{ code: number | null; output: string }> {
  const { code } = await command.exit
  return { code, output: command.output() }
}

/** Runs a command that looks for the sidecar at an address. */
function ask(t: TestContext, args: string[], adminListen: string): Promise<{ code: number | null; output: string }> {
  return ended(runCli(t, args, { SIDECAR_ADMIN_LISTEN: adminListen }))
}

/** Listens on a free port; `answer` gets the socket of a request. */
async function startBareServer(t: TestContext, answer: (socket: Socket) => unknown): Promise<number> {
  const server = createTcpServer((socket) => {
    socket.on('error', () => {})
    t.after(() => socket.destroy())
    socket.once('data', () => answer(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  const address = server.address()
  assert.ok(typeof address === 'object' && address !== null)
  return address.port
}

test('wait ends with 0 as soon as a sidecar that started late has its token, without a word in a pipe', async (t) => {
  const catapa = await startCatapa(t, { token: 'fail' })
  const port = await freePort()
  const began = performance.now()
  const waiting = ask(t, ['wait', '--timeout', '120'], `localhost:${port}`)
  await sleep(500)
  const sidecar = await startAdministered(t, catapa.url, { adminListen: [{ kind: 'localhost', port }] })
  await eventually(() => sidecar.tokens.state().failure !== undefined, 'a failure')
  await sleep(300)
  catapa.token = 'issue'
  await eventually(() => sidecar.tokens.state().valid, 'a token')
  const readyAt = performance.now()
  assert.deepEqual(await waiting, { code: 0, output: '' })
  assert.ok(performance.now() - readyAt < 30_000, 'soon after it was ready')
  assert.ok(performance.now() - began > 800)
  assert.deepEqual(catapa.paths, [])
})

test('wait ends with 1 when it was not in time, and says what it was waiting for', async (t) => {
  const nobody = await ask(t, ['wait', '--timeout', '1.5'], `localhost:${await freePort()}`)
  assert.equal(nobody.code, 1)
  assert.match(nobody.output, /not ready within 1\.5 s: no sidecar answers: the connection is refused/)

  const catapa = await startCatapa(t, { token: 'refuse' })
  const sidecar = await startAdministered(t, catapa.url)
  await eventually(() => sidecar.tokens.state().failure !== undefined, 'a refusal')
  const refused = await ask(t, ['wait', '--timeout', '1.5'], `localhost:${sidecar.adminPort}`)
  assert.equal(refused.code, 1)
  assert.match(refused.output, /credentials_rejected: .*CATAPA_CLIENT_SECRET/)
})

test('wait keeps its time limit also when somebody accepts the connection and is silent', async (t) => {
  const server = createServer(() => {})
  const port = await listenOnFreePort(t, server)
  const began = performance.now()
  const { code, output } = await ask(t, ['wait', '--timeout', '1'], `localhost:${port}`)
  assert.equal(code, 1)
  assert.match(output, /it is silent/)
  assert.ok(performance.now() - began < 30_000)
})

test('healthcheck: 0 for alive, also where it is not ready; --ready: 0 only where it is', async (t) => {
  const catapa = await startCatapa(t, { token: 'refuse' })
  const sidecar = await startAdministered(t, catapa.url)
  const address = `localhost:${sidecar.adminPort}`
  await eventually(() => sidecar.tokens.state().failure !== undefined, 'a refusal')
  assert.deepEqual(await ask(t, ['healthcheck'], address), { code: 0, output: 'ok\n' })
  const unready = await ask(t, ['healthcheck', '--ready'], address)
  assert.equal(unready.code, 1)
  assert.match(unready.output, /credentials_rejected/)
  catapa.token = 'issue'
  await sidecar.tokens.renew()
  assert.deepEqual(await ask(t, ['healthcheck', '--ready'], address), { code: 0, output: 'ready\n' })
  assert.equal((await ask(t, ['healthcheck'], `localhost:${await freePort()}`)).code, 1)
})

const noDisk = existsSync('/dev/full') ? undefined : 'there is no /dev/full here'

test('healthcheck is 0 also where its word cannot be written: the status is what is asked for', {
  skip: noDisk,
}, async (t) => {
  const sidecar = await startAdministered(t, (await startCatapa(t)).url)
  const full = openSync('/dev/full', 'w')
  t.after(() => closeSync(full))
  const env = { PATH: process.env.PATH, SIDECAR_ADMIN_LISTEN: `localhost:${sidecar.adminPort}` }
  const stdio: StdioOptions = ['ignore', full, 'ignore']
  const [code] = await once(spawn(process.execPath, [join(root, 'dist/cli.js'), 'healthcheck'], { env, stdio }), 'exit')
  assert.equal(code, 0)
})

test('healthcheck is 1 while the first token request is under way', async (t) => {
  const catapa = await startCatapa(t, { token: 'hang' })
  const sidecar = await startAdministered(t, catapa.url, { tokenTimeoutMs: 120_000 })
  const { code, output } = await ask(t, ['healthcheck'], `localhost:${sidecar.adminPort}`)
  assert.equal(code, 1)
  assert.match(output, /starting/)
})

test('healthcheck says what it met where something else than a sidecar listens', async (t) => {
  const cases: [says: (socket: Socket) => void, expected: RegExp][] = [
    [(socket) => socket.destroy(), /no sidecar answers: it (broke off its answer|closed the connection)\n/],
    [(socket) => socket.end('SSH-2.0-OpenSSH_10.0\r\n'), /no sidecar answers: what answers does not speak HTTP\n/],
    [(socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 3\r\n'), /what answers does not speak HTTP\n/],
    [(socket) => socket.end('HTTP/1.1 404 Not Found\r\n\r\nno \x1b[31msuch page\n'), /: no \?\[31msuch page\n/],
    [(socket) => void socket.write('HTTP/1.1 200 OK\r\n\r\nok\n'), /no sidecar answers: it is silent\n/],
  ]
  for (const [says, expected] of cases) {
    const port = await startBareServer(t, says)
    const { code, output } = await ask(t, ['healthcheck'], `localhost:${port}`)
    assert.equal(code, 1, output)
    assert.match(output, expected)
  }
})

test('healthcheck takes an answer that comes in pieces, also a large one', async (t) => {
  const port = await startBareServer(t, async (socket) => {
    for (const piece of ['HTTP/1.', '0 200 OK\r\nServer: x\r', '\n\r\nal', 'l is well\n']) {
      socket.write(piece)
      await sleep(20)
    }
    socket.end('x'.repeat(5_000_000))
  })
  assert.deepEqual(await ask(t, ['healthcheck'], `localhost:${port}`), { code: 0, output: 'all is well\n' })
})

test('healthcheck has its answer once the stated length is there, though the connection stays open', async (t) => {
  const port = await startBareServer(t, async (socket) => {
    for (const piece of ['HTTP/1.1 503 No\r\nContent-', 'Length: 9\r\nX: y\r\n\r\nnot yé', 't\n']) {
      socket.write(piece)
      await sleep(20)
    }
  })
  const { code, output } = await ask(t, ['healthcheck'], `localhost:${port}`)
  assert.deepEqual([code, /: not yét\n/.test(output), /silent/.test(output)], [1, true, false])
})

test('a socket file and all addresses of the machine are asked where they are reached from here', async (t) => {
  const catapa = await startCatapa(t)
  const path = join(mkdtempSync(join(tmpdir(), 'catapa-')), 'admin.sock')
  const file = await startAdministered(t, catapa.url, { adminListen: [{ kind: 'unix', path, mode: 0o600 }] })
  const all = await startAdministered(t, catapa.url, { adminListen: [{ kind: 'tcp', host: '0.0.0.0', port: 0 }] })
  await eventually(() => file.tokens.state().valid && all.tokens.state().valid, 'tokens')
  assert.equal((await ask(t, ['healthcheck', '--ready'], `unix:${path},mode=0600`)).code, 0)
  assert.equal((await ask(t, ['wait'], `0.0.0.0:${all.adminPort}`)).code, 0)
  assert.equal((await ask(t, ['healthcheck'], `localhost:0 127.0.0.1:${all.adminPort}`)).code, 0)
  const missing = await ask(t, ['healthcheck'], `unix:${path}-not`)
  assert.deepEqual([missing.code, /no such socket file/.test(missing.output)], [1, true])
})

test('off, port 0, a wrong address, a wrong time limit and a stray argument end with 2 and say so', async (t) => {
  for (const command of ['wait', 'healthcheck']) {
    for (const [listen, sentence] of [
      ['off', /SIDECAR_ADMIN_LISTEN is off/],
      ['localhost:0', /port 0/],
      ['8229', /SIDECAR_ADMIN_LISTEN/],
    ] as const) {
      const { code, output } = await ask(t, [command], listen)
      assert.equal(code, 2, `${command} ${listen}`)
      assert.match(output, sentence)
    }
  }
  for (const args of [
    ['wait', '--timeout', 'soon'],
    ['wait', '--timeout', '-1'],
    ['wait', 'now'],
    ['healthcheck', '--timeout', '1'],
  ]) {
    assert.equal((await ask(t, args, 'localhost:1')).code, 2, args.join(' '))
  }
})

test('neither reads credentials or other settings: only SIDECAR_ADMIN_LISTEN counts, also from --config', async (t) => {
  const catapa = await startCatapa(t)
  const sidecar = await startAdministered(t, catapa.url)
  await eventually(() => sidecar.tokens.state().valid, 'a token')
  const file = join(mkdtempSync(join(tmpdir(), 'catapa-')), 'my.local.env')
  writeFileSync(
    file,
    `SIDECAR_ADMIN_LISTEN=localhost:${sidecar.adminPort}\nSIDECAR_TOKEN_WAIT=nonsense\nCATAPA_CLIENT_SECRET_FILE=/does/not/exist\n`,
  )
  const command = runCli(t, ['healthcheck', '--ready', '--config', file], {
    SIDECAR_POLICY: 'x',
    CATAPA_BASE_URL: 'no',
  })
  assert.deepEqual(await ended(command), { code: 0, output: 'ready\n' })
})

test('wait shows on a terminal what it waits for, and clears the line', { skip: without('bsdutils') }, async () => {
  const port = await freePort()
  const command = `${process.execPath} ${join(root, 'dist/cli.js')} wait --timeout 1`
  const { stdout } = spawnSync('script', ['-qec', command, '/dev/null'], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, SIDECAR_ADMIN_LISTEN: `localhost:${port}`, COLUMNS: '200' },
  })
  assert.match(stdout, /waiting for the sidecar at localhost:\d+: no sidecar answers/)
  assert.match(stdout, /\r\x1b\[K/)
})

function settings(catapaUrl: string, adminPort: number): Record<string, string> {
  return {
    SIDECAR_LISTEN: 'localhost:0',
    SIDECAR_ADMIN_LISTEN: `localhost:${adminPort}`,
    SIDECAR_QUIT: 'true',
    CATAPA_TENANT: demoCredentials.tenant,
    CATAPA_CLIENT_ID: demoCredentials.clientId,
    CATAPA_CLIENT_SECRET: demoCredentials.clientSecret,
    CATAPA_BASE_URL: catapaUrl,
  }
}

test('start serves the admin listener by default; POST /quitquitquit drains it and ends it with 0', async (t) => {
  const catapa = await startCatapa(t)
  const port = await freePort()
  const command = runCli(t, ['start'], settings(catapa.url, port))
  await command.until(/admin listener/)
  assert.equal((await ask(t, ['wait', '--timeout', '60'], `localhost:${port}`)).code, 0)
  catapa.status = 0
  const url = /"address":"(http:\/\/127[^"]+)","upstream"/.exec(command.output())?.[1]
  const asked = fetch(`${url}/slow`)
  asked.catch(() => {})
  await eventually(() => catapa.paths.length === 1, 'a request at CATAPA')
  const answer = await fetch(`http://127.0.0.1:${port}/quitquitquit`, {
    method: 'POST',
    headers: { 'X-Catapa-Sidecar': '1' },
  })
  assert.equal(answer.status, 200)
  await command.until(/stopping/)
  assert.match((await ask(t, ['healthcheck', '--ready'], `localhost:${port}`)).output, /draining/)
  const late = await fetch(`${url}/late`)
  assert.equal(late.headers.get('x-catapa-sidecar-error'), 'draining')
  command.child.kill('SIGTERM') // A second wish to end cuts the grace period.
  assert.equal((await command.exit).code, 0)
})

test('an admin port that is taken is named, and the exit status is 3', async (t) => {
  const port = await listenOnFreePort(t, createServer())
  const { code, output } = await ended(runCli(t, ['start'], settings('http://127.0.0.1:1', port)))
  assert.equal(code, 3)
  assert.match(output, new RegExp(`127\\.0\\.0\\.1:${port} is taken`))
})

test('systemd is told READY=1 once it listens and STOPPING=1 when it ends', {
  skip: process.platform !== 'linux',
}, async (t) => {
  const catapa = await startCatapa(t)
  const folder = mkdtempSync(join(tmpdir(), 'catapa-'))
  const said = join(folder, 'said')
  const stand = join(folder, 'systemd-notify')
  writeFileSync(stand, `#!/bin/sh\necho "$1 to $NOTIFY_SOCKET" >> ${said}\n`)
  chmodSync(stand, 0o755)
  const command = runCli(t, ['start'], {
    ...settings(catapa.url, await freePort()),
    PATH: `${folder}:${process.env.PATH}`,
    NOTIFY_SOCKET: '@catapa-test',
  })
  await eventually(() => read(said).includes('READY=1'), 'READY=1')
  assert.match(command.output(), /listening/)
  command.child.kill('SIGTERM')
  assert.equal((await command.exit).code, 0)
  assert.equal(read(said), 'READY=1 to @catapa-test\nSTOPPING=1 to @catapa-test\n')
})

test('a watchdog hears of a sidecar as long as its event loop turns, and nothing once that stands still', {
  skip: process.platform !== 'linux',
}, async (t) => {
  const catapa = await startCatapa(t)
  const folder = mkdtempSync(join(tmpdir(), 'catapa-'))
  const said = join(folder, 'said')
  const stand = join(folder, 'systemd-notify')
  writeFileSync(stand, `#!/bin/sh\necho "$1" >> ${said}\n`)
  chmodSync(stand, 0o755)
  const hang = join(folder, 'hang.cjs')
  writeFileSync(
    hang,
    `process.on('SIGUSR2', () => { console.log('it hangs'); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0) })`,
  )
  const command = runCli(t, ['start'], {
    ...settings(catapa.url, await freePort()),
    PATH: `${folder}:${process.env.PATH}`,
    NODE_OPTIONS: `--require ${hang}`,
    NOTIFY_SOCKET: '@catapa-test',
    WATCHDOG_USEC: '200000',
  })
  const heard = () => read(said).split('WATCHDOG=1').length - 1
  await eventually(() => heard() >= 3, 'three signs of life', 60_000)
  command.child.kill('SIGUSR2')
  await command.until(/it hangs/)
  await sleep(2000) // The last of them may be on its way.
  const last = heard()
  await sleep(2000)
  assert.equal(heard(), last)
})

test('a watchdog that waits for another process, or is none, is told nothing', () => {
  const asked = { NOTIFY_SOCKET: '/run/notify', WATCHDOG_USEC: '60000000' }
  assert.equal(watchdogMs(asked), 30_000)
  assert.equal(watchdogMs({ ...asked, WATCHDOG_PID: String(process.pid) }), 30_000)
  assert.equal(watchdogMs({ ...asked, WATCHDOG_PID: '1' }), undefined)
  assert.equal(watchdogMs({ ...asked, NOTIFY_SOCKET: '' }), undefined)
  for (const usec of ['', '0', '-1', '1e6', 'soon'])
    assert.equal(watchdogMs({ ...asked, WATCHDOG_USEC: usec }), undefined)
})

test('the real systemd-notify delivers it', { skip: without('systemd', 'python3') }, async (t) => {
  const catapa = await startCatapa(t)
  const folder = mkdtempSync(join(tmpdir(), 'catapa-'))
  const path = join(folder, 'notify.sock')
  const script = `import socket; s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); s.bind('${path}'); s.settimeout(60)
while True:
    data = s.recv(4096)
    if b'=1' in data: print(data.decode().strip(), flush=True); break`
  const receiver = spawn('python3', ['-c', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  t.after(() => receiver.kill())
  let heard = ''
  receiver.stdout.on('data', (chunk: Buffer) => {
    heard += chunk
  })
  await eventually(() => existsSync(path), 'the socket')
  runCli(t, ['start'], { ...settings(catapa.url, await freePort()), NOTIFY_SOCKET: path })
  await eventually(() => heard.includes('READY=1'), 'READY=1 at the socket')
})

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

test('wait --json and healthcheck --json print one object on standard output, whatever the answer', async (t) => {
  const catapa = await startCatapa(t)
  const port = await freePort()
  const address = `localhost:${port}`
  const commands: [words: string[], member: 'ready' | 'ok'][] = [
    [['wait', '--timeout', '0', '--json'], 'ready'],
    [['healthcheck', '--json'], 'ok'],
    [['healthcheck', '--ready', '--json'], 'ok'],
  ]
  const told = async (words: string[]) => {
    const { code, output } = await ask(t, words, address)
    return { code, ...JSON.parse(output) }
  }
  const sentence = 'no sidecar answers: the connection is refused'
  for (const [words, member] of commands)
    assert.deepEqual(await told(words), { code: 1, [member]: false, address, status: null, sentence })
  const sidecar = await startAdministered(t, catapa.url, { adminListen: [{ kind: 'localhost', port }] })
  await eventually(() => sidecar.tokens.state().valid, 'a token')
  for (const [words, member] of commands) {
    const { sentence, ...rest } = await told(words)
    assert.deepEqual(rest, { code: 0, [member]: true, address, status: 200 })
    assert.equal(typeof sentence, 'string')
  }
})
