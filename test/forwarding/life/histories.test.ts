// Hundreds of thousands of histories of a call in seconds, against a plain ledger of what was sent, when and why.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type Asking,
  born,
  failed,
  hadPlace,
  hasPlace,
  type Kept,
  type Life,
  mayWaitOut,
  onEnd,
  onHead,
  onLarge,
  onLost,
  onNoToken,
  onNotStarted,
  onPaused,
  onPlace,
  onStart,
  onToken,
  type Prospect,
  reachedBefore,
  type Sent,
  type Starting,
  type Waiting,
} from '../../../src/forwarding/life/life.ts'
import type { Resent } from '../../../src/log/request-record.ts'
import type { AccessToken } from '../../../src/tokens/token-source.ts'
import { seededRandom } from '../../support/random.ts'

/** CI has the time for more of them. */
const histories = process.env.CI === undefined ? 50_000 : 250_000
const firstSeed = 20_261_201

const at = { mono: 0, wall: 0 }
const aToken = { value: 'token', tenant: 'demo', sentAt: at, receivedAtMono: 0, lifetimeMs: 1, lifetimeAssumed: false }
const tokens: readonly AccessToken[] = [
  { ...aToken },
  { ...aToken },
  { ...aToken, shared: 'asked' },
  { ...aToken, shared: 'taken' },
]
const gone = new Error('the caller has gone')
const noToken = new Error('no token')
const noPlace = new Error('no place')
const notWritten = new Error('no line in the trail')
const broken = new Error('the exchange has failed')

/** What CATAPA got, as its own book would have it. */
type Entry = { token: AccessToken; how: 'under way' | 'lost' | 'failed' | 'left' | Omit<Kept, 'token'>; whole: boolean }
type Ledger = {
  sent: Entry[]
  line: boolean
  /** The caller has an answer, or the beginning of one. */
  told: boolean
  taken: number
  given: number
  /** It was lost, and that was not its end. */
  lost: boolean
  broken: string | undefined
}

function play(seed: number): Ledger & { life: Life; prospect: Prospect } {
  const chance = seededRandom(seed)
  const one = <T>(list: readonly T[]): T => list[Math.floor(chance() * list.length)] ?? assert.fail()
  const yes = (probability: number) => chance() < probability
  const prospect = prospectOf(yes)
  const ledger: Ledger = { sent: [], line: false, told: false, taken: 0, given: 0, lost: false, broken: undefined }
  const leaves = yes(0.3) ? 0.1 : 0
  let started = false
  const says = (rule: string) => {
    ledger.broken ??= rule
  }

  function comes(life: Sent): Life {
    // A pause is noticed when a connection is there, before a byte leaves.
    if (yes(0.1)) {
      const next = onPaused(life, prospect, 1000)
      if (prospect.streamed && next.phase !== 'over') says('it waits, and its body has been given up')
      return next
    }
    if (ledger.told) says('sent after its caller was told')
    if (!ledger.line) says('a byte left before its line was there')
    if ((reachedBefore(life) === 'maybe') !== ledger.sent.some(({ how }) => how === 'lost')) says('reached is untrue')
    const entry: Entry = { token: life.token, how: 'under way', whole: false }
    ledger.sent.push(entry)
    if (yes(leaves)) {
      entry.how = 'left'
      return failed(life, gone)
    }
    if (yes(0.2)) {
      entry.how = 'lost'
      const next = onLost(life, prospect, broken)
      ledger.lost ||= next.phase !== 'over'
      return next
    }
    if (yes(0.1)) {
      entry.how = 'failed'
      return failed(life, broken)
    }
    const status = one([200, 200, 401, 401, 429, 503, 500])
    const pauses = (status === 429 || status === 503) && yes(0.7) && mayWaitOut(life, prospect)
    entry.how = { status, stale: status === 401 && yes(0.3), pauses }
    const next = onHead(life, prospect, entry.how)
    if (pauses && next.phase === 'passing') says('the answer passes on, and the call was to wait')
    return next
  }

  function ends(life: Extract<Life, { phase: 'keeping' | 'passing' }>): Life {
    const entry = ledger.sent.at(-1) ?? assert.fail()
    if (!hasPlace(life)) says('its place was given back while CATAPA answers')
    if (yes(leaves)) return failed(life, gone)
    if (yes(0.05)) {
      entry.how = 'failed'
      return failed(life, broken)
    }
    if (life.phase === 'keeping' && yes(0.1)) return onLarge(life)
    entry.whole = true
    const next = onEnd(life, prospect)
    const isShared = life.phase === 'keeping' && life.kept.status === 401 && life.kept.token.shared !== undefined
    if (isShared && next.phase === 'over' && next.end.as === 'kept')
      says('nothing tells whether another sidecar ended the token')
    return next
  }

  function has(life: Asking, token: AccessToken): Life {
    const next = onToken(life, token)
    const isFailed = next.phase === 'over' && next.end.as === 'failed'
    // Another sidecar's newer token ended the one that was sent; else the 401 is CATAPA's own.
    if (life.why === 'verdict' && isFailed !== (token.shared === 'taken')) says('the 401 is told as what it is not')
    return next
  }

  /** An answer of CATAPA's that is kept back is what its caller gets then. */
  function cannotStart(life: Waiting | Starting, reason: Error): Life {
    const next = onNotStarted(life, reason)
    const isKept = next.phase === 'over' && next.end.as === 'kept'
    if (isKept !== (life.kept !== undefined)) says('an answer that was kept back is not passed on')
    return next
  }

  function gets(life: Waiting, waited: boolean): Life {
    if (hadPlace(life) !== ledger.taken > 0) says('its turn is that of another')
    const next = onPlace(life, waited)
    ledger.taken += 1
    if (waited && next.token !== undefined) says('it goes with the token from before the wait')
    return next
  }

  function act(life: Life): Life {
    switch (life.phase) {
      case 'asking':
        if (yes(leaves)) return failed(life, gone)
        return yes(0.2) ? onNoToken(life, noToken) : has(life, one(tokens.filter((it) => it !== life.kept?.token)))
      case 'waiting':
        if (yes(leaves)) return failed(life, gone)
        return yes(0.2) ? cannotStart(life, noPlace) : gets(life, yes(0.5))
      case 'starting':
        if (yes(leaves)) return failed(life, gone)
        if (life.past.begun !== started) says('its line is not there once')
        if (!life.past.begun && yes(0.1)) return cannotStart(life, notWritten)
        ledger.line = true
        if (yes(0.1)) return cannotStart(life, noToken)
        started = true
        return onStart(life, life.token ?? one(tokens.filter((it) => it !== life.past.refused)))
      case 'sent':
        return comes(life)
      case 'keeping':
      case 'passing':
        return ends(life)
      default:
        return life
    }
  }

  let life: Life = born
  for (let steps = 0; life.phase !== 'over'; steps += 1) {
    if (steps === 60) {
      says('it never ends')
      break
    }
    const had = hasPlace(life)
    life = act(life)
    if (had && !hasPlace(life)) ledger.given += 1
    if (life.phase === 'passing' || life.phase === 'over') ledger.told = true
  }
  return { ...ledger, life, prospect }
}

function prospectOf(yes: (probability: number) => boolean): Prospect {
  const reads = yes(0.5)
  const streamed = !reads && yes(0.3)
  return { reads, streamed, replayable: !streamed && yes(0.7), blind: yes(0.2), guarded: !reads && yes(0.2) }
}

/** Why the next one followed, by CATAPA's book. */
function whyAgain({ how, whole }: Entry): Resent | undefined {
  if (how === 'lost') return 'lost'
  if (typeof how !== 'object' || !whole) return undefined
  if (how.status === 401) return 'refused'
  return how.pauses ? 'pause' : undefined
}

/** @returns the first rule that does not hold */
function judged({
  sent,
  taken,
  given,
  lost,
  life,
  prospect,
  broken: rule,
}: ReturnType<typeof play>): string | undefined {
  if (rule !== undefined) return rule
  if (life.phase !== 'over') return 'it has no end'
  const { past, end } = life
  if (taken !== given) return `${taken} places taken, ${given} given back`
  if (failed(life, gone) !== life) return 'it ends twice'
  if (past.lost !== lost) return 'its caller is told that CATAPA cannot have acted on it, or that it may have'
  const last = sent.at(-1)
  const again = sent.slice(0, -1)
  for (const [index, entry] of again.entries()) {
    const why = whyAgain(entry)
    if (why === undefined) return 'sent again for no reason'
    if (why !== past.resent[index]) return `sent again as ${why}, told as ${past.resent[index]}`
    if (why === 'refused' && !prospect.replayable) return 'sent again after a 401 against the setting'
    if (why === 'refused' && sent[index + 1]?.token === entry.token) return 'sent again with the refused token'
    if (why !== 'refused' && !prospect.reads) return 'a write was sent again, and CATAPA had not refused its token'
  }
  if (sent.length > 0 && past.resent.length !== again.length) return 'told to be sent again, and was not'
  if (new Set(past.resent).size < past.resent.length) return 'sent again twice for one reason'
  if (!prospect.reads && sent.length > 2) return 'a write was sent three times'
  if (end.as === 'passed' || end.as === 'kept') {
    if (typeof last?.how !== 'object') return 'an answer that CATAPA has not given'
    if (last.how.stale) return 'a 401 to a token that was not current is passed on'
  }
  if (end.as === 'kept' && typeof last?.how === 'object' && end.kept.status !== last.how.status)
    return 'an older answer'
  return undefined
}

test(`in ${histories} histories nothing is sent without a reason, a write only after a 401, and all is given back once`, () => {
  const seen = { resent: new Set<string>(), ends: new Set<string>(), most: 0 }
  const began = process.cpuUsage()
  for (let seed = firstSeed; seed < firstSeed + histories; seed += 1) {
    const history = play(seed)
    const rule = judged(history)
    assert.equal(rule, undefined, `seed ${seed}: ${rule}: ${JSON.stringify(history)}`)
    const { life, sent } = history
    if (life.phase !== 'over') continue
    seen.resent.add(life.past.resent.join())
    seen.ends.add(life.end.as)
    seen.most = Math.max(seen.most, sent.length)
  }
  const { user } = process.cpuUsage(began)
  assert.ok(user < 20_000_000, `${user / 1e6} s of processor time`)
  // The histories reach what they are about.
  assert.deepEqual([...seen.ends].sort(), ['failed', 'kept', 'passed'])
  for (const resent of ['', 'lost', 'refused', 'pause', 'lost,refused', 'pause,refused'])
    assert.ok(seen.resent.has(resent), resent)
  assert.equal(seen.most, 4)
})
