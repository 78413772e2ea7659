import { clockTime, countdown } from '../../../words/units.ts'
import type { Facts } from '../../status/known-facts.ts'
import { problemTitle } from '../call-words.ts'
import { pauseWords, sendsMost } from '../share-words.ts'
import type { SidecarState } from './sidecar-state.ts'
import { stateWords } from './state-words.ts'

/** States of the way to CATAPA, and of the pauses that it asks for. The browser loads this module. */

/** After this time without another failure, the last one proves nothing about now. */
const freshMs = 5 * 60_000
/** Pauses with short gaps for longer than this are more than a busy moment. */
const oftenMs = 10 * 60_000

export function upstreamStates({ upstream: { trouble } }: Facts, now: number): SidecarState[] {
  if (trouble === undefined || Date.parse(trouble.at) < now - freshMs) return []
  const { happened, remedy, since } = trouble
  const name = trouble.way ?? 'call_failed'
  const title = problemTitle(trouble)
  return [{ name, condition: 'bad', title, sentence: stateWords().callFailed(happened), remedy, since }]
}

/** Nothing is sent while CATAPA has asked for a pause. */
export function pauseStates({ shares: { hold, pauses }, recent }: Facts, now: number): SidecarState[] {
  const most = sendsMost(recent)
  const states: SidecarState[] = []
  if (pauses.since !== null && Date.parse(pauses.since) <= now - oftenMs) {
    states.push({
      name: 'pauses_often',
      condition: 'warning',
      ...stateWords().pausesOften,
      // Of a program without a name this has what it calls itself: not for a notice.
      lines: most === undefined ? [] : [most],
      since: pauses.since,
    })
  }
  const until = hold === null ? 0 : Date.parse(hold.until)
  if (hold !== null && until > now) {
    states.push({
      name: 'paused',
      condition: 'warning',
      ...stateWords().paused(clockTime(until)),
      sentence: `${pauseWords(hold)}${most === undefined ? '' : ` ${most}`}`,
      left: stateWords().left(countdown(until - now)),
      since: hold.since,
    })
  }
  return states
}
