// design/promises 12.1: `watch` counts, and changes nothing for anybody.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { test } from 'node:test'
import { readCallers } from '../../../src/callers/file/read-callers.ts'
import { basic, callersFile, testKey } from '../../support/callers.ts'
import {
  beginWrite,
  guardSettings,
  sendWrite,
  startGuarded,
  startGuardedCallers,
  statusOf,
} from '../../support/guarded.ts'
import { startTestSidecar, startUpstream, testConfig } from '../../support/sidecar.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { eventually } from '../../support/wire.ts'

const repeats = (sidecar: { log: Record<string, unknown>[] }) =>
  sidecar.log.filter(({ msg, repeatOf }) => msg === 'request' && repeatOf !== undefined).length

test('a repeat is sent and told, without a trail, and the write whose caller leaves ends with it', async (t) => {
  const waiting: ServerResponse[] = []
  const upstream = await startUpstream(t, (_request, response) => waiting.push(response))
  const sidecar = await startTestSidecar(t, upstream.url, { repeats: 'watch' })
  const first = beginWrite(sidecar)
  await eventually(() => waiting.length === 1, 'the first one is at CATAPA')
  first.socket.destroy()
  await eventually(() => sidecar.inFlight() === 0, 'it is carried')
  for (const number of [2, 3]) {
    const again = sendWrite(sidecar)
    await eventually(() => waiting.length === number, 'it is sent')
    waiting[number - 1]?.writeHead(201, { 'content-length': 2 }).end('{}')
    assert.equal(statusOf(await again), 201)
  }
  await eventually(() => sidecar.log.filter(({ msg }) => msg === 'request').length === 3, 'all are told')
  assert.equal(repeats(sidecar), 1, 'the third one is meant: the second had its answer')
})

test('two at a time are no repeats, though one ends first without an answer', async (t) => {
  const waiting: ServerResponse[] = []
  const upstream = await startUpstream(t, (_request, response) => waiting.push(response))
  const sidecar = await startTestSidecar(t, upstream.url, { repeats: 'watch' })
  const answers = [sendWrite(sidecar), sendWrite(sidecar)]
  await eventually(() => waiting.length === 2, 'both are at CATAPA')
  waiting[0]?.destroy()
  await Promise.race(answers)
  waiting[1]?.end('{}')
  await Promise.all(answers)
  await eventually(() => sidecar.log.filter(({ msg }) => msg === 'request').length === 2, 'both are told')
  assert.equal(repeats(sidecar), 0)
})

test('a body that streams is compared as well, once all of it has come', async (t) => {
  const upstream = await startUpstream(t, (_request, response) => response.destroy())
  for (const mode of ['watch', 'guard'] as const) {
    const sidecar = await startGuarded(t, upstream.url, { repeats: mode, repeatBodyBytes: 1000 })
    const body = 'x'.repeat(300_000)
    for (const _ of [1, 2]) assert.equal(statusOf(await sendWrite(sidecar, { body })), 502)
    assert.equal(statusOf(await sendWrite(sidecar, { body: `${body.slice(1)}y` })), 502)
    await eventually(() => sidecar.log.filter(({ msg }) => msg === 'request').length === 3, 'all are told')
    assert.equal(repeats(sidecar), 1, mode)
  }
})

test('a line of the callers file decides for its caller, in each direction', async (t) => {
  const [own, second] = [testKey(), testKey()]
  const upstream = await startUpstream(t, (_request, response) => response.destroy())
  const text = `[erp]\n${own.line}\nrepeats = guard\n\n[cron]\n${second.line}\nrepeats = off\n\n[*]\n`
  const sidecar = await startGuardedCallers(t, upstream.url, text, { repeats: 'watch' })
  const twice = async (headers: string[]) => {
    await sendWrite(sidecar, { headers })
    return statusOf(await sendWrite(sidecar, { headers }))
  }
  assert.equal(await twice([`Authorization: ${basic('erp', own.key)}`]), 409)
  assert.equal(await twice([`Authorization: ${basic('cron', second.key)}`]), 502)
  assert.equal(await twice([]), 502)
  await eventually(() => sidecar.log.filter(({ msg }) => msg === 'request').length === 6, 'all are told')
  assert.equal(repeats(sidecar), 2, 'of the guarded one and of everyone else')
})

test('a callers file that guards somebody for the first time does so once it is in use', async (t) => {
  const { key, line } = testKey()
  const upstream = await startUpstream(t, (_request, response) => response.destroy())
  const { path } = callersFile(`[erp]\n${line}\n`)
  const settings = { ...guardSettings(temporaryFolder(t)), repeats: 'off' as const, callersFile: path }
  const callers = readCallers(testConfig(upstream.url, settings))
  const sidecar = await startTestSidecar(t, upstream.url, settings, { callers })
  const write = { headers: [`Authorization: ${basic('erp', key)}`] }
  for (const _ of [1, 2]) assert.equal(statusOf(await sendWrite(sidecar, write)), 502)
  writeFileSync(path, `[erp]\n${line}\nrepeats = guard\n`)
  await eventually(() => sidecar.log.some(({ msg }) => /callers file has changed/.test(String(msg))), 'it is in use')
  assert.equal(statusOf(await sendWrite(sidecar, write)), 502)
  assert.equal(statusOf(await sendWrite(sidecar, write)), 409)
  const order = sidecar.log.flatMap(({ msg }) => (/read back|has changed/.test(String(msg)) ? [msg] : []))
  assert.match(String(order[0]), /read back/, 'callers are guarded before the window is known')
})
