import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { failure } from '../../src/problems/causes.ts'
import { type CommandState, notRun, type Reason, ranBadly, ranWell } from '../../src/secret-command/command-state.ts'

const credentials = { tenant: 'acme', clientId: 'client', clientSecret: 'hush' }
const why = failure('secret_command_failed', { program: 'op', flaw: { kind: 'status', status: 1 }, saidMore: true })
const well = (state: CommandState, at: number, expiresAt?: number) =>
  ranWell(state, { credentials, expiresAt }, { at, tookMs: 1, reason: 'expiry' })
const badly = (state: CommandState, at: number, reason: Reason) => ranBadly(state, why, { at, tookMs: 1, reason })
const inSeconds = ({ dueAt }: CommandState, at: number) => (dueAt - at) / 1000

test('without expiresAt it never runs by itself', () => {
  assert.equal(well(notRun, 1000).dueAt, Number.POSITIVE_INFINITY)
})

test('it runs a minute before the secret expires', () => {
  assert.equal(inSeconds(well(notRun, 0, 3_600_000), 0), 3540)
})

test('a secret that has expired already, or does within the minute, makes it run after 5 s, doubling to 5 min', () => {
  let state = notRun
  const waits = Array.from({ length: 9 }, (_, at) => {
    state = well(state, at, at + 30_000)
    return inSeconds(state, at)
  })
  assert.deepEqual(waits, [5, 10, 20, 40, 80, 160, 300, 300, 300])
  assert.equal(inSeconds(well(state, 0, 3_600_000), 0), 3540)
  assert.equal(inSeconds(well(well(state, 0, 3_600_000), 0, 0), 0), 5)
})

test('a run that fails before the expiry comes again as soon, and what was good stays', () => {
  let state = well(notRun, 0, 100_000)
  const waits = [1, 2, 3].map((at) => {
    state = badly(state, at, 'expiry')
    return inSeconds(state, at)
  })
  assert.deepEqual(waits, [5, 10, 20])
  assert.equal(state.fetched?.credentials, credentials)
  assert.deepEqual([state.failing?.since, well(state, 4).failing], [1, undefined])
})

test('after a refusal or without any secret the token cache decides when it runs again', () => {
  const before = well(notRun, 0, 3_600_000)
  assert.equal(badly(before, 5, 'refusal').dueAt, before.dueAt)
  assert.equal(badly(notRun, 5, 'start').dueAt, Number.POSITIVE_INFINITY)
})

test('in any history a good run stays until the next one, and no wait of a failing one is over 5 min', () => {
  const event = fc.oneof(
    fc.record({ good: fc.constant(true), left: fc.option(fc.integer({ min: -1e7, max: 1e7 }), { nil: undefined }) }),
    fc.record({ good: fc.constant(false), reason: fc.constantFrom<Reason[]>('start', 'expiry', 'refusal') }),
  )
  fc.assert(
    fc.property(fc.array(event), (events) => {
      let state = notRun
      let good = false
      events.forEach((one, at) => {
        state =
          'left' in one
            ? well(state, at, one.left === undefined ? undefined : at + one.left)
            : badly(state, at, one.reason)
        good ||= 'left' in one
        assert.equal(state.fetched !== undefined, good)
        assert.equal(state.failing === undefined, 'left' in one)
        assert.equal(state.taken + state.failed, at + 1)
        assert.ok(state.dueAt > at)
        if ('reason' in one && one.reason === 'expiry') assert.ok(state.dueAt - at <= 300_000)
      })
    }),
  )
})
