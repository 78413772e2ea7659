import type { Status } from '../status/status.ts'
import { ago, clockTime, count, countdown, duration, milliseconds, moment, plural, size, sum } from './units.ts'

/**
 * What a status means, in plain words: for the page and for its plain text alike. The browser loads this very module,
 * so it imports nothing but units.
 */

export type Condition = 'good' | 'warning' | 'bad'

/** The answer to "does it work?". */
export type Headline = { condition: Condition; title: string; sentence: string; remedy: string | undefined }

export type Fact = { label: string; value: string }

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

export function accessFacts({ token }: Status, now: number): Fact[] {
  const { expiresAt, obtainedAt, failure, lifetimeSeconds } = token
  const facts: Fact[] = [{ label: 'Valid for', value: validFor(token, now) }]
  if (expiresAt !== undefined) {
    facts.push({ label: token.valid ? 'Until' : 'Ended', value: moment(expiresAt, now) })
  }
  if (obtainedAt !== undefined) facts.push({ label: 'Obtained', value: moment(obtainedAt, now) })
  if (lifetimeSeconds !== undefined) {
    const assumed = token.lifetimeAssumed ? ' (assumed: CATAPA did not say)' : ''
    facts.push({ label: 'Lifetime', value: `${duration(lifetimeSeconds * 1000)}${assumed}` })
  }
  if (failure !== undefined) {
    facts.push({ label: 'Last failure', value: moment(failure.at, now) })
    facts.push({ label: 'Next attempt', value: nextAttempt(token, now) })
  }
  facts.push({ label: 'Token requests', value: `${count(token.requests)} since the start` })
  return facts
}

/** How long the token is still good for: the countdown. */
export function validFor({ valid, expiresAt, requesting }: Status['token'], now: number): string {
  const left = expiresAt === undefined ? 0 : Date.parse(expiresAt) - now
  if (valid && left > 0) return countdown(left)
  return requesting ? 'being requested' : 'no valid token'
}

function nextAttempt({ failure, requesting }: Status['token'], now: number): string {
  if (requesting) return 'under way'
  if (failure?.code === 'login_required') return 'once there is a login that can be used'
  const left = failure?.retryAt === undefined ? 0 : Date.parse(failure.retryAt) - now
  return left > 0 ? `in ${duration(left)} at the earliest` : 'with the next call'
}

export function credentialFacts({ token, credentials, login }: Status, now: number): Fact[] {
  const { tenant, clientId, from, inUseSince } = credentials
  return [
    { label: 'CATAPA says', value: verdict(token, now) },
    ...(login === undefined ? [] : loginFacts(login, now)),
    { label: 'Tenant', value: tenant },
    { label: 'Client id', value: clientId },
    { label: 'Read from', value: from.join(', ') },
    { label: 'In use since', value: moment(inUseSince, now) },
  ]
}

function loginFacts({ as, since, over }: NonNullable<Status['login']>, now: number): Fact[] {
  if (since === undefined) return [{ label: 'On behalf of', value: 'nobody: there is no login to be used' }]
  return [
    { label: 'On behalf of', value: as === undefined ? 'a person whose name is not known' : as.name },
    { label: 'Logged in', value: `${moment(since, now)}${over ? ', and the login is over' : ''}` },
  ]
}

function verdict({ failure, obtainedAt }: Status['token'], now: number): string {
  if (failure?.code === 'credentials_rejected') return 'refused'
  if (failure?.code === 'login_required') return 'a login is required'
  if (obtainedAt !== undefined) return `accepted at ${moment(obtainedAt, now)}`
  return 'not known yet'
}

export function connectionFacts({ upstream, errors }: Status, now: number): Fact[] {
  const { origin, answeredAt, lastAnswer, lastFailure, clockSkewSeconds, connections } = upstream
  const facts: Fact[] = [
    { label: 'CATAPA', value: origin },
    { label: 'Last answer', value: answeredAt === undefined ? 'none yet' : ago(answeredAt, now) },
  ]
  if (lastAnswer !== undefined) {
    facts.push({ label: 'To a call', value: `status ${lastAnswer.status}, ${ago(lastAnswer.at, now)}` })
  }
  if (lastFailure !== undefined) {
    const title = errors.find(({ code }) => code === lastFailure.code)?.title ?? lastFailure.code
    facts.push({ label: 'Last failure', value: `${title}, ${ago(lastFailure.at, now)}` })
  }
  facts.push({ label: 'Clock', value: clockDifference(clockSkewSeconds) })
  const open = connections.reduce((sum, { connected }) => sum + connected, 0)
  facts.push({ label: 'Connections', value: `${count(open)} open` })
  return facts
}

function clockDifference(skewSeconds: number | undefined): string {
  if (skewSeconds === undefined) return 'not compared yet'
  if (Math.abs(skewSeconds) < 5) return 'agrees with CATAPA'
  const by = duration(Math.abs(skewSeconds) * 1000)
  return `this machine is ${by} ${skewSeconds > 0 ? 'behind' : 'ahead of'} CATAPA`
}

export function trafficFacts({ counters }: Status): Fact[] {
  const { requests, fromUpstream, failed, inFlight, waiting, requestBytes, responseBytes } = counters
  return [
    { label: 'Under way', value: `${count(inFlight)}${waiting > 0 ? `, ${count(waiting)} of them waiting` : ''}` },
    { label: 'Since the start', value: plural(requests, 'call') },
    { label: 'Answered by CATAPA', value: count(fromUpstream) },
    { label: 'Failed here', value: count(failed) },
    { label: 'Data', value: `${size(requestBytes)} sent, ${size(responseBytes)} received` },
  ]
}

export function sidecarFacts({ version, node, startedAt, listeners }: Status, now: number): Fact[] {
  return [
    { label: 'Version', value: `${version} (Node ${node.replace(/^v/, '')})` },
    { label: 'Running for', value: duration(now - Date.parse(startedAt)) },
    { label: 'Started', value: moment(startedAt, now) },
    { label: 'Programs call', value: addresses(listeners.data) },
    { label: 'This page is at', value: addresses(listeners.admin) },
  ]
}

/** As people write them: `localhost` where both of its addresses are listened on. */
function addresses(listening: readonly string[]): string {
  const v4 = (address: string) => address.replace('[::1]', '127.0.0.1')
  const v6 = (address: string) => address.replace('127.0.0.1', '[::1]')
  return listening
    .filter((address) => v4(address) === address || !listening.includes(v4(address)))
    .map((address) =>
      v6(address) !== address && listening.includes(v6(address)) ? address.replace('127.0.0.1', 'localhost') : address,
    )
    .join(', ')
}

const blamed: Record<Trouble['whose'], string> = {
  caller: 'the calling program',
  configuration: 'the configuration',
  machine: 'this machine',
  network: 'the network between here and CATAPA',
  catapa: 'CATAPA',
  sidecar: 'the sidecar',
}

type Trouble = Pick<Status['errors'][number], 'code' | 'whose'>

/** Where to look first. */
export function likelyCause({ code, whose }: Trouble): string {
  if (code === 'login_required') return 'Calls are made on behalf of a person here.'
  return `Most likely cause: ${blamed[whose]}.`
}

/** When, how often, and to what an error happened. */
export function occurrence({ at, count: times, method, path }: Status['errors'][number], now: number): string {
  const often = times === 1 ? 'once' : `${count(times)} times, last`
  return `${often} at ${moment(at, now)}${path === undefined ? '' : `, for ${method ?? ''} ${path}`}`
}

/** Who made the answer of a request. */
export function answeredBy({ origin, problem, callerGone }: Status['recent'][number]): string {
  if (problem !== undefined) return `sidecar: ${problem}`
  if (callerGone) return 'the caller left'
  return origin === 'catapa' ? 'CATAPA' : 'sidecar'
}

export function trafficSummary(points: Status['traffic']['points']): string {
  const requests = sum(points.map((point) => point.requests))
  if (requests === 0) return 'No call in the last ten minutes.'
  const failed = sum(points.map((point) => point.failed))
  const most = Math.max(...points.map((point) => point.requests))
  return `${plural(requests, 'call')} in the last ten minutes, ${failed === 0 ? 'none' : count(failed)} failed; at most ${count(most)} in ten seconds.`
}

export function latencySummary(points: Status['traffic']['points']): string {
  const requests = sum(points.map((point) => point.requests))
  if (requests === 0) return 'No call in the last ten minutes.'
  const mean = sum(points.map((point) => point.meanMs * point.requests)) / requests
  const slowest = Math.max(...points.map(({ maxMs }) => maxMs))
  return `A call took ${milliseconds(mean)} on average, the slowest ${milliseconds(slowest)}.`
}
