import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { hostname } from 'node:os'
import { type TestContext, test } from 'node:test'
import '../support/indonesian.ts'
import { probe, startAdministered, startCatapa } from '../support/admin.ts'
import { canary, startReceiver } from '../support/receivers.ts'
import { json, listenOnFreePort, startTestSidecar } from '../support/sidecar.ts'
import { eventually, sleep } from '../support/wire.ts'

type Told = {
  items: { state: string; event: string; what: string; next: string | null; tookSeconds: number | null }[]
  text: string
}

/** A receiver of messages as JSON; `notify` makes it one of a sidecar. */
async function receiving(t: TestContext, answer?: Parameters<typeof startReceiver>[1]) {
  const receiver = await startReceiver(t, answer)
  const told = (): Told[] => receiver.heard.map(({ body }) => JSON.parse(body))
  const notify = { notify: [{ kind: 'json' as const, url: receiver.url }], notifyAfterMs: 0 }
  const items = () => told().flatMap((message) => message.items.map(({ state, event }) => `${state} ${event}`))
  return { ...receiver, told, items, notify }
}

test('without a token people are told what the page says at the top, and why /readyz says no', async (t) => {
  const catapa = await startCatapa(t, { token: 'fail' })
  const receiver = await receiving(t)
  const sidecar = await startAdministered(t, catapa.url, receiver.notify, {
    configPath: '/etc/catapa-sidecar/acme.env',
  })
  await eventually(() => receiver.heard.length === 1, 'a message')
  const [
    {
      items: [item],
      text,
    } = { items: [], text: '' },
  ] = receiver.told()
  assert.equal(item?.state, 'token_unavailable')
  const page = (await (await fetch(sidecar.adminUrl)).text()).replace(/\s+/g, ' ')
  assert.ok(page.includes(`NOT WORKING: ${item?.what}`), item?.what)
  assert.ok(page.includes(`What to do: ${item?.next}`))
  assert.equal((await probe(sidecar, '/readyz')).text, `token_unavailable: ${item?.what} ${item?.next}`)
  assert.ok(text.includes(`demo on ${hostname()}, /etc/catapa-sidecar/acme.env`), text)
  assert.match(page, /Told json 127\.0\.0\.1 at \d\d:\d\d:\d\d/)
  const metrics = await (await fetch(`${sidecar.adminUrl}/metrics`)).text()
  assert.match(metrics, /^catapa_sidecar_notices_total\{kind="json",result="taken"\} 1$/m)
  assert.ok(!`${metrics}${page}${JSON.stringify(sidecar.log)}`.includes(canary), 'the URL is shown nowhere')
})

test('people are told in the language of SIDECAR_LANGUAGE, and the log and probes stay English', async (t) => {
  const catapa = await startCatapa(t, { token: 'fail' })
  const receiver = await receiving(t)
  const sidecar = await startAdministered(t, catapa.url, { ...receiver.notify, language: 'id' })
  await eventually(() => receiver.heard.length === 1, 'a message')
  const text = receiver.told()[0]?.text ?? ''
  assert.match(text, /^Tidak ada akses ke CATAPA\. /)
  assert.match(text, /\nSejak \d+ \p{L}+ \d{4} pukul \d\d:\d\d \S+\.\n/u)
  assert.match(text, /\n\ndemo di .*, pengaturan dari variabel environment$/)
  assert.match((await probe(sidecar, '/readyz')).text, /^token_unavailable: No access to CATAPA/)
  await eventually(() => sidecar.log.some(({ msg }) => msg === 'a notice was taken'), 'a log line')
})

for (const [how, call] of [
  ['once a call is answered', true],
  ['once it answers the question that is asked each minute while nobody calls', false],
] as const) {
  test(`a CATAPA that cannot be reached is told of, and that it is over ${how}`, async (t) => {
    const catapa = await startCatapa(t)
    const away = createServer((_, response) => response.end('{}'))
    const port = await listenOnFreePort(t, away)
    await new Promise((resolve) => away.close(resolve))
    const receiver = await receiving(t)
    const tokenUrl = new URL(`${catapa.url}/oauth/token`)
    const without = { ...receiver.notify, adminListen: [], tokenUrl }
    const sidecar = await startTestSidecar(t, `http://127.0.0.1:${port}`, without)
    assert.equal((await fetch(`${sidecar.url}/v1/x`)).status, 502)
    await eventually(() => receiver.items().length === 1, 'a message')
    const what = receiver.told()[0]?.items[0]?.what ?? ''
    assert.match(what, /^CATAPA could not be reached\. The last call failed\. CATAPA .*refused the connection/)
    await new Promise<void>((resolve) => away.listen(port, '127.0.0.1', resolve))
    const [mono, wall] = [performance.now.bind(performance), Date.now]
    t.mock.method(performance, 'now', () => mono() + 61_000)
    if (call) assert.equal((await fetch(`${sidecar.url}/v1/x`)).status, 200)
    else t.mock.method(Date, 'now', () => wall() + 61_000)
    await eventually(() => receiver.items().length === 2, 'another one')
    assert.deepEqual(receiver.items(), ['upstream_unreachable began', 'upstream_unreachable over'])
  })
}

test("CATAPA's own 404s and 503s are no reason for a message", async (t) => {
  const catapa = await startCatapa(t)
  const receiver = await receiving(t)
  const sidecar = await startAdministered(t, catapa.url, receiver.notify)
  for (catapa.status of [404, 500, 503]) assert.equal((await fetch(`${sidecar.url}/v1/x`)).status, catapa.status)
  await sleep(2_500)
  assert.deepEqual(receiver.items(), [])
  const { notices } = await json(fetch(`${sidecar.adminUrl}/api/status`))
  assert.deepEqual([notices.length, notices[0].taken, notices[0].failed], [1, 0, 0])
})

const notTaken = 'a notice was not taken; it is sent again later'

test('a receiver that does not take a message is in log, page and metric, without its URL, and calls go on', async (t) => {
  const catapa = await startCatapa(t, { token: 'fail' })
  const receiver = await receiving(t, (number, response) => response.writeHead(number === 1 ? 404 : 200).end(canary))
  const sidecar = await startAdministered(t, catapa.url, receiver.notify)
  const metrics = async () => (await fetch(`${sidecar.adminUrl}/metrics`)).text()
  await eventually(() => sidecar.log.some(({ msg }) => msg === notTaken), 'a line of the log')
  assert.match(await metrics(), /^catapa_sidecar_notices_total\{kind="json",result="failed"\} 1$/m)
  assert.equal(receiver.heard.length, 1, 'a 404 is not tried again at once')
  const text = (await (await fetch(sidecar.adminUrl)).text()).replace(/\s+/g, ' ')
  assert.match(text, /Told json 127\.0\.0\.1 nothing yet, failed since [\d:]+ \(refused, 404\)/)
  const line = sidecar.log.find(({ msg }) => msg === notTaken)
  assert.equal(line?.happened, 'refused, 404')
  assert.ok(!`${text}${JSON.stringify(sidecar.log)}`.includes(canary))
  const { states } = await json(fetch(`${sidecar.adminUrl}/api/status`))
  assert.deepEqual(
    states.map(({ name }: { name: string }) => name),
    ['token_unavailable'],
    'it is no state of its own',
  )
  const mono = performance.now.bind(performance)
  t.mock.method(performance, 'now', () => mono() + 61_000)
  await eventually(() => receiver.heard.length === 2, 'it is sent again')
  await eventually(() => sidecar.log.some(({ msg }) => msg === 'a notice was taken'), 'a line of the log')
  const again = (await (await fetch(sidecar.adminUrl)).text()).replace(/\s+/g, ' ')
  assert.match(again, /Told json 127\.0\.0\.1 at [\d:]+ (?!, failed)/)
})
