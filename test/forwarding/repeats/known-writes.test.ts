// design/promises 12.3 and 12.5: the table, row by row, and what is remembered.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  add,
  decide,
  deliver,
  expire,
  forget,
  forgetOldest,
  isFull,
  type KnownWrite,
  mostAnswerBytes,
  mostAnswers,
  mostDelivered,
  mostOpen,
  noWrites,
  openWrites,
  outcomeOf,
  type Stage,
  settle,
  writesLike,
} from '../../../src/forwarding/repeats/known-writes.ts'
import type { StoredAnswer } from '../../../src/forwarding/repeats/stored-answer.ts'

const answer = (bytes = 10): StoredAnswer => ({ status: 201, lengths: [], bytes: Buffer.alloc(bytes) })
let count = 0

function write(stage: Stage = { is: 'under way', callerGone: false }, more: Partial<KnownWrite> = {}): KnownWrite {
  count += 1
  const words = { caller: 'erp', method: 'POST', operation: '/core/v1/salary-item-add-on', requestId: `r-${count}` }
  return {
    ...{ same: 'a', content: undefined, keyed: false, ...words, beganAt: 0, seq: count },
    ...{ stage, claimed: false, wake: undefined, ...more },
  }
}

const underWay = (callerGone: boolean): Stage => ({ is: 'under way', callerGone })
const answered = (delivered: 'open' | 'yes' | 'no', kept: StoredAnswer | undefined = answer()): Stage => ({
  ...({ is: 'answered', status: 201, delivered, answer: kept, at: 0 } as const),
})
const gone: Stage = { is: 'answered', status: 201, delivered: 'no', answer: undefined, at: 0 }
const unknown: Stage = { is: 'unknown', status: undefined, at: 0 }

const plain = { keyed: false, content: undefined }
const rows: [earlier: string, stages: Stage[], what: string, which?: number][] = [
  ['nothing', [], 'send'],
  ['one under way whose caller waits', [underWay(false)], 'send'],
  ['one under way whose caller has gone', [underWay(true)], 'wait', 0],
  ['an answer that arrived', [answered('yes')], 'send'],
  ['an answer that has just left', [answered('open')], 'send'],
  ['an answer that did not arrive', [answered('no')], 'give', 0],
  ['one that is no longer kept', [gone], 'refuse done', 0],
  ['an unknown outcome', [unknown], 'refuse unknown', 0],
  ['an unknown one behind one that is meant', [answered('yes'), unknown], 'refuse unknown', 1],
  ['two answers that did not arrive', [answered('no'), answered('no')], 'give', 0],
]

for (const [earlier, stages, what, which] of rows) {
  test(`without a key, after ${earlier}: ${what}`, () => {
    const writes = stages.map((stage) => write(stage))
    const decision = decide(writes, plain)
    const outcome = decision.what === 'refuse' ? ` ${decision.outcome}` : ''
    assert.equal(`${decision.what}${outcome}`, what)
    if (which !== undefined) assert.equal('earlier' in decision && decision.earlier, writes[which])
  })
}

test('a second repeat beside the first passes over what that one has', () => {
  const [first, second] = [write(answered('no'), { claimed: true }), write(answered('no'))]
  const decision = decide([first, second], plain)
  assert.equal('earlier' in decision && decision.earlier, second)
  assert.equal(decide([first], plain).what, 'send')
  assert.equal(decide([write(underWay(true), { claimed: true })], plain).what, 'send')
})

const ofKey: [earlier: string, stage: Stage, what: string, claimed?: boolean][] = [
  ['one under way whose caller waits', underWay(false), 'refuse under_way'],
  ['one under way whose caller has gone', underWay(true), 'wait'],
  ['one under way that another repeat waits for', underWay(true), 'refuse under_way', true],
  ['an answer that arrived', answered('yes'), 'give'],
  ['an answer that has just left', answered('open'), 'give'],
  ['an answer that did not arrive', answered('no'), 'give'],
  ['an answer that another repeat is being given', answered('no'), 'give', true],
  ['one that is no longer kept', gone, 'refuse done'],
  ['an unknown outcome', unknown, 'refuse unknown'],
]

for (const [earlier, stage, what, claimed = false] of ofKey) {
  test(`with a key, after ${earlier}: ${what}; with another content the key is taken`, () => {
    const earlierOne = write(stage, { keyed: true, content: 'x', claimed })
    const same = decide([earlierOne], { keyed: true, content: 'x' })
    assert.equal(`${same.what}${same.what === 'refuse' ? ` ${same.outcome}` : ''}`, what)
    assert.equal(decide([earlierOne], { keyed: true, content: 'y' }).what, 'other content')
    assert.equal(decide([earlierOne], { keyed: true, content: undefined }).what, same.what, 'too large to compare')
  })
}

test('what an end says: not reached or not acted on, answered, unknown', () => {
  assert.deepEqual(outcomeOf('no', undefined), { is: 'none' })
  assert.deepEqual(outcomeOf('no', 401), { is: 'none' }, 'refused, and not sent again')
  assert.deepEqual(outcomeOf('maybe', undefined), { is: 'unknown', status: undefined })
  assert.deepEqual(outcomeOf('maybe', 401), { is: 'unknown', status: undefined }, 'sent again, and lost')
  for (const status of [401, 408, 425, 429, 503]) assert.deepEqual(outcomeOf('yes', status), { is: 'none' })
  for (const status of [502, 504]) assert.deepEqual(outcomeOf('yes', status), { is: 'unknown', status })
  for (const status of [200, 201, 303, 400, 404, 409, 500]) {
    assert.deepEqual(outcomeOf('yes', status), { is: 'answered', status })
  }
})

const hour = 3_600_000
const ended = (known: ReturnType<typeof noWrites>, one: KnownWrite, now = 0, kept = answer()) => {
  add(known, one)
  settle(known, one, { is: 'answered', status: 201 }, { answer: kept, stood: false, now })
}

test('a write is forgotten once its answer arrived, once CATAPA has not acted on it, and when its window is over', () => {
  const known = noWrites(hour)
  const [arrived, refused, old] = [write(), write(), write()]
  ended(known, arrived)
  deliver(known, arrived, 'yes')
  add(known, refused)
  settle(known, refused, { is: 'none' }, { answer: undefined, stood: true, now: 0 })
  ended(known, old, 1000)
  assert.deepEqual(writesLike(known, 'a'), [old])
  expire(known, hour + 999)
  assert.deepEqual(writesLike(known, 'a'), [old])
  expire(known, hour + 1000)
  assert.deepEqual([known.bySame.size, known.ended.size, known.answered.size, known.answerBytes], [0, 0, 0, 0])
})

test('one that is under way never falls out of the window', () => {
  const known = noWrites(hour)
  const [working, over] = [write(), write()]
  add(known, working)
  ended(known, over)
  expire(known, 10 * hour)
  assert.deepEqual(writesLike(known, 'a'), [working])
})

test('with a key it is remembered after its answer arrived, so many of them at most', () => {
  const known = noWrites(hour)
  for (let index = 0; index <= mostDelivered; index++) {
    const one = write(undefined, { same: `key ${index}`, keyed: true })
    ended(known, one)
    deliver(known, one, 'yes')
  }
  assert.equal(known.bySame.size, mostDelivered)
  assert.equal(writesLike(known, 'key 0').length, 0)
})

test('so many answers are kept at most, and so many bytes: delivered ones with a key go first, then the oldest', () => {
  const known = noWrites(hour)
  const first = write(undefined, { same: 'first' })
  const keyed = write(undefined, { same: 'keyed', keyed: true })
  ended(known, first)
  ended(known, keyed)
  deliver(known, keyed, 'yes')
  const hasAnswer = ({ stage }: KnownWrite) => stage.is === 'answered' && stage.answer !== undefined
  for (let index = known.answered.size; index <= mostAnswers; index++) ended(known, write())
  assert.deepEqual([hasAnswer(first), hasAnswer(keyed), known.answered.size], [true, false, mostAnswers])
  assert.deepEqual(openWrites(known), [], 'a delivered one needs nobody')
  ended(known, write())
  assert.equal(hasAnswer(first), false)
  assert.deepEqual(openWrites(known), [first])
  const large = noWrites(hour)
  for (let index = 0; index < 5; index++) ended(large, write(), 0, answer(mostAnswerBytes / 4))
  assert.deepEqual([large.answered.size, large.answerBytes], [4, mostAnswerBytes])
})

test('with too many of them, callers that have one of them can have no more; of watched ones the oldest goes', () => {
  const known = noWrites(hour)
  for (let index = 0; index < mostOpen; index++) {
    assert.equal(isFull(known, 'erp'), false)
    const lost = write(undefined, { caller: index === 7 ? 'cron' : 'erp' })
    add(known, lost)
    settle(known, lost, { is: 'unknown', status: undefined }, { answer: undefined, stood: true, now: 0 })
  }
  assert.deepEqual([isFull(known, 'erp'), isFull(known, 'cron'), isFull(known, 'export')], [true, true, false])
  const keyed = write(undefined, { same: 'key', keyed: true, caller: 'export' })
  ended(known, keyed)
  deliver(known, keyed, 'yes')
  ended(known, write(undefined, { caller: 'export' }))
  assert.equal(isFull(known, 'export'), false, 'it is known what became of those')
  const [first] = known.ended
  forgetOldest(known)
  assert.equal(first !== undefined && known.ended.has(first), false)
})

test('of done ones whose answer nobody took the last are remembered, however many a program leaves behind', () => {
  const known = noWrites(hour)
  for (let index = 0; index <= mostOpen; index++) ended(known, write(undefined, { same: `same ${index}` }))
  assert.deepEqual([known.bySame.size, known.ended.size, known.undelivered.size], [mostOpen, mostOpen, mostOpen])
  assert.equal(writesLike(known, 'same 0').length, 0)
  assert.equal(isFull(known, 'erp'), false)
})

test('unknown ones are never pushed out, and a released one is forgotten', () => {
  const known = noWrites(hour)
  const lost = Array.from({ length: 3 * mostAnswers }, () => write())
  for (const one of lost) {
    add(known, one)
    settle(known, one, { is: 'unknown', status: undefined }, { answer: undefined, stood: true, now: 0 })
  }
  assert.deepEqual(openWrites(known), lost)
  const [released, ...rest] = lost
  if (released !== undefined) forget(known, released)
  assert.deepEqual(openWrites(known), rest)
})
