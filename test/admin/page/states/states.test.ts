import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { verdict } from '../../../../src/admin/page/headline.ts'
import { stateNames } from '../../../../src/admin/page/states/sidecar-state.ts'
import { states } from '../../../../src/admin/page/states/states.ts'
import type { Facts } from '../../../../src/admin/status/known-facts.ts'
import type { Status } from '../../../../src/admin/status/status.ts'
import { idleShares } from '../../../support/idle-shares.ts'
import { root } from '../../../support/sidecar.ts'

const read = (path: string) => readFileSync(join(root, path), 'utf8')
const rules: Record<string, { told?: string; alert?: string }> = stateNames

test('every alert that knows a state too is there', () => {
  const alerts = read('deploy/prometheus/alerts.yml')
  for (const [name, { alert }] of Object.entries(rules)) {
    if (alert !== undefined) assert.ok(alerts.includes(`- alert: ${alert}\n`), `${alert} of ${name}`)
  }
})

test('docs/notices.md lists the states that are told, and which ones at once', () => {
  const rows = [
    ...read('docs/notices.md').matchAll(/^\| ((?:`\w+`(?:, )?)+): .* \| (at once|once it has lasted) \|$/gm),
  ]
  const listed = rows.flatMap(([, names = '', when]) => [...names.matchAll(/`(\w+)`/g)].map(([, name]) => [name, when]))
  const told = Object.entries(rules).flatMap(([name, { told }]) =>
    told === undefined ? [] : [[name, told === 'at once' ? told : 'once it has lasted']],
  )
  assert.deepEqual(Object.fromEntries(listed), Object.fromEntries(told))
})

const now = Date.parse('2026-12-01T10:00:00Z')
const iso = (minutes: number) => new Date(now + minutes * 60_000).toISOString()
const failure = { code: 'token_unavailable', happened: 'It failed', remedy: 'Wait.', since: iso(-50) }
const fine = { valid: true, expiresAt: iso(30) }
const trouble = { way: 'upstream_unreachable', title: 'Unreached', happened: 'No way', remedy: 'Look.' }

function held(more: object) {
  const rest = {
    started: true,
    stopping: false,
    counters: { inFlight: 0 },
    recent: [],
    credentials: {},
    drift: { unknown: [], ending: [] },
  }
  const facts = { ...rest, upstream: {}, shares: idleShares, token: fine, ...more } as unknown as Facts
  return states(facts, now).map(({ name, since }) => [name, since])
}

test('without a valid token the state began when the last one ended, if that was after the first failure', () => {
  assert.deepEqual(held({ token: { valid: false, expiresAt: iso(-2), failure } }), [['token_unavailable', iso(-2)]])
  assert.deepEqual(held({ token: { valid: false, failure } }), [['token_unavailable', iso(-50)]])
  assert.deepEqual(held({ token: { ...fine, failure } }), [['token_renewal_failing', iso(-50)]])
})

test('bad states come before others, and each kind in its order', () => {
  const audit = { onFailure: 'writes', failing: { since: iso(-9), refused: 0, unrecorded: 0 } }
  const upstream = { trouble: { ...trouble, at: iso(-1), since: iso(-8) } }
  const token = { valid: false, expiresAt: iso(-2), failure }
  assert.deepEqual(
    held({ audit, upstream, token, sharedToken: { failing: {}, since: iso(-7) } }).map(([name]) => name),
    ['token_unavailable', 'upstream_unreachable', 'audit_stopped', 'store_unusable'],
  )
})

test('a failure on the way is forgotten five minutes after the last', () => {
  assert.deepEqual(held({ upstream: { trouble: { ...trouble, at: iso(-4), since: iso(-60) } } }), [
    ['upstream_unreachable', iso(-60)],
  ])
  assert.deepEqual(held({ upstream: { trouble: { ...trouble, at: iso(-6), since: iso(-60) } } }), [])
})

test('pauses count as often once they have come with short gaps for ten minutes', () => {
  const since = (minutes: number) => ({ shares: { ...idleShares, pauses: { total: 9, since: iso(-minutes) } } })
  assert.deepEqual(held(since(9)), [])
  assert.deepEqual(held(since(10)), [['pauses_often', iso(-10)]])
})

test('at the top of the page CATAPA keeps its letters within a sentence', () => {
  const parts = { shares: { ...idleShares, pauses: { total: 9, since: iso(-20) } }, recent: [] }
  const rest = { started: true, counters: {}, upstream: {}, token: fine, credentials: {}, drift: { ending: [] } }
  const { headline } = verdict({ ...rest, ...parts } as unknown as Status, now)
  assert.equal(headline.title, 'It works, but CATAPA asks for pauses again and again')
})

test('what a program without a name calls itself is on the page, and not in the words of a notice', () => {
  const call = { upstreamMs: 1, program: 'budi-laptop/1.0', caller: '10.0.0.7' }
  const parts = { shares: { ...idleShares, pauses: { total: 9, since: iso(-20) } }, recent: [call] }
  const rest = { started: true, counters: {}, upstream: {}, token: fine, credentials: {}, drift: { ending: [] } }
  const [state] = states({ ...rest, ...parts } as unknown as Facts, now)
  assert.match(state?.lines?.join() ?? '', /budi-laptop/)
  assert.doesNotMatch(`${state?.title}${state?.sentence}${state?.remedy}`, /budi|10\.0\.0\.7/)
})

test('mistakes in the files of settings are told by setting, and the page quotes the problem', () => {
  const mistakes = { since: iso(-3), problems: [{ name: 'SIDECAR_LISTEN', problem: 'should be another' }] }
  const drift = { unknown: [], ending: [] }
  const facts = { started: true, counters: {}, recent: [], upstream: {}, shares: idleShares, token: fine, drift }
  const [state] = states({ ...facts, credentials: { mistakes } } as unknown as Facts, now)
  assert.equal(state?.name, 'settings_problems')
  assert.match(state?.sentence ?? '', /in SIDECAR_LISTEN\.$/)
  assert.deepEqual(state?.lines, ['SIDECAR_LISTEN: should be another'])
})
