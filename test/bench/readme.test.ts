import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { goals } from '../../bench/goals/goals.ts'
import { measures } from '../../bench/growth/measures.ts'
import { known } from '../../bench/options.ts'
import { alone, shared } from '../../bench/scenarios/scenarios.ts'
import { root } from '../support/sidecar.ts'

const readme = readFileSync(join(root, 'bench/README.md'), 'utf8')
const scenarios = Object.keys({ ...shared, ...alone })

test("the bench's README explains every option and scenario, and no other", () => {
  const listed = [...readme.matchAll(/^\| `--([a-z]+)/gm)].map(([, name]) => name)
  const parts = ['seconds', 'speed'] // Of `--growth`.
  assert.deepEqual([...listed, ...parts].sort(), Object.keys(known).sort())
  for (const name of parts) assert.ok(readme.includes(`\`--${name} `), name)
  const [, ofScenario = ''] = /^\| `--scenario NAME` \|.*: (.+) \|$/m.exec(readme) ?? []
  assert.deepEqual([...ofScenario.matchAll(/`(\w+)`/g)].map(([, name]) => name).sort(), scenarios.sort())
  const [, ofGrowth = ''] = /^\| `--growth` \|(.*)/m.exec(readme) ?? []
  for (const name of Object.keys(measures)) assert.ok(ofGrowth.includes(`\`${name}\``), name)
})

test('the goals of docs/performance.md are those that are judged, in their order, and each has its scenario', () => {
  const [, section = ''] = readFileSync(join(root, 'docs/performance.md'), 'utf8').split('## Goals')
  const rows = [...section.matchAll(/^\| .+ \| ([\d.]+) \| ([\d.]+) \|$/gm)].slice(0, goals.length)
  assert.deepEqual(
    rows.map(([, goal, limit]) => [Number(goal), Number(limit)]),
    goals.map(({ goal, limit }) => [goal, limit]),
  )
  for (const { scenario } of goals) assert.ok(scenarios.includes(scenario), scenario)
})
