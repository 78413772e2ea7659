// The one stand-in of the tests of what is recorded: a trail that is an array.

import type { Auditing } from '../../src/audit/audit-in-use.ts'
import type { AuditEntry, Failing, Replaced, Trail } from '../../src/audit/audit-line.ts'
import { problem } from '../../src/problems/problem.ts'
import { eventually } from './wire.ts'

export type FakeTrail = {
  auditing: Auditing
  /** Lines in their order, as far as they are not about the sidecar. */
  calls(): Record<string, unknown>[]
  /** All lines, without what is undefined. */
  lines(): Record<string, unknown>[]
  /** Waits until so many lines are about calls. */
  until(count: number): Promise<Record<string, unknown>[]>
  /** From now on nothing can be written; without a reason all is well again. */
  fail(why?: string): void
  /** What `commit` waits for before it writes. */
  beforeCommit: () => Promise<unknown>
  failing(): Failing | undefined
  /** Somebody has had a hand in its file. */
  replace(by: Replaced): void
  stopped(): boolean
  /** How many lines may be counted instead of written one by one. */
  gated(): number
}

export const folder = '/var/lib/catapa-sidecar/audit'
const ofCalls = new Set(['request', 'begin', 'end'])

export function fakeTrail(onFailure: Auditing['onFailure'] = 'writes', digest?: Auditing['digest']): FakeTrail {
  const written: AuditEntry[] = []
  let failing: Failing | undefined
  let unrecorded = 0
  let replaced: Replaced | undefined
  let stopped = false
  let gated = 0

  function count(what: 'refused' | 'unrecorded'): void {
    if (failing === undefined) return
    failing = { ...failing, [what]: failing[what] + 1 }
    if (what === 'unrecorded') unrecorded += 1
  }

  function unwritable(why: string): Error {
    return problem('trail_unwritable', { folder, reason: why }, { retrying: true })
  }

  function note(entry: AuditEntry): void {
    if (failing === undefined) written.push(entry)
    else count('unrecorded')
  }

  const trail: Trail = {
    note,
    noteGated(entry) {
      gated += 1
      note(entry)
    },
    async commit(entry) {
      await fake.beforeCommit()
      if (failing !== undefined) {
        count(onFailure === 'open' ? 'unrecorded' : 'refused')
        throw unwritable(failing.why)
      }
      return written.push(entry)
    },
    check() {
      if (failing === undefined || onFailure !== 'all') return
      count('refused')
      throw unwritable(failing.why)
    },
    state() {
      const lines = written.length
      return { folder, head: { seq: lines, hash: 'ab'.repeat(32) }, lines, unrecorded, failing, replaced }
    },
    async stop(last) {
      if (last !== undefined) note(last)
      stopped = true
    },
  }
  const lines = (): Record<string, unknown>[] => written.map((entry) => JSON.parse(JSON.stringify(entry)))
  const calls = () => lines().filter(({ event }) => ofCalls.has(String(event)))
  const fake: FakeTrail = {
    auditing: { trail, onFailure, digest },
    lines,
    calls,
    async until(count) {
      await eventually(() => calls().length >= count, `${count} lines; there are ${JSON.stringify(calls())}`)
      return calls()
    },
    fail(why) {
      failing = why === undefined ? undefined : { since: Date.now(), why, refused: 0, unrecorded: 0 }
    },
    beforeCommit: async () => {},
    failing: () => failing,
    replace(by) {
      replaced = by
    },
    stopped: () => stopped,
    gated: () => gated,
  }
  return fake
}
