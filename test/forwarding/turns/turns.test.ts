// design/promises 10.1 to 10.5: the state of the turns against a plain list of requests, on a clock that the test moves.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { unlimited } from '../../../src/callers/restrictions.ts'
import { endPause, learn } from '../../../src/forwarding/turns/learn.ts'
import {
  newShare,
  type PlaceWait,
  type Share,
  type TurnedAway,
  type Waiter,
} from '../../../src/forwarding/turns/share.ts'
import { setLimits } from '../../../src/forwarding/turns/share-rate.ts'
import {
  admitDue,
  arrive,
  expireLate,
  giveBack,
  leave,
  newTurns,
  nextLookMs,
  refuseIfFutile,
  take,
  turnAway,
  whyWaits,
} from '../../../src/forwarding/turns/turns.ts'
import { awaitToken, endTokenWait, giveWay, inRoom } from '../../../src/forwarding/turns/waiting-room.ts'

const queueTimeoutMs = 3000
const holdMs = 2000
const waiter: Waiter = { go() {}, refuse() {} }

/** A request of the model. */
type Asked = { share: Share; sentAt: number; waiting: PlaceWait | undefined }

/** The turns as a shell drives them, and all requests in plain lists. */
function rig(of: number, limits: Share['limits'][]) {
  const turns = newTurns(of, { queueTimeoutMs, holdMs })
  const shares = limits.map((limit, index) => newShare(`caller-${index}`, 'name', limit))
  const grants = new Map<Share, number[]>(shares.map((share) => [share, []]))
  /** For each share that waits, how often each other one went since it began to, or last went. */
  const since = new Map<Share, Map<Share, number>>()
  let now = 1000
  let queue: PlaceWait[] = []
  const flying: Asked[] = []
  const refusals: TurnedAway[] = []

  function granted(share: Share, waiting: PlaceWait | undefined): void {
    assert.equal(turns.pause, undefined, 'nobody is sent in a pause')
    assert.ok(turns.inUse <= turns.limit, 'never more than the limit is let go')
    assert.ok(share.inFlight <= (share.limits.maxInFlight ?? Number.POSITIVE_INFINITY), 'nor more than max-in-flight')
    grants.get(share)?.push(now)
    if (waiting !== undefined) {
      const own = queue.filter((other) => other.share === share)
      const first = own.find(({ again }) => again) ?? own[0]
      assert.equal(waiting, first, 'first come, first served within a share')
      queue = queue.filter((other) => other !== waiting)
    }
    since.delete(share)
    if (queue.some((other) => other.share === share)) since.set(share, new Map())
    for (const [waits, others] of since) {
      if (waits.limited || waits === share) continue
      const count = (others.get(share) ?? 0) + 1
      others.set(share, count)
      assert.ok(count <= 1, 'nobody goes twice while another may go')
    }
    flying.push({ share, sentAt: now, waiting })
  }

  function refuse([waiting, refusal]: readonly [PlaceWait, TurnedAway]): void {
    queue = queue.filter((other) => other !== waiting)
    refusals.push(refusal)
  }

  function look(): void {
    endPause(turns, now)
    for (const waiting of admitDue(turns, now)) granted(waiting.share, waiting)
    for (const each of expireLate(turns, now)) {
      assert.ok(each[0].since + queueTimeoutMs <= now, 'nobody is late too early')
      refuse(each)
    }
    check()
  }

  function check(): void {
    assert.equal(turns.inUse, flying.length)
    assert.equal(turns.waiting, queue.length)
    for (const share of shares) {
      assert.equal(share.inFlight, flying.filter((one) => one.share === share).length)
      assert.equal(share.waiting, queue.filter((one) => one.share === share).length)
      assert.equal(turns.queued.has(share), share.waiting > 0)
    }
    for (const { share, since: at, patient, until } of queue) {
      assert.ok(at + queueTimeoutMs > now && until > now, 'nobody waits longer than SIDECAR_QUEUE_TIMEOUT')
      assert.ok(turns.pause === undefined || patient, 'no write waits in a pause')
      const free = turns.pause === undefined && turns.inUse < turns.limit
      assert.ok(!free || whyWaits(turns, share, now) !== 'places', 'nobody waits who may go')
    }
  }

  return {
    turns,
    shares,
    flying,
    refusals,
    now: () => now,
    queue: () => queue,
    arrive(share: Share, { patient = true, again = false } = {}): 'goes' | 'waits' | TurnedAway {
      look()
      if (take(turns, share, () => now)) {
        granted(share, undefined)
        return 'goes'
      }
      const arriving = { share, waiter, patient, again }
      const refusal = refuseIfFutile(turns, arriving, now)
      if (refusal !== undefined) return refusal
      const waiting = arrive(turns, arriving, now)
      queue.push(waiting)
      if (share.waiting === 1) since.set(share, new Map())
      look()
      return queue.includes(waiting) ? 'waits' : 'goes'
    },
    answer(index: number, status: number, pauseMs?: number): void {
      const asked = flying[index]
      if (asked === undefined) return
      endPause(turns, now)
      for (const gone of learn(turns, { status, sentAt: asked.sentAt, pauseMs }, now)) {
        assert.ok(turns.pause !== undefined)
        refuse(gone)
      }
      look()
      flying.splice(index, 1)
      giveBack(turns, asked.share)
      look()
    },
    leave(index: number): void {
      const waiting = queue[index]
      if (waiting === undefined) return
      leave(turns, waiting)
      queue = queue.filter((other) => other !== waiting)
      if (waiting.share.waiting === 0) since.delete(waiting.share)
    },
    limit(share: Share, maxInFlight: number | undefined): void {
      setLimits(share, { ...share.limits, maxInFlight }, now)
      look()
    },
    /** Time passes; it is looked when `nextLookMs` says, and then there is nothing left to be done. */
    pass(ms: number): void {
      const end = now + ms
      for (let next = nextLookMs(turns, now); now + next <= end; next = nextLookMs(turns, now)) {
        assert.ok(next > 0, 'no look without end')
        now += next
        look()
      }
      now = end
      assert.equal(endPause(turns, now), undefined, 'a pause ends when it ends')
      assert.deepEqual([expireLate(turns, now), admitDue(turns, now)], [[], []], 'nobody is looked at too late')
    },
    /** In any time no more than the rate and one second of it at once. */
    checkRates(): void {
      for (const [share, at] of grants) {
        const { rate } = share.limits
        if (rate === undefined) continue
        for (let i = 0; i < at.length; i++) {
          for (let j = i; j < at.length; j++) {
            const most = Math.max(1, rate) + (rate * ((at[j] ?? 0) - (at[i] ?? 0))) / 1000
            assert.ok(j - i + 1 <= most + 1e-6, `${j - i + 1} within ${(at[j] ?? 0) - (at[i] ?? 0)} ms at ${rate}/s`)
          }
        }
      }
    },
  }
}

const limits = fc.record({
  maxInFlight: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
  rate: fc.option(fc.constantFrom(0.4, 1, 2.5, 20), { nil: undefined }),
})
const share = fc.nat({ max: 2 })
const steps = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(fc.constant('arrive' as const), share, fc.boolean(), fc.boolean()) },
  {
    weight: 4,
    arbitrary: fc.tuple(
      fc.constant('answer' as const),
      fc.nat({ max: 9 }),
      fc.constantFrom(200, 200, 429, 503),
      fc.constantFrom(undefined, undefined, 300, 1500, 9000),
    ),
  },
  { weight: 1, arbitrary: fc.tuple(fc.constant('leave' as const), fc.nat({ max: 9 }), fc.constant(0), fc.constant(0)) },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.constant('limit' as const), share, fc.constantFrom(undefined, 1, 2), fc.constant(0)),
  },
  {
    weight: 3,
    arbitrary: fc.tuple(fc.constant('pass' as const), fc.integer({ min: 1, max: 900 }), fc.constant(0), fc.constant(0)),
  },
)

test('whatever callers and CATAPA do: turns, limits, order, pauses and time-outs hold, and everyone ends', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5 }),
      fc.tuple(limits, limits, fc.constant(unlimited)),
      fc.array(steps, { maxLength: 70 }),
      (of, own, todo) => {
        const it = rig(of, own)
        for (const step of todo) {
          const one = it.shares[step[1] % it.shares.length]
          if (one === undefined) throw new Error('no share')
          if (step[0] === 'arrive') it.arrive(one, { patient: step[2], again: step[3] })
          else if (step[0] === 'answer') it.answer(step[1], step[2], step[2] === 200 ? undefined : step[3])
          else if (step[0] === 'leave') it.leave(step[1])
          else if (step[0] === 'limit') it.limit(one, step[2])
          else it.pass(step[1])
        }
        it.checkRates()
        for (let i = 0; i < 500 && it.queue().length + it.flying.length > 0; i++) {
          it.answer(0, 200)
          it.pass(100)
        }
        assert.deepEqual([it.queue().length, it.flying.length, it.turns.inUse, it.turns.waiting], [0, 0, 0, 0])
        assert.equal(
          nextLookMs(it.turns, it.now()),
          it.turns.pause === undefined ? Number.POSITIVE_INFINITY : it.turns.pause.until - it.now(),
        )
      },
    ),
    { numRuns: 250, seed: 4711 },
  )
})

const many = (count: number, act: (index: number) => void) => Array.from({ length: count }, (_, index) => act(index))

test('a caller that comes when another has 1,000 waiting goes next; then they take turns', () => {
  const it = rig(1, [unlimited, unlimited])
  const [greedy, quiet] = it.shares as [Share, Share]
  many(1001, () => it.arrive(greedy))
  assert.equal(greedy.waiting, 1000)
  it.answer(0, 200)
  it.arrive(quiet)
  it.arrive(quiet)
  const went: (string | undefined)[] = []
  many(4, () => {
    it.answer(0, 200)
    went.push(it.flying[0]?.share.name)
  })
  assert.deepEqual(went, ['caller-1', 'caller-0', 'caller-1', 'caller-0'])
})

test('who is at its max-in-flight or over its rate lets the others go by', () => {
  const it = rig(3, [{ maxInFlight: 1, rate: undefined }, { maxInFlight: undefined, rate: 1 }, unlimited])
  const [narrow, slow, free] = it.shares as [Share, Share, Share]
  assert.deepEqual([it.arrive(narrow), it.arrive(narrow)], ['goes', 'waits'])
  assert.deepEqual([it.arrive(slow), it.arrive(slow)], ['goes', 'waits'])
  assert.equal(it.arrive(free), 'goes')
  assert.deepEqual(
    [whyWaits(it.turns, narrow, it.now()), whyWaits(it.turns, slow, it.now())],
    ['max-in-flight', 'rate'],
  )
  it.answer(1, 200)
  it.pass(999)
  assert.equal(slow.waiting, 1)
  it.pass(1)
  assert.deepEqual([slow.waiting, slow.inFlight], [0, 1])
  it.answer(0, 200)
  assert.equal(narrow.inFlight, 1)
})

test('calls that have waited for their rate use it up as well: one after the other', () => {
  const it = rig(9, [{ maxInFlight: undefined, rate: 1 }])
  const [slow] = it.shares as [Share]
  many(4, () => it.arrive(slow))
  const waiting = [slow.waiting]
  many(3, () => {
    it.pass(1000)
    waiting.push(slow.waiting)
  })
  assert.deepEqual(waiting, [3, 2, 1, 0])
})

test('who comes after a moment at which nobody has looked yet does not overtake who waits for that', () => {
  const it = rig(9, [{ maxInFlight: undefined, rate: 1 }])
  const [slow] = it.shares as [Share]
  it.arrive(slow)
  it.arrive(slow)
  assert.equal(
    take(it.turns, slow, () => it.now() + 1500),
    false,
  )
})

test('a wait for a rate that could not end in time does not begin, and says when the next one that nobody waits for is free', () => {
  const it = rig(10, [{ maxInFlight: undefined, rate: 0.5 }])
  const [slow] = it.shares as [Share]
  assert.deepEqual([it.arrive(slow), it.arrive(slow)], ['goes', 'waits'])
  const refusal = it.arrive(slow)
  assert.ok(typeof refusal === 'object')
  assert.deepEqual([refusal.why, refusal.atOnce, refusal.retryAfterMs], ['rate', true, 4000])
  assert.equal(it.turns.turnedAway.rate, 1)
})

test('who waits too long for a place is told the pace at which its share got them of late, or a second', () => {
  const it = rig(1, [unlimited])
  const [only] = it.shares as [Share]
  many(2, () => it.arrive(only))
  it.pass(queueTimeoutMs)
  assert.deepEqual(
    it.refusals.map(({ why, retryAfterMs, atOnce }) => [why, retryAfterMs, atOnce]),
    [['places', 1000, false]],
  )
  many(9, () => it.arrive(only))
  it.pass(500)
  it.answer(0, 200)
  it.pass(queueTimeoutMs - 500)
  assert.deepEqual(
    it.refusals.slice(1).map(({ retryAfterMs }) => retryAfterMs),
    [4000, 3500, 3000, 2500, 2000, 1500, 1000, 500].slice(0, it.refusals.length - 1),
  )
})

test('a full room: the last of whoever has most waiting makes room for another caller, but not for its own', () => {
  const it = rig(1, [unlimited, unlimited])
  const [greedy, quiet] = it.shares as [Share, Share]
  many(4, () => it.arrive(greedy))
  const last = it.queue().at(-1)
  assert.equal(giveWay(it.turns, greedy), undefined)
  assert.equal(giveWay(it.turns, quiet), last)
  assert.deepEqual([greedy.waiting, it.turns.waiting], [2, 2])
  assert.equal(turnAway(it.turns, greedy, 'room', it.now(), false).why, 'room')
})

test('nobody has to make room where nothing would be gained', () => {
  const it = rig(1, [unlimited, unlimited])
  const [greedy, quiet] = it.shares as [Share, Share]
  many(3, () => it.arrive(greedy))
  it.arrive(quiet)
  assert.deepEqual([greedy.waiting, quiet.waiting, giveWay(it.turns, quiet)], [2, 1, undefined])
})

test('who waits for a token counts with those who wait for a place: the last to come of either makes room', () => {
  const it = rig(1, [unlimited, unlimited, unlimited])
  const [greedy, quiet, third] = it.shares as [Share, Share, Share]
  const awaits = (share: Share, again = false) => awaitToken(it.turns, { share, waiter, again }, it.now())
  const first = awaits(greedy)
  it.pass(1)
  many(2, () => it.arrive(greedy))
  it.pass(1)
  const last = awaits(greedy)
  awaits(greedy, true)
  assert.equal(inRoom(it.turns), 4)
  assert.equal(giveWay(it.turns, greedy), undefined)
  assert.equal(giveWay(it.turns, quiet), last)
  awaits(quiet)
  assert.equal(giveWay(it.turns, third), it.queue()[0], 'who was sent before stands before it')
  awaits(third)
  assert.equal(giveWay(it.turns, third), undefined, 'nothing would be gained')
  endTokenWait(it.turns, first)
  assert.deepEqual([inRoom(it.turns), greedy.forToken.waiting, it.turns.tokenless.size], [3, 1, 3])
})

test('other limits hold at once for those that wait, and what a low rate had used up is forgotten but for a second', () => {
  const it = rig(9, [{ maxInFlight: 1, rate: 0.01 }])
  const [one] = it.shares as [Share]
  it.arrive(one)
  setLimits(one, { maxInFlight: 1, rate: 1 }, it.now())
  assert.equal(it.arrive(one), 'waits')
  it.limit(one, 2)
  assert.equal(whyWaits(it.turns, one, it.now()), 'rate')
  it.pass(1000)
  assert.equal(one.waiting, 0)
})
