import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  type Due,
  due,
  type Ledger,
  newLedger,
  notTaken,
  seen,
  sent,
  shortOf,
  type Telling,
  taken,
} from '../../src/notices/ledger.ts'
import { seededRandom } from '../support/random.ts'

const afterMs = 120_000
const minute = 60_000
const hour = 60 * minute
const morning = Date.UTC(2026, 11, 1, 1, 0, 0)

function state(name: string, more: Partial<Telling> = {}): Telling {
  const words = { title: `${name} holds`, what: `${name} holds. It does.`, next: 'Mend it.' }
  return { name, told: 'lasting', gapMs: 0, condition: 'bad', since: undefined, ...words, ...more }
}

/** A receiver on a clock that runs faster: a second a step. `takes`: whether it takes a message at this moment. */
function receiver({ from = morning, takes = (_: number): boolean => true } = {}) {
  let ledger: Ledger = newLedger({ mono: 0, wall: from })
  let ms = 0
  const told: { at: number; items: string[]; left: Due['left']; due: Due }[] = []
  const failed: number[] = []
  return {
    told,
    failed,
    /** Time goes on, while these states hold. */
    pass(howMs: number, ...holding: Telling[]): void {
      const end = ms + howMs
      for (; ms < end; ms += 1000) {
        const now = { mono: ms, wall: from + ms }
        ledger = seen(ledger, holding, now)
        const message = due(ledger, afterMs, now)
        if (message === undefined) ledger = shortOf(ledger, afterMs, now)
        else if (takes(ms)) {
          ledger = taken(sent(ledger, message.items, now), now)
          told.push({
            at: ms,
            items: message.items.map(({ state: name, event }) => `${name} ${event}`),
            left: message.left,
            due: message,
          })
        } else {
          ledger = notTaken(sent(ledger, message.items, now), now)
          failed.push(ms)
        }
      }
    },
  }
}

const said = ({ told }: ReturnType<typeof receiver>) => told.map(({ at, items }) => [at / 1000, ...items])

test('a state is told once it has lasted, and once when it is over, with how long it took', () => {
  const one = receiver()
  one.pass(30_000)
  one.pass(10 * minute, state('a'))
  one.pass(hour)
  assert.deepEqual(said(one), [
    [150, 'a began'],
    [630, 'a over'],
  ])
  const [began, over] = one.told.map(({ due: { items } }) => items[0])
  assert.deepEqual([began?.what, began?.next, began?.since], ['a holds. It does.', 'Mend it.', morning + 30_000])
  assert.deepEqual([over?.what, over?.next, over?.tookMs], ['a holds.', undefined, 10 * minute - 1000])
})

test('what heals before it has lasted is never told, however often', () => {
  const one = receiver()
  for (let i = 0; i < 300; i += 1) {
    one.pass(119_000, state('a'))
    one.pass(2_000)
  }
  assert.deepEqual(one.told, [])
})

test('since when is said of this time, not of an earlier one that healed', () => {
  const one = receiver()
  one.pass(minute, state('a'))
  one.pass(minute)
  one.pass(3 * minute, state('a'))
  assert.equal(one.told[0]?.due.items[0]?.since, morning + 2 * minute)
})

test('what is urgent is told at once, but not in the first ten seconds after a start', () => {
  const urgent = state('rejected', { told: 'at once' })
  const early = receiver()
  early.pass(20_000, urgent)
  assert.deepEqual(said(early), [[10, 'rejected began']])
  const later = receiver()
  later.pass(60_000)
  later.pass(5_000, urgent)
  assert.deepEqual(said(later), [[60, 'rejected began']])
})

test('while it lasts it is told again after an hour, six hours and a day, then daily', () => {
  const one = receiver()
  one.pass(3 * 24 * hour + 10 * minute, state('a'))
  const hours = one.told.map(({ at, items }) => [Math.round((at - afterMs) / hour), ...items])
  assert.deepEqual(hours, [
    [0, 'a began'],
    [1, 'a lasts'],
    [6, 'a lasts'],
    [24, 'a lasts'],
    [48, 'a lasts'],
    [72, 'a lasts'],
  ])
})

test('of one state that holds of several things each is told, and once, without reminders and catching up', () => {
  const { pass, told } = receiver()
  const ending = (of: string) => state('ending', { of, once: true })
  pass(2 * minute + 1000, ending('a'))
  pass(2 * minute, ending('a'), ending('b'))
  pass(30 * hour, ending('a'), ending('b'))
  assert.deepEqual(
    told.map(({ due: { items } }) => items.map(({ of, event }) => `${of} ${event}`)),
    [['a began'], ['b began']],
  )
  pass(2 * minute, ending('a'))
  assert.deepEqual(
    told.at(-1)?.due.items.map(({ of, event }) => `${of} ${event}`),
    ['b over'],
  )
})

test('what comes within a minute after a message is in one more', () => {
  const one = receiver()
  one.pass(10_000, state('a'))
  one.pass(10_000, state('a'), state('b'))
  one.pass(3 * minute, state('a'), state('b'), state('c'))
  assert.deepEqual(said(one), [
    [120, 'a began'],
    [180, 'b began', 'c began'],
  ])
})

test('the worst is told first, whenever it came', () => {
  const one = receiver()
  one.pass(119_000, state('slight'))
  one.pass(3 * minute, state('bad'), state('slight'))
  one.pass(5 * minute)
  assert.deepEqual(said(one).at(-1), [299, 'bad over', 'slight over'])
})

test('a state with gaps lasts through them, and ends once a gap is longer', () => {
  const gapped = state('pauses', { gapMs: minute })
  const one = receiver()
  for (let i = 0; i < 10; i += 1) {
    one.pass(10_000, gapped)
    one.pass(50_000)
  }
  one.pass(5 * minute)
  assert.deepEqual(
    one.told.map(({ items }) => items),
    [['pauses began'], ['pauses over']],
  )
})

test('one that begins again before its end was told has lasted for the receiver', () => {
  const one = receiver()
  one.pass(afterMs + 10_000, state('a'))
  one.pass(10_000)
  one.pass(20 * minute, state('a'))
  one.pass(2 * minute)
  assert.deepEqual(
    one.told.map(({ items }) => items),
    [['a began'], ['a over']],
  )
})

test('one that begins again while its end is under way is told anew', () => {
  const at = (ms: number) => ({ mono: ms, wall: morning + ms })
  let ledger = seen(newLedger(at(0)), [state('a')], at(0))
  ledger = seen(ledger, [state('a')], at(afterMs))
  ledger = taken(sent(ledger, due(ledger, afterMs, at(afterMs))?.items ?? [], at(afterMs)), at(afterMs))
  const end = afterMs + 5 * minute
  ledger = seen(ledger, [], at(end))
  ledger = sent(ledger, due(ledger, afterMs, at(end))?.items ?? [], at(end))
  ledger = seen(ledger, [state('a')], at(end + 1000))
  ledger = taken(ledger, at(end + 2000))
  const later = end + 1000 + afterMs
  ledger = seen(ledger, [state('a')], at(later))
  assert.deepEqual(
    due(ledger, afterMs, at(later))?.items.map(({ event, since }) => [event, since]),
    [['began', morning + end + 2000]],
  )
})

test('one that is over while its message is under way is told to be over, if it was taken, and else never', () => {
  const at = (ms: number) => ({ mono: ms, wall: morning + ms })
  const begun = seen(seen(newLedger(at(0)), [state('a')], at(0)), [state('a')], at(afterMs))
  const sending = sent(begun, due(begun, afterMs, at(afterMs))?.items ?? [], at(afterMs))
  const gone = seen(sending, [], at(afterMs + 5000))
  const later = at(afterMs + 2 * minute)
  const events = (ledger: Ledger) => due(seen(ledger, [], later), afterMs, later)?.items.map(({ event }) => event)
  assert.deepEqual(events(taken(gone, at(afterMs + 6000))), ['over'])
  assert.equal(events(notTaken(gone, at(afterMs + 6000))), undefined)
})

test('no second message goes while one is under way', () => {
  const at = (ms: number) => ({ mono: ms, wall: morning + ms })
  let ledger = seen(newLedger(at(0)), [state('a')], at(0))
  ledger = seen(ledger, [state('a')], at(afterMs))
  ledger = sent(ledger, due(ledger, afterMs, at(afterMs))?.items ?? [], at(afterMs))
  assert.equal(due(seen(ledger, [state('a'), state('b')], at(hour)), 0, at(hour)), undefined)
})

test('what was not taken is due again after 1, 5 and 15 minutes, then every 15, and something new before that', () => {
  const one = receiver({ takes: (ms) => ms >= 2 * hour })
  one.pass(50 * minute, state('a'))
  assert.deepEqual(
    one.failed.map((ms) => (ms - afterMs) / minute),
    [0, 1, 6, 21, 36],
  )
  one.pass(5 * minute, state('a'), state('b'))
  assert.equal((one.failed.at(-1) ?? 0) / minute, 52, 'b is new, two minutes after it began')
  one.pass(2 * hour, state('a'), state('b'))
  assert.deepEqual(one.told[0]?.items, ['a began', 'b began'])
})

test('ten messages a day: two are kept for what is urgent, the last before each bound says so, and the next day catches up', () => {
  const one = receiver()
  let n = 0
  const fault = () => {
    n += 1
    one.pass(4 * minute, state(`f${n}`), state('long'))
    one.pass(minute, state('long'))
  }
  for (let i = 0; i < 20; i += 1) fault()
  assert.deepEqual(
    one.told.map(({ left }) => left),
    [...Array(7).fill('all'), 'at once'],
  )
  for (const name of ['u1', 'u2', 'u3']) one.pass(5 * minute, state('long'), state(name, { told: 'at once' }))
  assert.deepEqual(
    one.told.slice(8).map(({ left, items }) => [left, items.some((item) => /^u\d began$/.test(item))]),
    [
      ['at once', true],
      ['none', true],
    ],
  )
  const before = one.told.length
  one.pass(24 * hour, state('long'))
  const [first] = one.told.slice(before)
  assert.ok(first !== undefined && first.at >= 23 * hour && first.at < 23 * hour + minute, 'at midnight UTC')
  assert.ok(first.items.includes('long lasts'))
})

test('the first message after a day that was short of messages lists what still lasts', () => {
  const one = receiver()
  for (let i = 0; i < 20; i += 1) {
    one.pass(4 * minute, state(`f${i}`))
    one.pass(minute)
  }
  one.pass(20 * hour + 50 * minute)
  const urgent = state('urgent', { told: 'at once' })
  one.pass(10 * minute, urgent, state('other'))
  const before = one.told.length
  one.pass(30 * minute, urgent, state('other'))
  assert.deepEqual(
    one.told.slice(before).map(({ at, items }) => [at / hour, ...items]),
    [[23, 'other began', 'urgent lasts']],
  )
})

test('once a message was taken, the next one that is not is due again after a minute', () => {
  const misses = [2 * minute, 3 * minute, 20 * minute]
  const one = receiver({ takes: (ms) => !misses.includes(ms) })
  one.pass(18 * minute, state('a'))
  one.pass(10 * minute, state('a'), state('b'))
  assert.deepEqual(said(one), [
    [8 * 60, 'a began'],
    [21 * 60, 'b began'],
  ])
})

test('property: whatever comes, nothing is told twice or out of turn, and no message is more than the day may have', () => {
  const names = ['a', 'b', 'c', 'd']
  const step = fc.record({
    seconds: fc.integer({ min: 1, max: 900 }),
    holding: fc.subarray(names),
    takes: fc.boolean(),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      let takes = true
      const one = receiver({ takes: () => takes })
      for (const { seconds, holding, takes: now } of steps) {
        takes = now
        one.pass(seconds * 1000, ...holding.map((name) => state(name, name === 'a' ? { told: 'at once' } : {})))
      }
      const open = new Set<string>()
      let last = Number.NEGATIVE_INFINITY
      for (const { at, items } of one.told) {
        assert.ok(at - last >= minute, 'a minute between two messages')
        last = at
        for (const item of items) {
          const [name = '', event] = item.split(' ')
          assert.equal(open.has(name), event !== 'began', item)
          if (event === 'began') open.add(name)
          if (event === 'over') open.delete(name)
        }
      }
      const perDay = new Map<number, number>()
      for (const { at } of one.told) {
        const day = Math.floor((morning + at) / (24 * hour))
        perDay.set(day, (perDay.get(day) ?? 0) + 1)
      }
      assert.ok([...perDay.values()].every((messages) => messages <= 10))
    }),
    { numRuns: 100 },
  )
})

test('a day with 1,000 faults: at most 12 messages, none for what healed by itself, and nothing long untold but where the last message said so', () => {
  for (let seed = 1; seed <= 4; seed += 1) {
    const draw = seededRandom(seed)
    const names = ['token', 'reach', 'trail', 'file', 'writes', 'pauses']
    // Most faults pass by themselves; a few last.
    const faults = Array.from({ length: 1000 }, () => {
      const from = Math.floor(draw() * 24 * 3600) * 1000
      const lasts = (draw() < 0.995 ? 5 + draw() * 60 : 130 + draw() * 7200) * 1000
      return { name: names[Math.floor(draw() * names.length)] ?? 'token', from, until: from + lasts }
    })
    const one = receiver({ from: Date.UTC(2026, 11, 1) })
    const runs: { name: string; from: number; until: number }[] = []
    const open = new Map<string, number>()
    for (let ms = 0; ms < 24 * hour; ms += 1000) {
      const now = new Set(faults.filter(({ from, until }) => from <= ms && ms < until).map(({ name }) => name))
      for (const [name, from] of open) {
        if (now.has(name)) continue
        runs.push({ name, from, until: ms })
        open.delete(name)
      }
      for (const name of now) if (!open.has(name)) open.set(name, ms)
      one.pass(1000, ...[...now].map((name) => state(name)))
    }
    assert.ok(one.told.length <= 12, `${one.told.length} messages with seed ${seed}`)
    const warned = one.told.find(({ left }) => left !== 'all')?.at ?? Number.POSITIVE_INFINITY
    for (const { name, from, until } of runs) {
      const begun = one.told.find(
        ({ at, items }) => at >= from && at <= until + minute && items.includes(`${name} began`),
      )
      const lasting = one.told.some(({ at, items }) => at <= from && items.includes(`${name} began`))
      if (until - from < afterMs) assert.ok(begun === undefined || lasting || begun.at > until, `${name} healed`)
      if (until - from > 5 * minute && from + afterMs + 70_000 < warned && !isOpen(one, name, from)) {
        assert.ok(begun !== undefined && begun.at - from <= afterMs + 70_000, `${name} at ${from} with seed ${seed}`)
      }
    }
  }
})

/** Whether the receiver still takes the state for lasting. */
function isOpen({ told }: ReturnType<typeof receiver>, name: string, at: number): boolean {
  const last = told
    .filter((message) => message.at <= at)
    .flatMap(({ items }) => items)
    .findLast((item) => item.startsWith(`${name} `))
  return last !== undefined && !last.endsWith('over')
}
