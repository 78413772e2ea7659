import { ago, count, countdown, duration, moment, plural, size } from '../../words/units.ts'
import type { Facts } from '../status/known-facts.ts'
import { endingWords } from './states/operation-states.ts'

/** The facts of each part, as lines of a label and a value. The browser loads this module, so it imports only units. */

export type Fact = { label: string; value: string }

export function accessFacts({ token, sharedToken }: Facts, now: number): Fact[] {
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
  if (sharedToken !== undefined) facts.push({ label: 'Shared', value: sharedVia(sharedToken) })
  return facts
}

function sharedVia({ store, up, failing, taken }: NonNullable<Facts['sharedToken']>): string {
  if (failing !== undefined) return `not for now: ${store} cannot be used`
  return up ? `through ${store}, ${count(taken)} taken over` : `through ${store}, which has not answered yet`
}

/** The time until the token expires: the countdown. */
export function validFor({ valid, expiresAt, requesting }: Facts['token'], now: number): string {
  const left = expiresAt === undefined ? 0 : Date.parse(expiresAt) - now
  if (valid && left > 0) return countdown(left)
  return requesting ? 'being requested' : 'no valid token'
}

function nextAttempt({ failure, requesting }: Facts['token'], now: number): string {
  if (requesting) return 'under way'
  if (failure?.code === 'login_required') return 'once there is a login that can be used'
  const left = failure?.retryAt === undefined ? 0 : Date.parse(failure.retryAt) - now
  return left > 0 ? `in ${duration(left)} at the earliest` : 'with the next call'
}

export function credentialFacts({ token, credentials, secretCommand, login }: Facts, now: number): Fact[] {
  const { tenant, clientId, from, inUseSince } = credentials
  return [
    { label: 'CATAPA says', value: verdict(token, now) },
    ...(login === undefined ? [] : loginFacts(login, now)),
    { label: 'Tenant', value: tenant },
    { label: 'Client id', value: clientId },
    ...(secretCommand === undefined ? readFrom(from) : printedBy(secretCommand, from, now)),
    { label: 'In use since', value: moment(inUseSince, now) },
  ]
}

/** One line where all of them come from one place. */
function readFrom(from: Facts['credentials']['from']): Fact[] {
  if (from === undefined) return []
  const { tenant, clientId, clientSecret } = from
  if (tenant === clientId && clientId === clientSecret) return [{ label: 'Read from', value: tenant }]
  return [
    { label: 'Tenant from', value: tenant },
    { label: 'Id from', value: clientId },
    { label: 'Secret from', value: clientSecret },
  ]
}

/** `op, last run at 10:02:07`; what comes from elsewhere has a line of its own. */
function printedBy(
  { program, lastRun, failing }: NonNullable<Facts['secretCommand']>,
  from: Facts['credentials']['from'],
  now: number,
): Fact[] {
  const others =
    from === undefined ? [] : readFrom(from).filter(({ label }) => label !== 'Secret from' && label !== 'Read from')
  const last = lastRun === undefined ? 'has not run yet' : `last run at ${moment(lastRun.at, now)}`
  const failed = failing === undefined ? '' : `, fails since ${moment(failing.since, now)}`
  return [...others, { label: 'Secret from', value: `${program}, ${last}${failed}` }]
}

function loginFacts({ as, since, over }: NonNullable<Facts['login']>, now: number): Fact[] {
  if (since === undefined) return [{ label: 'On behalf of', value: 'nobody: there is no usable login' }]
  return [
    { label: 'On behalf of', value: as === undefined ? 'a person whose name is not known' : as.name },
    { label: 'Logged in', value: `${moment(since, now)}${over ? ', and the login is over' : ''}` },
  ]
}

function verdict({ failure, obtainedAt }: Facts['token'], now: number): string {
  if (failure?.code === 'credentials_rejected') return 'refused'
  if (failure?.code === 'login_required') return 'a login is required'
  if (obtainedAt !== undefined) return `accepted at ${moment(obtainedAt, now)}`
  return 'not known yet'
}

export function connectionFacts({ upstream, errors, drift }: Facts, now: number): Fact[] {
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
  if (drift.unknown.length > 0) {
    const known = drift.unknown.map(({ operation }) => operation)
    facts.push({ label: 'Not in the catalogue', value: listed(known) })
  }
  for (const one of drift.ending) facts.push({ label: 'Will end', value: endingWords(one, now) })
  const open = connections.reduce((sum, { connected }) => sum + connected, 0)
  facts.push({ label: 'Connections', value: `${count(open)} open` })
  return facts
}

const mostListed = 5

function listed(names: readonly string[]): string {
  const more = names.length - mostListed
  return `${names.slice(0, mostListed).join(', ')}${more > 0 ? ` and ${count(more)} more` : ''}`
}

function clockDifference(skewSeconds: number | undefined): string {
  if (skewSeconds === undefined) return 'not compared yet'
  if (Math.abs(skewSeconds) < 5) return 'agrees with CATAPA'
  const by = duration(Math.abs(skewSeconds) * 1000)
  return `this machine is ${by} ${skewSeconds > 0 ? 'behind' : 'ahead of'} CATAPA`
}

export function trafficFacts({ counters, profile }: Facts): Fact[] {
  const { requests, fromUpstream, failed, inFlight, waiting, requestBytes, responseBytes } = counters
  const limit = profile.filter((name) => name !== 'full').join(' and ')
  return [
    ...(limit === '' ? [] : [{ label: 'Limited to', value: `${limit} (SIDECAR_PROFILE)` }]),
    { label: 'Under way', value: `${count(inFlight)}${waiting > 0 ? `, ${count(waiting)} of them waiting` : ''}` },
    { label: 'Since the start', value: plural(requests, 'call') },
    { label: 'Answered by CATAPA', value: count(fromUpstream) },
    { label: 'Failed here', value: count(failed) },
    { label: 'Data', value: `${size(requestBytes)} sent, ${size(responseBytes)} received` },
  ]
}

export function sidecarFacts(
  { version, node, startedAt, listeners, certificate, notices, traces }: Facts,
  now: number,
): Fact[] {
  return [
    { label: 'Version', value: `${version} (Node ${node.replace(/^v/, '')})` },
    { label: 'Running for', value: duration(now - Date.parse(startedAt)) },
    { label: 'Started', value: moment(startedAt, now) },
    { label: 'Programs call', value: addresses(listeners.data) },
    { label: 'This page is at', value: addresses(listeners.admin) },
    ...(certificate === undefined ? [] : [{ label: 'Certificate', value: certificateInWords(certificate, now) }]),
    ...(notices === undefined ? [] : [{ label: 'Told', value: notices.map((one) => toldTo(one, now)).join('; ') }]),
    ...(traces === undefined ? [] : [{ label: 'Traces', value: tracesTo(traces) }]),
  ]
}

function certificateInWords({ names, validUntil }: NonNullable<Facts['certificate']>, now: number): string {
  const whom =
    names.length === 0 ? 'without names' : `for ${names.slice(0, 5).join(', ')}${names.length > 5 ? ' and others' : ''}`
  return `${whom}, ${Date.parse(validUntil) > now ? 'until' : 'ended at'} ${moment(validUntil, now)}`
}

function tracesTo({ host, spans, failing }: NonNullable<Facts['traces']>): string {
  const sent = `${count(spans.sent)} spans sent to ${host}`
  return failing === undefined ? sent : `${sent}, failing now (${failing})`
}

/** `slack hooks.slack.com at 10:02:07`, and why the last message failed; what to do is in the log and in /api/status. */
function toldTo({ receiver, takenAt, failing }: NonNullable<Facts['notices']>[number], now: number): string {
  const last = takenAt === undefined ? 'nothing yet' : `at ${moment(takenAt, now)}`
  const failed = failing && `, failed since ${moment(failing.since, now)} (${failing.happened})`
  return `${receiver} ${last}${failed ?? ''}`
}

/** Settings, those that differ from their default first. */
export function settingsInOrder({ settings }: Facts): Facts['settings'] {
  const differs = ({ default: usual }: Facts['settings'][number]) => usual !== undefined
  return [...settings.filter(differs), ...settings.filter((setting) => !differs(setting))]
}

/** Addresses as people write them: `localhost` if the sidecar listens on both of its addresses. */
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
