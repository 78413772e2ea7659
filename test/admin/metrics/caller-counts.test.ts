import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type CallerCounts, callerCounts } from '../../../src/admin/metrics/caller-counts.ts'
import type { CallersFile, CallersInUse } from '../../../src/callers/caller.ts'
import { problem } from '../../../src/problems/problem.ts'
import { anyCall, callersFile, callOf, office, refusedCall, section, unknownCall } from '../../support/callers-scene.ts'

const noon = 1_800_000_000_000

/** Counts over a callers file that a test can change, on a clock that it can move. */
function counting(first?: CallersFile) {
  const inUse = (file: CallersFile): CallersInUse => ({ file, since: noon, problems: [] })
  const world = { now: noon, file: first }
  const counts = callerCounts(
    () => world.file && inUse(world.file),
    () => world.now,
  )
  return { world, counts }
}

function numbers(counts: CallerCounts, name: string): number[] {
  const { allowed, refused, wouldBeRefused } = counts.of(name)
  return [allowed, refused, wouldBeRefused]
}

test('what a caller may do, what it may not and what is only reported are counted apart', () => {
  const { counts } = counting(office)
  for (let i = 0; i < 3; i++) counts.finished(callOf('payroll-export'))
  counts.finished(refusedCall('payroll-export', { kind: 'profile', profile: 'read-only' }))
  counts.finished(callOf('intranet', { wouldHaveBeenRefused: 'deny line 14' }))
  counts.finished(callOf('other'))
  assert.deepEqual(numbers(counts, 'payroll-export'), [3, 1, 0])
  assert.deepEqual(numbers(counts, 'intranet'), [0, 0, 1])
  assert.deepEqual(numbers(counts, 'other'), [1, 0, 0])
  assert.deepEqual(numbers(counts, 'time-clock'), [0, 0, 0])
})

test('refused for who calls is neither what CATAPA or the tenant rule refuse, nor what failed on the way', () => {
  const { counts } = counting(office)
  const otherTenant = problem('other_tenant', { where: 'query' })
  const unreachable = problem('unreachable', { why: 'dns' })
  for (const { code, failure } of [otherTenant, unreachable]) {
    counts.finished(callOf('payroll-export', { problem: code, failure }))
  }
  counts.finished(callOf('payroll-export', { status: 403 }))
  assert.deepEqual(numbers(counts, 'payroll-export'), [3, 0, 0])
  // SIDECAR_PROFILE refuses what the restrictions would only report.
  const refused = refusedCall('intranet', { kind: 'sidecar_profile', profile: 'read-only' })
  counts.finished({ ...refused, wouldHaveBeenRefused: 'deny line 14' })
  assert.deepEqual(numbers(counts, 'intranet'), [0, 1, 0])
})

test('who shows a wrong key, or nothing, is nobody: not even everyone else', () => {
  const { counts } = counting(office)
  counts.finished(unknownCall('wrong_key'))
  counts.finished({ ...unknownCall('nobody'), caller: '127.0.0.1', address: undefined })
  assert.equal(counts.unknownRefusals(), 2)
  assert.deepEqual(numbers(counts, 'other'), [0, 0, 0])
  assert.equal(counts.of('other').lastSeenAt, undefined)
})

test('without a callers file, and before a request has shown who it is, nobody is counted', () => {
  const { world, counts } = counting()
  counts.finished(anyCall)
  counts.finished({ ...refusedCall('other', { kind: 'sidecar_profile', profile: 'read-only' }), address: undefined })
  world.file = office
  counts.finished(anyCall)
  assert.deepEqual(numbers(counts, 'other'), [0, 0, 0])
  assert.equal(counts.unknownRefusals(), 0)
})

test('the last call tells when a caller was seen, how it was recognised, and which of its keys is in use', () => {
  const { world, counts } = counting(office)
  counts.finished(callOf('payroll-export', { how: 'key', key: '5e3f01ab' }))
  world.now += 60_000
  counts.finished(callOf('payroll-export', { how: 'key', key: '77aa22cc' }))
  world.now += 60_000
  counts.finished(callOf('payroll-export', { how: 'listener' }))
  const { lastSeenAt, recognisedBy, keys } = counts.of('payroll-export')
  assert.deepEqual([lastSeenAt, recognisedBy], [noon + 120_000, 'listener'])
  assert.deepEqual(
    [...keys],
    [
      ['5e3f01ab', noon],
      ['77aa22cc', noon + 60_000],
    ],
  )
})

test('a changed file: who stays keeps its counts, whoever is gone is forgotten and counts as everyone else from now on', () => {
  const { world, counts } = counting(office)
  counts.finished(callOf('payroll-export', { how: 'key', key: '5e3f01ab' }))
  counts.finished(callOf('payroll-export', { how: 'key', key: '77aa22cc' }))
  counts.finished(callOf('intranet'))
  counts.finished(callOf('other'))
  world.file = callersFile(section('payroll-export', { keys: ['77aa22cc'] }), section('new', { keys: ['00112233'] }))
  counts.finished(callOf('intranet')) // It had begun before the change.
  assert.deepEqual(numbers(counts, 'payroll-export'), [2, 0, 0])
  assert.deepEqual([...counts.of('payroll-export').keys.keys()], ['77aa22cc'])
  assert.deepEqual(numbers(counts, 'other'), [2, 0, 0], 'also where the file has no [*] any more')
  world.file = office
  assert.deepEqual(numbers(counts, 'intranet'), [0, 0, 0])
})

test('however often the file changes, there are no more names and keys than it has', () => {
  const { world, counts } = counting(office)
  for (let i = 0; i < 2000; i++) {
    const name = `caller-${i}`
    const key = String(i).padStart(8, '0')
    world.file = callersFile(section(name, { keys: [key] }), section('stays', { keys: [key] }))
    counts.finished(callOf(name, { key }))
    counts.finished(callOf('stays', { key }))
    counts.finished(callOf(`caller-${i - 1}`))
  }
  assert.deepEqual(numbers(counts, 'stays'), [2000, 0, 0])
  assert.equal(counts.of('stays').keys.size, 1)
  assert.equal(counts.of('caller-1998'), counts.of('other'))
  assert.deepEqual(numbers(counts, 'other'), [2000, 0, 0])
})

test('calls that end before the listener knows its callers file are counted too', () => {
  const { world, counts } = counting()
  counts.finished(callOf('payroll-export'))
  world.file = office
  counts.finished(callOf('payroll-export'))
  assert.deepEqual(numbers(counts, 'payroll-export'), [2, 0, 0])
})

test('counting costs next to nothing', () => {
  const names = Array.from({ length: 50 }, (_, i) => `caller-${i}`)
  const { counts } = counting(callersFile(...names.map((name) => section(name, { keys: ['5e3f01ab'] }))))
  const calls = names.map((name) => callOf(name, { how: 'key', key: '5e3f01ab' }))
  const run = (times: number) => {
    const began = process.cpuUsage()
    for (let i = 0; i < times; i++) for (const call of calls) counts.finished(call)
    const { user, system } = process.cpuUsage(began)
    return (user + system) / times / calls.length
  }
  run(1000)
  const best = Math.min(...Array.from({ length: 5 }, () => run(1000)))
  assert.ok(best < 2, `${best} µs`) // 0.06 on a busy machine; a request costs about 80.
})
