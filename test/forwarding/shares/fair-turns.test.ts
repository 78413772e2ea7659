// design/promises 10.1 to 10.3 on the wire: turns by caller, limits of callers, and bounded waits.
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { ask, assertRefused } from '../../support/ask.ts'
import { startWithCallers, testKey } from '../../support/callers.ts'
import { type Arrived, sharesOf, startPatientUpstream, untilShares, withAdmin } from '../../support/shares.ts'
import { startTestSidecar, type TestSidecar } from '../../support/sidecar.ts'
import { dial, eventually } from '../../support/wire.ts'

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

test('two listeners: when 1,000 requests of one wait and the room is full, the next answer lets the other one go', async (t) => {
  const { url, arrived } = await startPatientUpstream(t)
  const listen = [0, 1].map(() => ({ kind: 'localhost', port: 0 }) as const)
  const sidecar = await startTestSidecar(t, url, { ...withAdmin, listen, upstreamConnections: 2 })
  const quiet = { port: portOf(sidecar.addresses.at(-1)) }
  assert.notEqual(quiet.port, sidecar.port)
  await sidecar.tokens.get()
  const greedy = crowd(t, sidecar.port, 1002)
  const full = await untilShares(sidecar, 'the room is full', ({ waiting }) => waiting[0]?.waiting === 1000, 30_000)
  assert.deepEqual(full.waiting, [
    { share: `localhost:${sidecar.port}`, by: 'listener', waiting: 1000, inFlight: 2, why: 'places' },
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

test('max-in-flight holds a caller, also one that is only reported; the file that is changed holds for those that wait', async (t) => {
  const { url, arrived } = await startPatientUpstream(t)
  const [one, second] = [caller(), caller()]
  const file = (most: number) =>
    `[one]\n${one.line}\nmax-in-flight = ${most}\nprofile = directory\nreport = true\n[second]\n${second.line}\n`
  const sidecar = await startWithCallers(t, url, file(1), withAdmin)
  const asked = Array.from({ length: 4 }, () => one.ask(sidecar))
  const { waiting, places } = await untilShares(sidecar, 'three wait', ({ waiting }) => waiting[0]?.waiting === 3)
  assert.deepEqual(waiting, [{ share: 'one', by: 'name', waiting: 3, inFlight: 1, why: 'max-in-flight' }])
  assert.equal(places.inUse, 1)
  const free = second.ask(sidecar, '/second')
  await eventually(() => arrived.length === 2, 'the second caller goes by')
  sidecar.write(file(3))
  await eventually(() => arrived.length === 4, 'two more go', 15_000)
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
  const sidecar = await startWithCallers(t, url, text, { ...withAdmin, queueTimeoutMs: 400 })
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

test('rate: what is beyond it waits; what would wait longer than SIDECAR_QUEUE_TIMEOUT is told so at once, and how long', async (t) => {
  const { url, arrived } = await startPatientUpstream(t)
  const { line, ask: askAs } = caller()
  const sidecar = await startWithCallers(t, url, `[slow]\n${line}\nrate = 0.5\n`, {
    ...withAdmin,
    queueTimeoutMs: 2500,
  })
  await sidecar.tokens.get()
  const asked = [askAs(sidecar), askAs(sidecar), askAs(sidecar)]
  const beyond = await Promise.race(asked)
  const { detail } = assertRefused(beyond, 'overloaded')
  const { waiting } = await sharesOf(sidecar)
  assert.deepEqual(waiting, [{ share: 'slow', by: 'name', waiting: 1, inFlight: 1, why: 'rate' }])
  assert.match(
    String(detail),
    /^The limit of the caller slow of 0\.5 per second \(rate\) is used up for longer than SIDECAR_QUEUE_TIMEOUT/,
  )
  assert.match(beyond.header('retry-after') ?? '', /^[34]$/)
  await eventually(() => arrived.length === 2, 'the second one goes')
  assert.ok((arrived[1]?.at ?? 0) - (arrived[0]?.at ?? 0) > 1500, 'two seconds later')
  for (const { response } of arrived) response.end('[]')
  assert.deepEqual((await Promise.all(asked)).map(({ status }) => status).sort(), [200, 200, 503])
})

test('each listener has its own share of what [*] may, and a caller that is gone from the file is no share any more', async (t) => {
  const { url, arrived } = await startPatientUpstream(t)
  const { line, ask: askAs } = caller()
  const listen = [0, 1].map(() => ({ kind: 'localhost', port: 0 }) as const)
  const sidecar = await startWithCallers(t, url, `[one]\n${line}\n[*]\nmax-in-flight = 1\n`, { ...withAdmin, listen })
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
  await untilShares(sidecar, 'it is gone', (shares) => shares.waiting.length === 2, 15_000)
})
