import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { test } from 'node:test'
import { drawTrace } from '../support/draw-trace.ts'
import { type SeenSpan, startCollector } from '../support/otlp.ts'
import { type Ending, listenOnFreePort } from '../support/sidecar.ts'
import { startTraced } from '../support/traced.ts'
import { eventually } from '../support/wire.ts'

/** CATAPA, which refuses its first token from when it is told, and issues the second one when it is told. */
async function forgetful(t: Ending) {
  let issued = 0
  let openGate = () => {}
  const gate = new Promise<void>((resolve) => {
    openGate = resolve
  })
  const state = { refuses: false, asked: 0, openGate: () => openGate(), url: '' }
  const server = createServer(async (request, response) => {
    response.setHeader('content-type', 'application/json')
    if (request.url === '/oauth/token') {
      state.asked += 1
      if (state.asked > 1) await gate
      issued += 1
      response.end(JSON.stringify({ access_token: `token-${issued}`, token_type: 'bearer', expires_in: 3600 }))
    } else if (state.refuses && request.headers.authorization === 'Bearer token-1') response.writeHead(401).end('{}')
    else response.end('{"a":1}')
  })
  state.url = `http://127.0.0.1:${await listenOnFreePort(t, server)}`
  return state
}

const begins = (parent: string) => ({ traceparent: `00-${parent.repeat(32)}-${parent.repeat(16)}-01` })
const path = '/core/v1/employees/1f4e/employment-data'
const template = '/core/v1/employees/{employeeId}/employment-data'

const shortly = ({ name, kind, failed, attributes }: SeenSpan) => {
  const status = attributes['http.response.status_code']
  const resent = attributes['http.request.resend_count']
  return [kind, name, status, resent && `resent ${resent}`, failed && 'failed'].filter(Boolean).join(', ')
}

test('a call that met a 401 while others waited for the token: the whole trace of each', async (t) => {
  const collector = await startCollector(t)
  const catapa = await forgetful(t)
  const { url, waiting, log } = await startTraced(t, { upstream: catapa.url, collector: collector.url })
  assert.equal((await fetch(`${url}/core/v1/employees`)).status, 200)
  catapa.refuses = true
  const first = fetch(url + path, { headers: begins('a') })
  await eventually(() => catapa.asked === 2, 'it asks for another token')
  const others = ['b', 'c'].map((parent) => fetch(url + path, { headers: begins(parent) }))
  await eventually(() => waiting() === 3, 'three calls wait')
  catapa.openGate()
  for (const answer of [first, ...others]) assert.equal((await answer).status, 200)
  const count = (wanted: string) => collector.spans.filter(({ kind }) => kind === wanted).length
  await eventually(() => count('server') === 4 && count('client') === 7, 'all spans are there')

  const of = (id: string) =>
    collector.spans.filter(({ traceId }) => traceId === id).sort((one, other) => one.at - other.at)
  const met = of('a'.repeat(32))
  assert.deepEqual(met.map(shortly).sort(), [
    `client, GET ${template}, 200, resent 1`,
    `client, GET ${template}, 401, failed`,
    'internal, wait for a token',
    `server, GET ${template}, 200`,
  ])
  const [call, refused, wait, again] = met
  assert.ok(call && refused && wait && again)
  assert.equal(call.parentSpanId, 'a'.repeat(16))
  for (const { parentSpanId, at, until } of [refused, wait, again]) {
    assert.equal(parentSpanId, call.spanId)
    assert.ok(at >= call.at - 1 && until <= call.until + 1, 'within the call')
  }
  assert.ok(refused.until <= wait.at && wait.until <= again.at, 'one after the other')

  const tokens = collector.spans.filter(({ name }) => name === 'POST /oauth/token')
  assert.deepEqual(
    tokens.map(({ parentSpanId }) => parentSpanId),
    [undefined, undefined],
  )
  const renewal = tokens.at(-1)
  assert.ok(renewal)
  assert.equal(new Set([...tokens.map(({ traceId }) => traceId), 'a'.repeat(32)]).size, 3, 'traces of their own')
  for (const parent of ['a', 'b', 'c']) {
    const waits = of(parent.repeat(32)).filter(({ name }) => name === 'wait for a token')
    assert.deepEqual(
      waits.map(({ links }) => links),
      [[{ traceId: renewal.traceId, spanId: renewal.spanId }]],
    )
  }
  const ids = log.filter(({ msg }) => msg === 'request').map(({ traceId }) => traceId)
  assert.deepEqual(
    ids.slice(1).sort(),
    ['a', 'b', 'c'].map((parent) => parent.repeat(32)),
  )
  assert.match(String(ids[0]), /^[0-9a-f]{32}$/, 'one that its caller has not begun has an id, too')
  drawTrace([...met, renewal])
})

test('a wait has no link to a token request that began once it was over', async (t) => {
  const collector = await startCollector(t)
  let issued = 0
  const held: (() => void)[] = []
  const catapa = createServer((request, response) => {
    response.setHeader('content-type', 'application/json')
    if (request.url === '/oauth/token') {
      issued += 1
      response.end(JSON.stringify({ access_token: `token-${issued}`, token_type: 'bearer', expires_in: 3600 }))
    } else if (request.url === path) held.push(() => response.end('{}'))
    else response.writeHead(request.headers.authorization === 'Bearer token-1' ? 401 : 200).end('{}')
  })
  const upstream = `http://127.0.0.1:${await listenOnFreePort(t, catapa)}`
  const { url } = await startTraced(t, { upstream, collector: collector.url })
  const slow = fetch(url + path, { headers: begins('a') })
  await eventually(() => held.length === 1, 'it has waited for the first token')
  await fetch(`${url}/core/v1/employees`)
  assert.equal(issued, 2)
  held[0]?.()
  assert.equal((await slow).status, 200)
  const waits = () =>
    collector.spans.filter(({ name, traceId }) => name === 'wait for a token' && traceId === 'a'.repeat(32))
  await eventually(() => waits().length > 0, 'its spans are there')
  const [first] = collector.spans.filter(({ name }) => name === 'POST /oauth/token')
  assert.deepEqual(
    waits().map(({ links }) => links.map(({ spanId }) => spanId)),
    [[first?.spanId]],
  )
})

test('the attributes of a call and of its exchange, and no others', async (t) => {
  const collector = await startCollector(t)
  const catapa = await forgetful(t)
  const { url, port } = await startTraced(
    t,
    { upstream: catapa.url, collector: collector.url },
    {
      OTEL_SERVICE_NAME: 'payroll%20sidecar',
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test,team=a%2Cb',
    },
  )
  await fetch(`${url}${path}?name=Budi`, { headers: { 'x-request-id': '0f8fad5b-d9cb-469f-a165-70867728950e' } })
  await eventually(() => collector.spans.some(({ kind }) => kind === 'server'), 'spans are there')
  const [call] = collector.spans.filter(({ kind }) => kind === 'server')
  const sent = collector.spans.find(({ kind, name }) => kind === 'client' && name.startsWith('GET'))
  assert.deepEqual(call?.attributes, {
    'http.request.method': 'GET',
    'url.scheme': 'http',
    'url.path': template,
    'http.response.status_code': 200,
    'server.address': '127.0.0.1',
    'server.port': port,
    'network.protocol.version': '1.1',
    'catapa_sidecar.request_id': '0f8fad5b-d9cb-469f-a165-70867728950e',
  })
  assert.deepEqual(sent?.attributes, {
    'http.request.method': 'GET',
    'url.full': `${catapa.url}${template}`,
    'server.address': '127.0.0.1',
    'server.port': Number(new URL(catapa.url).port),
    'http.response.status_code': 200,
  })
  assert.deepEqual(collector.resource, {
    'deployment.environment.name': 'test',
    team: 'a,b',
    'service.name': 'payroll%20sidecar',
  })
  const [head] = collector.heads
  assert.equal(`${head?.method} ${head?.url} ${head?.headers['content-type']}`, 'POST /v1/traces application/json')
})
