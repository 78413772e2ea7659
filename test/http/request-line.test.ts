import assert from 'node:assert/strict'
import type { Socket } from 'node:net'
import { test } from 'node:test'
import { startTestSidecar } from '../support/sidecar.ts'
import { dial, eventually, ok, startRawUpstream } from '../support/wire.ts'

const line = (text: string) => `${text}\r\nHost: localhost\r\n\r\n`

test('a connection may pipeline any number of requests in its life, as long as few wait at once', async (t) => {
  const upstream = await startRawUpstream(t, ({ socket }) => socket.write(ok('fine')))
  const { port } = await startTestSidecar(t, upstream.url)
  const caller = dial(port)
  const answered = () => caller.text().split('HTTP/1.1 200 ').length - 1
  for (let round = 1; round <= 30; round++) {
    caller.send(line('GET /x HTTP/1.1').repeat(5))
    await eventually(() => answered() === 5 * round, `${5 * round} answers, not ${caller.text().slice(-300)}`)
  }
})

test('nothing that comes after what is not HTTP is taken, also while an answer before it is still owed', async (t) => {
  const held: Socket[] = []
  const upstream = await startRawUpstream(t, ({ socket }) => held.push(socket))
  const { port } = await startTestSidecar(t, upstream.url)
  const caller = dial(port)
  caller.send(`${line('GET /held HTTP/1.1')}${line('PLAY /x RTSP/1.1')}${line('POST /never HTTP/1.1')}`)
  await eventually(() => held.length === 1, 'the first is at CATAPA')
  held[0]?.write(ok('answered'))
  const { text } = await caller.closed
  assert.match(text, /^HTTP\/1\.1 200 [\s\S]*answeredHTTP\/1\.1 400 /)
  assert.deepEqual(
    upstream.heard.map(({ head }) => head.split(' ')[1]),
    ['/held'],
  )
})
