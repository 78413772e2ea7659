import type { Status } from '../status/status.ts'
import { clockTime, moment } from './units.ts'

/** Whether it works, in plain words: for the page and for its plain text alike. The browser loads this very module, so it imports nothing but units. */

export type Condition = 'good' | 'warning' | 'bad'

/** The answer to "does it work?". */
export type Headline = { condition: Condition; title: string; sentence: string; remedy: string | undefined }

/** After this time a failed request says nothing about now. */
const freshMs = 5 * 60_000

export function headline(status: Status, now: number): Headline {
  const { token, stopping, counters } = status
  if (stopping) {
    const left = counters.inFlight > 0 ? ' It ends the requests that it has accepted.' : ''
    return say('warning', 'The sidecar is shutting down', `It takes no new requests.${left}`)
  }
  if (token.failure !== undefined) return withoutRenewal(status, token.failure, now)
  if (token.rejectionsPaused) {
    return say(
      'bad',
      'CATAPA refuses the tokens that it gives',
      'The login works, but requests are answered with 401.',
      'Check in CATAPA that the OAuth client is active and has its permissions, and that no other program uses it.',
    )
  }
  if (!token.valid && counters.fromUpstream === 0 && token.obtainedAt === undefined) {
    return say('warning', 'The sidecar is starting', 'CATAPA has not answered the first token request yet.')
  }
  const trouble = freshTrouble(status, now)
  if (trouble !== undefined) return trouble
  if (!token.valid || token.expiresAt === undefined) {
    return say(
      'good',
      'It works',
      'Nobody has called for a while, so the token has run out. The next call gets a new one.',
    )
  }
  const until = `Its token is good until ${moment(token.expiresAt, now)}, and is renewed before that.`
  return say('good', 'It works', `CATAPA accepts this sidecar. ${until}`)
}

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
  return say('bad', refused ? 'CATAPA refuses the credentials' : 'No access to CATAPA', `${happened}.`, remedy)
}

/** The latest request to CATAPA failed on the way. */
function freshTrouble({ upstream, errors }: Status, now: number): Headline | undefined {
  const { lastAnswer, lastFailure } = upstream
  if (lastFailure === undefined || Date.parse(lastFailure.at) < now - freshMs) return undefined
  if (lastAnswer !== undefined && lastAnswer.at > lastFailure.at) return undefined
  const error = errors.find(({ code }) => code === lastFailure.code)
  if (error === undefined) return undefined
  const { happened, remedy } = error
  return say('bad', error.title, `The last call failed. ${happened}.`, remedy)
}

function say(condition: Condition, title: string, sentence: string, remedy?: string): Headline {
  return { condition, title, sentence, remedy }
}

/** What to show when the page gets no answer any more; `seenAt` is when it got the last. */
export function gone(seenAt: number | undefined): Headline {
  const seen = seenAt === undefined ? '' : ` Below is what it said last, at ${clockTime(seenAt)}.`
  return say(
    'bad',
    'The sidecar does not answer',
    `It was stopped, or cannot be reached from here.${seen} This page keeps trying.`,
    'Start it again, or ask whoever runs it. Until then programs cannot reach CATAPA through it.',
  )
}
