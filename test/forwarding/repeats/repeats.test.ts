// design/promises 12: what happens with a write that comes again, on real connections.
import assert from 'node:assert/strict'
import type { ServerResponse } from 'node:http'
import { type TestContext, test } from 'node:test'
import type { Config } from '../../../src/settings/config.ts'
import { basic, testKey } from '../../support/callers.ts'
import {
  addOn,
  beginWrite,
  bytesOf,
  jsonOf,
  repeatOf,
  sendWrite,
  startGuarded,
  startGuardedCallers,
  statusOf,
} from '../../support/guarded.ts'
import { type Received, startUpstream } from '../../support/sidecar.ts'
import { eventually, sleep } from '../../support/wire.ts'

/** A CATAPA that answers its n-th write when the test says so, with n as the body. */
async function slowCatapa(t: TestContext, overrides: Partial<Config> = {}) {
  const waiting: ServerResponse[] = []
  const upstream = await startUpstream(t, (_request, response) => waiting.push(response))
  const sidecar = await startGuarded(t, upstream.url, overrides)
  return {
    sidecar,
    upstream,
    came: (count: number) => eventually(() => upstream.received.length === count, `${count} writes at CATAPA`),
    answer(index: number, status = 201, body = `write ${index}`) {
      waiting[index]?.writeHead(status, { 'x-row': String(index), 'content-length': body.length }).end(body)
    },
    drop: (index: number) => waiting[index]?.destroy(),
  }
}

const gone = (sidecar: { log: Record<string, unknown>[] }) =>
  eventually(() => sidecar.log.some(({ msg, callerGone }) => msg === 'request' && callerGone === true), 'it is over')

test('a program that gives up and sends the same write again waits for the first answer, and CATAPA gets one', async (t) => {
  const { sidecar, upstream, came, answer } = await slowCatapa(t)
  const first = beginWrite(sidecar, { headers: ['X-Request-Id: 4bf92f3577b34da6'] })
  await came(1)
  first.socket.destroy()
  const second = sendWrite(sidecar)
  await eventually(() => sidecar.waiting() === 1, 'the repeat waits')
  assert.equal(sidecar.inFlight(), 2, 'the first one is not carried to its end')
  answer(0)
  const given = await second
  assert.equal(statusOf(given), 201)
  assert.match(given, /\r\nx-row: 0\r\n/)
  assert.match(given, /\r\n\r\nwrite 0$/)
  assert.equal(repeatOf(given), '4bf92f3577b34da6')
  assert.equal(upstream.received.length, 1)
  const lines = sidecar.log.filter(({ msg }) => msg === 'request')
  assert.deepEqual(
    lines.map(({ status, origin, callerGone, repeatOf }) => ({ status, origin, callerGone, repeatOf })),
    [
      { status: 201, origin: 'catapa', callerGone: true, repeatOf: undefined },
      { status: 201, origin: 'catapa', callerGone: undefined, repeatOf: '4bf92f3577b34da6' },
    ],
  )
})

test('a repeat that gives up as well leaves the answer to the next one', async (t) => {
  const { sidecar, upstream, came, answer } = await slowCatapa(t)
  const first = beginWrite(sidecar)
  await came(1)
  first.socket.destroy()
  const second = beginWrite(sidecar)
  await eventually(() => sidecar.waiting() === 1, 'the repeat waits')
  second.socket.destroy()
  await eventually(() => sidecar.waiting() === 0, 'it still waits')
  const third = sendWrite(sidecar)
  await eventually(() => sidecar.waiting() === 1, 'the next one waits')
  answer(0)
  assert.match(await third, /write 0$/)
  assert.equal(upstream.received.length, 1)
})

test('an answer that nobody took is given to the repeat, once: after that the same write is meant', async (t) => {
  const { sidecar, upstream, came, answer } = await slowCatapa(t)
  const first = beginWrite(sidecar)
  await came(1)
  first.socket.destroy()
  answer(0)
  await gone(sidecar)
  assert.match(await sendWrite(sidecar), /write 0$/)
  const third = sendWrite(sidecar)
  await came(2)
  answer(1)
  assert.match(await third, /write 1$/)
  assert.equal(repeatOf(await third), undefined)
  assert.equal(upstream.received.length, 2)
})

test('the same write after a delivered answer, and beside one whose caller waits, is another write', async (t) => {
  const { sidecar, came, answer } = await slowCatapa(t)
  const [first, beside] = [sendWrite(sidecar), sendWrite(sidecar)]
  await came(2)
  answer(0)
  answer(1)
  assert.deepEqual(new Set([(await first).slice(-7), (await beside).slice(-7)]), new Set(['write 0', 'write 1']))
  const later = sendWrite(sidecar)
  await came(3)
  answer(2)
  assert.match(await later, /write 2$/)
})

test('a second repeat beside the first is another write', async (t) => {
  const { sidecar, came, answer } = await slowCatapa(t)
  const first = beginWrite(sidecar)
  await came(1)
  first.socket.destroy()
  const repeat = sendWrite(sidecar)
  await eventually(() => sidecar.waiting() === 1, 'the repeat waits')
  const another = sendWrite(sidecar)
  await came(2)
  answer(1)
  assert.match(await another, /write 1$/)
  answer(0)
  assert.match(await repeat, /write 0$/)
})

test('a second repeat beside one that is being given the answer is another write', async (t) => {
  const { sidecar, came, answer } = await slowCatapa(t)
  const first = beginWrite(sidecar)
  await came(1)
  first.socket.destroy()
  answer(0)
  await gone(sidecar)
  const repeat = beginWrite(sidecar)
  await repeat.until(/write 0/)
  const another = sendWrite(sidecar)
  await came(2)
  answer(1)
  assert.match(await another, /write 1$/)
})

test('of two that nobody took, each repeat gets one, the oldest first', async (t) => {
  const { sidecar, upstream, came, answer } = await slowCatapa(t)
  const callers = [beginWrite(sidecar), beginWrite(sidecar)]
  await came(2)
  for (const { socket } of callers) socket.destroy()
  answer(0)
  answer(1)
  await eventually(() => sidecar.inFlight() === 0, 'both are over')
  assert.match(await sendWrite(sidecar), /write [01]$/)
  assert.match(await sendWrite(sidecar), /write [01]$/)
  assert.equal(upstream.received.length, 2)
})

test('where it is unknown whether CATAPA did it, the repeat is refused, whatever the first caller was told', async (t) => {
  const { sidecar, upstream, came, drop } = await slowCatapa(t)
  const first = sendWrite(sidecar, { headers: ['X-Request-Id: 4bf92f3577b34da6'] })
  await came(1)
  drop(0)
  assert.equal(statusOf(await first), 502)
  const repeat = await sendWrite(sidecar)
  assert.match(repeat, /^HTTP\/1\.1 409 Conflict \(catapa-sidecar: repeated\)\r\n/)
  const { code, reached, first: earlier, detail } = jsonOf(repeat)
  assert.deepEqual([code, reached], ['repeated', 'no'])
  const { time, seq, ...rest } = Object(earlier)
  assert.deepEqual(rest, { outcome: 'unknown', requestId: '4bf92f3577b34da6' })
  assert.ok(Math.abs(Date.parse(time) - Date.now()) < 60_000 && Number.isInteger(seq))
  assert.match(String(detail), new RegExp(`nobody knows whether CATAPA did it; look in CATAPA.*release ${seq}`))
  assert.equal(upstream.received.length, 1)
  assert.equal(statusOf(await sendWrite(sidecar)), 409, 'asking twice releases it')
})

for (const status of [502, 504]) {
  test(`CATAPA's ${status} says nothing about the write behind it: the repeat is refused`, async (t) => {
    const { sidecar, came, answer } = await slowCatapa(t)
    const first = sendWrite(sidecar)
    await came(1)
    answer(0, status)
    assert.equal(statusOf(await first), status)
    const { first: earlier } = jsonOf(await sendWrite(sidecar))
    assert.deepEqual([Object(earlier).outcome, Object(earlier).status], ['unknown', status])
  })
}

for (const status of [401, 408, 425, 429, 503]) {
  test(`after CATAPA's ${status} the same write is sent`, async (t) => {
    const { sidecar, upstream, came, answer } = await slowCatapa(t, { replay: 'off' })
    const first = beginWrite(sidecar)
    await came(1)
    first.socket.destroy()
    answer(0, status)
    await gone(sidecar)
    const repeat = sendWrite(sidecar)
    await came(2)
    answer(1)
    assert.match(await repeat, /write 1$/)
    assert.equal(upstream.received.length, 2)
  })
}

test('a write that did not reach CATAPA is sent when it comes again', async (t) => {
  const upstream = await startUpstream(t)
  const sidecar = await startGuarded(t, 'http://127.0.0.1:1', { tokenUrl: new URL('/oauth/token', upstream.url) })
  for (const _ of [1, 2]) assert.equal(jsonOf(await sendWrite(sidecar)).code, 'upstream_unreachable')
})

for (const close of [false, true]) {
  test(`an answer over 64 KiB is not kept${close ? ', also of a caller that cannot notice a cut' : ''}: the repeat learns that it was done`, async (t) => {
    const { sidecar, upstream, came, answer } = await slowCatapa(t)
    const first = beginWrite(sidecar, { close })
    await came(1)
    first.socket.destroy()
    await sleep(100) // Its hang-up is heard, and the write is carried.
    answer(0, 201, 'x'.repeat(70_000))
    await gone(sidecar)
    const { first: earlier, detail } = jsonOf(await sendWrite(sidecar))
    assert.deepEqual([Object(earlier).outcome, Object(earlier).status], ['done', 201])
    assert.match(
      String(detail),
      /CATAPA answered it with 201, but the answer did not arrive and is no longer here; look/,
    )
    assert.equal(upstream.received.length, 1)
  })
}

test('an answer that breaks off after its head was given for a write that was done', async (t) => {
  const upstream = await startUpstream(t, (_request, response) => {
    response.writeHead(201, { 'content-length': 10 }).write('half')
    setImmediate(() => response.destroy())
  })
  const sidecar = await startGuarded(t, upstream.url)
  assert.equal(statusOf(await sendWrite(sidecar)), 502)
  const { first } = jsonOf(await sendWrite(sidecar))
  assert.deepEqual([Object(first).outcome, Object(first).status], ['done', 201])
})

test('an answer is delivered unless the connection ends in an error within two seconds', async (t) => {
  const { sidecar, upstream, came, answer } = await slowCatapa(t)
  const first = beginWrite(sidecar)
  await came(1)
  first.socket.pause()
  answer(0)
  await eventually(() => sidecar.inFlight() === 0, 'the answer has left')
  first.socket.resetAndDestroy()
  await eventually(() => sidecar.log.some(({ msg }) => msg === 'request'), 'it is over')
  const second = sendWrite(sidecar)
  assert.match(await second, /write 0$/)
  assert.equal(upstream.received.length, 1)
})

test('a caller that asks for more on its connection has the answer before, however that connection ends', async (t) => {
  const { sidecar, upstream, came, answer } = await slowCatapa(t)
  const caller = beginWrite(sidecar)
  await came(1)
  answer(0)
  await caller.until(/write 0/)
  caller.send(bytesOf({ body: '{"a":2}', close: false }))
  await came(2)
  caller.socket.resetAndDestroy()
  await sleep(50) // Its hang-up is heard.
  const meant = sendWrite(sidecar)
  await Promise.race([meant, came(3)])
  answer(1)
  answer(2)
  assert.match(await meant, /write 2$/)
  assert.equal(upstream.received.length, 3)
})

test('a pipelined request does not show that the answer before it arrived', async (t) => {
  const { sidecar, upstream, came, answer } = await slowCatapa(t)
  const caller = beginWrite(sidecar)
  caller.send(bytesOf({ body: '{"a":2}', close: false }))
  await came(1)
  answer(0)
  await came(2)
  caller.socket.resetAndDestroy()
  await sleep(50) // Its hang-up is heard.
  assert.match(await sendWrite(sidecar), /write 0$/)
  assert.equal(upstream.received.length, 2)
})

test('a caller that closes after its answer, in HTTP/1.0 too, has it: the same write is meant', async (t) => {
  const { sidecar, came, answer } = await slowCatapa(t)
  for (const [index, close] of [true, false, true].entries()) {
    const caller = beginWrite(sidecar, { close })
    await came(index + 1)
    answer(index)
    await caller.until(/write/)
    caller.socket.destroy()
  }
})

test('what makes two writes the same: caller, tenant, method, target, type, coding and every byte of the body', async (t) => {
  const upstream = await startUpstream(t, (_request, response) => response.destroy())
  const sidecar = await startGuarded(t, upstream.url)
  const others = [
    {},
    { method: 'PATCH' },
    { target: `${addOn}?a=1` },
    { headers: ['Content-Encoding: identity'] },
    { body: '{"a":2}' },
    { body: '{"a": 1}' },
    { body: '' },
  ]
  for (const write of others) assert.equal(statusOf(await sendWrite(sidecar, write)), 502)
  for (const write of others) assert.equal(statusOf(await sendWrite(sidecar, write)), 409)
  const other = await sendWrite(sidecar, { headers: ['X-Anything: else'] })
  assert.equal(statusOf(other), 409, 'another header makes it another write')
})

test('guarded are POST, PATCH, unknown methods, PUTs that add up, and what can be read in two ways; nothing else', async (t) => {
  const upstream = await startUpstream(t, (_request, response) => response.destroy())
  const sidecar = await startGuarded(t, upstream.url)
  const twice = async (write: Parameters<typeof sendWrite>[1]) => {
    await sendWrite(sidecar, write)
    return statusOf(await sendWrite(sidecar, write))
  }
  for (const method of ['POST', 'PATCH', 'PROPFIND']) assert.equal(await twice({ method }), 409, method)
  for (const end of ['/add', '/subtract']) assert.equal(await twice({ method: 'PUT', target: addOn + end }), 409, end)
  for (const method of ['PUT', 'DELETE']) assert.equal(await twice({ method }), 502, method)
  assert.equal(await twice({ target: '/core/v1/employees/4711/payslip' }), 502, 'a POST that only reads')
  const ambiguous = { method: 'DELETE', target: '/core/v1/employees;a=1', headers: ['X-HTTP-Method-Override: POST'] }
  assert.equal(await twice(ambiguous), 409, 'ambiguous')
})

test('a GET that CATAPA may read as a write is not resent after a lost connection', async (t) => {
  const upstream = await startUpstream(t, (_request, response) => response.destroy())
  const sidecar = await startGuarded(t, upstream.url)
  const get = { method: 'GET', body: '', headers: ['X-HTTP-Method-Override: POST'] }
  assert.equal(statusOf(await sendWrite(sidecar, get)), 502)
  assert.equal(upstream.received.length, 1)
  assert.equal(statusOf(await sendWrite(sidecar, get)), 409)
})

test('a clock that is set while it runs ends no window', async (t) => {
  const upstream = await startUpstream(t, (_request, response) => response.destroy())
  const sidecar = await startGuarded(t, upstream.url)
  await sendWrite(sidecar)
  const { now } = Date
  t.after(() => {
    Date.now = now
  })
  Date.now = () => now() + 7_200_000
  assert.equal(statusOf(await sendWrite(sidecar)), 409)
})

test('one caller never gets the answer of another, with the same bytes and the same key', async (t) => {
  const [own, other] = [testKey(), testKey()]
  const waiting: [Received, ServerResponse][] = []
  const upstream = await startUpstream(t, (request, response) => waiting.push([request, response]))
  const text = `[own]\n${own.line}\n\n[second]\n${other.line}\n`
  const sidecar = await startGuardedCallers(t, upstream.url, text)
  const as = (name: string, key: string, ...more: string[]) => ({
    headers: [`Authorization: ${basic(name, key)}`, ...more],
  })
  for (const more of [[], ['Idempotency-Key: "8e03978e"']]) {
    waiting.length = 0
    const first = beginWrite(sidecar, as('own', own.key, ...more))
    await eventually(() => waiting.length === 1, 'the first one is at CATAPA')
    first.socket.destroy()
    waiting[0]?.[1].end('for own')
    await eventually(() => sidecar.inFlight() === 0, 'it is over')
    const foreign = sendWrite(sidecar, as('second', other.key, ...more))
    await eventually(() => waiting.length === 2, 'the other one is at CATAPA')
    waiting[1]?.[1].end('for other')
    assert.match(await foreign, /for other$/)
    assert.match(await sendWrite(sidecar, as('own', own.key, ...more)), /for own$/)
  }
})
