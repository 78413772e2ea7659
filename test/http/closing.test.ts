// design/libraries 26: an answer to a caller that is still writing must be seen, not lost in a reset.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { startTestSandbox, startTestSidecar } from '../support/sidecar.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { ask, dial, eventually, ok, problemIn, sleep, startRawUpstream } from '../support/wire.ts'

const MB = 1024 * 1024
const piece = Buffer.alloc(64 * 1024, 'x')
/** More than the kernel takes for a connection, and little enough to be written while the sidecar still reads on: for 2 s. */
const deafBytes = 12 * MB

/** Writes `bytes` as fast as they are taken, deaf to answers until it is through or cannot go on, as old programs do. */
async function writeOn(port: number, head: string, bytes: number, { chunked = false, deaf = false } = {}) {
  const caller = dial(port, {})
  if (deaf) caller.socket.pause()
  caller.send(head)
  let written = 0
  let endedAt = 0
  const startedAt = performance.now()
  caller.closed.then(() => {
    endedAt = performance.now()
  })
  while (written < bytes && endedAt === 0 && caller.socket.writable) {
    const data = chunked ? Buffer.concat([Buffer.from('10000\r\n'), piece, Buffer.from('\r\n')]) : piece
    if (!caller.socket.write(data)) {
      await Promise.race([new Promise((resolve) => caller.socket.once('drain', resolve)), caller.closed])
    }
    written += piece.length
  }
  caller.socket.resume()
  const { how, text } = await caller.closed
  return { how, text, written, tookMs: endedAt - startedAt }
}

for (const [name, version, header] of [
  ['an HTTP/1.1 caller', 'HTTP/1.1', ''],
  ['a Connection: close caller', 'HTTP/1.1', 'Connection: close\r\n'],
  ['an HTTP/1.0 caller', 'HTTP/1.0', ''],
] as const) {
  test(`${name} that is still writing 50 MB reads the sidecar's own refusal whole`, async (t) => {
    const upstream = await startRawUpstream(t, ({ socket }) => socket.write(ok()))
    const { port } = await startTestSidecar(t, upstream.url, { maxBodyBytes: MB })
    const { how, text, tookMs } = await writeOn(
      port,
      `POST /x ${version}\r\nHost: localhost\r\n${header}Content-Length: ${50 * MB}\r\n\r\n`,
      50 * MB,
    )
    assert.match(text, /^HTTP\/1\.1 413 [\s\S]*Connection: close\r\n/i)
    assert.equal(problemIn(text).code, 'body_too_large')
    assert.equal(how, 'end')
    assert.ok(tookMs < 30_000, `${tookMs} ms`)
    assert.equal(upstream.heard.length, 0)
  })

  test(`${name} that is still writing 12 MB, and reads nothing before, is told whole that there is no token`, async (t) => {
    const { url } = await startTestSandbox(t, { clientSecret: 'another-secret-4711' })
    const { port } = await startTestSidecar(t, url)
    const { how, text } = await writeOn(
      port,
      `POST /x ${version}\r\nHost: localhost\r\n${header}Content-Length: ${deafBytes}\r\n\r\n`,
      deafBytes,
      { deaf: true },
    )
    assert.equal(problemIn(text).code, 'credentials_rejected')
    assert.equal(how, 'end')
  })

  for (const status of ['413 Too Large', '401 Unauthorized']) {
    test(`${name} that is still writing 50 MB reads CATAPA's own early ${status} whole`, async (t) => {
      const body = 'the reason '.repeat(500)
      const upstream = await startRawUpstream(
        t,
        ({ socket }) => {
          socket.write(`HTTP/1.1 ${status}\r\nContent-Length: ${body.length}\r\nX-Why: big\r\n\r\n${body}`)
          setTimeout(() => socket.end(), 20)
          socket.resume()
        },
        { early: true },
      )
      const { port } = await startTestSidecar(t, upstream.url)
      const { how, text, tookMs } = await writeOn(
        port,
        `POST /x ${version}\r\nHost: localhost\r\n${header}Content-Length: ${50 * MB}\r\n\r\n`,
        50 * MB,
      )
      assert.match(
        text,
        new RegExp(`^HTTP/1.1 ${status.slice(0, 3)} [\\s\\S]*X-Why: big[\\s\\S]*Connection: close\\r\\n`),
      )
      assert.ok(text.endsWith(body))
      assert.equal(how, 'end')
      assert.ok(tookMs < 30_000, `${tookMs} ms`)
    })
  }
}

test('a chunked body that grows over SIDECAR_MAX_BODY is refused under way, and CATAPA is left in the middle', async (t) => {
  let cut = ''
  const upstream = await startRawUpstream(
    t,
    ({ socket }) => {
      socket.once('error', () => {})
      socket.once('close', () => {
        cut = 'closed'
      })
    },
    { early: true },
  )
  const { port } = await startTestSidecar(t, upstream.url, { maxBodyBytes: MB })
  const { how, text } = await writeOn(
    port,
    'POST /x HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n',
    5 * MB,
    { chunked: true },
  )
  const { code, reached } = problemIn(text)
  assert.deepEqual([code, reached], ['body_too_large', 'maybe'])
  assert.notEqual(how, 'ECONNRESET')
  await eventually(() => cut === 'closed', 'CATAPA sees the cut')
})

test('the sidecar reads on for about 2 s after an early answer, no longer, and then closes', async (t) => {
  const upstream = await startRawUpstream(t, () => {})
  const { port } = await startTestSidecar(t, upstream.url, { maxBodyBytes: 10 })
  const caller = dial(port)
  caller.send('POST /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000000\r\n\r\n')
  await caller.until(/body_too_large/)
  let closed = false
  caller.socket.on('error', () => {})
  caller.socket.on('close', () => {
    closed = true
  })
  // dial() destroys its side at the FIN; a second connection that ignores it is needed to see the end of the reading.
  const deaf = dial(port, { paused: true })
  deaf.send('POST /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000000\r\n\r\n')
  const deafFrom = performance.now()
  await Promise.race([
    new Promise((resolve) => deaf.socket.once('error', resolve)),
    (async () => {
      while (performance.now() - deafFrom < 30_000 && !deaf.socket.destroyed) {
        deaf.socket.write(Buffer.alloc(1000))
        await sleep(20)
      }
    })(),
  ])
  const readOnMs = performance.now() - deafFrom
  assert.ok(readOnMs > 1500 && readOnMs < 30_000, `${readOnMs} ms`)
  assert.ok(closed, 'who sees the answer may close at once')
})

test('what follows on a connection after an early answer is not carried out: nobody could see what became of it', async (t) => {
  const upstream = await startRawUpstream(t, ({ socket }) => socket.write(ok()))
  const { port } = await startTestSidecar(t, upstream.url, { maxBodyBytes: 10 })
  const caller = dial(port, { paused: true })
  caller.send('POST /1 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 20\r\n\r\n')
  await sleep(100)
  caller.send(`${'a'.repeat(20)}POST /2 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\nb`)
  await sleep(300)
  assert.deepEqual(
    upstream.heard.map(({ head }) => head.split(' ')[1]),
    [],
  )
  caller.socket.destroy()
})

test('a refusal by the guard reaches a caller that is still writing', async (t) => {
  const upstream = await startRawUpstream(t, () => {})
  const { port } = await startTestSidecar(t, upstream.url)
  const { how, text } = await writeOn(
    port,
    `POST /x HTTP/1.1\r\nHost: evil.example\r\nContent-Length: ${20 * MB}\r\n\r\n`,
    20 * MB,
  )
  assert.match(text, /^HTTP\/1\.1 421 [\s\S]*host_not_allowed/)
  assert.equal(how, 'end')
  assert.equal(upstream.heard.length, 0)
})

test('a caller that reads nothing before it has written all 12 MB still finds the answer', async (t) => {
  const upstream = await startRawUpstream(t, () => {})
  const { port } = await startTestSidecar(t, upstream.url, { maxBodyBytes: MB })
  const deaf = dial(port, { paused: true })
  deaf.send(`POST /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${deafBytes}\r\n\r\n`)
  for (let written = 0; written < deafBytes; written += piece.length) {
    if (!deaf.socket.write(piece)) await new Promise((resolve) => deaf.socket.once('drain', resolve))
  }
  let text = ''
  deaf.socket.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1')
  })
  assert.equal((await deaf.closed).how, 'end')
  assert.equal(problemIn(text).code, 'body_too_large')
  assert.equal(upstream.heard.length, 0)
})

test('a large answer that is cut ends the connection on a socket file too, where there is no reset', {
  skip: process.platform === 'win32' && 'there are no socket files',
}, async (t) => {
  const folder = temporaryFolder(t)
  const path = join(folder, 'http.sock')
  const upstream = await startRawUpstream(t, ({ socket }) => {
    socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${4 * MB}\r\n\r\n`)
    socket.write(Buffer.alloc(3 * MB, 'x'), () => setTimeout(() => socket.destroy(), 200))
  })
  await startTestSidecar(t, upstream.url, { listen: [{ kind: 'unix', path, mode: 0o600 }] })
  const { text } = await ask(path, 'GET /x HTTP/1.1\r\nHost: localhost\r\n\r\n')
  assert.match(text, /^HTTP\/1\.1 200 /)
  assert.ok(text.length < 4 * MB, `${text.length} bytes`)
})
