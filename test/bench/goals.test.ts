import assert from 'node:assert/strict'
import { test } from 'node:test'
import { goalTable, judge } from '../../bench/goals/judge.ts'
import { add, type Samples, sampleTable } from '../../bench/goals/samples.ts'
import { median } from '../../bench/median.ts'

const found = (samples: Samples, measure: string) => judge(samples).find((one) => one.measure === measure)

test('a median of an even number of values lies between the middle two, whatever their order', () => {
  assert.equal(median([3, 10, 1]), 3)
  assert.equal(median([10, 4, 1, 3]), 3.5)
  assert.equal(median([7]), 7)
  assert.ok(Number.isNaN(median([])))
})

test('a ratio is taken within each round, and the median of the ratios is judged', () => {
  const samples = { 'get1: CPU µs': { product: [10, 90, 40], bare: [100, 100, 50], direct: [1, 1, 1] } }
  const expected = { scenario: 'get1', goal: 0.52, limit: 0.58, median: 0.8, least: 0.1, most: 0.9, rounds: 3 }
  assert.deepEqual(found(samples, 'CPU ÷ bare, c=1'), { measure: 'CPU ÷ bare, c=1', ...expected, verdict: '✗' })
})

test('what a proxy adds is what its requests take beyond those without a proxy', () => {
  const samples = { 'get1: p50 ms': { product: [0.4, 0.7], bare: [0.6, 1.2], direct: [0.1, 0.2] } }
  const added = found(samples, 'p50 added ÷ bare, c=1')
  assert.equal(added?.median?.toFixed(3), '0.550') // 0.3 / 0.5 and 0.5 / 1.0
  assert.equal(added?.verdict, '✓')
})

test('memory is compared by its difference', () => {
  const samples = {
    'first GiB: peak RSS MB': { product: [120] },
    'second GiB: peak RSS MB': { product: [125] },
    'stalled reader: MB more': { product: [0, 0, 12] },
  }
  const more = found(samples, 'peak RSS, second GiB − first, MB')
  assert.deepEqual([more?.median, more?.verdict], [5, 'within limit'])
  assert.equal(found(samples, 'stalled reader, MB more')?.verdict, '✓')
})

test('goals are judged as they are printed, with two decimals', () => {
  const verdict = (ratio: number) =>
    found({ 'get64: CPU µs': { product: [ratio], bare: [1] } }, 'CPU per request ÷ bare, c=64')?.verdict
  assert.deepEqual([0.5, 0.504, 0.506, 0.554, 0.556].map(verdict), ['✓', '✓', 'within limit', 'within limit', '✗'])
})

test('each contestant is compared with its own values', () => {
  const samples = { 'get64: CPU µs': { product: [6], bare: [12], floor: [5], nginx: [1.5] } }
  const [ofBare, ofFloor, ofNginx] = judge(samples)
  assert.deepEqual([ofBare?.median, ofFloor?.median, ofNginx?.median], [0.5, 1.2, 4])
})

test('a goal whose scenario did not run, or without what it is compared with, is not measured', () => {
  assert.deepEqual(found({}, 'RSS idle ÷ bare'), {
    measure: 'RSS idle ÷ bare',
    scenario: 'start',
    goal: 0.9,
    limit: 1,
  })
  assert.equal(found({ 'idle: RSS MB': { product: [80] } }, 'RSS idle ÷ bare')?.median, undefined)
  assert.match(goalTable(judge({})), /^\| RSS idle ÷ bare +\| – +\| – +\| 0\.9 +\| 1 +\| not measured \|$/m)
})

test('the second table shows the median of everything, and nothing for who was not measured', () => {
  const samples: Samples = {}
  for (const value of [300.4, 100.4, 200.4]) add(samples, 'start: ms', 'product', value)
  add(samples, 'healthcheck: ms', 'node', 20.04)
  add(samples, 'healthcheck: ms', 'product', 1.234)
  assert.equal(
    sampleTable(samples),
    `| median of       | product | node |
| ---             | ---     | ---  |
| start: ms       | 200     |      |
| healthcheck: ms | 1.23    | 20.0 |`,
  )
})
