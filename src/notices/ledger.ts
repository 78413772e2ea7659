import type { Instant } from '../time.ts'
import type { Item } from './message.ts'

/** A state that holds now and is to be told, in words. */
export type Telling = Readonly<{
  name: string
  /** Of what, where the state may hold of several things. */
  of?: string | undefined
  told: 'at once' | 'lasting'
  /** It lasts through gaps that are no longer. */
  gapMs: number
  /** It is told without reminders. */
  once?: boolean
  condition: 'warning' | 'bad'
  title: string
  what: string
  next: string | undefined
  /** On the wall clock; undefined where nobody has noted it. */
  since: number | undefined
}>

/** What is known of a state that holds, or that was told and is over. */
type Topic = Readonly<{
  telling: Telling
  /** On the wall clock, for people. */
  since: number
  /** Since when it was seen without a gap, and when last, on the monotonic clock. */
  seenSince: number
  seenAt: number
  /** On the wall clock: when it was last seen, of a state that is over. */
  overAt: number | undefined
  /** When it was first told, on the monotonic clock, and how often since. */
  told: Readonly<{ at: number; again: number }> | undefined
}>

/** All that one receiver was told, and is to be told: data, and the functions below (design/promises 13.2). */
export type Ledger = Readonly<{
  startedAt: number
  topics: ReadonlyMap<string, Topic>
  /** What is under way. */
  sending: readonly Item[]
  /** When a message was last sent, on the monotonic clock. */
  sentAt: number
  /** The UTC day, its messages, and whether more was due than was sent on it. */
  today: Readonly<{ day: number; messages: number; short: boolean }>
  /** The day before was short. */
  catchUp: boolean
  /** What was not taken, how often, and when it is due again. */
  missed: Readonly<{ keys: readonly string[]; times: number; dueAt: number }> | undefined
}>

/** What is to be told now. `left`: of the messages of the day, after this one. */
export type Due = Readonly<{ items: readonly Item[]; left: 'all' | 'at once' | 'none' }>

/** A start looks at once for what it finds, and much of that passes. */
const quietAfterStartMs = 10_000
const betweenMs = 60_000
const mostADay = 10
const keptForAtOnce = 2
const hourMs = 3_600_000
const dayMs = 24 * hourMs
const remindersMs = [hourMs, 6 * hourMs]
const retriesMs = [60_000, 300_000, 900_000]

export function newLedger(now: Instant): Ledger {
  const today = { day: dayOf(now), messages: 0, short: false }
  const topics = new Map<string, Topic>()
  const sentAt = Number.NEGATIVE_INFINITY
  return { startedAt: now.mono, topics, sending: [], sentAt, today, catchUp: false, missed: undefined }
}

/** Takes in the states that hold now. */
export function seen(ledger: Ledger, tellings: readonly Telling[], now: Instant): Ledger {
  // In the order of the states, since the worst is told first.
  const topics = new Map(
    tellings.map((telling) => {
      const name = topicOf(telling.name, telling.of)
      return [name, holding(ledger.topics.get(name), telling, now)]
    }),
  )
  for (const [name, topic] of ledger.topics) {
    const kept = topics.has(name) ? undefined : passed(ledger, topic, now)
    if (kept !== undefined) topics.set(name, kept)
  }
  const day = dayOf(now)
  if (day === ledger.today.day) return { ...ledger, topics }
  return { ...ledger, topics, today: { day, messages: 0, short: false }, catchUp: ledger.today.short }
}

function holding(before: Topic | undefined, telling: Telling, now: Instant): Topic {
  const since = telling.since ?? now.wall
  if (before === undefined) {
    return { telling, since, seenSince: now.mono, seenAt: now.mono, overAt: undefined, told: undefined }
  }
  // It began again before its end was told: for the receiver it has lasted.
  const seenSince = before.overAt === undefined ? before.seenSince : now.mono
  return { ...before, telling, since: Math.min(before.since, since), seenSince, seenAt: now.mono, overAt: undefined }
}

/** A state that does not hold now; undefined once nothing is left to be said of it. */
function passed({ sending }: Ledger, topic: Topic, now: Instant): Topic | undefined {
  const { telling, seenAt, told, overAt } = topic
  if (overAt !== undefined || now.mono - seenAt <= telling.gapMs) return topic
  const isTold =
    told !== undefined || sending.some((item) => topicOf(item.state, item.of) === topicOf(telling.name, telling.of))
  return isTold ? { ...topic, overAt: now.wall - (now.mono - seenAt) } : undefined
}

/** What to tell now; undefined: nothing. @param afterMs SIDECAR_NOTIFY_AFTER */
export function due(ledger: Ledger, afterMs: number, now: Instant): Due | undefined {
  const { sending, sentAt, missed, today } = ledger
  if (sending.length > 0 || now.mono - sentAt < betweenMs) return undefined
  const items = itemsOf(ledger, afterMs, now)
  const isNew = (item: Item) => missed === undefined || !missed.keys.includes(keyOf(item)) || now.mono >= missed.dueAt
  if (!items.some(isNew)) return undefined
  const urgent = items.some(({ state, event }) => event === 'began' && isAtOnce(ledger, state))
  const left = mostADay - today.messages - 1
  if (left < (urgent ? 0 : keptForAtOnce)) return undefined
  return { items, left: left === 0 ? 'none' : left <= keptForAtOnce ? 'at once' : 'all' }
}

/** Notes whether more is due than may be said today: tomorrow begins with it. */
export function shortOf(ledger: Ledger, afterMs: number, now: Instant): Ledger {
  const { today } = ledger
  if (today.short || today.messages < mostADay - keptForAtOnce) return ledger
  return itemsOf(ledger, afterMs, now).length === 0 ? ledger : { ...ledger, today: { ...today, short: true } }
}

function itemsOf(ledger: Ledger, afterMs: number, now: Instant): Item[] {
  const topics = [...ledger.topics.values()]
  const items = topics.flatMap((topic) => itemOf(ledger, topic, afterMs, now) ?? [])
  if (items.length === 0 || !ledger.catchUp) return items
  const others = topics.filter(({ telling, told, overAt }) => {
    return (
      told !== undefined && overAt === undefined && !telling.once && !items.some(({ state }) => state === telling.name)
    )
  })
  return [...items, ...others.map((topic) => item(topic, 'lasts'))]
}

function itemOf({ startedAt }: Ledger, topic: Topic, afterMs: number, now: Instant): Item | undefined {
  const { telling, told, overAt, seenSince } = topic
  if (overAt !== undefined) return told === undefined ? undefined : over(topic, overAt)
  if (told !== undefined && telling.once) return undefined
  if (told !== undefined) return now.mono - told.at >= reminderMs(told.again) ? item(topic, 'lasts') : undefined
  const atOnce = telling.told === 'at once'
  const dueAt = atOnce ? startedAt + quietAfterStartMs : seenSince + afterMs
  return now.mono >= dueAt ? item(topic, 'began') : undefined
}

function item({ telling, since }: Topic, event: 'began' | 'lasts'): Item {
  const { name: state, of, condition, what, next } = telling
  return { state, of, event, condition, what, next, since, tookMs: undefined }
}

function over({ telling, since }: Topic, overAt: number): Item {
  const { name: state, of, condition, title } = telling
  const tookMs = Math.max(0, overAt - since)
  return { state, of, event: 'over', condition, what: `${title}.`, next: undefined, since, tookMs }
}

/** How long after the first message the reminder after so many others is due. */
function reminderMs(again: number): number {
  return remindersMs[again] ?? (again - remindersMs.length + 1) * dayMs
}

/** The items have been sent, and the receiver has not answered yet. */
export function sent(ledger: Ledger, items: readonly Item[], now: Instant): Ledger {
  return { ...ledger, sending: items, sentAt: now.mono }
}

/** The receiver has taken what was sent. */
export function taken(ledger: Ledger, now: Instant): Ledger {
  const topics = new Map(ledger.topics)
  for (const { state, of, event } of ledger.sending) {
    const name = topicOf(state, of)
    const topic = topics.get(name)
    if (topic === undefined) continue
    if (event !== 'over') topics.set(name, { ...topic, told: toldAgain(topic, now) })
    // It has begun again meanwhile: that is to be told anew.
    else if (topic.overAt === undefined)
      topics.set(name, { ...topic, told: undefined, since: topic.telling.since ?? now.wall })
    else topics.delete(name)
  }
  const today = { ...ledger.today, messages: ledger.today.messages + 1 }
  return { ...ledger, topics, today, sending: [], catchUp: false, missed: undefined }
}

function toldAgain({ told }: Topic, now: Instant): Topic['told'] {
  if (told === undefined) return { at: now.mono, again: 0 }
  let { again } = told
  while (now.mono - told.at >= reminderMs(again)) again += 1
  return { at: told.at, again }
}

/** The receiver has not taken what was sent. */
export function notTaken(ledger: Ledger, now: Instant): Ledger {
  const { missed, sending } = ledger
  const times = (missed?.times ?? 0) + 1
  const waitMs = retriesMs[times - 1] ?? retriesMs.at(-1) ?? 0
  return { ...ledger, sending: [], missed: { keys: sending.map(keyOf), times, dueAt: now.mono + waitMs } }
}

const keyOf = ({ state, of, event }: Item): string => `${topicOf(state, of)} ${event}`

/** What a receiver is told of apart: a state, or a state of one thing. */
function topicOf(name: string, of: string | undefined): string {
  return of === undefined ? name : `${name} ${of}`
}

function isAtOnce({ topics }: Ledger, name: string): boolean {
  return topics.get(name)?.telling.told === 'at once'
}

function dayOf({ wall }: Instant): number {
  return Math.floor(wall / dayMs)
}
