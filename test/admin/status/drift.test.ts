import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { drift } from '../../../src/admin/status/drift.ts'
import type { FinishedRequest } from '../../../src/log/finished-request.ts'
import { fixedWords, knownOperations } from '../../../src/operations/catalogue.ts'
import { pathTemplate } from '../../../src/operations/path-template.ts'
import { startAdministered } from '../../support/admin.ts'
import { json, startTestSandbox, startUpstream } from '../../support/sidecar.ts'

function answered(method: string, path: string, more: Partial<FinishedRequest> = {}): FinishedRequest {
  const request: Partial<FinishedRequest> = { method, path: pathTemplate(path), status: 200, origin: 'catapa', ...more }
  return request as FinishedRequest // Of which it reads these.
}

/** Ids as CATAPA and its customers have them. */
const ids = [
  () => randomUUID(),
  () => String(Math.floor(Math.random() * 1e6)),
  () => `EMP-${Math.floor(Math.random() * 1e4)}`,
  () => 'Budi%20Santoso',
  () => 'MEDICAL_CLAIM',
  () => '2026-12-01',
  () => '{id}',
]

/** A path of this template, its ids drawn. */
function pathOf(template: string, draw: number): string {
  const id = () => ids[(draw + Math.floor(Math.random() * ids.length)) % ids.length]?.() ?? ''
  const path = template.replaceAll(/\{[^}]*\}/g, id)
  return draw % 3 === 0 ? path.replaceAll('%3D', '=') : draw % 3 === 1 ? path.replaceAll('%3D', '%3d') : path
}

test('no answer to an operation of the catalogue counts as unknown, whatever its ids look like', () => {
  const seen = drift()
  const answers = process.env.CI === 'true' ? 1_000_000 : 60_000
  for (let i = 0; i < answers; i++) {
    const { method, template } = knownOperations[i % knownOperations.length] ?? assert.fail()
    const path = pathOf(template, i) + (i % 50 === 0 ? '/' : '')
    seen.finished(answered(i % 10 === 0 && method === 'GET' ? 'HEAD' : method, path))
  }
  assert.deepEqual(seen.shown(), { unknown: [], ending: [] })
})

test('an unknown one is shown by its method and the words of the catalogue, never by what a caller wrote', () => {
  const seen = drift(() => 5)
  const shown = (method: string, path: string) => {
    seen.finished(answered(method, path))
    return seen.shown().unknown.at(-1)
  }
  assert.deepEqual(shown('GET', '/core/v1/budi-santoso/payslip'), {
    operation: 'GET /core/v1/…/payslip',
    count: 1,
    since: 5,
    at: 5,
  })
  assert.equal(shown('PATCH', '/core/v1/employees')?.operation, 'PATCH /core/v1/employees')
  assert.equal(shown('GET', '/core/v9/employees/4711/x%3D1')?.operation, 'GET /core/…/employees/…/…')
  assert.equal(shown('GET', '/core/v9/employees/externalId%3D4711')?.operation, 'GET /core/…/employees/…')
})

test('404 and 405, our own answers, OPTIONS and methods that are none say nothing', () => {
  const seen = drift()
  const path = '/core/v1/odd'
  for (const more of [{ status: 404 }, { status: 405 }, { origin: 'sidecar' }, { status: undefined }] as const)
    seen.finished(answered('GET', path, more))
  seen.finished(answered('OPTIONS', path))
  seen.finished(answered('BREW', path))
  assert.deepEqual(seen.shown().unknown, [])
})

test('of an operation that ends a method that its caller made up is not shown', () => {
  const seen = drift()
  seen.finished(answered('BREW', '/core/v1/employees', { ending: { deprecated: true } }))
  assert.equal(seen.shown().ending[0]?.operation, 'OTHER /core/v1/employees')
})

test('a hundred are told apart, and the others share one entry', () => {
  const seen = drift()
  const words = [...fixedWords].filter((word) => /^[a-z-]+$/.test(word)).slice(0, 130)
  for (const word of words) seen.finished(answered('PATCH', `/odd/${word}`))
  const { unknown } = seen.shown()
  assert.equal(unknown.length, 101)
  assert.deepEqual([unknown.at(-1)?.operation, unknown.at(-1)?.count], ['others', 30])
  seen.finished(answered('PATCH', `/odd/${words[0]}`))
  assert.deepEqual([unknown[0]?.count, unknown.at(-1)?.count], [2, 30], 'of one that is known it is counted on')
})

test('metric and page tell of operations that end, as the headers have it, and that the catalogue does not know', async (t) => {
  const headers: Record<string, Record<string, string>> = {
    '/core/v1/employees': { deprecation: '@1767225600', sunset: 'Mon, 01 Mar 2027 00:00:00 GMT' },
    '/core/v1/companies': { deprecation: 'true' },
    '/core/v1/cities': { deprecation: 'soon', sunset: 'never' },
  }
  const upstream = await startUpstream(t, ({ url }, response) => response.writeHead(200, headers[url]).end('{}'))
  const { url, adminUrl } = await startAdministered(t, upstream.url)
  for (const path of [...Object.keys(headers), '/core/v1/employees', '/core/v2/employees']) {
    const answer = await fetch(url + path)
    assert.equal(answer.headers.get('sunset'), headers[path]?.sunset ?? null, 'it is passed on')
    await answer.text()
  }
  const status = () => json(fetch(`${adminUrl}/api/status`))
  while ((await status()).counters.requests < 5) await sleep(20)
  const { drift: shown, states } = await status()
  assert.deepEqual(
    shown.unknown.map(({ operation, count }: { operation: string; count: number }) => [operation, count]),
    [['GET /core/…/employees', 1]],
  )
  assert.deepEqual(
    shown.ending.map(({ operation, count, deprecated, sunset }: Record<string, unknown>) => [
      operation,
      count,
      deprecated,
      sunset,
    ]),
    [
      ['GET /core/v1/employees', 2, '2026-01-01T00:00:00.000Z', '2027-03-01T00:00:00.000Z'],
      ['GET /core/v1/companies', 1, true, undefined],
    ],
  )
  const ending = states.filter(({ name }: { name: string }) => name === 'operation_ending')
  assert.deepEqual(
    ending.map(({ of }: { of: string }) => of),
    ['GET /core/v1/employees', 'GET /core/v1/companies'],
  )
  const metrics = await (await fetch(`${adminUrl}/metrics`)).text()
  assert.match(metrics, /catapa_sidecar_drift_total\{operation="GET \/core\/v1\/employees",kind="ending"\} 2/)
  assert.match(metrics, /catapa_sidecar_drift_total\{operation="GET \/core\/…\/employees",kind="unknown"\} 1/)
})

test('of what the sandbox answers nothing is unknown, and nothing ends', async (t) => {
  const { url: sandbox } = await startTestSandbox(t)
  const { url, adminUrl } = await startAdministered(t, sandbox)
  const reads = knownOperations.filter(({ method, multipart }) => method === 'GET' && !multipart)
  for (const [index, { template }] of reads.entries()) {
    await fetch(url + pathOf(template, index).replaceAll('{id}', '1')).then((answer) => answer.arrayBuffer())
  }
  const { drift: shown } = await json(fetch(`${adminUrl}/api/status`))
  assert.deepEqual(shown, { unknown: [], ending: [] })
})
