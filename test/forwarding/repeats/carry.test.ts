// design/promises 12.4 and 12.5: writes whose callers have gone, and bodies that are gathered.
import assert from 'node:assert/strict'
import type { ServerResponse } from 'node:http'
import { type TestContext, test } from 'node:test'
import type { Config } from '../../../src/settings/config.ts'
import { basic, testKey } from '../../support/callers.ts'
import {
  beginWrite,
  bytesOf,
  jsonOf,
  sendWrite,
  startGuarded,
  startGuardedCallers,
  statusOf,
} from '../../support/guarded.ts'
import { startUpstream } from '../../support/sidecar.ts'
import { dial, eventually, sleep } from '../../support/wire.ts'

async function catapa(t: TestContext, overrides: Partial<Config> = {}) {
  const waiting: ServerResponse[] = []
  const upstream = await startUpstream(t, (_request, response) => waiting.push(response))
  const sidecar = await startGuarded(t, upstream.url, overrides)
  const came = (count: number) => eventually(() => waiting.length === count, `${count} writes at CATAPA`)
  return { sidecar, upstream, waiting, came }
}

test('a carried write keeps its place, and its answer, until the next one comes', async (t) => {
  const { sidecar, waiting, came } = await catapa(t, { upstreamConnections: 3 })
  const first = beginWrite(sidecar)
  await came(1)
  first.socket.destroy()
  await sleep(20)
  const others = [2, 3].map((a) => sendWrite(sidecar, { body: `{"a":${a}}` }))
  await came(3)
  const fourth = sendWrite(sidecar, { body: '{"a":4}' })
  await eventually(() => sidecar.waiting() === 1, 'the carried one has given its place back')
  for (const response of waiting) response.end('{}')
  await came(4)
  waiting[3]?.end('{}')
  for (const answer of [...others, fourth]) assert.equal(statusOf(await answer), 200)
})

test('a carried write is worked on while the sidecar drains, and its place in the trail says how it ended', async (t) => {
  const { sidecar, waiting, came } = await catapa(t, { shutdownGraceMs: 60_000 })
  const first = beginWrite(sidecar)
  await came(1)
  first.socket.destroy()
  await sleep(50)
  let stopped = false
  const end = sidecar.stop().then(() => {
    stopped = true
  })
  await sleep(300)
  assert.equal(stopped, false, 'it was given up')
  waiting[0]?.writeHead(201).end('{}')
  await end
  const line = sidecar.log.find(({ msg }) => msg === 'request')
  assert.deepEqual([line?.status, line?.origin, line?.callerGone], [201, 'catapa', true])
})

test('a write whose caller leaves before its first byte left is not sent', async (t) => {
  const { sidecar, waiting, came } = await catapa(t, { upstreamConnections: 1 })
  const first = sendWrite(sidecar)
  await came(1)
  const second = beginWrite(sidecar, { body: '{"a":2}' })
  await eventually(() => sidecar.waiting() === 1, 'it waits for a place')
  second.socket.destroy()
  await eventually(() => sidecar.waiting() === 0, 'it still waits')
  waiting[0]?.end('{}')
  await first
  const again = sendWrite(sidecar, { body: '{"a":2}' })
  await came(2)
  waiting[1]?.end('{}')
  assert.equal(statusOf(await again), 200)
})

test('a carried write whose token CATAPA refuses is not resent, and the next one is sent', async (t) => {
  const { sidecar, waiting, came } = await catapa(t, { replay: 'buffered' })
  const first = beginWrite(sidecar)
  await came(1)
  first.socket.destroy()
  await sleep(50)
  waiting[0]?.writeHead(401).end()
  await eventually(() => sidecar.inFlight() === 0, 'it is over')
  assert.equal(waiting.length, 1)
  const again = sendWrite(sidecar)
  await came(2)
  waiting[1]?.end('{}')
  assert.equal(statusOf(await again), 200)
})

test('when half of all places are carried, the next write of such a caller is overloaded', async (t) => {
  const { sidecar, waiting, came } = await catapa(t, { upstreamConnections: 4 })
  for (const a of [1, 2]) {
    const caller = beginWrite(sidecar, { body: `{"a":${a}}` })
    await came(a)
    caller.socket.destroy()
  }
  await sleep(50)
  const answer = await sendWrite(sidecar, { body: '{"a":3}' })
  assert.deepEqual([jsonOf(answer).code, jsonOf(answer).reached], ['overloaded', 'no'])
  assert.match(answer, /\r\nRetry-After: 5\r\n/i)
  waiting[0]?.end('{}')
  await eventually(() => sidecar.inFlight() === 1, 'one is over')
  const next = sendWrite(sidecar, { body: '{"a":3}' })
  await came(3)
  waiting[2]?.end('{}')
  assert.equal(statusOf(await next), 200)
})

test('another caller is not overloaded by them', async (t) => {
  const [own, second] = [testKey(), testKey()]
  const waiting: ServerResponse[] = []
  const upstream = await startUpstream(t, (_request, response) => waiting.push(response))
  const text = `[own]\n${own.line}\n\n[second]\n${second.line}\n`
  const sidecar = await startGuardedCallers(t, upstream.url, text, { upstreamConnections: 2 })
  const as = (name: string, key: string) => ({ headers: [`Authorization: ${basic(name, key)}`] })
  const caller = beginWrite(sidecar, as('own', own.key))
  await eventually(() => waiting.length === 1, 'it is at CATAPA')
  caller.socket.destroy()
  await sleep(50)
  assert.equal(jsonOf(await sendWrite(sidecar, { ...as('own', own.key), body: 'other' })).code, 'overloaded')
  const answer = sendWrite(sidecar, as('second', second.key))
  await eventually(() => waiting.length === 2, 'the other one is at CATAPA')
  for (const response of waiting) response.end('{}')
  assert.equal(statusOf(await answer), 200)
})

test('a body up to the limit is whole before its first byte leaves, in any number of pieces; a larger one streams', async (t) => {
  const { sidecar, upstream, waiting, came } = await catapa(t, { repeatBodyBytes: 100_000 })
  for (const [index, size] of [90_000, 120_000].entries()) {
    const caller = dial(sidecar.port)
    const bytes = bytesOf({ body: 'x'.repeat(size) })
    caller.send(bytes.slice(0, 70_000))
    await sleep(100)
    caller.send(bytes.slice(70_000))
    await came(index + 1)
    waiting[index]?.destroy()
    await caller.closed
  }
  const sizes = upstream.received.map(({ body }) => body.length)
  assert.deepEqual(sizes, [90_000, 120_000])
  assert.equal(statusOf(await sendWrite(sidecar, { body: 'x'.repeat(90_000) })), 409)
  const again = sendWrite(sidecar, { body: 'x'.repeat(120_000) })
  await came(3)
  waiting[2]?.end('{}')
  assert.equal(statusOf(await again), 200)
})

test('a chunked body is the same as one with a length, whatever its pieces are', async (t) => {
  const { sidecar, waiting, came } = await catapa(t)
  const chunked = (pieces: string[]) => {
    const head = bytesOf({ body: '' }).replace('Content-Length: 0', 'Transfer-Encoding: chunked')
    return `${head}${pieces.map((piece) => `${piece.length.toString(16)}\r\n${piece}\r\n`).join('')}0\r\n\r\n`
  }
  const first = dial(sidecar.port)
  first.send(chunked(['{"a"', ':1}']))
  await came(1)
  first.socket.destroy()
  const again = dial(sidecar.port)
  again.send(chunked(['{', '"a":1', '}']))
  await eventually(() => sidecar.waiting() === 1, 'it is taken for another write')
  waiting[0]?.end('{}')
  await again.until(/\{\}/)
  assert.equal(waiting.length, 1)
})
