// design/promises 12.7 and 12.9: what an operator sees of writes of unknown outcome, and how one is released.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { plainText } from '../../src/admin/page/plain-text.ts'
import { repeatStates } from '../../src/admin/page/states/repeat-states.ts'
import type { Status } from '../../src/admin/status/status.ts'
import { press, startAdministered } from '../support/admin.ts'
import { guardSettings, sendWrite, statusOf } from '../support/guarded.ts'
import { json, startUpstream } from '../support/sidecar.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

/** A sidecar of which these bodies are lost on the way. */
async function losing(t: TestContext, bodies: readonly string[]) {
  const lost = new Set(bodies)
  const upstream = await startUpstream(t, ({ body }, response) =>
    lost.has(body.toString()) ? response.destroy() : response.end('{}'),
  )
  const folder = temporaryFolder(t)
  const sidecar = await startAdministered(t, upstream.url, guardSettings(folder))
  for (const body of bodies) await sendWrite(sidecar, { body, headers: [`X-Request-Id: ${idOf(body)}`] })
  lost.clear()
  const status = async (): Promise<Status> => json(fetch(`${sidecar.adminUrl}/api/status`))
  const metrics = async () => (await fetch(`${sidecar.adminUrl}/metrics`)).text()
  return { sidecar, upstream, folder, status, metrics }
}

const idOf = (body: string): string => (body === 'twin' ? idOf('lost') : `4bf92f3577b34d${body.length}a`)

test('status, metrics and page say which writes are of unknown outcome', async (t) => {
  const { sidecar, status, metrics } = await losing(t, ['lost', 'gone too'])
  await sendWrite(sidecar, { body: 'lost' })
  const shown = await status()
  assert.deepEqual([shown.repeats?.unknown, shown.repeats?.done], [2, 0])
  const [first] = shown.repeats?.writes ?? []
  const { time, seq, ...rest } = first ?? {}
  assert.deepEqual(rest, {
    ...{ caller: 'anonymous', method: 'POST', operation: '/core/v1/salary-item-add-on' },
    ...{ requestId: '4bf92f3577b34d4a', outcome: 'unknown' },
  })
  assert.equal(seq, 2)
  assert.ok(Math.abs(Date.parse(time ?? '') - Date.now()) < 60_000)
  const scraped = await metrics()
  assert.match(scraped, /^catapa_sidecar_writes_unknown 2$/m)
  assert.match(scraped, /^catapa_sidecar_repeats_total\{caller="anonymous",result="refused"\} 1$/m)
  const text = plainText(shown, Date.now())
  assert.match(text, /\nATTENTION: The outcome of 2 writes is unknown\./)
  assert.match(
    text.replace(/\s+/g, ' '),
    /POST \/core\/v1\/salary-item-add-on, \S+, no\. 2, by anonymous, request 4bf92f3577b34d4a: unknown/,
  )
})

test('a release lets the same write be sent again, is in the trail, and is shown at once', async (t) => {
  const { sidecar, upstream, folder } = await losing(t, ['lost', 'gone too'])
  assert.equal(statusOf(await sendWrite(sidecar, { body: 'lost' })), 409)
  const released = await press(sidecar, '/api/repeats/release?write=2')
  assert.equal(released.status, 200)
  assert.equal((await json(released)).repeats.unknown, 1)
  assert.equal(statusOf(await sendWrite(sidecar, { body: 'lost' })), 200)
  assert.equal(statusOf(await sendWrite(sidecar, { body: 'gone too' })), 409)
  assert.equal((await press(sidecar, `/api/repeats/release?write=${idOf('gone too')}`)).status, 200)
  assert.equal(statusOf(await sendWrite(sidecar, { body: 'gone too' })), 200)
  assert.equal(upstream.received.length, 4)
  await sidecar.stop()
  const audit = join(folder, 'audit')
  const lines = readdirSync(audit)
    .filter((name) => name.endsWith('.jsonl'))
    .flatMap((name) => readFileSync(join(audit, name), 'utf8').trim().split('\n'))
    .map((line) => JSON.parse(line))
  const releases = lines.filter(({ event }) => event === 'release')
  assert.deepEqual(
    releases.map(({ v, repeatOf, caller }) => [v, repeatOf, caller]),
    [
      [2, 2, 'anonymous'],
      [2, 4, 'anonymous'],
    ],
  )
})

test('nothing is released without the header, for no write, or for one of several', async (t) => {
  const { sidecar, status } = await losing(t, ['lost', 'twin'])
  const bare = await fetch(`${sidecar.adminUrl}/api/repeats/release?write=2`, { method: 'POST' })
  assert.equal(bare.status, 403)
  for (const write of ['99', 'nobody', '', `${idOf('lost')}x`]) {
    assert.equal((await press(sidecar, `/api/repeats/release?write=${write}`)).status, 404, write)
  }
  const several = await press(sidecar, `/api/repeats/release?write=${idOf('lost')}`)
  assert.equal(several.status, 409)
  assert.match((await json(several)).detail, /Name one by its number: 2, 4\.$/)
  assert.equal((await status()).repeats?.unknown, 2)
})

test('an id of the first request that may name a person is nowhere but at its caller', async (t) => {
  const { sidecar } = await losing(t, [])
  const headers = ['X-Request-Id: 3201234567890123']
  await sendWrite(sidecar, { headers: [...headers, 'Idempotency-Key: "a"'] })
  await sendWrite(sidecar, { body: 'other', headers: [...headers, 'Idempotency-Key: "a"'] })
  for (const path of ['/api/status', '/', '/metrics']) {
    assert.doesNotMatch(await (await fetch(sidecar.adminUrl + path)).text(), /3201234567890123/, path)
  }
  assert.doesNotMatch(JSON.stringify(sidecar.log), /3201234567890123/)
})

test('without a guard there is nothing of it, and nothing to release', async (t) => {
  const upstream = await startUpstream(t)
  const sidecar = await startAdministered(t, upstream.url)
  const shown: Status = await json(fetch(`${sidecar.adminUrl}/api/status`))
  assert.equal(shown.repeats, undefined)
  assert.deepEqual(repeatStates(shown, Date.now()), [])
  assert.equal((await press(sidecar, '/api/repeats/release?write=2')).status, 404)
})
