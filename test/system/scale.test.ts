import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { table } from '../support/docs-tables.ts'
import { root } from '../support/sidecar.ts'
import { dayOf, serverKinds, summary } from '../tools/scale/day.ts'
import { simulate } from '../tools/scale/fleet.ts'
import { rowOf } from '../tools/scale/page.ts'

test('the rows of docs/scale.md are what the schedule yields today, where they are quickly simulated (npm run scale -- --write)', () => {
  const page = readFileSync(join(root, 'docs/scale.md'), 'utf8')
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 0 // Failures are made by the thousand.
  try {
    for (const kind of serverKinds) {
      const written = page.split(`<!-- ${kind} -->`)[1] ?? ''
      for (const sidecars of [1, 100]) {
        for (const shared of [false, true]) {
          if (kind === 'ends the old' && sidecars === 100 && !shared) continue // Takes a second.
          const of = { kind, sidecars, shared }
          const row = rowOf({ of, summary: summary(simulate(dayOf(of)), kind) })
          assert.ok(written.includes(table([], [row]).split('\n').at(-1) ?? '?'), `${kind}: ${row.join(' | ')}`)
        }
      }
    }
  } finally {
    Error.stackTraceLimit = stackTraceLimit
  }
})
