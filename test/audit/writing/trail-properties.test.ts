// Whatever is asked and whatever fails: the trail is whole, tells what it has promised, and counts the rest.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { beginOf, faultyFiles, type Operation, openTestTrail, readOf, wholeTrail } from '../../support/audit-trail.ts'
import { sleep } from '../../support/wire.ts'

type Step = { kind: 'commit' | 'note' | 'settle' | 'restart' } | { kind: 'fault'; operation: Operation; times: number }

const operations = ['open', 'write', 'datasync', 'truncate'] as const
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.constant<Step>({ kind: 'commit' }) },
  { weight: 6, arbitrary: fc.constant<Step>({ kind: 'note' }) },
  { weight: 4, arbitrary: fc.constant<Step>({ kind: 'settle' }) },
  { weight: 1, arbitrary: fc.constant<Step>({ kind: 'restart' }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('fault' as const),
      operation: fc.constantFrom(...operations),
      times: fc.integer({ min: 1, max: 4 }),
    }),
  },
)

test('every line that was promised is there once and in its order; the gap lines count all others', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const base = mkdtempSync(join(tmpdir(), 'catapa-audit-'))
      const ends: (() => unknown)[] = []
      const folder = join(base, 'audit')
      const left = new Map<Operation, number>()
      const { open } = faultyFiles((operation) => {
        const times = left.get(operation) ?? 0
        left.set(operation, Math.max(0, times - 1))
        return times > 0 ? 'EIO' : undefined
      })
      const opened = () => openTestTrail({ after: (end) => ends.push(end) }, folder, { open, lookMs: 20 })
      let trail = await opened()
      const promised = new Map<string, number>()
      let refused = 0
      let notes = 0
      let number = 0
      let waiting: Promise<void>[] = []
      const settle = async () => {
        await Promise.all(waiting)
        waiting = []
      }
      for (const each of steps) {
        number += 1
        if (each.kind === 'fault') left.set(each.operation, each.times)
        else if (each.kind === 'note') {
          notes += 1
          trail.note(readOf(`n-${number}`))
        } else if (each.kind === 'commit') {
          const id = `c-${number}`
          waiting.push(
            trail.commit(beginOf(id)).then(
              (seq) => void promised.set(id, seq),
              () => {
                refused += 1
              },
            ),
          )
        } else {
          await settle()
          if (each.kind === 'restart') {
            left.clear() // What a process could not tell to its end is told by the log only.
            await trail.stop()
            trail = await opened()
          }
        }
      }
      await settle()
      left.clear()
      for (let i = 0; i < 400 && trail.state().failing !== undefined; i += 1) await sleep(10)
      await trail.stop()
      const lines = wholeTrail(folder)
      for (const [id, seq] of promised) assert.equal(lines[seq - 1]?.requestId, id)
      assert.equal(new Set(lines.map(({ requestId }) => requestId ?? Math.random())).size, lines.length)
      const begins = lines.filter(({ event }) => event === 'begin')
      assert.equal(begins.length, promised.size, 'no line of a request that was refused')
      const told = lines.filter(({ event }) => event === 'gap').map(({ detail }) => Object(detail))
      const sum = (name: string) => told.reduce((all, each) => all + each[name], 0)
      assert.equal(sum('refused'), refused)
      assert.equal(lines.filter(({ event }) => event === 'request').length + sum('unrecorded'), notes)
      for (const end of ends) await end()
      rmSync(base, { recursive: true })
    }),
    { seed: 18, numRuns: 200 },
  )
})
