import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { judgeTarget } from '../../../src/forwarding/judging/target.ts'
import { ProblemError } from '../../../src/problems/problem.ts'
import { ask, assertRefused } from '../../support/ask.ts'
import { startTestSidecar, startUpstream } from '../../support/sidecar.ts'

const seed = { seed: 4711 }

const faithful = [
  '/',
  '//',
  '//core//v1///employees//',
  '/core/v1/a%2Fb',
  '/core/v1/a%5Cb',
  '/core/v1/tax-calculations/externalId%3D4711',
  '/caf%E9',
  '/caf%C3%A9',
  '/100%',
  '/100%zz/%1',
  '/a;b;c=d/e',
  '/a,b+c:d@e!f$g&h*i(j)k_l~m',
  "/o'neil",
  '/.well-known/...',
  '/a.b/..c/d../.e',
  '/%00%0d%0a',
  '/?',
  '/?a?b',
  '/a?/../b/./c',
  '/a?x=%2e%2e/..',
  '/a?x=&y&=z&&',
  '/a?query=name:*;id>4,id<9',
  '/a?x=<>|^{}"`\\[]',
  '/a?x=1+2%20%zz%',
  '/a?size=2&size=3',
]

test('a target reaches CATAPA byte for byte', async (t) => {
  const upstream = await startUpstream(t)
  const sidecar = await startTestSidecar(t, upstream.url)
  for (const target of faithful) {
    const answer = await ask(sidecar, { target })
    assert.equal(answer.status, 200, `${target} ${answer.body}`)
    assert.equal(upstream.received.at(-1)?.url, target)
  }
  assert.equal(upstream.received.length, faithful.length)
})

test('60 KB of URL reach CATAPA, in the path and in the query', async (t) => {
  const upstream = await startUpstream(t)
  const sidecar = await startTestSidecar(t, upstream.url)
  for (const target of [`/${'a'.repeat(60_000)}`, `/core/v1/employees?query=id:${'4,'.repeat(30_000)}`]) {
    assert.equal((await ask(sidecar, { target })).status, 200)
    assert.equal(upstream.received.at(-1)?.url, target)
  }
})

test('what cannot be forwarded unchanged is refused, and nothing reaches CATAPA', async (t) => {
  const upstream = await startUpstream(t)
  const sidecar = await startTestSidecar(t, upstream.url)
  const refused = [
    ...['/.', '/..', '/a/./b', '/../', '/a/../b', '/a/b/..', '//../a', '/a/..?x=1'],
    ...['/%2e/', '/%2e%2e/', '/%2E./', '/.%2e', '/a/%2e%2E/b', '/%252e%252e/', '/%25252e%25252e', '/%2%65%2%65/a'],
    ...['/..;/x', '/.;a=b/', '/..;a=b;c/x', '/%2e%2e;/x', '/..%3b/x', '/..%3Ba/x', '/..%253b/'],
    ...['/a%2f..%2fb', '/a%2F%2e%2e%2Fb', '/..%5cx', '/a%5c..%5Cx', '/a%252f..%252fb', '/a/..%2f'],
    ...[
      '/%c0%ae%c0%ae/',
      '/%C0%AE./',
      '/%e0%80%ae%e0%80%ae/',
      '/%f0%80%80%ae/',
      '/%f8%80%80%80%ae/',
      '/a%c0%af..%c0%afb',
    ],
    ...['/a%c1%9c..%c1%9cb', '/%25c0%25ae%25c0%25ae/', '/%u002e%u002e/', '/%u002e/'],
    ...['/..%00/x', '/.%09./x', '/%20../x', '/..%20/x', '/..%0d%0a/x', '/..%7f/'],
    ...['/a#f', '/#', '/a?x#f', '#', '/a?#'],
    ...['/a"b', '/a<b', '/a>b', '/a\\b', '/a^b', '/a`b', '/a{b', '/a|b', '/a}b', '/a[b', '/a]b', '/..\\x'],
    ...['*', 'a', '?a', 'a/b', 'localhost', 'localhost:80'],
    ...['https://localhost/', 'ftp://localhost/', 'http:/a', 'http:a', 'http://localhost/../a', 'http://localhost/a#f'],
    ...['http://localhost\\a', 'http://localhost#', 'http://localhost/a/%2e', 'ws://localhost/'],
    ...[
      '/a b',
      '/a\tb',
      '/a\x00b',
      '/a\x01',
      '/a\x7f',
      '/caf\xe9',
      '/caf\xc3\xa9',
      '/a?x=\xe9',
      '/a?x=\x07',
      '/a?x= y',
    ],
  ]
  for (const target of refused) assertRefused(await ask(sidecar, { target }), 'bad_request', JSON.stringify(target))
  assertRefused(await ask(sidecar, { method: 'OPTIONS', target: '*' }), 'bad_request')
  assert.equal(upstream.received.length, 0)
})

test('an absolute-form target is forwarded as path and query', async (t) => {
  const upstream = await startUpstream(t)
  const sidecar = await startTestSidecar(t, upstream.url)
  const targets: [asked: string, forwarded: string][] = [
    [`http://localhost:${sidecar.port}/a/b?c=d`, '/a/b?c=d'],
    ['http://localhost', '/'],
    ['http://localhost?a=b', '/?a=b'],
    ['http://localhost:8228//x//', '//x//'],
    ['HTTP://LOCALHOST/a', '/a'],
    ['http://[::1]:1/a', '/a'],
    ['http://10.0.0.1/a?http://x', '/a?http://x'],
  ]
  for (const [target, forwarded] of targets) {
    assert.equal((await ask(sidecar, { target })).status, 200, target)
    assert.equal(upstream.received.at(-1)?.url, forwarded)
  }
})

test('a path passes while its encoding can be told, eight times over, and not beyond', () => {
  const encoded = (times: number) => `/%${'25'.repeat(times - 1)}41`
  assert.equal(judgeTarget(encoded(8)).path, encoded(8))
  assert.throws(() => judgeTarget(encoded(9)), ProblemError)
})

test('a path that is encoded thousands of times over is refused at once', () => {
  const paths = [`/%${'25'.repeat(30_000)}2e`, `/%2${'%3'.repeat(30_000)}5`]
  const before = performance.now()
  for (const path of Array.from({ length: 10 }, () => paths).flat())
    assert.throws(() => judgeTarget(path), ProblemError)
  assert.ok(performance.now() - before < 3000) // Layer by layer it takes half a second each.
})

/** Pieces that targets of trouble are made of. */
const piece = fc.constantFrom(
  ...[
    '/',
    '.',
    '..',
    ';',
    '%',
    '%2e',
    '%2E',
    '%2f',
    '%5c',
    '%3b',
    '%25',
    '25',
    '2e',
    '%c0%ae',
    '%c0',
    'ae',
    '%00',
    '%20',
  ],
  ...['a', 'b=c', '?', '#', '\\', ' ', ':', '//', '@', 'http://', 'localhost', '\x00', 'é', '"', '%u002e', '&', '%E9'],
)
const target = fc.oneof(
  fc.array(piece, { maxLength: 12 }).map((pieces) => `/${pieces.join('')}`),
  fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join('')),
  fc.string(),
)

test('property: a target is accepted as it is or refused with a ProblemError, never mended', () => {
  fc.assert(
    fc.property(target, (raw) => {
      const judged = accepted(raw)
      if (judged === undefined) return
      const { forwarded, path, query, authority } = judged
      assert.equal(forwarded, query === undefined ? path : `${path}?${query}`)
      if (authority === undefined) assert.equal(forwarded, raw)
      else assert.ok([`http://${authority}${forwarded}`, `http://${authority}${forwarded.slice(1)}`].includes(raw))
      assert.match(forwarded, /^\/[!-~]*$/)
      assert.ok(!forwarded.includes('#'))
    }),
    { ...seed, numRuns: 20_000 },
  )
})

test('property: no accepted path is another one to a URL parser or to a server that decodes', () => {
  let judgedPaths = 0
  fc.assert(
    fc.property(target, (raw) => {
      const path = accepted(raw)?.path
      if (path === undefined) return
      judgedPaths += 1
      assert.equal(new URL(`http://catapa.example${path}`).pathname, path)
      for (const layers of [1, 2, 3]) {
        const segments = asJavaSees(path, layers)
        assert.ok(!segments.includes('.') && !segments.includes('..'), `${path} ${segments}`)
      }
    }),
    { ...seed, numRuns: 20_000 },
  )
  assert.ok(judgedPaths > 2_000)
})

function accepted(raw: string) {
  try {
    return judgeTarget(raw)
  } catch (error) {
    assert.ok(error instanceof ProblemError)
    assert.equal(error.code, 'bad_request')
    return undefined
  }
}

/** The segments of a path as a servlet container sees them that decodes, drops path parameters, and splits. */
function asJavaSees(path: string, layers: number): string[] {
  let decoded = path
  for (let layer = 0; layer < layers; layer++)
    decoded = decoded.replace(/%([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)))
  return decoded
    .replaceAll('\\', '/')
    .replace(/;[^/]*/g, '')
    .split('/')
}
