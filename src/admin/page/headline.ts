import { clockTime, countdown, moment } from '../../words/units.ts'
import type { Status } from '../status/status.ts'
import { notices } from './notices.ts'
import { pauseWords, sendsMost } from './share-words.ts'

/** Whether it works, in plain words, for the page and its text. The browser loads this module, so it imports only the page's own. */

export type Condition = 'good' | 'warning' | 'bad'

/** The answer to "does it work?". */
export type Headline = {
  condition: Condition
  title: string
  sentence: string
  remedy: string | undefined
  /** A countdown; kept apart, so that a screen reader does not read it out each second. */
  left?: string
}

/** After this time a failed request proves nothing about now. */
const freshMs = 5 * 60_000

/** The worst condition that holds. */
export function headline(status: Status, now: number): Headline {
  const { stopping, counters } = status
  if (stopping) {
    const left = counters.inFlight > 0 ? ' It ends the requests that it has accepted.' : ''
    return say('warning', 'The sidecar is shutting down', `It takes no new requests.${left}`)
  }
  const found = [
    ...withoutToken(status, now),
    ...freshTrouble(status, now),
    ...paused(status, now),
    ...noticed(status, now),
  ]
  const [first = works(status, now)] = found
  return found.find(({ condition }) => condition === 'bad') ?? first
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

function withoutToken(status: Status, now: number): Headline[] {
  const { token, counters } = status
  if (token.failure !== undefined) return [withoutRenewal(status, token.failure, now)]
  if (token.rejectionsPaused) {
    const check =
      'Check in CATAPA that the OAuth client is active and has its permissions, and that no other program uses it.'
    const happened = 'The login works, but requests are answered with 401.'
    return [say('bad', 'CATAPA refuses the tokens that it gives', happened, check)]
  }
  if (!token.valid && counters.fromUpstream === 0 && token.obtainedAt === undefined) {
    return [say('warning', 'The sidecar is starting', 'CATAPA has not answered the first token request yet.')]
  }
  return []
}

/** If CATAPA cannot be reached, a test of the way says more than the last attempt. */
const askDoctor = 'To find where the connection fails, run: catapa-sidecar doctor (with the settings of this sidecar).'

function withoutRenewal(
  { token, login }: Status,
  failure: NonNullable<Status['token']['failure']>,
  now: number,
): Headline {
  const refused = failure.code === 'credentials_rejected'
  const loginOver = failure.code === 'login_required'
  const { happened, remedy } = failure
  if (token.valid && token.expiresAt !== undefined) {
    const until = `Calls still work with the last token, until ${moment(token.expiresAt, now)}.`
    const title = refused || loginOver ? 'It works, but not for long' : 'It works, but the token cannot be renewed'
    return say('warning', title, `${happened}. ${until}`, remedy)
  }
  if (loginOver) {
    const unusable = login?.flaw !== undefined && login.flaw !== 'missing'
    return say('bad', unusable ? 'The stored login cannot be used' : 'A person has to log in', `${happened}.`, remedy)
  }
  if (refused) return say('bad', 'CATAPA refuses the credentials', `${happened}.`, remedy)
  return say('bad', 'No access to CATAPA', `${happened}.`, `${remedy} ${askDoctor}`)
}

/** The latest request to CATAPA failed on the way. */
function freshTrouble({ upstream, errors }: Status, now: number): Headline[] {
  const { lastAnswer, lastFailure } = upstream
  if (lastFailure === undefined || Date.parse(lastFailure.at) < now - freshMs) return []
  if (lastAnswer !== undefined && lastAnswer.at > lastFailure.at) return []
  const error = errors.find(({ code }) => code === lastFailure.code)
  if (error === undefined) return []
  const { happened, remedy } = error
  return [say('bad', error.title, `The last call failed. ${happened}.`, remedy)]
}

/** Nothing is sent while CATAPA has asked for a pause. */
function paused({ shares: { hold }, recent }: Status, now: number): Headline[] {
  if (hold === null) return []
  const until = Date.parse(hold.until)
  if (until <= now) return []
  const most = sendsMost(recent)
  const remedy =
    'Nothing now: it passes by itself. If it happens often, give the caller that sends most a rate in the callers file.'
  const words = `${pauseWords(hold)}${most === undefined ? '' : ` ${most}`}`
  const title = `CATAPA has asked for a pause until ${clockTime(until)}`
  return [{ ...say('warning', title, words, remedy), left: `${countdown(until - now)} left.` }]
}

/** The headlines of the notices below. */
function noticed(status: Status, now: number): Headline[] {
  return notices(status, now)
    .filter(({ wanted }) => wanted !== true)
    .map(({ title, headline: given }) => {
      const { condition, title: verdict } = given ?? {
        condition: 'warning',
        title: `It works, but ${title.charAt(0).toLowerCase()}${title.slice(1)}`,
      }
      return say(condition, verdict, 'Why, and what to do, is below.')
    })
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
