import type { StoredAnswer } from './stored-answer.ts'

// Writes of which a repeat may come (design/promises 12): data and functions over it. `repeats.ts` is the shell.

/** How far a write has come. Instants are those of its end, as `steadyNow`. */
export type Stage = Readonly<
  | { is: 'under way'; callerGone: boolean }
  /** `open`: the caller's connection has yet to show whether the answer arrived. */
  | { is: 'answered'; status: number; delivered: 'open' | 'yes' | 'no'; answer: StoredAnswer | undefined; at: number }
  /** CATAPA may have acted on it, and no answer of CATAPA's says so. `status`: CATAPA's 502 or 504. */
  | { is: 'unknown'; status: number | undefined; at: number }
>

/** A guarded write. */
export type KnownWrite = {
  /** Two writes with the same one are the same write: a keyed digest. */
  readonly same: string
  /** Only of a write with an `Idempotency-Key`: the digest of its content; undefined also where its body was too large. */
  readonly content: string | undefined
  /** It has an `Idempotency-Key`, which says what is the same. */
  readonly keyed: boolean
  /** Its caller, method and operation, for people. */
  readonly caller: string
  readonly method: string
  readonly operation: string
  /** As its caller has got it. */
  readonly requestId: string
  /** As Date.now. */
  readonly beganAt: number
  /** Of its begin line. */
  seq: number | undefined
  stage: Stage
  /** A repeat is waiting for its answer, or being given it. */
  claimed: boolean
  /** Wakes the repeat that waits for its end. */
  wake: (() => void) | undefined
}

/** All of them, by what is the same. */
export type KnownWrites = {
  readonly windowMs: number
  readonly bySame: Map<string, KnownWrite[]>
  /** In the order of their ends. */
  readonly ended: Set<KnownWrite>
  /** Those of them with an answer, in the same order. */
  readonly answered: Set<KnownWrite>
  /** Those whose answer did not arrive, and those with a key whose answer did. */
  readonly undelivered: Set<KnownWrite>
  readonly delivered: Set<KnownWrite>
  /** All answers that are kept, those included of which it is open whether they arrived. */
  answers: number
  answerBytes: number
}

/** Bounds of what is remembered (design/promises 12.5). */
export const mostAnswers = 1000
export const mostAnswerBytes = 16 * 1024 * 1024
export const mostDelivered = 4000
export const mostOpen = 4000

export function noWrites(windowMs: number): KnownWrites {
  const set = () => new Set<KnownWrite>()
  const sets = { ended: set(), answered: set(), undelivered: set(), delivered: set() }
  return { windowMs, bySame: new Map(), ...sets, answers: 0, answerBytes: 0 }
}

/** What happens with a write that comes now. */
export type Decision = Readonly<
  | { what: 'send' }
  | { what: 'wait'; earlier: KnownWrite }
  | { what: 'give'; earlier: KnownWrite; answer: StoredAnswer }
  | { what: 'refuse'; earlier: KnownWrite; outcome: 'done' | 'unknown' | 'under_way' }
  | { what: 'other content'; earlier: KnownWrite }
>

const send: Decision = { what: 'send' }

/** The table of design/promises 12.3: what `earlier` ones, the oldest first, mean for the same write now. */
export function decide(earlier: readonly KnownWrite[], now: Pick<KnownWrite, 'keyed' | 'content'>): Decision {
  for (const write of earlier) {
    const decision = now.keyed ? withKey(write, now) : withoutKey(write)
    if (decision.what !== 'send') return decision
  }
  return send
}

/** For one repeat at a time: a second one beside it is another write. */
function withoutKey(earlier: KnownWrite): Decision {
  const { stage, claimed } = earlier
  if (claimed) return send
  switch (stage.is) {
    case 'under way':
      return stage.callerGone ? { what: 'wait', earlier } : send
    case 'answered':
      return stage.delivered === 'no' ? giveOrRefuse(earlier, stage) : send
    case 'unknown':
      return { what: 'refuse', earlier, outcome: 'unknown' }
  }
}

function withKey(earlier: KnownWrite, now: Pick<KnownWrite, 'content'>): Decision {
  const { stage, claimed, content } = earlier
  if (content !== undefined && now.content !== undefined && content !== now.content) {
    return { what: 'other content', earlier }
  }
  switch (stage.is) {
    case 'under way':
      return stage.callerGone && !claimed
        ? { what: 'wait', earlier }
        : { what: 'refuse', earlier, outcome: 'under_way' }
    case 'answered':
      return giveOrRefuse(earlier, stage)
    case 'unknown':
      return { what: 'refuse', earlier, outcome: 'unknown' }
  }
}

function giveOrRefuse(earlier: KnownWrite, { answer }: Stage & { is: 'answered' }): Decision {
  return answer === undefined ? { what: 'refuse', earlier, outcome: 'done' } : { what: 'give', earlier, answer }
}

/** The end of a write, as far as the next one is concerned. `none`: CATAPA has not acted on it. */
export type Outcome = Readonly<
  { is: 'none' } | { is: 'answered'; status: number } | { is: 'unknown'; status: number | undefined }
>

/** Statuses with which CATAPA says that it has not acted: the same write may come again. */
const notActed = new Set([401, 408, 425, 429, 503])
/** Statuses of a gateway before CATAPA, which does not know. */
const notKnown = new Set([502, 504])

/** @param reached how far it came @param status of CATAPA's last answer */
export function outcomeOf(reached: 'no' | 'maybe' | 'yes', status: number | undefined): Outcome {
  if (reached === 'no') return { is: 'none' }
  if (reached === 'maybe' || status === undefined) return { is: 'unknown', status: undefined }
  if (notActed.has(status)) return { is: 'none' }
  return notKnown.has(status) ? { is: 'unknown', status } : { is: 'answered', status }
}

export function writesLike({ bySame }: KnownWrites, same: string): readonly KnownWrite[] {
  return bySame.get(same) ?? []
}

/** From here on a repeat of it is recognised. */
export function add(known: KnownWrites, write: KnownWrite): void {
  const like = known.bySame.get(write.same)
  if (like === undefined) known.bySame.set(write.same, [write])
  else like.push(write)
  if (write.stage.is !== 'under way') known.ended.add(write)
  if (write.stage.is === 'answered' && write.stage.delivered !== 'open') note(known, write, write.stage.delivered)
}

/** Nothing is known of it any more. */
export function forget(known: KnownWrites, write: KnownWrite): void {
  const like = writesLike(known, write.same)
  if (like.length > 1)
    known.bySame.set(
      write.same,
      like.filter((other) => other !== write),
    )
  else if (like[0] === write) known.bySame.delete(write.same)
  dropAnswer(known, write)
  known.ended.delete(write)
  known.delivered.delete(write)
  known.undelivered.delete(write)
}

/** It has ended. @param stood its caller's connection stands, and the answer goes there now */
export function settle(
  known: KnownWrites,
  write: KnownWrite,
  outcome: Outcome,
  { answer, stood, now }: Readonly<{ answer: StoredAnswer | undefined; stood: boolean; now: number }>,
): void {
  if (outcome.is === 'none') forget(known, write)
  else if (outcome.is === 'unknown') {
    write.stage = { is: 'unknown', status: outcome.status, at: now }
    known.ended.add(write)
  } else {
    write.stage = { is: 'answered', status: outcome.status, delivered: 'open', answer, at: now }
    if (answer !== undefined) makeRoom(known, write, answer)
    if (!stood) deliver(known, write, 'no')
  }
  write.wake?.()
}

/** The connection has shown whether the answer arrived. Until then it is in no list, since nearly all do. */
export function deliver(known: KnownWrites, write: KnownWrite, delivered: 'yes' | 'no'): void {
  const { stage } = write
  if (stage.is !== 'answered') return
  if (delivered === 'yes' && !write.keyed) {
    forget(known, write)
    return
  }
  write.stage = { ...stage, delivered }
  known.ended.add(write)
  if (stage.answer !== undefined) known.answered.add(write)
  note(known, write, delivered)
}

/** Of those that were answered so many are remembered at most: an older one is sent when it comes again. */
function note(known: KnownWrites, write: KnownWrite, delivered: 'yes' | 'no'): void {
  const { delivered: arrived, undelivered } = known
  if (delivered === 'yes') undelivered.delete(write)
  const [those, most] = delivered === 'yes' ? [arrived, mostDelivered] : [undelivered, mostOpen]
  those.add(write)
  const [oldest] = those
  if (those.size > most && oldest !== undefined) forget(known, oldest)
}

/** Forgets what ended before the window. */
export function expire(known: KnownWrites, now: number): void {
  for (const write of known.ended) {
    const { stage } = write
    if (stage.is !== 'under way' && stage.at + known.windowMs > now) return
    forget(known, write)
  }
}

/** Whether too many writes are of unknown outcome, some of them of this caller. */
export function isFull({ ended, delivered, undelivered }: KnownWrites, caller: string): boolean {
  if (ended.size - delivered.size - undelivered.size < mostOpen) return false
  for (const write of ended) if (write.caller === caller && write.stage.is === 'unknown') return true
  return false
}

/** Of those that are only watched the oldest goes. */
export function forgetOldest(known: KnownWrites): void {
  const [oldest] = known.ended
  if (known.ended.size > mostOpen && oldest !== undefined) forget(known, oldest)
}

/** A person has to look after these: nobody knows what became of them, or their answer is gone. */
export function openWrites({ ended }: KnownWrites): KnownWrite[] {
  return [...ended].filter(({ stage }) => isOpen(stage))
}

function isOpen(stage: Stage): boolean {
  return stage.is === 'unknown' || (stage.is === 'answered' && stage.delivered === 'no' && stage.answer === undefined)
}

/** Drops answers, that of `write` itself where no other one is left, until all of them are within the bounds. */
function makeRoom(known: KnownWrites, write: KnownWrite, answer: StoredAnswer): void {
  known.answers += 1
  known.answerBytes += answer.bytes.length
  while (known.answers > mostAnswers || known.answerBytes > mostAnswerBytes) {
    dropAnswer(known, firstOf(known.delivered, known.answered) ?? firstOf(known.answered, known.answered) ?? write)
  }
}

function firstOf(order: ReadonlySet<KnownWrite>, among: ReadonlySet<KnownWrite>): KnownWrite | undefined {
  for (const write of order) if (among.has(write)) return write
  return undefined
}

function dropAnswer(known: KnownWrites, write: KnownWrite): void {
  const { stage } = write
  known.answered.delete(write)
  if (stage.is !== 'answered' || stage.answer === undefined) return
  known.answers -= 1
  known.answerBytes -= stage.answer.bytes.length
  write.stage = { ...stage, answer: undefined }
}
