// The soak's rules find what is broken: a ledger that keeps all promises, and one for each that is not kept.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Entry, joined, pausesOf } from './shares-ledger.ts'
import { findings, type Setup } from './shares-rules.ts'
import type { WireTime } from './wire-times.ts'

const setup: Setup = {
  upstreamMs: 200,
  quotaPerSecond: 1,
  queueTimeoutMs: 30_000,
  begunAt: 0,
  quotaFrom: 10_000,
  endedAt: 25_000,
}

function entry(id: string, sentAt: number, more: Partial<Entry> = {}): Entry {
  const rest = { status: 200, problem: undefined, retryAfter: undefined, attempts: [], arrivals: [sentAt + 1] }
  return { id, caller: 'quiet', method: 'GET', sentAt, answeredAt: sentAt + 200, ...rest, ...more }
}

const goodput = 'goodput from the first pause to the last, of the quota'
const stated: Entry['attempts'][number] = { sentAt: 20_001, read: { at: 20_100, status: 429, retryAfter: '2' } }
const again: Entry['attempts'][number] = { sentAt: 24_001, read: { at: 24_100, status: 429, retryAfter: '0.5' } }

/** One read before the quota, one that meets a pause from 20.1 s to 22.1 s, a write, enough that goes well, and another pause. */
function kept(): Entry[] {
  return [
    entry('calm', 1000, { attempts: [{ sentAt: 1001 }] }),
    entry('paused', 20_000, { attempts: [stated, { sentAt: 22_101 }], arrivals: [20_002, 22_102], answeredAt: 22_300 }),
    entry('write', 22_200, { method: 'POST', caller: 'writer', attempts: [{ sentAt: 22_201 }] }),
    ...Array.from({ length: 4 }, (_, i) => entry(`more-${i}`, 22_400 + i, { attempts: [{ sentAt: 22_401 + i }] })),
    entry('again', 24_000, { attempts: [again], status: 429 }),
  ]
}

function broken(entries: Entry[]): string[] {
  return findings(entries, setup).flatMap(([name, , fine]) => (fine ? [] : name))
}

test('a ledger that keeps every promise passes', () => {
  assert.deepEqual(broken(kept()), [])
})

const during = 'requests sent during a stated pause'
for (const [name, found, more] of [
  ['a read that was sent in the middle of a pause', [during], entry('x', 21_000, { attempts: [{ sentAt: 21_001 }] })],
  [
    'one that was written before the 429 had been read',
    [],
    entry('x', 20_000, { attempts: [{ sentAt: 20_099 }], arrivals: [20_150] }),
  ],
  [
    'a write that was sent twice',
    ['writes repeated'],
    entry('x', 22_300, { method: 'POST', attempts: [{ sentAt: 22_301 }, { sentAt: 22_302 }] }),
  ],
  [
    'a write that waited for the end of a pause',
    ['writes held through a pause'],
    entry('x', 21_000, { method: 'POST', attempts: [{ sentAt: 22_150 }] }),
  ],
  [
    'a read that was sent three times',
    ['reads sent more than twice'],
    entry('x', 23_000, { attempts: [{ sentAt: 23_000 }, { sentAt: 23_001 }, { sentAt: 23_002 }] }),
  ],
  [
    'somebody who was told to come again too early',
    ['told to come again before the pause is over'],
    entry('x', 20_400, { answeredAt: 20_500, status: 503, problem: 'overloaded', retryAfter: 1 }),
  ],
  [
    'a quiet caller that waited',
    ["quiet caller's p99 without a quota, ms"],
    entry('x', 2000, { answeredAt: 3000, attempts: [{ sentAt: 2001 }] }),
  ],
  ['a lost connection', ['answers that nothing of this explains'], entry('x', 23_000, { status: 0 })],
] as const) {
  test(`${name}: ${found.length === 0 ? 'no rule is broken' : found.join()}`, () => {
    assert.deepEqual(broken([...kept(), more]), found)
  })
}

test('too little of the quota, and a run without any pause, are found', () => {
  assert.deepEqual(broken(kept().filter(({ id }) => !id.startsWith('more'))), [goodput])
  const calm = kept().filter(({ id }) => id !== 'paused' && id !== 'again')
  assert.deepEqual(broken(calm), ['pauses that were stated', goodput])
})

test('what the HTTP client tells is put to the request that it is about, and pauses that overlap are one', () => {
  const times: WireTime[] = [
    { id: 'a', at: 1, what: 'sent' },
    { id: 'b', at: 2, what: 'sent' },
    { id: 'a', at: 3, what: 'read', status: 429, retryAfter: '2' },
    { id: 'b', at: 1000, what: 'read', status: 503, retryAfter: '3' },
    { id: 'a', at: 5000, what: 'sent' },
    { id: 'unknown', at: 5000, what: 'sent' },
  ]
  const entries = joined(new Map([entry('b', 1), entry('a', 0)].map((one) => [one.id, one])), times)
  assert.deepEqual(
    entries.map(({ id, attempts }) => [id, attempts.map(({ sentAt, read }) => [sentAt, read?.status])]),
    [
      [
        'a',
        [
          [1, 429],
          [5000, undefined],
        ],
      ],
      ['b', [[2, 503]]],
    ],
  )
  assert.deepEqual(pausesOf(entries), [{ from: 3, until: 4000 }])
})
