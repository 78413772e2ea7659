import type { Resent } from '../../log/request-record.ts'
import { type ProblemError, problem, type Reached } from '../../problems/problem.ts'
import type { AccessToken } from '../../tokens/token-source.ts'

// The life of a call, from the guards to the end of its answer: the data of each phase, and where each event leads.
// It is data and pure functions over it; `serve.ts` does what a phase asks for. All that decides whether CATAPA gets a
// request a second time stands here.

/** Facts that are certain once the body of a call is there. */
export type Prospect = Readonly<{
  /** A GET or HEAD without a body: to send it twice, or later, changes nothing. */
  reads: boolean
  /** SIDECAR_REPLAY lets it be sent again after a 401, and all of its body is still there. */
  replayable: boolean
  /** Its body goes as it comes, and so only once. */
  streamed: boolean
  /** Its caller takes the end of the connection for the end of the answer, and cannot notice a cut (design/promises 3.13). */
  blind: boolean
  /** It is a guarded write: its answer is kept back until it is whole (design/promises 12.4). */
  guarded: boolean
}>

/** Before its body is there. */
export const unknownYet: Prospect = { reads: false, replayable: false, streamed: false, blind: false, guarded: false }

/** The past of a call in any phase. */
export type Past = Readonly<{
  /** Each reason counts once. */
  resent: readonly Resent[]
  /** It was lost on a connection, before any answer: CATAPA may have acted on it, whatever becomes of it now. */
  lost: boolean
  /** The token that CATAPA refused, whose successor was waited for. */
  refused: AccessToken | undefined
  /** It may be sent: its line is in the audit trail, where it needs one. */
  begun: boolean
}>

/** An answer of CATAPA's that is kept back: it may not be the last one, or is for a blind caller. */
export type Kept = Readonly<{
  token: AccessToken
  status: number
  /** It is a 401, and its token had been dropped already, or replaced: it says nothing about the request (design/promises 3.17). */
  stale: boolean
  /** It asks for a pause, which the call waits out. */
  pauses: boolean
}>

/** Waits for a token: the first one; another one after a 401; or one that tells why the 401 came (design/promises 11.4). */
export type Asking = Readonly<
  { phase: 'asking'; past: Past } & ({ why: 'first'; kept?: undefined } | { why: 'resend' | 'verdict'; kept: Kept })
>
/** Waits for a place; `token` is the one of now, and `kept` the answer to pass on where none comes in time. */
export type Waiting = Readonly<{
  phase: 'waiting'
  past: Past
  token: AccessToken | undefined
  again: Resent | undefined
  kept: Kept | undefined
}>
/** Has a place, and waits for what has to come before its first byte. */
export type Starting = Readonly<Omit<Waiting, 'phase'> & { phase: 'starting' }>
/** Is at CATAPA, and no answer has come. */
export type Sent = Readonly<Omit<Starting, 'phase' | 'token'> & { phase: 'sent'; token: AccessToken }>
/** The answer comes, and is kept back. */
export type Keeping = Readonly<{ phase: 'keeping'; past: Past; kept: Kept }>
/** The answer comes, and goes on to the caller. */
export type Passing = Readonly<{ phase: 'passing'; past: Past; token: AccessToken; status: number }>
/** Nothing more is sent. */
export type Over = Readonly<{ phase: 'over'; past: Past; end: End }>

/** How it ends: the answer has been passed on, or is to be; it is that of an earlier write; or there is none, for a reason. */
export type End = Readonly<
  { as: 'passed' } | { as: 'repeat' } | { as: 'kept'; kept: Kept } | { as: 'failed'; reason: Error }
>

/** Phases that ask for something to be done, and the last one. */
export type Next = Asking | Waiting | Starting | Sent | Over
export type Life = Next | Keeping | Passing

export const born: Asking = {
  phase: 'asking',
  past: { resent: [], lost: false, refused: undefined, begun: false },
  why: 'first',
}

/** Whether it has a place on the connections to CATAPA. */
export function hasPlace({ phase }: Life): boolean {
  return phase === 'starting' || isAtUpstream(phase)
}

/** Whether CATAPA may be working on it. */
export function isAtUpstream(phase: Life['phase']): boolean {
  return phase === 'sent' || phase === 'keeping' || phase === 'passing'
}

/** Of the answer that comes now. */
export function statusOf(life: Life): number | undefined {
  return life.phase === 'keeping' ? life.kept.status : life.phase === 'passing' ? life.status : undefined
}

/** Whether it has had a place before: it goes before the others of its share. */
export function hadPlace({ token, again }: Waiting): boolean {
  return token === undefined || again !== undefined
}

/** Whether CATAPA may have acted on it before it is sent now; it has not where it refused the token. */
export function reachedBefore({ past }: Sent): Reached {
  return past.lost ? 'maybe' : 'no'
}

/** Whether it may wait for the end of a pause that CATAPA's answer asks for: that happens once (design/promises 10.4). */
export function mayWaitOut({ past, again }: Sent, { reads }: Prospect): boolean {
  return reads && again !== 'pause' && !past.resent.includes('pause')
}

/** A token is there. */
export function onToken(life: Asking, token: AccessToken): Next {
  const { past } = life
  if (life.why === 'first') return { phase: 'waiting', past, token, again: undefined, kept: undefined }
  if (life.why === 'resend') return { phase: 'waiting', past, token, again: 'refused', kept: undefined }
  return token.shared === 'taken' ? failed(life, staleRefusal(life.past)) : passKept(past, life.kept)
}

/** No token is to be had. */
export function onNoToken(life: Asking, reason: Error): Next {
  if (life.kept === undefined || (life.kept.stale && life.why === 'resend')) return failed(life, reason)
  return passKept(life.past, life.kept)
}

/** A place is there; the token from before a wait may have ended. */
export function onPlace({ past, token, again, kept }: Waiting, waited: boolean): Starting {
  return { phase: 'starting', past, token: waited ? undefined : token, again, kept }
}

/** No place came in time, or the call cannot start. A caller for which an answer of CATAPA's is kept gets that. */
export function onNotStarted({ past, kept }: Waiting | Starting, reason: Error): Next {
  return kept === undefined ? { phase: 'over', past, end: { as: 'failed', reason } } : passKept(past, kept)
}

/** All that comes before the first byte has come, and the token of now is there. */
export function onStart({ past, again, kept }: Starting, token: AccessToken): Sent {
  return { phase: 'sent', past: past.begun ? past : { ...past, begun: true }, token, again, kept }
}

/** A pause has begun before a byte has left: it waits, unless its body is given up with the connection. */
export function onPaused(life: Sent, { streamed }: Prospect, leftMs: number): Next {
  const { past, again, kept } = life
  if (streamed) return failed(life, problem('catapa_pauses', {}, { retryAfterMs: leftMs }))
  return { phase: 'waiting', past, token: undefined, again, kept }
}

/**
 * The connection was lost before any byte of an answer, mostly one that CATAPA had closed while it was idle: a GET or HEAD
 * is sent once more (design/promises 3.9).
 */
export function onLost(life: Sent, { reads }: Prospect, reason: Error): Next {
  if (!reads || life.past.lost) return failed(life, reason)
  return { ...life, past: { ...pastOf(life), lost: true }, again: 'lost', kept: undefined }
}

/** The head of CATAPA's answer. Kept back is what may not be the last one, and what is for a caller that cannot notice a cut. */
export function onHead(life: Sent, { blind, guarded }: Prospect, head: Omit<Kept, 'token'>): Keeping | Passing {
  const { token } = life
  const { status, pauses } = head
  const past = pastOf(life)
  if (status === 401 || blind || guarded || pauses) return { phase: 'keeping', past, kept: { token, ...head } }
  return { phase: 'passing', past, token, status }
}

/** The answer has become too large to be kept back: it passes on, from its beginning. */
export function onLarge(life: Keeping): Passing | Over {
  const { past, kept } = life
  if (kept.stale) return failed(life, staleRefusal(life.past))
  return { phase: 'passing', past, token: kept.token, status: kept.status }
}

/** The answer is complete. */
export function onEnd(life: Keeping | Passing, { replayable }: Prospect): Next {
  const { past } = life
  if (life.phase === 'passing') return { phase: 'over', past, end: { as: 'passed' } }
  const { kept } = life
  const { token, status, stale, pauses } = kept
  const refused = status === 401
  if (refused && past.refused === undefined && replayable) {
    return { phase: 'asking', past: { ...past, refused: token }, why: 'resend', kept }
  }
  if (pauses) return { phase: 'waiting', past, token: undefined, again: 'pause', kept }
  if (stale) return failed(life, staleRefusal(life.past))
  // Another sidecar's newer token may have ended this one: that shows when the successor is there.
  if (refused && token.shared !== undefined) {
    return { phase: 'asking', past, why: 'verdict', kept }
  }
  return passKept(past, kept)
}

/** Nothing more comes of it: the caller has gone, the sidecar has to stop, or the exchange has failed. */
export function failed(life: Life, reason: Error): Over {
  if (life.phase === 'over') return life
  return { phase: 'over', past: life.phase === 'sent' ? pastOf(life) : life.past, end: { as: 'failed', reason } }
}

function passKept(past: Past, kept: Kept): Over {
  return { phase: 'over', past, end: { as: 'kept', kept } }
}

/** It repeats an earlier write, whose answer it gets: nothing is sent. */
export function onRepeat({ past }: Asking): Over {
  return { phase: 'over', past, end: { as: 'repeat' } }
}

/** Of a call that was sent, once more or not. */
function pastOf({ past, again }: Sent): Past {
  return again === undefined ? past : { ...past, resent: [...past.resent, again] }
}

/** A 401 that says nothing about the request, and no other token was asked for. */
function staleRefusal(past: Past): ProblemError {
  return problem('token_no_longer_current', { lost: past.lost })
}
