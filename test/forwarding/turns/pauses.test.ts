// design/promises 10.4 and 10.5 on the wire: what CATAPA's 429 and 503 do to those who call.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ask, assertRefused } from '../../support/ask.ts'
import { fakeTrail } from '../../support/fake-trail.ts'
import { sharesOf, startPatientUpstream, untilShares, withAdmin } from '../../support/shares.ts'
import { startTestSidecar, startUpstream, type TestSidecar } from '../../support/sidecar.ts'
import { dial, eventually } from '../../support/wire.ts'

const pause = 'CATAPA asks for a pause: nothing is sent to it until that is over'
const isOver = 'the pause that CATAPA asked for is over'
const lines = ({ log }: TestSidecar, message: string) => log.filter(({ msg }) => msg === message)
const body = '{"error":"too_many_requests"}'

/** A CATAPA whose answers are these in their order, then 200; and when each request came. */
async function scripted(
  t: Parameters<typeof startUpstream>[0],
  ...answers: [status: number, retryAfter?: string | undefined][]
) {
  const at: number[] = []
  const upstream = await startUpstream(t, (_request, response) => {
    at.push(performance.now())
    const [status, retryAfter] = answers.shift() ?? [200]
    if (retryAfter !== undefined) response.setHeader('Retry-After', retryAfter)
    response.writeHead(status, { 'X-From': 'catapa' }).end(status === 200 ? '[]' : body)
  })
  return Object.assign(upstream, { at })
}

for (const [name, target, init] of [
  ['a caller that keeps its connection', '/kept', {}],
  ['a caller that cannot notice a cut', '/blind', { headers: { connection: 'close' } }],
] as const) {
  test(`a GET of ${name} that is answered 429 with Retry-After waits, is sent once more, and is one request in log and trail`, async (t) => {
    const upstream = await scripted(t, [429, '1'])
    const fake = fakeTrail()
    const sidecar = await startTestSidecar(t, upstream.url, withAdmin, { audit: fake.auditing })
    const answer = await fetch(sidecar.url + target, init)
    assert.deepEqual([answer.status, await answer.text()], [200, '[]'])
    assert.equal(upstream.at.length, 2)
    assert.ok((upstream.at[1] ?? 0) - (upstream.at[0] ?? 0) >= 990, 'not within the pause')
    await eventually(() => lines(sidecar, 'request').length === 1 && lines(sidecar, isOver).length === 1, 'it is told')
    const [request] = lines(sidecar, 'request')
    assert.deepEqual([request?.status, request?.resent, request?.waitedFor], [200, 'pause', 'hold'])
    assert.ok(Number(request?.waitedMs) > 0 && Number(request?.durationMs) >= Number(request?.waitedMs))
    assert.equal((await fake.until(1)).length, 1)
    assert.deepEqual(
      lines(sidecar, pause).map(({ level, status, seconds }) => [level, status, seconds]),
      [[40, 429, 1]],
    )
    assert.deepEqual(
      lines(sidecar, isOver).map(({ level, waited }) => [level, waited]),
      [[30, 1]],
    )
    const { hold, held, places } = await sharesOf(sidecar)
    assert.deepEqual([hold, held, places], [null, { total: 1, repeated: 1 }, { inUse: 0, limit: 32, of: 64 }])
  })
}

test('a write that CATAPA turns down so gets its answer byte for byte, and no write is sent or held until the pause is over', async (t) => {
  const upstream = await scripted(t, [503, '3'])
  const sidecar = await startTestSidecar(t, upstream.url, withAdmin)
  const write = { method: 'POST', body: '{}' }
  const first = await ask(sidecar, write)
  assert.deepEqual(
    [first.status, first.header('retry-after'), first.header('x-from'), first.body],
    [503, '3', 'catapa', body],
  )
  assert.equal(first.header('x-catapa-sidecar-error'), undefined)
  const others = [write, { method: 'DELETE' }, { method: 'GET', body: 'x' }]
  for (const second of await Promise.all(others.map((question) => ask(sidecar, question)))) {
    const { detail, reached } = assertRefused(second, 'overloaded')
    assert.equal(reached, 'no')
    assert.match(String(detail), /^CATAPA has asked for a pause \(Retry-After\)/)
    assert.match(second.header('retry-after') ?? '', /^[123]$/)
  }
  assert.equal(upstream.received.length, 1)
  const { hold, turnedAway } = await sharesOf(sidecar)
  assert.deepEqual([hold?.status, hold?.waiting, turnedAway.total], [503, 0, 3])
  assert.equal((await ask(sidecar)).status, 200, 'a GET waits')
  assert.equal((await ask(sidecar, write)).status, 200)
  assert.equal(upstream.received.length, 3)
  assert.ok((upstream.at[1] ?? 0) - (upstream.at[0] ?? 0) > 2990, 'not within the pause')
})

test('a second 429 is passed on with its own Retry-After, and begins another pause', async (t) => {
  const upstream = await scripted(t, [429, '1'], [429, '2'])
  const sidecar = await startTestSidecar(t, upstream.url)
  const answer = await ask(sidecar, { method: 'HEAD' })
  assert.deepEqual([answer.status, answer.header('retry-after')], [429, '2'])
  assert.equal(upstream.at.length, 2)
  assert.equal(lines(sidecar, pause).length, 2)
})

test('a pause longer than SIDECAR_HOLD: a GET gets the answer that there is, and later ones are told how long it lasts', async (t) => {
  const upstream = await scripted(t, [429, '45'])
  const sidecar = await startTestSidecar(t, upstream.url)
  const answer = await ask(sidecar)
  assert.deepEqual([answer.status, answer.header('retry-after'), answer.body], [429, '45', body])
  const later = await ask(sidecar)
  assertRefused(later, 'overloaded')
  assert.match(later.header('retry-after') ?? '', /^4[0-5]$/)
  assert.equal(upstream.at.length, 1)
})

for (const retryAfter of [undefined, '0', 'soon'] as const) {
  test(`a 429 with ${retryAfter ?? 'no'} Retry-After is passed on at once: no pause, no repeat`, async (t) => {
    const upstream = await scripted(t, [429, retryAfter], [503, retryAfter])
    const sidecar = await startTestSidecar(t, upstream.url, withAdmin)
    for (const status of [429, 503, 200]) {
      const answer = await ask(sidecar)
      assert.deepEqual([answer.status, answer.header('x-from')], [status, 'catapa'])
    }
    assert.equal(upstream.at.length, 3)
    const { hold, held, turnedAway } = await sharesOf(sidecar)
    assert.deepEqual([hold, held.total, turnedAway.total, lines(sidecar, pause)], [null, 0, 0, []])
  })
}

test('SIDECAR_HOLD=0: nobody waits, and nothing is sent in the pause all the same', async (t) => {
  const upstream = await scripted(t, [429, '2'])
  const sidecar = await startTestSidecar(t, upstream.url, { holdMs: 0 })
  const answer = await ask(sidecar)
  assert.deepEqual([answer.status, answer.header('retry-after'), answer.body], [429, '2', body])
  const later = await ask(sidecar)
  assertRefused(later, 'overloaded')
  assert.match(later.header('retry-after') ?? '', /^[12]$/)
  await eventually(() => lines(sidecar, isOver).length === 1, 'it is over')
  assert.equal((await ask(sidecar)).status, 200)
  assert.equal(upstream.at.length, 2)
})

test('a storm of 429s halves the places once, sends nothing in the pause, and everyone is served; then the places grow again', async (t) => {
  const { url, arrived } = await startPatientUpstream(t)
  const sidecar = await startTestSidecar(t, url, { ...withAdmin, upstreamConnections: 8 })
  const answer = (from: number, status: number, headers = {}) => {
    for (const { response } of arrived.slice(from)) response.writeHead(status, headers).end('[]')
  }
  const asked = Array.from({ length: 20 }, () => ask(sidecar))
  await eventually(() => arrived.length === 8, 'all places are in use')
  await untilShares(sidecar, 'the others wait', ({ waiting }) => waiting[0]?.waiting === 12)
  const statedAt = performance.now()
  answer(0, 429, { 'Retry-After': '3' })
  const held = await untilShares(sidecar, 'all wait', ({ waiting }) => waiting[0]?.waiting === 20)
  assert.deepEqual([held.hold?.status, held.hold?.waiting, held.waiting[0]?.why], [429, 20, 'hold'])
  await eventually(() => arrived.length >= 12, 'it goes on')
  assert.ok((arrived[8]?.at ?? 0) - statedAt >= 2990, 'nothing is sent in the pause')
  const after = await untilShares(sidecar, 'the limit is used', ({ places }) => places.inUse === 4)
  assert.deepEqual([after.places, arrived.length, after.waiting[0]?.why], [{ inUse: 4, limit: 4, of: 8 }, 12, 'places'])
  for (let from = 8; from < 28; ) {
    await eventually(() => arrived.length > from, 'the next ones go')
    const until = arrived.length
    answer(from, 200)
    from = until
  }
  assert.ok((await Promise.all(asked)).every(({ status }) => status === 200))
  const { places } = await sharesOf(sidecar)
  assert.deepEqual([places.limit, places.inUse], [7, 0])
  assert.deepEqual([lines(sidecar, pause).length, lines(sidecar, isOver)[0]?.waited], [1, 20])
})

test('a write that waits for a place is turned away when a pause begins; a read waits on, and who leaves makes room', async (t) => {
  const { url, arrived } = await startPatientUpstream(t)
  const sidecar = await startTestSidecar(t, url, { ...withAdmin, upstreamConnections: 1, maxWaiting: 2 })
  const first = ask(sidecar, { method: 'PUT', body: '{}' })
  await eventually(() => arrived.length === 1, 'the place is in use')
  const write = ask(sidecar, { method: 'POST', body: '{}' })
  const leaving = dial(sidecar.port)
  leaving.send('GET /left HTTP/1.1\r\nHost: localhost\r\n\r\n')
  await untilShares(sidecar, 'both wait', ({ waiting }) => waiting[0]?.waiting === 2)
  arrived[0]?.response.writeHead(503, { 'Retry-After': '20' }).end()
  assert.equal((await first).status, 503)
  assert.match((await write).header('retry-after') ?? '', /^(1\d|20)$/)
  assertRefused(await write, 'overloaded')
  await untilShares(sidecar, 'the read waits', ({ hold }) => hold?.waiting === 1)
  leaving.socket.destroy()
  await untilShares(sidecar, 'nobody waits', ({ hold }) => hold?.waiting === 0)
  const others = [dial(sidecar.port), dial(sidecar.port)]
  for (const { send } of others) send('GET /next HTTP/1.1\r\nHost: localhost\r\n\r\n')
  await untilShares(sidecar, 'two wait in its place', ({ hold }) => hold?.waiting === 2)
  for (const { socket } of others) socket.destroy()
  assert.equal(arrived.length, 1)
})

test('who waits in a pause when the sidecar ends is told so within the grace period', async (t) => {
  const upstream = await scripted(t, [503, '20'])
  const sidecar = await startTestSidecar(t, upstream.url, { ...withAdmin, shutdownGraceMs: 300 })
  await ask(sidecar, { method: 'POST', body: '{}' })
  const waiting = [ask(sidecar), ask(sidecar)]
  await untilShares(sidecar, 'both wait', ({ hold }) => hold?.waiting === 2)
  const stopped = sidecar.stop()
  for (const answer of await Promise.all(waiting)) assertRefused(answer, 'draining')
  await stopped
  assert.equal(upstream.at.length, 1)
})

test('what has its place but has not left when a pause begins is not sent: a write is turned away, a read waits', async (t) => {
  const upstream = await scripted(t, [503, '3'])
  const fake = fakeTrail()
  const sidecar = await startTestSidecar(t, upstream.url, {}, { audit: fake.auditing })
  let onDisk = () => {}
  let commits = 0
  const flushed = new Promise<void>((resolve) => {
    onDisk = resolve
  })
  fake.beforeCommit = () => {
    commits += 1
    return flushed
  }
  const write = ask(sidecar, { method: 'POST', target: '/core/v1/employees', body: '{}' })
  const streamed = dial(sidecar.port)
  streamed.send('POST /x HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n')
  await eventually(() => commits === 2, 'their begin lines are on the way')
  const read = ask(sidecar)
  await eventually(() => lines(sidecar, pause).length === 1, 'a pause has begun')
  onDisk()
  const { reached } = assertRefused(await write, 'overloaded')
  assert.equal(reached, 'no')
  assert.match(await streamed.until(/"reached":"no"\}/), /^HTTP\/1\.1 503 [\s\S]*Retry-After: [123]\r\n/i)
  streamed.socket.destroy()
  assert.equal((await read).status, 200)
  assert.deepEqual(
    upstream.received.map(({ method }) => method),
    ['GET', 'GET'],
  )
  const ends = (await fake.until(5)).filter(({ event }) => event === 'end')
  assert.deepEqual(
    ends.map(({ status, reached }) => [status, reached]),
    [
      [503, 'no'],
      [503, 'no'],
    ],
  )
})

test('a 401 in place of the second answer is renewed as ever', async (t) => {
  const upstream = await scripted(t, [429, '1'], [401])
  const sidecar = await startTestSidecar(t, upstream.url)
  assert.equal((await ask(sidecar)).status, 200)
  assert.deepEqual([upstream.at.length, upstream.tokenRequests], [3, 2])
})

test('a deep probe sends nothing in a pause', async (t) => {
  const upstream = await scripted(t, [503, '20'])
  const sidecar = await startTestSidecar(t, upstream.url, withAdmin)
  await ask(sidecar, { method: 'POST', body: '{}' })
  assert.equal((await fetch(`${sidecar.adminAddresses[0]}/readyz?deep=1`)).status, 200)
  assert.equal(upstream.at.length, 1)
})
