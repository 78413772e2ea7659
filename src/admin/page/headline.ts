import { clockTime, moment } from '../../words/units.ts'
import type { Status } from '../status/status.ts'
import { headlineWords } from './headline-words.ts'
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
  return plain ? title : headlineWords().worksBut(title)
}

function works({ token }: Status, now: number): Headline {
  const { works: title, expired, accepts } = headlineWords()
  const until = token.valid ? token.expiresAt : undefined
  return say('good', title, until === undefined ? expired : accepts(moment(until, now)))
}

function say(condition: Condition, title: string, sentence: string, remedy?: string): Headline {
  return { condition, title, sentence, remedy }
}

/** The headline when the page gets no answer any more; `seenAt` is the time of the last answer. */
export function gone(seenAt: number | undefined): Headline {
  const { gone: title, stopped, startAgain } = headlineWords()
  return say('bad', title, stopped(seenAt === undefined ? undefined : clockTime(seenAt)), startAgain)
}
