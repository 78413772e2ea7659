import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { type ResponseContext, requestHeaders, requestId, responseHeaders } from '../../src/forwarding/headers.ts'
import type { AccessToken } from '../../src/tokens/token-source.ts'
import { ask, parseAnswer } from '../support/ask.ts'
import { startTestSidecar, startUpstream } from '../support/sidecar.ts'

const seed = { seed: 4711, numRuns: 2000 }
const token = { value: 'a-token', tenant: 'demo' } as AccessToken

/** What goes to CATAPA, as pairs. */
function forwarded(lines: [name: string, value: string][]): [name: string, value: string][] {
  const connection = lines.filter(([name]) => name.toLowerCase() === 'connection').map(([, value]) => value)
  const headers = connection.length === 0 ? {} : { connection: connection.join(', ') }
  return pairs(requestHeaders({ rawHeaders: lines.flat(), headers }, token, 'id-1'))
}

const plain: ResponseContext = {
  record: { ending: undefined, catapaRequestId: undefined },
  requestId: 'id-1',
  upstreamOrigin: 'https://api.catapa.com',
  ownOrigin: 'http://localhost:8228',
  allowedOrigin: undefined,
  destination: undefined,
}

/** What a script asks for is never shown as a page. */
const fetched = { destination: 'empty' }

/** What goes back to the caller, as pairs. */
function returned(lines: [name: string, value: string][], context: Partial<ResponseContext> = {}) {
  return pairs(
    responseHeaders(
      lines.flat().map((text) => Buffer.from(text, 'latin1')),
      { ...plain, ...context },
    ),
  )
}

function pairs(flat: string[]): [name: string, value: string][] {
  return flat.flatMap((name, i): [string, string][] => (i % 2 === 0 ? [[name, flat[i + 1] ?? '']] : []))
}

const added: [string, string][] = [
  ['Tenant', 'demo'],
  ['Authorization', 'Bearer a-token'],
  ['X-Request-Id', 'id-1'],
  ['Via', '1.1 catapa-sidecar'],
]

test('of names that callers choose only some are remembered, and short ones: memory does not grow with them', async () => {
  setFlagsFromString('--expose-gc')
  const collect: () => void = runInNewContext('gc')
  const anew = new URL('../../src/forwarding/headers.js?anew', import.meta.url).href
  const { requestHeaders }: typeof import('../../src/forwarding/headers.ts') = await import(anew)
  /** In MB. */
  function grownBy(count: number, name: (i: number) => string): number {
    collect()
    const before = process.memoryUsage().heapUsed
    for (let i = 0; i < count; i++) requestHeaders({ rawHeaders: [name(i), ''], headers: {} }, token, 'id-1')
    collect()
    return (process.memoryUsage().heapUsed - before) / 1e6
  }
  const long = grownBy(400, (i) => `x-${i}-${'a'.repeat(50_000)}`) // Remembered they would take 20 MB,
  const short = grownBy(200_000, (i) => `x-remembered-${i}`) // and these 15.
  assert.ok(long < 3 && short < 3, `${long} and ${short} MB`)
})

test('these request headers are removed, and no others', () => {
  const removed = [
    ...['Cookie', 'Expect', 'Connection', 'Keep-Alive', 'Proxy-Connection', 'TE', 'Trailer', 'Transfer-Encoding'],
    ...['Upgrade', 'HTTP2-Settings', 'Proxy-Authorization', 'Proxy-Authenticate', 'Proxy-Anything', 'Forwarded'],
    ...[
      'X_Forwarded_Prefix',
      'x.forwarded.for',
      'X-Forwarded_Host',
      'Proxy_Authorization',
      'sec_fetch_site',
      'X_Request_Id',
    ],
    ...['X-Forwarded-For', 'X-Forwarded-Host', 'X-Forwarded-Proto', 'Origin', 'Referer', 'Sec-Fetch-Site', 'Sec-CH-UA'],
    ...['Host', 'Tenant', 'Authorization', 'X-Request-Id'],
  ]
  const kept = [
    ...['Accept', 'Accept-Encoding', 'Accept-Language', 'Content-Type', 'Content-Length', 'Content-Encoding', 'Range'],
    ...['If-None-Match', 'If-Modified-Since', 'User-Agent', 'Cache-Control', 'Via', 'SOAPAction', 'X-Requested-With'],
    ...['X-Tenant', 'Security', 'XForwarded', 'Proxy', 'Cookies', 'Date', 'Priority', 'traceparent'],
  ]
  for (const spell of [String, (name: string) => name.toLowerCase(), (name: string) => name.toUpperCase()]) {
    for (const name of removed) assert.deepEqual(forwarded([[spell(name), 'x']]), added, name)
    for (const name of kept) assert.deepEqual(forwarded([[spell(name), 'x']]), [[spell(name), 'x'], ...added], name)
  }
})

const name = fc.oneof(
  fc.constantFrom('Tenant', 'tenant', 'AUTHORIZATION', 'Authorization', 'Cookie', 'Accept', 'accept', 'X-Request-Id'),
  fc.constantFrom('Content-Length', 'Content-Type', 'Via', 'X-Custom', 'x-custom', 'Keep-Alive', 'sec-x', 'Set-Cookie'),
  fc.constantFrom('Location', 'Access-Control-Allow-Origin', 'X-Catapa-Sidecar-Error', 'Alt-Svc', 'ETag'),
  fc.stringMatching(/^[A-Za-z-]{1,12}$/),
)
const value = fc.stringMatching(/^[!-~\xa1-\xff]{0,12}$/)
const line = fc.tuple(name, value)
const lines = fc.array(
  fc.oneof(
    line,
    name.map((named): [string, string] => ['Connection', named]),
    fc.constant<[string, string]>(['connection', 'close']),
  ),
  { maxLength: 12 },
)

test('property: Tenant and Authorization are ours and there once, whatever the caller sends', () => {
  fc.assert(
    fc.property(lines, (sent) => {
      const headers = forwarded(sent)
      for (const [ours, expected] of added.slice(0, 3))
        assert.deepEqual(
          headers.filter(([given]) => given.toLowerCase() === ours.toLowerCase()),
          [[ours, expected]],
        )
      assert.deepEqual(headers.at(-1), ['Via', '1.1 catapa-sidecar'])
    }),
    seed,
  )
})

test('property: what crosses keeps its spelling, its order and its repetitions, both ways', () => {
  fc.assert(
    fc.property(lines, (sent) => {
      const connection = sent.filter(([given]) => /^connection$/i.test(given)).map(([, named]) => named.toLowerCase())
      const dropped = (given: string) =>
        connection.includes(given.toLowerCase()) && given.toLowerCase() !== 'content-length'
      const hop = /^(connection|keep-alive|te|trailer|upgrade|x-request-id)$/i
      const request = sent.filter(
        ([given]) =>
          !dropped(given) &&
          !hop.test(given) &&
          !/^(tenant|authorization|cookie|host|expect|origin|referer|sec-.*|proxy-.*)$/i.test(given),
      )
      assert.deepEqual(forwarded(sent).slice(0, -4), request)
      const response = sent.filter(
        ([given]) =>
          !dropped(given) &&
          !hop.test(given) &&
          !/^(set-cookie|alt-svc|access-control-.*|x-catapa-sidecar-.*)$/i.test(given),
      )
      assert.deepEqual(returned(sent, fetched).slice(0, -3), response)
    }),
    seed,
  )
})

test('property: no header that is added or rewritten can hold an end of line', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(name, fc.string()), { maxLength: 6 }), fc.string(), (sent, id) => {
      assert.match(requestId(id), /^[\x21-\x7e]{1,128}$/)
      const before = sent.filter(([, text]) => /[\r\n]/.test(text)).length
      const after = returned(sent, { requestId: requestId(id) }).filter(([, text]) => /[\r\n]/.test(text)).length
      assert.ok(after <= before) // Node's and undici's parsers let none in, so there is none to go out.
    }),
    seed,
  )
})

test('Connection cannot take away the length of a body', () => {
  assert.deepEqual(
    forwarded([
      ['Connection', 'content-length, X-A'],
      ['Content-Length', '3'],
      ['X-A', '1'],
    ]),
    [['Content-Length', '3'], ...added],
  )
  assert.deepEqual(
    returned([
      ['Connection', 'Content-Length'],
      ['Content-Length', '3'],
    ])[0],
    ['Content-Length', '3'],
  )
})

test('a request id of the caller is kept when it is 1 to 128 visible ASCII characters, else it is one of ours', () => {
  for (const id of ['a', 'x'.repeat(128), '!~"<>{}', '4711']) assert.equal(requestId(id), id)
  for (const id of [undefined, '', 'x'.repeat(129), 'a b', 'a\tb', 'a\r\nX: y', 'é', '\x7f', ['a']])
    assert.match(requestId(id), /^[0-9a-f]{8}-[0-9a-f-]{27}$/)
})

test('these response headers are removed, and no others', () => {
  const removed = [
    ...['Connection', 'Keep-Alive', 'Proxy-Connection', 'TE', 'Trailer', 'Transfer-Encoding', 'Upgrade', 'Set-Cookie'],
    ...['Proxy-Authenticate', 'Strict-Transport-Security', 'Alt-Svc', 'Access-Control-Allow-Origin', 'X-Request-Id'],
    ...['Access-Control-Allow-Credentials', 'Access-Control-Expose-Headers', 'Access-Control-Anything'],
    ...['X-Catapa-Sidecar-Error', 'X-Catapa-Sidecar-Placeholder', 'X-CATAPA-SIDECAR-anything'],
  ]
  const kept = [
    ...['Content-Type', 'Content-Length', 'Content-Encoding', 'Content-Disposition', 'Content-Security-Policy', 'Date'],
    ...['ETag', 'Last-Modified', 'Retry-After', 'WWW-Authenticate', 'Vary', 'Link', 'Cache-Control', 'Server', 'Via'],
    ...['X-Total-Count', 'X-Content-Type-Options', 'Location', 'Age', 'Warning', 'Allow', 'Cookie', 'Authorization'],
  ]
  const always: [string, string][] = [
    ['Via', '1.1 catapa-sidecar'],
    ['X-Request-Id', 'id-1'],
  ]
  const notStored: [string, string] = ['Cache-Control', 'private, no-store']
  for (const removedName of removed) {
    assert.deepEqual(returned([[removedName, 'x']], fetched), [...always, notStored], removedName)
    assert.deepEqual(returned([[removedName.toLowerCase(), 'x']], fetched), [...always, notStored], removedName)
  }
  for (const keptName of kept) {
    const added = keptName === 'Cache-Control' ? always : [...always, notStored]
    assert.deepEqual(returned([[keptName, 'x']], fetched), [[keptName, 'x'], ...added])
  }
})

test('an answer that says nothing of caches is kept by none; what CATAPA says stays alone', () => {
  const said = (lines: [string, string][]) =>
    returned([['Content-Type', 'application/json'], ...lines]).filter(([given]) => /^cache-control$/i.test(given))
  const ours = ['Cache-Control', 'private, no-store']
  for (const lines of [[], [['Expires', '0']], [['Pragma', 'no-cache']], [['ETag', '"1"']]] as [string, string][][])
    assert.deepEqual(said(lines), [ours])
  for (const value of ['max-age=60', 'public', 'no-cache'])
    assert.deepEqual(said([['cache-CONTROL', value]]), [['cache-CONTROL', value]])
  assert.deepEqual(said([['Cache-Control', '']]).at(-1), ours, 'an empty one says nothing')
  const named: [string, string][] = [
    ['Connection', 'cache-control'],
    ['Cache-Control', 'max-age=60'],
  ]
  assert.deepEqual(said(named), [ours], 'one that is for the connection alone is not passed on')
})

const locations: [given: string, expected: string][] = [
  ['https://api.catapa.com/core/v1/x?a=b#c', 'http://localhost:8228/core/v1/x?a=b#c'],
  ['https://api.catapa.com', 'http://localhost:8228'],
  ['https://api.catapa.com?a=b', 'http://localhost:8228?a=b'],
  ['https://api.catapa.com:443/x', 'http://localhost:8228/x'],
  ['HTTPS://API.Catapa.COM/X', 'http://localhost:8228/X'],
  ['https://user:pass@api.catapa.com/x', 'http://localhost:8228/x'],
  ['//api.catapa.com/x', 'http://localhost:8228/x'],
  ['//API.catapa.com:443/x', 'http://localhost:8228/x'],
  ['https://api.catapa.com\\x/y', 'http://localhost:8228\\x/y'],
  ...[
    '/core/v1/x',
    'x',
    '?a=b',
    '',
    '../x',
    'https://evil.example/x',
    'https://api.catapa.com.evil.example/x',
    'https://api.catapa.com@evil.example/x',
    'https://api.catapa.com:8443/x',
    'http://api.catapa.com/x', // Another origin: it answers nothing over plain HTTP.
    '//evil.example/https://api.catapa.com/',
    '/x?next=https://api.catapa.com/y',
    'https://[broken/x',
    'mailto:hr@corp.example',
    'https:api.catapa.com',
    'h\xf6ttps://api.catapa.com/',
  ].map((same): [string, string] => [same, same]),
]

test("a Location at CATAPA's own origin leads back to the sidecar, any other stays as it is", () => {
  for (const [given, expected] of locations)
    assert.deepEqual(returned([['Location', given]])[0], ['Location', expected], given)
  assert.deepEqual(returned([['location', 'http://127.0.0.1:1/x']], { upstreamOrigin: 'http://127.0.0.1:1' })[0], [
    'location',
    'http://localhost:8228/x',
  ])
})

test('over the wire a Location becomes what the caller calls the sidecar, or the address that it reached', async (t) => {
  const upstream = await startUpstream(t, (_request, response) =>
    response.writeHead(302, { location: `${upstream.url}/x` }).end(),
  )
  const sidecar = await startTestSidecar(t, upstream.url, { allowedHosts: new Set(['sidecar.corp.example']) })
  const location = async (question: Parameters<typeof ask>[1]) => (await ask(sidecar, question)).header('location')
  assert.equal(await location({}), `http://localhost:${sidecar.port}/x`)
  assert.equal(await location({ host: 'SideCar.corp.example' }), 'http://SideCar.corp.example/x')
  assert.equal(await location({ host: undefined, version: '1.0' }), `http://127.0.0.1:${sidecar.port}/x`)
  assert.equal(await location({ host: 'localhost:1', version: '1.0' }), 'http://localhost:1/x')
  const [, overIpv6] = sidecar.addresses // Left out where the machine has no IPv6.
  if (overIpv6 === undefined) return
  const socket = connect({ host: '::1', port: sidecar.port })
  socket.write('GET /a HTTP/1.0\r\n\r\n')
  const chunks: Buffer[] = await socket.toArray()
  assert.equal(parseAnswer(Buffer.concat(chunks).toString('latin1')).header('location'), `${overIpv6}/x`)
  // There an IPv4 address looks like ::ffff:127.0.0.1, which would be refused as Host.
  const everywhere = await startTestSidecar(t, upstream.url, { listen: [{ kind: 'tcp', host: '::', port: 0 }] })
  const answer = await ask(everywhere, { host: undefined, version: '1.0' })
  assert.equal(answer.header('location'), `http://127.0.0.1:${everywhere.port}/x`)
})

test('answers to navigations of a browser are sandboxed and not sniffed, beside what CATAPA says itself', () => {
  const sent: [string, string][] = [
    ['Content-Security-Policy', "default-src 'self'"],
    ['X-Content-Type-Options', 'none'],
  ]
  for (const destination of ['document', 'iframe', 'frame', 'object', 'embed']) {
    const headers = returned(sent, { destination })
    assert.deepEqual(
      headers.filter(([given]) => given === 'Content-Security-Policy').map(([, policy]) => policy),
      ["default-src 'self'", 'sandbox'],
    )
    assert.deepEqual(headers.filter(([given]) => given === 'X-Content-Type-Options').length, 1)
    assert.ok(headers.some(([given, options]) => given === 'X-Content-Type-Options' && options === 'nosniff'))
  }
  for (const destination of ['empty', 'image', '']) assert.deepEqual(returned(sent, { destination }).slice(0, 2), sent)
})

const openXml = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'

/** What an answer with these types gets where nobody says what it is for. */
function protection(...types: string[]): string[] {
  const lines = types.map((type): [string, string] => ['content-Type', type])
  return returned(lines).flatMap(([given, text]) => (/^(content-security|x-content)/i.test(given) ? [text] : []))
}

test('where nobody says what it is for, an answer of a type that is surely inert stays as it is', () => {
  const json = ['application/json', 'Application/JSON', 'application/json;charset=UTF-8', 'application/problem+json']
  const written = ['application/json ;\tcharset="utf-8" ; a=1', 'application/json;', 'text/plain; charset=iso-8859-1']
  const others = ['application/pdf', 'text/csv; charset=windows-1252; header=present', 'application/octet-stream']
  const pictures = ['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/bmp']
  for (const type of [...json, ...written, ...others, ...pictures, 'text/plain', openXml])
    assert.deepEqual(protection(type), [], type)
})

test('an answer of any other type is sandboxed and not sniffed, as is one without a type or with two', () => {
  const html = ['text/html', 'Text/HTML; charset=utf-8', 'application/xhtml+xml', 'text/xml', 'application/xml']
  const unknown = [
    '',
    '*/*',
    'unknown/unknown',
    'application/unknown',
    'html',
    'text',
    '/',
    ';',
    'application/x-anything',
  ]
  const acting = ['text/xsl', 'image/svg+xml', 'application/rss+xml', 'text/javascript', 'multipart/x-mixed-replace']
  const malformed = [
    ...['application/json, text/html', 'text/html, application/json', 'application/json,', ',application/json'],
    ...['text/plain; a=b, text/html', 'text/plain; a="b, text/html', 'application/json text/html', 'application/jsonp'],
    ...['application/json\xa0', 'application/json\x0b', 'xapplication/json', 'application/ json', '"application/json"'],
    ...['text/plain(text/html)', 'application/json; a=b c', 'application/json; <script>', 'application/json=text/html'],
    `application/json; a=${'b'.repeat(200)}`,
    `application/json;${' '.repeat(60_000)}x`,
  ]
  const charsets = [
    'utf-7',
    'utf-16',
    'utf-16be',
    'UTF-16LE',
    'iso-2022-jp',
    'hz-gb-2312',
    'x-user-defined',
    '"utf-7"',
    '',
  ]
  const tricks = charsets.map((charset) => `text/plain; charset=${charset}`)
  for (const type of [...html, ...unknown, ...acting, ...malformed, ...tricks])
    assert.deepEqual(protection(type), ['sandbox', 'nosniff'], type.slice(0, 100))
  assert.deepEqual(protection(), ['sandbox', 'nosniff'], 'no type')
  for (const two of [
    ['application/json', 'text/html'],
    ['text/html', 'application/json'],
    ['application/json', 'application/json'],
    ['application/json', ''],
  ])
    assert.deepEqual(protection(...two), ['sandbox', 'nosniff'], two.join(' and '))
  const dropped = returned([
    ['Connection', 'close, Content-Type'],
    ['Content-Type', 'application/json'],
  ])
  assert.deepEqual(dropped.slice(-2), [
    ['Content-Security-Policy', 'sandbox'],
    ['X-Content-Type-Options', 'nosniff'],
  ])
  assert.equal(
    dropped.some(([given]) => given === 'Content-Type'),
    false,
  )
})

test('the sandbox stands beside the policies of CATAPA, and its nosniff alone', () => {
  const sent: [string, string][] = [
    ['content-security-policy', 'sandbox allow-scripts'],
    ['x-content-type-options', 'none'],
    ['X-Content-Type-Options', 'sniff'],
  ]
  const given = returned(sent).filter(([named]) => /^(content-security-policy|x-content-type-options)$/i.test(named))
  assert.deepEqual(given, [
    ['content-security-policy', 'sandbox allow-scripts'],
    ['Content-Security-Policy', 'sandbox'],
    ['X-Content-Type-Options', 'nosniff'],
  ])
})

test('over the wire a stored HTML file that a browser opens is sandboxed', async (t) => {
  const upstream = await startUpstream(t, (_request, response) =>
    response.writeHead(200, { 'content-type': 'text/html' }).end('<script>'),
  )
  const sidecar = await startTestSidecar(t, upstream.url)
  const opened = await ask(sidecar, { headers: ['Sec-Fetch-Dest: document', 'Sec-Fetch-Site: none'] })
  assert.equal(opened.header('content-security-policy'), 'sandbox')
  assert.equal(opened.header('x-content-type-options'), 'nosniff')
  // Over http a browser says nothing of the sort to another name than localhost.
  assert.equal((await ask(sidecar)).header('content-security-policy'), 'sandbox')
  const byScript = await ask(sidecar, { headers: ['Sec-Fetch-Dest: empty', 'Sec-Fetch-Site: none'] })
  assert.equal(byScript.header('content-security-policy'), undefined)
})

test('over the wire an answer without a type is sandboxed and kept by no cache, JSON is only the latter', async (t) => {
  const upstream = await startUpstream(t, ({ url }, response) =>
    response
      .writeHead(url === '/none' ? 204 : 200, url === '/json' ? { 'Content-Type': 'application/json' } : {})
      .end(),
  )
  const sidecar = await startTestSidecar(t, upstream.url)
  for (const [target, policy] of [
    ['/untyped', 'sandbox'],
    ['/none', 'sandbox'],
    ['/json', undefined],
  ] as const) {
    const answer = await ask(sidecar, { target })
    assert.equal(answer.header('content-security-policy'), policy, target)
    assert.equal(answer.header('x-content-type-options'), policy && 'nosniff', target)
    assert.equal(answer.header('cache-control'), 'private, no-store', target)
  }
})

test("the sidecar's own errors are sandboxed as well where a browser opens them", async (t) => {
  const upstream = await startUpstream(t)
  const sidecar = await startTestSidecar(t, upstream.url)
  for (const host of ['evil.example', 'localhost']) {
    const question = { host, target: '/a?tenant=other' }
    const opened = await ask(sidecar, { ...question, headers: ['Sec-Fetch-Dest: iframe', 'Sec-Fetch-Site: none'] })
    assert.equal(opened.header('x-catapa-sidecar-error'), host === 'localhost' ? 'policy_denied' : 'host_not_allowed')
    assert.equal(opened.header('content-security-policy'), 'sandbox')
    assert.equal(opened.header('x-content-type-options'), 'nosniff')
    assert.equal((await ask(sidecar, question)).header('content-security-policy'), undefined)
  }
})

test('over the wire headers cross with their order, repetitions and Latin-1 bytes, both ways', async (t) => {
  const upstream = await startUpstream(t, (_request, response) => {
    const headers = [
      'X-A',
      'J\xf6rg',
      'Link',
      '</1>',
      'X-B',
      '1',
      'Link',
      '</2>',
      'x-a',
      '\xa3\xff',
      'WWW-Authenticate',
      'a',
    ]
    response.writeHead(200, [...headers, 'Set-Cookie', 'a=b', 'X-Catapa-Sidecar-Error', 'fake', 'Connection', 'x-b'])
    response.end()
  })
  const sidecar = await startTestSidecar(t, upstream.url)
  const sent = ['X-Name: J\xf6rg', 'Accept: a', 'X-Other: 1', 'accept: b', 'X-Name: \xa3\xff', 'Cookie: a=b']
  const answer = await ask(sidecar, { headers: sent })
  const { rawHeaders = [] } = upstream.received[0] ?? {}
  assert.deepEqual(
    pairs(rawHeaders).filter(([given]) => /^(x-name|accept|x-other|cookie)$/i.test(given)),
    [
      ['X-Name', 'J\xf6rg'],
      ['Accept', 'a'],
      ['X-Other', '1'],
      ['accept', 'b'],
      ['X-Name', '\xa3\xff'],
    ],
  )
  assert.deepEqual(answer.headers.get('x-a'), ['J\xf6rg', '\xa3\xff'])
  assert.deepEqual(answer.headers.get('link'), ['</1>', '</2>'])
  for (const gone of ['set-cookie', 'x-catapa-sidecar-error', 'x-b']) assert.equal(answer.header(gone), undefined, gone)
  assert.equal(answer.header('via'), '1.1 catapa-sidecar')
})

test('over the wire a caller replaces neither Tenant nor Authorization nor the request id of CATAPA', async (t) => {
  const upstream = await startUpstream(t)
  const sidecar = await startTestSidecar(t, upstream.url)
  const tries = [
    ['AUTHORIZATION: Basic eDp5'],
    ['Authorization: Bearer mine', 'authorization: Bearer mine-too'],
    ['Connection: close, authorization, tenant, x-request-id', 'Tenant: demo', 'X-Request-Id: job-1'],
    ['Authorization: Bearer catapa-sidecar', 'tenant: demo', 'tenant: demo', 'x-request-id: a', 'X-Request-Id: b'],
  ]
  for (const headers of tries) {
    const answer = await ask(sidecar, { headers })
    const received = pairs(upstream.received.at(-1)?.rawHeaders ?? [])
    const values = (wanted: string) =>
      received.filter(([given]) => given.toLowerCase() === wanted).map(([, text]) => text)
    assert.deepEqual(values('authorization'), ['Bearer token-1'])
    assert.deepEqual(values('tenant'), ['demo'])
    assert.deepEqual(values('x-request-id'), [answer.header('x-request-id')])
  }
  const kept = await ask(sidecar, { headers: ['X-Request-Id: job-4711/a'] })
  assert.equal(kept.header('x-request-id'), 'job-4711/a')
  assert.equal(upstream.received.at(-1)?.headers['x-request-id'], 'job-4711/a')
})
