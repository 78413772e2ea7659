import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { burst } from '../../bench/load/burst.ts'
import { fixedRate } from '../../bench/load/fixed-rate.ts'
import { heads, shaped } from '../../bench/load/requests.ts'
import { checked, startTally } from '../../bench/load/tally.ts'
import { page } from '../../bench/upstream/page.ts'
import { ok, startRawUpstream } from '../support/wire.ts'

const target = { name: 'product', port: 1 }
const right = ok('x'.repeat(1024))

/** Answers every request with these bytes. */
async function serve(t: TestContext, name: string, answer: string) {
  const upstream = await startRawUpstream(t, ({ socket }) => socket.write(answer))
  return { upstream, target: { name, port: upstream.port } }
}

test('a burst sends all its requests over as many connections as it was told, which stay open for the next', async (t) => {
  const { upstream, target } = await serve(t, 'product', right)
  const { statuses, p50Ms, p99Ms, seconds } = await burst({ target, requests: 30, connections: 3 })
  assert.deepEqual(statuses, { right: 30 })
  assert.ok(p50Ms > 0 && p50Ms <= p99Ms && p99Ms <= seconds * 1000)
  await burst({ target, requests: 10, connections: 2 })
  assert.deepEqual([upstream.heard.length, upstream.connections()], [40, 3])
})

test('single requests at a rate go to each target equally often, and each has its own result', async (t) => {
  const first = await serve(t, 'first', right)
  const second = await serve(t, 'second', 'HTTP/1.1 503 No\r\nContent-Length: 2\r\n\r\nno')
  const begun = performance.now()
  const results = await fixedRate({ targets: [first.target, second.target], requests: 10, perSecond: 200 })
  assert.ok(performance.now() - begun >= 94) // 19 of 20 times 5 ms; timers are whole milliseconds.
  assert.deepEqual(
    results.map(({ name, statuses }) => ({ name, statuses })),
    [
      { name: 'first', statuses: { right: 10 } },
      { name: 'second', statuses: { '503 with 2 bytes': 10 } },
    ],
  )
  assert.deepEqual([first.upstream.heard.length, second.upstream.heard.length], [10, 10])
})

test('a burst fails where an answer is cut short, longer than it said, or none at all', async (t) => {
  for (const [answer, problem] of [
    [`${right}and more`, /longer than it said/],
    ['HTTP/1.1 200 OK\r\n\r\n', /cannot be read/],
  ] as const) {
    const { target } = await serve(t, 'product', answer)
    await assert.rejects(burst({ target, requests: 1, connections: 1 }), problem)
  }
  const upstream = await startRawUpstream(t, ({ socket }) => socket.end(right.slice(0, -1)))
  await assert.rejects(burst({ target: { name: 'product', port: upstream.port }, requests: 1 }), /closed during/)
})

test('half of the answers took at most the p50, 99 of 100 at most the p99', () => {
  const tally = startTally(target, shaped('get'), 200)
  for (let ms = 200; ms > 0; ms--) tally.add({ status: 200, length: 1024 }, ms)
  assert.deepEqual(tally.result(), { name: 'product', statuses: { right: 200 }, p50Ms: 101, p99Ms: 199 })
})

test('an answer is right with the status and the length that its kind has', () => {
  const statusesOf = (kind: 'get' | 'post' | 'refused', ...answers: [status: number, length: number][]) => {
    const tally = startTally(target, shaped(kind), answers.length)
    for (const [status, length] of answers) tally.add({ status, length }, 1)
    return tally.result().statuses
  }
  assert.deepEqual(statusesOf('get', [200, 1024], [200, 1023], [401, 0]), {
    right: 1,
    '200 with 1023 bytes': 1,
    '401 with 0 bytes': 1,
  })
  assert.deepEqual(statusesOf('post', [204, 0]), { right: 1 })
  assert.deepEqual(statusesOf('refused', [401, 7], [503, 300], [200, 7]), {
    right: 1,
    'or else': 1,
    '200 with 7 bytes': 1,
  })
})

test('any wrong answer ends the run, and so does more than one in ten that its kind allows only besides', () => {
  const result = (statuses: Record<string, number>) => ({ name: 'product', statuses, p50Ms: 1, p99Ms: 1 })
  checked(result({ right: 90 }))
  checked(result({ right: 90, 'or else': 10 }))
  assert.throws(() => checked(result({ right: 90, 'or else': 11 })), /^Error: product answered 11 × other$/)
  assert.throws(
    () => checked(result({ right: 900, '502 with 90 bytes': 1 })),
    /product answered 1 × 502 with 90 bytes$/,
  )
})

test('requests have different URLs, as many more headers as they should, and say how long their body is', () => {
  const head = heads(
    { ...target, headers: { Tenant: 'bench' } },
    shaped('upload', { uploadBytes: 9, urls: 3, headers: 2 }),
  )
  const lines = head(0).toString().split('\r\n')
  assert.match(lines[0] ?? '', /^POST \/bodies\/\S+\?page=0&size=20&sort=name HTTP\/1\.1$/)
  for (const line of ['Host: localhost:1', 'Tenant: bench', 'Content-Length: 9']) assert.ok(lines.includes(line), line)
  assert.equal(lines.filter((line) => line.startsWith('X-Bench-')).length, 2)
  assert.equal(new Set([0, 1, 2].map((n) => head(n).toString())).size, 3)
  assert.deepEqual(head(3), head(0))
  const fewer = heads(target, shaped('upload', { uploadBytes: 9, urls: 3 }))
  assert.doesNotMatch(fewer(0).toString(), /X-Bench-/)
  assert.match(heads(target, shaped('get', { answerBytes: 16384 }))(0).toString(), /^GET \/sized\/16384\//)
})

test('a page of the upstream is JSON of exactly as many bytes', () => {
  for (const bytes of [1024, 1025, 100 * 1024]) {
    assert.equal(Buffer.byteLength(page(bytes)), bytes)
    assert.ok(JSON.parse(page(bytes)).content.length > 1)
  }
})
