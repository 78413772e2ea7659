import type { NoToken } from '../../../src/tokens/cache/failures.ts'
import { isPaused } from '../../../src/tokens/cache/rejections.ts'
import type { AccessToken, Instant, TokenSource } from '../../../src/tokens/token-source.ts'
import { seededRandom } from '../../support/random.ts'
import { type Member, newMember, type Settings, tokenKeeping } from './member.ts'
import { sharedModel } from './shared-model.ts'
import { count, emptyTally, type Tally } from './tally.ts'
import { timeline } from './timeline.ts'
import { type ServerOptions, type SimulatedToken, simulated, tokenServer } from './token-server.ts'

export type FleetOptions = Readonly<{
  server: ServerOptions
  sidecars: number
  /** They share a token through a cache. */
  shared: boolean
  durationMs: number
  startsAt: (id: number) => number
  /** When its first GET comes: whole milliseconds. */
  callsFrom: (id: number) => number
  /** Each sidecar has a GET so often: whole milliseconds. */
  callEveryMs: number
  /** From a call's way to CATAPA to its answer; CATAPA judges its token in the middle of it. */
  apiMs: number
  settings: Omit<Settings, 'random'>
  seed: number
}>

const kinds = { look: 0, call: 1, answer: 2, land: 3, files: 4, poll: 5 } as const
const ofKinds = 8
/** Files with credentials are looked at so often (design/promises 4.10). */
const filesEveryMs = 2000
/** A look at the shared cache. */
const storeMs = 1

/** Never called: the identity says which secret a token request has. */
const oldSecret: TokenSource = () => Promise.reject(new Error('not called'))
const newSecret: TokenSource = () => Promise.reject(new Error('not called'))

/** The product's own scheduling for many sidecars on a virtual clock: what their token server and their callers saw. */
export function simulate(options: FleetOptions): Tally {
  const { sidecars, durationMs, startsAt, callsFrom, callEveryMs, apiMs, seed } = options
  const { tokenMs, rotatedAt } = options.server
  if (apiMs > tokenMs) throw new Error('a token would end before calls that were counted')
  const random = seededRandom(seed)
  const tally = emptyTally(durationMs)
  const events = timeline()
  const outcomes = new Map<Member, SimulatedToken | NoToken>()
  let now: Instant = { mono: 0, wall: 0 }
  // By id and in flat arrays: most looks are put off, and what is passed over should touch no member.
  /** When a member looks at its token again. */
  const looksAt = new Float64Array(sidecars)
  /** When its next call comes that is not only counted. */
  const singleCallAt = new Float64Array(sidecars).fill(Number.POSITIVE_INFINITY)
  /** Who may have the token that a new one would end. */
  const holders = new Set<Member>()
  const server = tokenServer(options.server, () => {
    const before = [...holders]
    holders.clear()
    for (const member of before) {
      countAlike(member)
      arrange(member)
    }
  })
  const tokens = tokenKeeping(
    { ...options.settings, random },
    {
      now: () => now,
      asks(member, from, rejected) {
        if (options.shared) model.turn(member, from, rejected)
        else ask(member, from)
      },
      looks: planLook,
      answers(member, { refused }, said) {
        if (said instanceof Error) count(tally.refused, now.mono, 60_000)
        else send(member, said, refused !== undefined)
      },
    },
  )
  const model = sharedModel({
    now: () => now.mono,
    random,
    refreshMarginMs: options.settings.refreshMarginMs,
    ask,
    taken(member, token) {
      outcomes.set(member, { ...token, shared: 'taken' })
      push(now.mono + storeMs, kinds.land, member)
    },
    lookAgain: (member, afterMs) => push(now.mono + afterMs, kinds.poll, member),
  })
  const members = Array.from({ length: sidecars }, (_, id) => {
    const at = startsAt(id)
    const member = newMember(id, oldSecret, at, callsFrom(id))
    planLook(member, at)
    if (rotatedAt < durationMs) push(rotatedAt + random() * filesEveryMs, kinds.files, member)
    return member
  })

  function push(at: number, kind: number, { id }: Member): void {
    events.push(at, id * ofKinds + kind)
  }

  function planLook(member: Member, at: number): void {
    looksAt[member.id] = at
    if (at < durationMs) push(at, kinds.look, member)
  }

  function ask(member: Member, from: TokenSource): void {
    count(tally.tokenRequests, now.mono, 1000)
    outcomes.set(member, server.ask(now.mono, from === newSecret))
    push(now.mono + tokenMs, kinds.land, member)
  }

  function send(member: Member, token: AccessToken, again: boolean): void {
    member.sent.push({ token, at: now.mono, again })
    push(now.mono + apiMs, kinds.answer, member)
  }

  function call(member: Member, refused?: AccessToken): void {
    const token = tokens.get(member, refused)
    if (token !== undefined) send(member, token, refused !== undefined)
  }

  /** As `serve` has it: after a 401 once more with another token, if that is to be had. */
  function answered(member: Member): void {
    const sent = member.sent.shift()
    if (sent === undefined) return
    const { token, at, again } = sent
    if (server.isGood(simulated(token), at + apiMs / 2)) return void tokens.accept(member, token)
    count(tally.met401, now.mono, 60_000)
    tokens.reject(member, token)
    if (again || (tokens.reject(member, token) && member.state.held !== undefined)) {
      count(tally.refused, now.mono, 60_000)
    } else call(member, token)
  }

  function land(member: Member): void {
    const outcome = outcomes.get(member)
    outcomes.delete(member)
    if (outcome === undefined) return
    if (options.shared) model.ended(member, outcome)
    if ('value' in outcome && outcome.issued.endedAt === Number.POSITIVE_INFINITY) holders.add(member)
    tokens.land(member, outcome)
  }

  /** Counts the calls since the last event of this member. */
  function countAlike(member: Member): void {
    const end = Math.min(now.mono, member.alikeUntil)
    const calls = Math.ceil((end - member.nextCallAt) / callEveryMs)
    if (calls <= 0) return
    tally.total.calls += calls
    for (let i = 0; i < calls && member.alike === 'refused'; i++) {
      count(tally.refused, member.nextCallAt + i * callEveryMs, 60_000)
      count(tally.met401, member.nextCallAt + i * callEveryMs, 60_000)
    }
    member.nextCallAt += calls * callEveryMs
    tokens.wasUsed(member, member.nextCallAt - callEveryMs)
  }

  /** Until when its calls will be alike, if nothing happens; the first one after that is an event. */
  function arrange(member: Member): void {
    const { held, rejections } = member.state
    member.alikeUntil = 0
    if (held !== undefined && !held.doubtful) {
      const { endedAt, expiresAt } = simulated(held.token).issued
      const goodUntil = Math.min(endedAt, expiresAt) - apiMs / 2
      const heldUntil = held.expiresAt.mono - held.holdBeforeMs
      member.alike = goodUntil > now.mono ? 'fine' : 'refused'
      if (member.alike === 'fine') member.alikeUntil = Math.min(heldUntil, goodUntil)
      // In the pause of renewals each 401 passes to its caller.
      else if (isPaused(rejections, now.mono)) member.alikeUntil = Math.min(heldUntil, rejections.pausedUntil - apiMs)
    }
    const calls = Math.max(0, Math.ceil((member.alikeUntil - member.nextCallAt) / callEveryMs))
    const at = member.nextCallAt + calls * callEveryMs
    if (at === singleCallAt[member.id]) return
    singleCallAt[member.id] = at
    push(at, kinds.call, member)
  }

  /** Whether an event is still to happen: others were put in its place by then. */
  function isDue(id: number, kind: number): boolean {
    if (kind === kinds.look) return looksAt[id] === now.mono
    return kind !== kinds.call || singleCallAt[id] === now.mono
  }

  function happens(member: Member, kind: number): void {
    if (kind === kinds.look) tokens.wake(member)
    else if (kind === kinds.call && member.nextCallAt === now.mono) {
      tally.total.calls += 1
      member.nextCallAt += callEveryMs
      call(member)
    } else if (kind === kinds.answer) answered(member)
    else if (kind === kinds.land) land(member)
    else if (kind === kinds.files) tokens.replace(member, newSecret)
  }

  while (events.nextAt() < durationMs) {
    const at = events.nextAt()
    now = { mono: at, wall: at }
    const event = events.pop()
    const id = (event / ofKinds) | 0
    const kind = event % ofKinds
    if (!isDue(id, kind)) continue
    const member = members[id]
    if (member === undefined) break
    if (kind === kinds.poll) {
      model.look(member) // It changes nothing of the member.
      continue
    }
    countAlike(member)
    happens(member, kind)
    arrange(member)
  }
  now = { mono: durationMs, wall: durationMs }
  for (const member of members) countAlike(member)
  return tally
}
