import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ask, assertRefused } from './ask.ts'
import { startTestSidecar, startUpstream } from './helper.ts'

// The sidecar's tenant is `demo`.

test('a Tenant header may be left out, empty or name our own tenant; CATAPA gets ours once', async (t) => {
  const upstream = await startUpstream(t)
  const sidecar = await startTestSidecar(t, upstream.url)
  const fine = [
    [],
    ['Tenant:'],
    ['Tenant: demo'],
    ['TENANT:   demo  '],
    ['tenant: demo', 'Tenant: demo'],
    ['Tenant: demo', 'Tenant:'],
    ['Connection: close, tenant', 'Tenant: demo'],
    ['X-Tenant: other', 'Tenant-Id: other', 'TenantId: other'],
  ]
  for (const headers of fine) {
    assert.equal((await ask(sidecar, { headers })).status, 200, headers.join())
    const { rawHeaders = [] } = upstream.received.at(-1) ?? {}
    const sent = rawHeaders.filter((_, i) => i % 2 === 1 && /^tenant$/i.test(rawHeaders[i - 1] ?? ''))
    assert.deepEqual(sent, ['demo'])
  }
})

test('a Tenant header that names another tenant is refused, and nothing reaches CATAPA', async (t) => {
  const upstream = await startUpstream(t)
  const sidecar = await startTestSidecar(t, upstream.url)
  const foreign = [
    ['Tenant: other'],
    ['tENANT: Demo'],
    ['Tenant: demo2'],
    ['Tenant: demo,'],
    ['Tenant: demo, demo'],
    ['Tenant: demo', 'Tenant: other'],
    ['Tenant:', 'Tenant: other'],
    ['Connection: close, tenant', 'Tenant: other'],
  ]
  for (const headers of foreign) {
    const answer = await ask(sidecar, { headers })
    assert.equal(answer.status, 403)
    assert.match(String(assertRefused(answer, 'policy_denied', headers.join()).detail), /the Tenant header/)
    assert.doesNotMatch(answer.body, /\bother\b/)
  }
  assert.equal(upstream.received.length, 0)
})

test('a tenant parameter that names another tenant is refused, in any spelling that a server may read', async (t) => {
  const upstream = await startUpstream(t)
  const sidecar = await startTestSidecar(t, upstream.url)
  const foreign = [
    ...[
      'tenant=other',
      'Tenant=other',
      'TENANT=other',
      'a=b&tenant=other',
      'tenant=other&tenant=demo',
      '&&tenant=other',
    ],
    ...['tenant=demo&tenant=other', 'tenant=demo2', 'tenant=Demo', 'tenant', 'tenant=', 'tenant&a=b', 'tenant==demo'],
    ...['%74enant=other', 'tenan%54=other', '%74%65%6e%61%6E%74=other', '%2574enant=other', '%252574enant=other'],
    ...['t%zzenant=x&tenant=other', '%c1%b4enant=other', '%u0074enant=other'],
    ...[
      'tenant[]=other',
      'tenant%5B%5D=other',
      'tenant%5b0%5d=other',
      'tenant[0]=other',
      'tenant[=other',
      'TENANT[]=x',
    ],
    ...['tenant%255B%255D=other', 'tenant[]=demo&tenant[]=other', 'tenant[a][b]=other'],
    ...['a=b;tenant=other', ';tenant=other', 'query=id:1;tenant=other', 'tenant=demo;tenant=other', 'a;tenant'],
    ...['+tenant=other', 'tenant+=other', '%20tenant=other', 'tenant%20=other', 'tenant%00=other', '%0atenant=other'],
    ...['tenant%09=other', '!tenant=other', '%21tenant=other', `%${'25'.repeat(20)}74enant=other`],
    ...['tenant=d%65m%6F%00', 'tenant=demo%20', 'tenant=demo+', 'tenant=+demo', 'tenant=%2564emo', 'tenant=demo,other'],
    ...['tenant=de%ZZmo', 'tenant=%E9', 'tenant=d%c1%a5mo'],
  ]
  for (const query of foreign) {
    const answer = await ask(sidecar, { target: `/core/v1/employees?${query}` })
    assert.match(String(assertRefused(answer, 'policy_denied', query).detail), /parameter of the query/)
  }
  assertRefused(await ask(sidecar, { target: 'http://localhost/a?tenant=other' }), 'policy_denied')
  assertRefused(await ask(sidecar, { target: 'http://localhost?tenant=other' }), 'policy_denied')
  assertRefused(await ask(sidecar, { method: 'DELETE', target: '/a?tenant=other' }), 'policy_denied')
  assert.equal(upstream.received.length, 0)
})

test('a tenant among the parameters of the path is refused too: some servers mix them with those of the query', async (t) => {
  const upstream = await startUpstream(t)
  const sidecar = await startTestSidecar(t, upstream.url)
  for (const target of [
    '/core;tenant=other/v1',
    '/core/v1;a=b;Tenant=other',
    '/a;%74enant=other',
    '/;tenant=demo/x;tenant=b',
  ])
    assert.match(
      String(assertRefused(await ask(sidecar, { target }), 'policy_denied', target).detail),
      /parameter of the path/,
    )
  assert.equal(upstream.received.length, 0)
  for (const target of ['/core;tenant=demo/v1', '/tenant/tenant=other', '/a;tenants=x', '/a;b=tenant'])
    assert.equal((await ask(sidecar, { target })).status, 200, target)
})

test('our own tenant in the query, and names that only resemble it, are forwarded unchanged', async (t) => {
  const upstream = await startUpstream(t)
  const sidecar = await startTestSidecar(t, upstream.url)
  const fine = [
    ...[
      'tenant=demo',
      'TENANT=demo',
      'tenant=d%65mo',
      '%74enant=%64%65%6d%6f',
      'tenant[]=demo',
      'tenant=demo&tenant=demo',
    ],
    ...['tenantId=other', 'x-tenant=other', 'tenants=other', 'mytenant=other', 'tenant.id=other', 'tenant_id=other'],
    ...[
      '_tenant=other',
      'query=tenant:other',
      'query=a:b;tenant:other',
      'a=tenant',
      'a=tenant=other',
      'a=%26tenant=other',
    ],
    ...['query=tenant%3Dother', 'ten%zzant=other', '%=other', '?tenant=other'],
  ]
  for (const query of fine) {
    assert.equal((await ask(sidecar, { target: `/a?${query}` })).status, 200, query)
    assert.equal(upstream.received.at(-1)?.url, `/a?${query}`)
  }
})

test('property: a foreign tenant gets through in no encoding, case or place', async (t) => {
  const upstream = await startUpstream(t)
  const sidecar = await startTestSidecar(t, upstream.url)
  const escaped = (char: string) => `%${char.charCodeAt(0).toString(16).padStart(2, '0')}`
  const name = fc
    .array(
      fc.constantFrom<(char: string) => string>(
        (c) => c,
        (c) => c.toUpperCase(),
        escaped,
        (c) => escaped(c).replace('%', '%25'),
      ),
      {
        minLength: 6,
        maxLength: 6,
      },
    )
    .map((spell) => [...'tenant'].map((char, i) => spell[i]?.(char) ?? char).join(''))
  const other = fc.constantFrom('a=b', 'page=0', 'tenant=demo', '', 'query=id:4')
  const separator = fc.constantFrom('&', ';')
  const query = fc
    .tuple(
      other,
      separator,
      name,
      fc.constantFrom('', '[]', '%5B%5D', '[0]'),
      fc.stringMatching(/^[a-z]{0,6}$/),
      separator,
      other,
    )
    .filter((parts) => parts[4] !== 'demo')
    .map(
      ([before, first, named, array, value, second, after]) =>
        `${before}${first}${named}${array}=${value}${second}${after}`,
    )
  await fc.assert(
    fc.asyncProperty(query, async (tried) => {
      assertRefused(await ask(sidecar, { target: `/a?${tried}` }), 'policy_denied', tried)
    }),
    { seed: 4711, numRuns: 300 },
  )
  assert.equal(upstream.received.length, 0)
})
