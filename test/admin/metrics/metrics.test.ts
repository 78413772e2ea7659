import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { observe } from '../../../src/admin/metrics/request-counts.ts'
import type { FinishedRequest } from '../../../src/log/finished-request.ts'
import { problems } from '../../../src/problems/codes.ts'
import { problem } from '../../../src/problems/problem.ts'
import {
  type Administered,
  askAdmin,
  press,
  startAdministered,
  startCatapa,
  tenSecondsLater,
} from '../../support/admin.ts'
import { anyCall, callersScene, callOf, work } from '../../support/callers-scene.ts'
import { flaw } from '../../support/links.ts'
import { metricsDocument, ownMetrics } from '../../support/metrics-document.ts'
import { without } from '../../support/programs.ts'
import { root, startUpstream } from '../../support/sidecar.ts'
import { eventually } from '../../support/wire.ts'

const alertsFile = join(root, 'deploy/prometheus/alerts.yml')
const dashboardFile = join(root, 'deploy/grafana/catapa-sidecar.json')

function promtool(args: string[], input = ''): void {
  const { status, stdout, stderr } = spawnSync('promtool', args, { input, encoding: 'utf8' })
  assert.equal(status, 0, `${stdout}${stderr}`)
}

async function scrape(sidecar: Pick<Administered, 'adminUrl'>): Promise<string> {
  return (await fetch(`${sidecar.adminUrl}/metrics`)).text()
}

/** Values of one metric by its labels as written. */
function valuesOf(text: string, name: string): Record<string, number> {
  const lines = text.matchAll(new RegExp(`^${name}(?:\\{(.*)\\})? (\\S+)$`, 'gm'))
  return Object.fromEntries([...lines].map(([, labels = '', value]) => [labels, Number(value)]))
}

const finished: FinishedRequest = anyCall

test('docs/metrics.md is what the registry says (npm run docs writes it)', async () => {
  assert.equal(readFileSync(join(root, 'docs/metrics.md'), 'utf8'), await metricsDocument())
})

test('requests are counted by method, route, class, origin and code; bytes, times and replays too', async (t) => {
  const refused = new Set<string>()
  const upstream = await startUpstream(t, ({ headers, url }, response) => {
    const token = headers.authorization ?? ''
    if (url === '/v1/users/me' && refused.size === 0) {
      refused.add(token)
      response.writeHead(401).end()
    } else response.end('12345')
  })
  const sidecar = await startAdministered(t, upstream.url)
  const ask = async (path: string, init: RequestInit = {}) => (await fetch(`${sidecar.url}${path}`, init)).text()
  await ask('/core/v1/employees/8f3c0001/payslip', { method: 'POST', body: 'abc' })
  await ask('/core/v1/employees/8f3c0002/payslip', { method: 'POST', body: 'abc' })
  await ask('/v1/users/me')
  await ask('/v1/users/me', { headers: { origin: 'https://evil.example' } })
  await eventually(() => sidecar.log.filter(({ msg }) => msg === 'request').length === 4, 'four requests in the log')
  const text = await scrape(sidecar)
  assert.deepEqual(valuesOf(text, 'catapa_sidecar_requests_total'), {
    'method="POST",route="/core/v1/employees/{id}/payslip",status="2xx",origin="catapa",code=""': 2,
    'method="GET",route="/v1/users/me",status="2xx",origin="catapa",code=""': 1,
    'method="GET",route="/v1/users/me",status="4xx",origin="sidecar",code="origin_not_allowed"': 1,
  })
  assert.deepEqual(valuesOf(text, 'catapa_sidecar_request_duration_seconds_count'), {
    'origin="catapa",status="2xx"': 3,
    'origin="sidecar",status="4xx"': 1,
  })
  assert.deepEqual(valuesOf(text, 'catapa_sidecar_upstream_duration_seconds_count'), { '': 3 })
  assert.deepEqual(valuesOf(text, 'catapa_sidecar_request_bytes_total'), { '': 6 })
  assert.ok((valuesOf(text, 'catapa_sidecar_response_bytes_total')[''] ?? 0) >= 15)
  assert.deepEqual(valuesOf(text, 'catapa_sidecar_replays_total'), {
    'reason="lost"': 0,
    'reason="refused"': 1,
    'reason="pause"': 0,
  })
  assert.deepEqual(valuesOf(text, 'catapa_sidecar_token_rejections_total'), {
    'renewed="true"': 1,
    'renewed="false"': 0,
  })
  assert.deepEqual(valuesOf(text, 'catapa_sidecar_token_renewals_total'), { '': 1 })
  assert.deepEqual(
    valuesOf(await scrape(sidecar), 'catapa_sidecar_replays_total'),
    { 'reason="lost"': 0, 'reason="refused"': 1, 'reason="pause"': 0 },
    'reading changes nothing',
  )
})

test('the lag of the event loop is the one when somebody asks, never that of a histogram without samples', async (t) => {
  const upstream = await startUpstream(t, (_request, response) => response.end())
  const sidecar = await startAdministered(t, upstream.url)
  const names = [...(await scrape(sidecar)).matchAll(/^# TYPE (nodejs_eventloop_\S+)/gm)].map(([, name]) => name)
  assert.deepEqual(names, ['nodejs_eventloop_lag_seconds'])
})

test('the token shows: valid, until when, requests by outcome and cause, what is wrong', async (t) => {
  const catapa = await startCatapa(t)
  const sidecar = await startAdministered(t, catapa.url)
  await eventually(() => sidecar.tokens.state().valid, 'a token')
  catapa.token = 'fail'
  await press(sidecar, '/api/token/refresh')
  const failing = await scrape(sidecar)
  catapa.token = 'refuse'
  tenSecondsLater(t)
  await press(sidecar, '/api/token/refresh')
  const refusing = await scrape(sidecar)
  catapa.token = 'issue'
  tenSecondsLater(t)
  await press(sidecar, '/api/token/refresh')
  const well = await scrape(sidecar)
  const problem = (text: string) => valuesOf(text, 'catapa_sidecar_token_problem')
  const none = { 'code="credentials_rejected"': 0, 'code="login_required"': 0, 'code="token_unavailable"': 0 }
  assert.deepEqual(problem(failing), { ...none, 'code="token_unavailable"': 1 })
  assert.deepEqual(problem(refusing), { ...none, 'code="credentials_rejected"': 1 })
  assert.deepEqual(problem(well), none)
  assert.deepEqual(
    [failing, refusing, well].map((text) => valuesOf(text, 'catapa_sidecar_ready')['']),
    [1, 0, 1],
  )
  assert.equal(valuesOf(well, 'catapa_sidecar_token_valid')[''], 1)
  const expiry = valuesOf(well, 'catapa_sidecar_token_expiry_timestamp_seconds')[''] ?? 0
  assert.ok(Math.abs(expiry - Date.now() / 1000 - 3600) < 60)
  const requests = valuesOf(well, 'catapa_sidecar_token_requests_total')
  assert.equal(requests['outcome="obtained",cause=""'], 2)
  assert.equal(requests['outcome="refused",cause="proxy_configuration_error"'], 1)
  assert.ok((requests['outcome="failed",cause="destination_unavailable"'] ?? 0) >= 1)
})

test('in flight, waiting and connections are what is true now', async (t) => {
  const catapa = await startCatapa(t, { status: 0 })
  const sidecar = await startAdministered(t, catapa.url, { upstreamConnections: 1 })
  await eventually(() => sidecar.tokens.state().valid, 'a token')
  const asked = [fetch(`${sidecar.url}/one`), fetch(`${sidecar.url}/two`)]
  for (const answer of asked) answer.catch(() => {})
  await eventually(() => catapa.paths.length === 1, 'a request at CATAPA')
  await eventually(() => sidecar.inFlight() === 2 && sidecar.waiting() === 1, 'the other one waits')
  const text = await scrape(sidecar)
  assert.deepEqual(valuesOf(text, 'catapa_sidecar_requests_in_flight'), { '': 2 })
  assert.deepEqual(valuesOf(text, 'catapa_sidecar_requests_waiting'), { '': 1 })
  assert.deepEqual(Object.values(valuesOf(text, 'catapa_sidecar_share_requests_waiting')), [1])
  assert.deepEqual(Object.values(valuesOf(text, 'catapa_sidecar_share_requests_in_flight')), [1])
  assert.deepEqual(valuesOf(text, 'catapa_sidecar_places_in_use'), { '': 1 })
  assert.deepEqual(valuesOf(text, 'catapa_sidecar_places_configured'), { '': 1 })
  assert.equal(valuesOf(text, 'catapa_sidecar_upstream_connections')['target="api",state="busy"'], 1)
  assert.equal(valuesOf(text, 'catapa_sidecar_upstream_connections')['target="token",state="idle"'], 1)
  await sidecar.stop()
  await Promise.all(asked)
})

test('calls are counted by caller and outcome, for each name of the callers file from the beginning, and for nobody else', async (t) => {
  const scene = await callersScene(t)
  const before = valuesOf(await scrape(scene), 'catapa_sidecar_caller_requests_total')
  assert.equal(Object.keys(before).length, 4 * 3)
  assert.deepEqual([...new Set(Object.values(before))], [0])
  work(scene)
  scene.finished(callOf('taken-out-of-the-file'))
  const text = await scrape(scene)
  const after = valuesOf(text, 'catapa_sidecar_caller_requests_total')
  assert.deepEqual(Object.fromEntries(Object.entries(after).filter(([, count]) => count > 0)), {
    'caller="payroll-export",outcome="allowed"': 12,
    'caller="payroll-export",outcome="refused"': 1,
    'caller="time-clock",outcome="allowed"': 1,
    'caller="intranet",outcome="would_be_refused"': 1,
    'caller="other",outcome="allowed"': 2,
    'caller="other",outcome="refused"': 1,
  })
  assert.deepEqual(Object.keys(after), Object.keys(before))
  assert.ok(!valuesOf(text, 'catapa_sidecar_requests_total')['caller="other"'])
  assert.equal(text.match(/caller="/g)?.length, 4 * 3, 'no other metric has a caller')
})

test('the callers file shows: since when it is in use, and how many problems a later state of it has', async (t) => {
  const scene = await callersScene(t)
  const { since } = scene.current.inUse
  const fine = await scrape(scene)
  assert.equal(valuesOf(fine, 'catapa_sidecar_callers_file_problems')[''], 0)
  assert.equal(valuesOf(fine, 'catapa_sidecar_callers_file_loaded_timestamp_seconds')[''], since / 1000)
  scene.current.inUse = { ...scene.current.inUse, problems: ['line 3: one', 'line 4: two'] }
  assert.equal(valuesOf(await scrape(scene), 'catapa_sidecar_callers_file_problems')[''], 2)
})

test('without a callers file there is no series of callers, and nothing is wrong with it', async (t) => {
  const sidecar = await startAdministered(t, (await startCatapa(t)).url)
  await (await fetch(`${sidecar.url}/core/v1/employees`)).text()
  const text = await scrape(sidecar)
  assert.deepEqual(valuesOf(text, 'catapa_sidecar_caller_requests_total'), {})
  assert.equal(valuesOf(text, 'catapa_sidecar_callers_file_problems')[''], 0)
  assert.equal(valuesOf(text, 'catapa_sidecar_callers_file_loaded_timestamp_seconds')[''], 0)
})

test("the clock skew is CATAPA's Date minus our clock, whichever of its answers has one, and NaN before", async (t) => {
  /** The hours that CATAPA is ahead, by the Date of its API and of its token endpoint; undefined: there is none. */
  async function skewOf(api: number | undefined, token: number | undefined): Promise<number> {
    const upstream = await startUpstream(t, (request, response) => {
      const ahead = request.url === '/token' ? token : api
      response.sendDate = false
      if (ahead !== undefined) response.setHeader('Date', new Date(Date.now() + ahead * 3_600_000).toUTCString())
      response.end(JSON.stringify({ access_token: 'x', token_type: 'bearer', expires_in: 60 }))
    })
    const tokenUrl = new URL('/token', upstream.url)
    const sidecar = await startAdministered(t, upstream.url, { tokenUrl })
    await eventually(() => sidecar.tokens.state().valid, 'a token')
    await (await fetch(`${sidecar.url}/x`)).text()
    return (valuesOf(await scrape(sidecar), 'catapa_sidecar_clock_skew_seconds')[''] ?? 0) / 3600
  }
  assert.ok(Number.isNaN(await skewOf(undefined, undefined)))
  assert.equal(Math.round(await skewOf(-2, undefined)), -2)
  assert.equal(Math.round(await skewOf(undefined, 3)), 3)
})

test('whatever callers send, the number of series is bounded and no label is their choice', () => {
  const observed = observe()
  for (let i = 0; i < 20_000; i++) {
    observed.finished({ ...finished, method: `M${i}`, path: `/core/${'v1/'.repeat(i % 11)}{id}/${i}` })
  }
  const labels = [...observed.requests.values()].map((counted) => counted.labels)
  assert.deepEqual([...new Set(labels.map(({ method }) => method))], ['OTHER'])
  assert.ok(labels.length <= 302, `${labels.length} series`)
  assert.equal(
    [...observed.requests.values()].reduce((sum, { count }) => sum + count, 0),
    20_000,
  )
  for (const code of Object.keys(problems)) {
    for (let status = 100; status < 600; status += 100) {
      for (const method of ['GET', 'PUT', 'POST', 'HEAD', 'PATCH', 'DELETE']) {
        for (let i = 0; i < 20; i++) {
          observed.finished({ ...finished, method, status, path: `/${i}`, problem: code as keyof typeof problems })
        }
      }
    }
  }
  assert.ok(observed.requests.size < 4500, `${observed.requests.size} series`)
})

test('what is measured of a request costs little', () => {
  const observed = observe()
  const run = (times: number) => {
    const began = process.cpuUsage()
    for (let i = 0; i < times; i++) observed.finished(finished)
    const { user, system } = process.cpuUsage(began)
    return (user + system) / times
  }
  run(20_000)
  const best = Math.min(...Array.from({ length: 5 }, () => run(20_000)))
  assert.ok(best < 8, `${best} µs`) // 1 to 2 on an idle machine; a request costs about 80.
})

test('a failed token request counts by its cause, which is never the words of the endpoint', () => {
  const observed = observe()
  const failed = problem('token_endpoint_unreachable', { why: 'dns' })
  observed.tokenEvent({ type: 'failed', problem: failed, tokenStillValid: false, retryInMs: 0 })
  observed.tokenEvent({ type: 'unchanged', remainingMs: 1 })
  assert.deepEqual(
    [...observed.tokenRequests.values()].map(({ labels, count }) => [labels.outcome, labels.cause, count]),
    [
      ['failed', 'dns_error', 1],
      ['unchanged', '', 1],
    ],
  )
})

test('promtool finds nothing to mend in /metrics', { skip: without('prometheus') }, async (t) => {
  const catapa = await startCatapa(t)
  const sidecar = await startAdministered(t, catapa.url)
  await fetch(`${sidecar.url}/core/v1/employees`)
  const answer = await askAdmin(sidecar, { target: '/metrics' })
  assert.match(answer.header('content-type') ?? '', /^text\/plain; version=0\.0\.4/)
  promtool(['check', 'metrics'], await scrape(sidecar))
  promtool(['check', 'metrics'], await scrape(await callersScene(t)))
})

test('promtool accepts the alert rules, and they fire when they should and only then', {
  skip: without('prometheus'),
}, () => {
  promtool(['check', 'rules', alertsFile])
  promtool(['test', 'rules', join(root, 'deploy/prometheus/alerts.test.yml')])
})

test('promtool reads the scrape of several sidecars on one machine', { skip: without('prometheus') }, () => {
  promtool(['check', 'config', '--syntax-only', join(root, 'deploy/prometheus/several-tenants.yml')])
})

test('every alert says what it means and what to do, and is tried by the rule tests', () => {
  const rules = readFileSync(alertsFile, 'utf8')
    .split(/^ {6}- alert: /m)
    .slice(1)
  const tests = readFileSync(join(root, 'deploy/prometheus/alerts.test.yml'), 'utf8')
  assert.ok(rules.length > 8)
  for (const rule of rules) {
    const name = rule.split('\n', 1)[0] ?? ''
    const [summary, meaning, action, description, runbook] = [
      ...['summary', 'meaning', 'action', 'description', 'runbook_url'],
    ].map((annotation) => new RegExp(`^ {10}${annotation}: (.{20,})`, 'm').exec(rule)?.[1] ?? '')
    assert.ok(summary && meaning && action, name)
    // Alertmanager's own templates show nothing else of it.
    assert.equal(description, `${meaning} ${action}`, name)
    const page = /^https:\/\/docs\.example\/catapa-sidecar\/(.+)$/.exec(runbook ?? '')?.[1] ?? ''
    assert.equal(flaw(root, join(root, 'README.md'), page), undefined, name)
    assert.ok(tests.includes(name), `${name} is not tested`)
  }
})

/** What an expression of the dashboard gives, by the names of its metrics; a rate of seconds is a number of cores. */
function unitOf(expr: string): string {
  return expr.includes('_bytes') ? 'bytes' : /_seconds(?!_total)/.test(expr) ? 'seconds' : 'number'
}

test('alerts and dashboard use only metrics and labels that there are, and every metric of ours is on the dashboard', async () => {
  const own = await ownMetrics()
  const names = own.flatMap(({ name, type }) =>
    type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
  )
  const dashboard = readFileSync(dashboardFile, 'utf8')
  for (const text of [readFileSync(alertsFile, 'utf8'), dashboard]) {
    const used = [...text.matchAll(/\bcatapa_sidecar_[a-z_]+/g)].map(([name]) => name)
    assert.ok(used.length > 5)
    assert.deepEqual(
      used.filter((name) => !names.includes(name) && !own.some((metric) => metric.name === name)),
      [],
    )
  }
  assert.deepEqual(
    own.filter(({ name }) => !dashboard.includes(name)).map(({ name }) => name),
    [],
  )
  const { panels, uid } = JSON.parse(dashboard)
  assert.equal(uid, 'catapa-sidecar')
  for (const panel of panels) assert.ok(panel.title && panel.description && panel.targets.length > 0)
  // One axis has one unit: what is measured otherwise has an override, with an axis of its own.
  for (const { title, targets, fieldConfig } of panels) {
    const own = fieldConfig.overrides.map(({ matcher }: { matcher: { options: string } }) => matcher.options)
    const left = targets.filter(({ refId }: { refId: string }) => !own.includes(refId))
    assert.equal(new Set(left.map(({ expr }: { expr: string }) => unitOf(expr))).size, 1, title)
  }
})
