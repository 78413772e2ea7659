// design/promises 10.1 to 10.3 on the wire: turns by caller, limits of callers, and bounded waits.
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { ask, assertRefused } from '../../support/ask.ts'
import { startWithCallers, testKey } from '../../support/callers.ts'
import { type Arrived, sharesOf, startPatientUpstream, untilShares, withAdmin } from '../../support/shares.ts'
import { startTestSidecar, type TestSidecar } from '../../support/sidecar.ts'
import { dial, eventually, gate, ok, patient, startRawUpstream } from '../../support/wire.ts'

const portOf = (address = '') => Number(address.split(':').at(-1))
const targets = (arrived: readonly Arrived[]) => arrived.map(({ request: { url } }) => url)

/** A caller with a key, asking. */
function caller() {
  const { key, line } = testKey()
  return {
    line,
    ask: (sidecar: TestSidecar, target = '/own') => ask(sidecar, { target, headers: [`X-Api-Key: ${key}`] }),
  }
}

/** So many requests on connections of their own. */
function crowd(t: TestContext, port: number, count: number) {
  const callers = Array.from({ length: count }, () => dial(port))
  t.after(() => {
    for (const { socket } of callers) socket.destroy()
  })
  for (const { send } of callers) send('GET /greedy HTTP/1.1\r\nHost: localhost\r\n\r\n')
  return callers
}

/** Every wait but those that a test is about is long. */
const settings = { ...withAdmin, ...patient }

test('two listeners: when 100 requests of one wait and the room is full, the next answer lets the other one go', async (t) => {
  const { url, arrived } = await startPatientUpstream(t)
  const listen = [0, 1].map(() => ({ kind: 'localhost', port: 0 }) as const)
  const sidecar = await startTestSidecar(t, url, { ...settings, listen, upstreamConnections: 2, maxWaiting: 100 })
  const quiet = { port: portOf(sidecar.addresses.at(-1)) }
  assert.notEqual(quiet.port, sidecar.port)
  await sidecar.tokens.get()
  const greedy = crowd(t, sidecar.port, 102)
  const full = await untilShares(sidecar, 'the room is full', ({ waiting }) => waiting[0]?.waiting === 100)
  assert.deepEqual(full.waiting, [
    { share: `localhost:${sidecar.port}`, by: 'listener', waiting: 100, inFlight: 2, why: 'places' },
  ])
  const asked = ask(quiet, { target: '/quiet' })
  await untilShares(sidecar, 'the quiet one waits', ({ waiting }) => waiting.length === 2)
  const overfull = greedy.filter((one) => one.text().startsWith('HTTP/1.1 503 '))
  assert.equal(overfull.length, 1, 'the last of those of whom most wait made room')
  assert.match(overfull[0]?.text() ?? '', /Too many requests are waiting, and most of them are of this caller/)
  arrived[0]?.response.end('[]')
  await eventually(() => arrived.length === 3, 'the next one goes')
  assert.deepEqual(targets(arrived), ['/greedy', '/greedy', '/quiet'])
  arrived[2]?.response.end('[]')
  assert.equal((await asked).status, 200)
})

test('when 100 requests of one caller wait for a token and the room is full, the last of them makes room for another', async (t) => {
  const token = gate()
  const upstream = await startRawUpstream(t, ({ socket }) => socket.write(ok()), { beforeToken: () => token.opened })
  const [greedy, quiet] = [caller(), caller()]
  const text = `[greedy]\n${greedy.line}\n[quiet]\n${quiet.line}\n`
  const sidecar = await startWithCallers(t, upstream.url, text, { ...settings, maxWaiting: 100 })
  const crowd = Array.from({ length: 99 }, () => greedy.ask(sidecar))
  await eventually(() => sidecar.waiting() === 99, 'all but one wait')
  const last = greedy.ask(sidecar)
  await eventually(() => sidecar.waiting() === 100, 'the room is full')
  const asked = quiet.ask(sidecar)
  const { detail } = assertRefused(await last, 'overloaded')
  assert.match(String(detail), /^Too many requests are waiting, and most of them are of this caller/)
  assertRefused(await greedy.ask(sidecar), 'overloaded')
  const { turnedAway } = await sharesOf(sidecar)
  assert.equal(turnedAway.by.room, 2)
  token.open()
  assert.ok((await Promise.all([asked, ...crowd])).every(({ status }) => status === 200))
  assert.equal(sidecar.waiting(), 0)
})

test('max-in-flight holds a caller, also one that is only reported; the file that is changed holds for those that wait', async (t) => {
  const { url, arrived } = await startPatientUpstream(t)
  const [one, second] = [caller(), caller()]
  const file = (most: number) =>
    `[one]\n${one.line}\nmax-in-flight = ${most}\nprofile = directory\nreport = true\n[second]\n${second.line}\n`
  const sidecar = await startWithCallers(t, url, file(1), settings)
  const asked = Array.from({ length: 4 }, () => one.ask(sidecar))
  const { waiting, places } = await untilShares(sidecar, 'three wait', ({ waiting }) => waiting[0]?.waiting === 3)
  assert.deepEqual(waiting, [{ share: 'one', by: 'name', waiting: 3, inFlight: 1, why: 'max-in-flight' }])
  assert.equal(places.inUse, 1)
  const free = second.ask(sidecar, '/second')
  await eventually(() => arrived.length === 2, 'the second caller goes by')
  sidecar.write(file(3))
  await eventually(() => arrived.length === 4, 'two more go')
  assert.deepEqual(targets(arrived), ['/own', '/second', '/own', '/own'])
  for (const { response } of arrived) response.end('[]')
  await eventually(() => arrived.length === 5, 'the last one goes')
  arrived[4]?.response.end('[]')
  assert.ok((await Promise.all([...asked, free])).every(({ status }) => status === 200))
})

test('who is held by its max-in-flight for too long is told by whose limit; so is who has no name', async (t) => {
  const { url } = await startPatientUpstream(t)
  const { line, ask: askAs } = caller()
  const text = `[one]\n${line}\nmax-in-flight = 1\n[*]\nmax-in-flight = 1\n`
  const sidecar = await startWithCallers(t, url, text, { ...settings, queueTimeoutMs: 400 })
  const under = dial(sidecar.port)
  under.send('GET /under-way HTTP/1.1\r\nHost: localhost\r\n\r\n')
  void askAs(sidecar).catch(() => {})
  await untilShares(sidecar, 'both are under way', ({ places }) => places.inUse === 2)
  const named = assertRefused(await askAs(sidecar), 'overloaded')
  assert.match(
    String(named.detail),
    /^The limit of the caller one of 1 at a time \(max-in-flight\) was used up for all of SIDECAR_QUEUE_TIMEOUT; /,
  )
  const nobody = assertRefused(await ask(sidecar), 'overloaded')
  assert.match(String(nobody.detail), /^The limit that all callers without a name share of 1 at a time/)
  await eventually(
    () => sidecar.log.filter(({ waitedFor }) => waitedFor === 'max-in-flight').length === 2,
    'it is logged',
  )
  under.socket.destroy()
})

test('rate: what is beyond it waits until it is free; what would wait longer than SIDECAR_QUEUE_TIMEOUT is told so at once', async (t) => {
  const { url, arrived } = await startPatientUpstream(t)
  const { line, ask: askAs } = caller()
  const file = (rate: number) => `[slow]\n${line}\nrate = ${rate}\n`
  // The second one is free after 500 s, the third one after 1,000.
  const sidecar = await startWithCallers(t, url, file(0.002), { ...settings, queueTimeoutMs: 600_000 })
  await sidecar.tokens.get()
  const asked = [askAs(sidecar), askAs(sidecar), askAs(sidecar)]
  const beyond = await Promise.race(asked)
  const { detail } = assertRefused(beyond, 'overloaded')
  const { waiting } = await sharesOf(sidecar)
  assert.deepEqual(waiting, [{ share: 'slow', by: 'name', waiting: 1, inFlight: 1, why: 'rate' }])
  assert.match(
    String(detail),
    /^The limit of the caller slow of 0\.002 per second \(rate\) is used up for longer than SIDECAR_QUEUE_TIMEOUT/,
  )
  assert.equal(beyond.header('retry-after'), '60')
  sidecar.write(file(0.5)) // From here on the second one is free in 2 s at most.
  await eventually(() => arrived.length === 2, 'the second one goes')
  for (const { response } of arrived) response.end('[]')
  assert.deepEqual((await Promise.all(asked)).map(({ status }) => status).sort(), [200, 200, 503])
  const waited = sidecar.log.filter(({ status, waitedFor }) => status === 200 && waitedFor === 'rate')
  assert.equal(waited.length, 1)
})

test('each listener has its own share of what [*] may, and a caller that is gone from the file is no share any more', async (t) => {
  const { url, arrived } = await startPatientUpstream(t)
  const { line, ask: askAs } = caller()
  const listen = [0, 1].map(() => ({ kind: 'localhost', port: 0 }) as const)
  const sidecar = await startWithCallers(t, url, `[one]\n${line}\n[*]\nmax-in-flight = 1\n`, { ...settings, listen })
  const second = { port: portOf(sidecar.addresses.at(-1)) }
  const asked = [askAs(sidecar), ask(sidecar), ask(sidecar), ask(second), ask(second)]
  const { waiting } = await untilShares(
    sidecar,
    'one of each waits',
    (shares) =>
      shares.waiting.filter((share) => share.waiting === 1 && share.inFlight === 1).length === 2 &&
      shares.places.inUse === 3,
  )
  assert.deepEqual(
    waiting.map(({ share }) => share).sort(),
    [`localhost:${sidecar.port}`, `localhost:${second.port}`, 'one'].sort(),
  )
  for (let i = 0; i < 5; i++) {
    await eventually(() => arrived.length > i, 'each goes')
    arrived[i]?.response.end('[]')
  }
  assert.ok((await Promise.all(asked)).every(({ status }) => status === 200))
  sidecar.write('[*]\n')
  await untilShares(sidecar, 'it is gone', (shares) => shares.waiting.length === 2)
})
