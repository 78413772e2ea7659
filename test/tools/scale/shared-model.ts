import type { NoToken } from '../../../src/tokens/cache/failures.ts'
import type { AccessToken, TokenSource } from '../../../src/tokens/token-source.ts'
import type { Member } from './member.ts'
import type { SimulatedToken } from './token-server.ts'

/** Whoever waits for another sidecar looks again after so long, doubling. */
const firstPollMs = 20
const longestPollMs = 250
/** Then it asks for itself: `SIDECAR_TOKEN_TIMEOUT` and 2 s. */
const patienceMs = 7000
/** What is as near to its end as this many margins of renewal is not taken over. */
const margins = 1.1

/** The store's keys of one secret. A put token has another text each time. */
type Store = { token: SimulatedToken | undefined; text: number; holder: Member | undefined }
/** What a member was given last, and its text; 0: it is not in the store. */
type Last = { token: SimulatedToken; text: number }
type Place = Readonly<{ store: Store; lasts: Map<Member, Last> }>
/** One member's turn: what it looks for, and where. */
type Turn = Place & {
  readonly from: TokenSource
  readonly rejected: AccessToken | undefined
  readonly until: number
  pollMs: number
  known: number
  drop: boolean
}

export type Surroundings = {
  now(): number
  random(): number
  refreshMarginMs: number
  /** One token request, of which `ended` is told. */
  ask(member: Member, from: TokenSource): void
  taken(member: Member, token: SimulatedToken): void
  lookAgain(member: Member, afterMs: number): void
}

/**
 * The shared token of several sidecars, as the contract has it: a lock for who asks, the others look again; what was asked
 * again is another text, and a token that was refused or is about to be renewed is none. A model: the store is always there.
 */
export function sharedModel({ now, random, refreshMarginMs, ask, taken, lookAgain }: Surroundings) {
  const places = new Map<TokenSource, Place>()
  const turns = new Map<Member, Turn>()
  let texts = 0

  function placeOf(from: TokenSource): Place {
    const found = places.get(from)
    if (found !== undefined) return found
    const made: Place = { store: { token: undefined, text: 0, holder: undefined }, lasts: new Map() }
    places.set(from, made)
    return made
  }

  const leftMs = ({ sentAt, lifetimeMs }: AccessToken) => sentAt.mono + lifetimeMs - now()

  function isWanted(token: SimulatedToken, rejected: AccessToken | undefined, last: Last | undefined): boolean {
    if (token.value === rejected?.value) return false
    if (token.value === last?.token.value) return true
    if (leftMs(token) <= margins * Math.min(refreshMarginMs, 0.2 * token.lifetimeMs)) return false
    return rejected !== undefined || last === undefined || leftMs(token) > leftMs(last.token)
  }

  function look(member: Member): void {
    const turn = turns.get(member)
    if (turn === undefined) return
    const { from, rejected, store, lasts } = turn
    if (store.token !== undefined && leftMs(store.token) <= 0) store.token = undefined
    if (store.token !== undefined && store.text !== turn.known) {
      const { token, text } = store
      if (now() < turn.until && isWanted(token, rejected, lasts.get(member))) {
        lasts.set(member, { token, text })
        turns.delete(member)
        taken(member, token)
        return
      }
      turn.known = text
      turn.drop = token.value === rejected?.value
    }
    if (turn.drop) store.token = undefined
    if (store.holder !== undefined && now() < turn.until) {
      lookAgain(member, turn.pollMs * (0.5 + random()))
      turn.pollMs = Math.min(2 * turn.pollMs, longestPollMs)
      return
    }
    store.holder ??= member
    ask(member, from)
  }

  return {
    look,
    turn(member: Member, from: TokenSource, rejected: AccessToken | undefined): void {
      const { store, lasts } = placeOf(from)
      const last = lasts.get(member)
      const drop = rejected !== undefined && last?.token.value === rejected.value
      const until = now() + patienceMs
      turns.set(member, { store, lasts, from, rejected, until, pollMs: firstPollMs, known: last?.text ?? 0, drop })
      look(member)
    },
    /** The token request of a member has ended. */
    ended(member: Member, outcome: SimulatedToken | NoToken): void {
      const turn = turns.get(member)
      if (turn === undefined) return
      turns.delete(member)
      const { store, lasts, rejected, known } = turn
      const free = store.holder === undefined && (store.token === undefined || store.text === known)
      const mayPut = store.holder === member || free
      if (store.holder === member) store.holder = undefined
      if (!('value' in outcome)) return
      const put = mayPut && outcome.value !== rejected?.value && leftMs(outcome) > 0
      if (put) Object.assign(store, { token: outcome, text: ++texts })
      lasts.set(member, { token: outcome, text: put ? texts : 0 })
    },
  }
}
