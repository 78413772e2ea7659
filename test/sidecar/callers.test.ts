import assert from 'node:assert/strict'
import { chmodSync, existsSync, mkdtempSync, statSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { startWithCallers, testKey } from '../support/callers.ts'
import { startUpstream } from '../support/sidecar.ts'

/** The status that a socket file answers with, or the error of whoever cannot connect. */
function statusAt(socketPath: string, agent?: Agent): Promise<number | string> {
  return new Promise((resolve) => {
    const asked = request({ socketPath, agent, path: '/core/v1/cities', headers: { host: 'localhost' } })
    asked.on('response', (response) => response.resume().on('end', () => resolve(response.statusCode ?? 0)))
    asked.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'error'))
    asked.end()
  })
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const endsAt = Date.now() + 20_000
  while (!(await holds())) {
    assert.ok(Date.now() < endsAt, 'not in 20 s')
    await sleep(50)
  }
}

test('listeners open and close with the file, get another mode, and change their caller', async (t) => {
  const upstream = await startUpstream(t)
  const folder = mkdtempSync(join(tmpdir(), 'catapa-listeners-'))
  const [one, two] = [join(folder, 'one.sock'), join(folder, 'two.sock')]
  const sidecar = await startWithCallers(t, upstream.url, `[one]\nlisten = unix:${one}\n`)
  assert.deepEqual(sidecar.callerAddresses, [{ caller: 'one', address: `unix:${one}` }])
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  t.after(() => agent.destroy())
  assert.equal(await statusAt(one, agent), 200)

  sidecar.write(`[renamed]\nlisten = unix:${one},mode=0660\nprofile = read-only\n[two]\nlisten = unix:${two}\n`)
  await until(() => existsSync(two))
  await until(() => (statSync(one).mode & 0o777) === 0o660)
  await until(() => Object.keys(agent.freeSockets).length === 0) // That of the caller before.
  assert.equal(await statusAt(one, agent), 200)
  await until(() => sidecar.log.some(({ caller }) => caller === 'renamed'))

  sidecar.write(`[two]\nlisten = unix:${two}\n`)
  await until(() => !existsSync(one))
  assert.equal(await statusAt(one), 'ENOENT')
  const kept = await statusAt(one, agent)
  assert.ok(
    ['ENOENT', 'EPIPE', 'ECONNRESET'].includes(String(kept)),
    `connections that are kept alive end too: ${kept}`,
  )
  assert.equal(await statusAt(two), 200)
})

test('a connection that is in use while its listener goes belongs to nobody afterwards, though its caller is still there', async (t) => {
  let release = () => {}
  const upstream = await startUpstream(t, (_request, response) => {
    release = () => response.end('{}')
  })
  const path = join(mkdtempSync(join(tmpdir(), 'catapa-listeners-')), 'one.sock')
  const { line } = testKey()
  const sidecar = await startWithCallers(t, upstream.url, `[one]\n${line}\nlisten = unix:${path}\n`)
  const socket = connect(path)
  t.after(() => socket.destroy())
  let answers = ''
  socket.on('data', (chunk) => (answers += String(chunk)))
  const request = 'GET /core/v1/cities HTTP/1.1\r\nHost: localhost\r\n\r\n'
  socket.write(request + request)
  await until(() => upstream.received.length === 1)
  sidecar.write(`[one]\n${line}\n`)
  await until(() => !existsSync(path))
  release()
  await until(() => /caller_unknown/.test(answers) || socket.destroyed || socket.readableEnded)
  assert.match(answers, /^HTTP\/1\.1 200 /)
  assert.equal(upstream.received.length, 1, 'the second request reached CATAPA')
})

/** A connection with one answer after the other, of which the upstream gives each when the test says so. */
async function keptConnection(t: TestContext, before: string, after: string, ready: (path: string) => boolean) {
  let release = () => {}
  const upstream = await startUpstream(t, (_request, response) => {
    release = () => response.end('{}')
  })
  const path = join(mkdtempSync(join(tmpdir(), 'catapa-listeners-')), 'one.sock')
  const sidecar = await startWithCallers(t, upstream.url, before.replace('PATH', path))
  const socket = connect(path)
  t.after(() => socket.destroy())
  let answers = ''
  socket.on('data', (chunk) => (answers += String(chunk)))
  const request = 'GET /core/v1/cities HTTP/1.1\r\nHost: localhost\r\n\r\n'
  socket.write(request + request) // The second one is there when the first is answered.
  await until(() => upstream.received.length === 1)
  sidecar.write(after.replace('PATH', path))
  await until(() => ready(path) && sidecar.log.some(({ msg }) => msg === 'the callers file has changed and is in use'))
  release()
  await until(() => answers.startsWith('HTTP/1.1 200 '))
  return { socket, upstream, release: () => release(), answers: () => answers, path }
}

const modeOf = (path: string) => statSync(path).mode & 0o777

for (const [how, after, mode] of [
  ['belongs to another caller', '[two]\nlisten = unix:PATH,mode=0666\n', 0o666],
  ['may be opened by fewer', '[one]\nlisten = unix:PATH,mode=0600\n', 0o600],
] as const) {
  test(`a connection that is in use while its listener ${how} is nobody’s afterwards, and closed; a new one is the caller’s`, async (t) => {
    const kept = await keptConnection(
      t,
      '[one]\nlisten = unix:PATH,mode=0666\n',
      after,
      (path) => modeOf(path) === mode,
    )
    await until(() => kept.socket.readableEnded)
    assert.match(kept.answers(), /^HTTP\/1\.1 200 [\s\S]*\r\nconnection: close\r\n/i)
    assert.equal(kept.upstream.received.length, 1, 'the second request reached CATAPA')
    const anew = statusAt(kept.path)
    await until(() => kept.upstream.received.length === 2)
    kept.release()
    assert.equal(await anew, 200)
  })
}

test('a connection whose listener may be opened by more stays its caller’s', async (t) => {
  const [before, after] = ['0600', '0660'].map((mode) => `[one]\nlisten = unix:PATH,mode=${mode}\n`)
  const kept = await keptConnection(t, before ?? '', after ?? '', (path) => modeOf(path) === 0o660)
  await until(() => kept.upstream.received.length === 2)
  kept.release()
  await until(() => kept.answers().split('HTTP/1.1 200 ').length === 3)
})

test('where one listener cannot be opened the change is no change, and the log names the line', async (t) => {
  const upstream = await startUpstream(t)
  const folder = mkdtempSync(join(tmpdir(), 'catapa-listeners-'))
  const [mine, next, taken] = ['mine', 'next', 'taken'].map((name) => join(folder, name))
  const squatter = createServer().listen(taken)
  t.after(() => squatter.close())
  const sidecar = await startWithCallers(t, upstream.url, `[one]\nlisten = unix:${mine}\n`)
  sidecar.write(`[two]\nlisten = unix:${next}\nlisten = unix:${taken}\n`)
  await until(() => sidecar.log.some((entry) => JSON.stringify(entry).includes('line 3')))
  assert.equal(await statusAt(mine ?? ''), 200)
  assert.equal(await statusAt(next ?? ''), 'ENOENT')
  assert.ok(sidecar.log.some(({ level }) => Number(level) >= 40))
})

test('a file that others may write changes nothing', async (t) => {
  const upstream = await startUpstream(t)
  const folder = mkdtempSync(join(tmpdir(), 'catapa-listeners-'))
  const path = join(folder, 'one.sock')
  const sidecar = await startWithCallers(t, upstream.url, `[one]\nlisten = unix:${path}\n`)
  sidecar.write('[*]\n')
  await until(() => !existsSync(path))
  chmodSync(sidecar.file, 0o666)
  await until(() => sidecar.log.some((entry) => JSON.stringify(entry).includes('chmod')))
})
