import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ask, assertRefused } from '../../support/ask.ts'
import { demoCredentials, startTestSidecar, startUpstream } from '../../support/sidecar.ts'

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
    // A server that decodes before it splits finds these.
    ...['a=1%26tenant=other', 'a=1%26tenant%3Dother', 'tenant%3Dother', 'TENANT%3dother', '%74enant%3Dother'],
    ...['a=1%26%74enant=other', 'a=1%26%2574enant=other', 'a=1%26tenant[]=other', 'a=1%26tenant%5B0%5D%3Dother'],
    ...['a=1%3Btenant=other', 'query=id:1%3btenant%3Dother', 'a%26tenant=other', 'a%26tenant%3Dother%26b=1'],
    ...[
      'a=1%26tenant=',
      'a=1%26+tenant=other',
      'a=1%26%20tenant=other',
      'a=1%u0026tenant=other',
      'a=1%c0%a6tenant=other',
    ],
    ...[
      'tenant%3Ddemo%26tenant%3Dother',
      'tenant=demo&a=1%26tenant=other',
      'tenant=demo%26tenant=other',
      'a=%26tenant=other',
    ],
    ...[
      'a=1%26tenant=demo2',
      'a=1%26tenant=Demo',
      'tenant[%26tenant%3Dother%26a=demo',
      'tenant%3D%3Ddemo',
      `a=1%26%${'25'.repeat(20)}74enant=other`,
    ],
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
    '/core%3Btenant=other/v1',
    '/core%3btenant%3Dother',
    '/core;a=1%3Btenant=other',
    '/core/v1/employees%3Ftenant=other',
    '/core/v1/employees%3Fa=1&tenant=other',
    '/core/v1/employees%3fa=1%26%74enant%3Dother',
  ])
    assert.match(
      String(assertRefused(await ask(sidecar, { target }), 'policy_denied', target).detail),
      /parameter of the path/,
    )
  assert.equal(upstream.received.length, 0)
  const fine = ['/core;tenant=demo/v1', '/tenant/tenant=other', '/a;tenants=x', '/a;b=tenant', '/a%3Btenant=demo']
  for (const target of [
    ...fine,
    '/R%26D%3B%20tenant',
    '/a%3Ftenant%3Dd%65mo',
    '/tenant/tenant%3Dother',
    '/a%253Btenant=other',
  ])
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
    ...['_tenant=other', 'query=tenant:other', 'query=a:b;tenant:other', 'a=tenant', 'a=tenant=other'],
    ...['query=tenant%3Dother', 'ten%zzant=other', '%=other', '?tenant=other'],
    ...['query=name:tenant%26co', 'query=name:R%26D%3Btenant', 'name=landlord+%26+tenant', 'query=a%3Dtenant%3Dother'],
    ...['a=1%26tenant=demo', 'a=1%26tenant%3Dd%65mo', 'tenant%3Ddemo', 'a=1%26tenantId%3Dother', 'a=%26%3Bx%3Dtenant'],
    ...['url=http%3A%2F%2Fx.example%2F%3Ftenant%3Dother', 'query=name:%C3%A9%26tenant%3Ddemo', 'a=1%2526tenant=other'],
  ]
  for (const query of fine) {
    assert.equal((await ask(sidecar, { target: `/a?${query}` })).status, 200, query)
    assert.equal(upstream.received.at(-1)?.url, `/a?${query}`)
  }
})

test('our own tenant passes in every spelling, also with characters that a server could take for something else', async (t) => {
  const upstream = await startUpstream(t)
  for (const tenant of ['R&D', 'a;b', 'dém o', 'x=y', '100%', 'a+b']) {
    const sidecar = await startTestSidecar(t, upstream.url, { credentials: { ...demoCredentials, tenant } })
    const query = `a=%26&tenant=${encodeURIComponent(tenant)}`
    assert.equal((await ask(sidecar, { target: `/a?${query}` })).status, 200, tenant)
    assert.equal(upstream.received.at(-1)?.url, `/a?${query}`)
    assertRefused(await ask(sidecar, { target: `/a?${query}2` }), 'policy_denied', tenant)
  }
})

test('a + in a value is a blank, as forms have it: it names our own tenant where that has one, and else another', async (t) => {
  const { url } = await startUpstream(t)
  for (const [tenant, status] of [
    ['a b', 200],
    ['a+b', 403],
  ] as const) {
    const sidecar = await startTestSidecar(t, url, { credentials: { ...demoCredentials, tenant } })
    assert.equal((await ask(sidecar, { target: '/a?tenant=a+b' })).status, status, tenant)
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
