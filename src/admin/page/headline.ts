import { clockTime, moment } from '../../words/units.ts'
import type { Status } from '../status/status.ts'
import type { SidecarState } from './states/sidecar-state.ts'
import { states } from './states/states.ts'

/** Whether it works, in plain words, for the page and its text. The browser loads this module, so it imports only the page's own. */

export type Condition = 'good' | 'warning' | 'bad'

/** The answer to "does it work?". */
export type Headline = {
  condition: Condition
  title: string
  sentence: string
  remedy: string | undefined
  /** A countdown; kept apart, so that a screen reader does not read it out each second. */
  left?: string | undefined
  lines?: readonly string[] | undefined
}

/** The state to look at first, and the others that hold. */
export function verdict(status: Status, now: number): { headline: Headline; others: SidecarState[] } {
  const [first, ...others] = states(status, now)
  if (first === undefined || first.condition === 'wanted') {
    return { headline: works(status, now), others: first === undefined ? [] : [first, ...others] }
  }
  const { condition, sentence, remedy, left, lines } = first
  return { headline: { condition, title: verdictOf(first), sentence, remedy, left, lines }, others }
}

function verdictOf({ title, verdict, condition, name }: SidecarState): string {
  if (verdict !== undefined) return verdict
  const plain = condition === 'bad' || name === 'draining' || name === 'starting' || name === 'paused'
  return plain ? title : `It works, but ${title.charAt(0).toLowerCase()}${title.slice(1)}`
}

function works({ token }: Status, now: number): Headline {
  if (!token.valid || token.expiresAt === undefined) {
    return say(
      'good',
      'It works',
      'There was no call for a while, so the token has expired. The next call gets a new one.',
    )
  }
  const until = `Its token is good until ${moment(token.expiresAt, now)}, and is renewed before that.`
  return say('good', 'It works', `CATAPA accepts this sidecar. ${until}`)
}

function say(condition: Condition, title: string, sentence: string, remedy?: string): Headline {
  return { condition, title, sentence, remedy }
}

/** The headline when the page gets no answer any more; `seenAt` is the time of the last answer. */
export function gone(seenAt: number | undefined): Headline {
  const seen = seenAt === undefined ? '' : ` Below is its last status, of ${clockTime(seenAt)}.`
  return say(
    'bad',
    'The sidecar does not answer',
    `It was stopped, or cannot be reached from here.${seen} This page keeps trying.`,
    'Start it again, or ask its administrator. Until then programs cannot reach CATAPA through it.',
  )
}
