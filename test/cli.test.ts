// SIGUSR1, at which other programs rotate their logs: left alone, it opens Node's debugger, on which every user of the
// machine can then read the secret and run code.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { type CommandName, commands, isCommand } from '../src/commands/commands.ts'
import { lockFolder } from '../src/login/folder-lock.ts'
import { make } from './support/client-certificates.ts'
import { settings } from './support/doctor.ts'
import { type RunningCommand, runCli, startUpstream } from './support/sidecar.ts'
import { temporaryFolder } from './support/temporary-folder.ts'
import { threeSegments, trailFolderOf } from './support/trails.ts'

const onUnix = { skip: process.platform === 'win32' ? 'signals are Unix' : false }

/** A listener that takes a request and is silent: whoever asks there is running, and stays so for a while. */
async function startSilent(t: TestContext): Promise<{ server: Server; address: string }> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => sockets.add(socket.on('error', () => {})))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const address = server.address()
  assert.ok(typeof address === 'object' && address !== null)
  return { server, address: `127.0.0.1:${address.port}` }
}

/** At SIGUSR2 a command says how many listeners it has for SIGUSR1, and where its debugger is. */
const preload = `process.on('SIGUSR2', () => require('node:fs').writeSync(2,
  'heard by ' + process.listenerCount('SIGUSR1') + ', debugger at ' + require('node:inspector').url() + '\\n'))`

for (const name of Object.keys(commands).filter(isCommand)) {
  test(`${name}: SIGUSR1 opens no debugger and ends nothing`, onUnix, async (t) => {
    const folder = temporaryFolder(t)
    writeFileSync(join(folder, 'preload.cjs'), preload)
    const command = await started(t, name, {
      NODE_OPTIONS: `--require ${join(folder, 'preload.cjs')} --inspect-port=127.0.0.1:0`,
      SIDECAR_STATE_DIR: join(folder, 'state'),
    })
    command.child.kill('SIGUSR1')
    command.child.kill('SIGUSR2')
    assert.match(await command.until(/heard by .*\n/), /heard by [1-9]\d*, debugger at undefined\n/)
    assert.doesNotMatch(command.output(), /Debugger|inspector/)
    if (name !== 'exec') return
    command.child.kill('SIGTERM') // Its child would outlive it, and keep the pipes open.
    await command.exit
  })
}

/** A command that is busy, with something that keeps it so. */
async function started(t: TestContext, name: CommandName, env: Record<string, string>): Promise<RunningCommand> {
  switch (name) {
    case 'start': {
      const { url } = await startUpstream(t)
      return saying(runCli(t, ['start'], { ...settings(url), ...env }), /access token obtained/)
    }
    case 'demo': {
      const free = { SIDECAR_LISTEN: 'localhost:0', SIDECAR_ADMIN_LISTEN: 'localhost:0', SANDBOX_LISTEN: 'localhost:0' }
      return saying(runCli(t, ['demo'], { ...env, ...free }), /Ctrl-C ends both/)
    }
    case 'sandbox':
      return saying(runCli(t, ['sandbox'], { ...env, SANDBOX_LISTEN: 'localhost:0' }), /Ctrl-C ends it/)
    case 'exec': {
      const { url } = await startUpstream(t)
      const child = `process.on('SIGUSR1', () => {}).on('SIGUSR2', () => {}); setTimeout(() => {}, 20_000); console.log('here')`
      const words = ['exec', '--', 'env', '-u', 'NODE_OPTIONS', process.execPath, '-e', child]
      return saying(runCli(t, words, { ...settings(url), ...env }), /here/)
    }
    case 'logout': {
      const lock = await lockFolder(env.SIDECAR_STATE_DIR ?? '', 0)
      t.after(() => lock?.release())
      return asking(t, name, env)
    }
    case 'check': {
      // Done at once: it is kept from ending.
      const kept = `${env.NODE_OPTIONS} --import data:text/javascript,setTimeout(()=>{},20000)`
      return saying(runCli(t, ['check'], { ...settings('http://127.0.0.1:9'), NODE_OPTIONS: kept }), /is fine/)
    }
    case 'key': {
      // Done at once: it is kept from ending.
      const kept = `${env.NODE_OPTIONS} --import data:text/javascript,setTimeout(()=>{},20000)`
      return saying(runCli(t, ['key'], { ...env, NODE_OPTIONS: kept }), /cannot be shown again/)
    }
    case 'certificate': {
      // Done at once: it is kept from ending.
      const kept = `${env.NODE_OPTIONS} --import data:text/javascript,setTimeout(()=>{},20000)`
      const path = join(temporaryFolder(t), 'c.pem')
      writeFileSync(path, make({}).pem)
      return saying(runCli(t, ['certificate', path], { ...env, NODE_OPTIONS: kept }), /^certificate = sha256:/m)
    }
    case 'policy': {
      // Done at once: it is kept from ending.
      const kept = `${env.NODE_OPTIONS} --import data:text/javascript,setTimeout(()=>{},20000)`
      return saying(runCli(t, ['policy', 'list'], { ...env, NODE_OPTIONS: kept }), /v1\/users\/me /)
    }
    case 'audit': {
      // Done at once: it is kept from ending.
      const kept = `${env.NODE_OPTIONS} --import data:text/javascript,setTimeout(()=>{},20000)`
      const folder = trailFolderOf(t, threeSegments().files)
      return saying(runCli(t, ['audit', 'verify', folder], { ...env, NODE_OPTIONS: kept }), /Whole: 30 lines/)
    }
    case 'notify': {
      const { server, address } = await startSilent(t)
      const asked = once(server, 'connection')
      const receiver = { SIDECAR_NOTIFY_URL: `json:http://${address}/` }
      const command = runCli(t, ['notify', 'test'], { ...settings('http://127.0.0.1:9'), ...env, ...receiver })
      await Promise.race([asked, command.exit])
      return command
    }
    case 'login':
    case 'doctor':
    case 'report':
    case 'repeats':
    case 'wait':
    case 'healthcheck':
      return asking(t, name, env)
  }
}

async function saying(command: RunningCommand, words: RegExp): Promise<RunningCommand> {
  await command.until(words)
  return command
}

/** While it asks a sidecar that is silent. */
async function asking(t: TestContext, name: CommandName, env: Record<string, string>): Promise<RunningCommand> {
  const [admin, upstream] = [await startSilent(t), await startSilent(t)]
  const asked = once(admin.server, 'connection')
  const command = runCli(t, [name], {
    ...settings(`http://${upstream.address}`),
    ...env,
    SIDECAR_ADMIN_LISTEN: admin.address,
  })
  await Promise.race([asked, command.exit])
  return command
}
