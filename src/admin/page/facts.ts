import { ago, count, countdown, duration, moment, size } from '../../words/units.ts'
import type { Facts } from '../status/known-facts.ts'
import { problemTitle } from './call-words.ts'
import { factWords } from './fact-words.ts'
import { endingWords } from './states/operation-states.ts'

/** The facts of each part, as lines of a label and a value. The browser loads this module, so it imports only units. */

export type Fact = { label: string; value: string }

export function accessFacts({ token, sharedToken }: Facts, now: number): Fact[] {
  const { expiresAt, obtainedAt, failure, lifetimeSeconds } = token
  const say = factWords()
  const facts: Fact[] = [{ label: say.validFor, value: validFor(token, now) }]
  if (expiresAt !== undefined) {
    facts.push({ label: token.valid ? say.until : say.ended, value: moment(expiresAt, now) })
  }
  if (obtainedAt !== undefined) facts.push({ label: say.obtained, value: moment(obtainedAt, now) })
  if (lifetimeSeconds !== undefined) {
    const value = say.lifetimeOf(duration(lifetimeSeconds * 1000), token.lifetimeAssumed)
    facts.push({ label: say.lifetime, value })
  }
  if (failure !== undefined) {
    facts.push({ label: say.lastFailure, value: moment(failure.at, now) })
    facts.push({ label: say.nextAttempt, value: nextAttempt(token, now) })
  }
  facts.push({ label: say.tokenRequests, value: say.sinceTheStart(count(token.requests)) })
  if (sharedToken !== undefined) facts.push({ label: say.shared, value: sharedVia(sharedToken) })
  return facts
}

function sharedVia({ store, up, failing, taken }: NonNullable<Facts['sharedToken']>): string {
  if (failing !== undefined) return factWords().notShared(store)
  return up ? factWords().sharedThrough(store, count(taken)) : factWords().sharedSoon(store)
}

/** The time until the token expires: the countdown. */
export function validFor({ valid, expiresAt, requesting }: Facts['token'], now: number): string {
  const left = expiresAt === undefined ? 0 : Date.parse(expiresAt) - now
  if (valid && left > 0) return countdown(left)
  return requesting ? factWords().requested : factWords().noToken
}

function nextAttempt({ failure, requesting }: Facts['token'], now: number): string {
  if (requesting) return factWords().underWayNow
  if (failure?.code === 'login_required') return factWords().afterLogin
  const left = failure?.retryAt === undefined ? 0 : Date.parse(failure.retryAt) - now
  return left > 0 ? factWords().earliest(duration(left)) : factWords().withNextCall
}

export function credentialFacts({ token, credentials, secretCommand, login }: Facts, now: number): Fact[] {
  const { tenant, clientId, from, inUseSince } = credentials
  const say = factWords()
  return [
    { label: say.catapaSays, value: verdict(token, now) },
    ...(login === undefined ? [] : loginFacts(login, now)),
    { label: say.tenant, value: tenant },
    { label: say.clientId, value: clientId },
    ...(secretCommand === undefined ? readFrom(from) : printedBy(secretCommand, from, now)),
    { label: say.inUseSince, value: moment(inUseSince, now) },
  ]
}

/** One line where all of them come from one place. */
function readFrom(from: Facts['credentials']['from']): Fact[] {
  if (from === undefined) return []
  const { tenant, clientId, clientSecret } = from
  const say = factWords()
  if (tenant === clientId && clientId === clientSecret) return [{ label: say.readFrom, value: tenant }]
  return [
    { label: say.tenantFrom, value: tenant },
    { label: say.idFrom, value: clientId },
    { label: say.secretFrom, value: clientSecret },
  ]
}

/** `op, last run at 10:02:07`; what comes from elsewhere has a line of its own. */
function printedBy(
  { program, lastRun, failing }: NonNullable<Facts['secretCommand']>,
  from: Facts['credentials']['from'],
  now: number,
): Fact[] {
  const say = factWords()
  const others =
    from === undefined ? [] : readFrom(from).filter(({ label }) => label !== say.secretFrom && label !== say.readFrom)
  const last = lastRun && moment(lastRun.at, now)
  const failsSince = failing && moment(failing.since, now)
  return [...others, { label: say.secretFrom, value: say.printedBy(program, last, failsSince) }]
}

function loginFacts({ as, since, over }: NonNullable<Facts['login']>, now: number): Fact[] {
  const say = factWords()
  if (since === undefined) return [{ label: say.onBehalfOf, value: say.nobody }]
  return [
    { label: say.onBehalfOf, value: as === undefined ? say.namelessPerson : as.name },
    { label: say.loggedIn, value: say.loggedInAt(moment(since, now), over) },
  ]
}

function verdict({ failure, obtainedAt }: Facts['token'], now: number): string {
  if (failure?.code === 'credentials_rejected') return factWords().refused
  if (failure?.code === 'login_required') return factWords().loginRequired
  return obtainedAt === undefined ? factWords().notKnown : factWords().acceptedAt(moment(obtainedAt, now))
}

export function connectionFacts({ upstream, errors, drift }: Facts, now: number): Fact[] {
  const { origin, answeredAt, lastAnswer, lastFailure, clockSkewSeconds, connections } = upstream
  const say = factWords()
  const facts: Fact[] = [
    { label: 'CATAPA', value: origin },
    { label: say.lastAnswer, value: answeredAt === undefined ? say.noneYet : ago(answeredAt, now) },
  ]
  if (lastAnswer !== undefined) {
    facts.push({ label: say.toACall, value: say.statusAgo(lastAnswer.status, ago(lastAnswer.at, now)) })
  }
  if (lastFailure !== undefined) {
    const failed = errors.find(({ code }) => code === lastFailure.code)
    const title = failed === undefined ? lastFailure.code : problemTitle(failed)
    facts.push({ label: say.lastFailure, value: `${title}, ${ago(lastFailure.at, now)}` })
  }
  facts.push({ label: say.clock, value: clockDifference(clockSkewSeconds) })
  if (drift.unknown.length > 0) {
    const known = drift.unknown.map(({ operation }) => operation)
    facts.push({ label: say.notInCatalogue, value: listed(known) })
  }
  for (const one of drift.ending) facts.push({ label: say.willEnd, value: endingWords(one, now) })
  const open = connections.reduce((sum, { connected }) => sum + connected, 0)
  facts.push({ label: say.connections, value: say.open(count(open)) })
  return facts
}

const mostListed = 5

function listed(names: readonly string[]): string {
  const more = names.length - mostListed
  return factWords().listed(names.slice(0, mostListed).join(', '), more > 0 ? count(more) : undefined)
}

function clockDifference(skewSeconds: number | undefined): string {
  if (skewSeconds === undefined) return factWords().notCompared
  if (Math.abs(skewSeconds) < 5) return factWords().clockAgrees
  return factWords().clockDiffers(duration(Math.abs(skewSeconds) * 1000), skewSeconds > 0)
}

export function trafficFacts({ counters, profile }: Facts): Fact[] {
  const { requests, fromUpstream, failed, inFlight, waiting, requestBytes, responseBytes } = counters
  const limits = profile.filter((name) => name !== 'full')
  const say = factWords()
  return [
    ...(limits.length === 0 ? [] : [{ label: say.limitedTo, value: say.profiles(limits) }]),
    { label: say.underWay, value: say.inFlight(count(inFlight), waiting > 0 ? count(waiting) : undefined) },
    { label: say.since, value: say.calls(requests) },
    { label: say.answered, value: count(fromUpstream) },
    { label: say.failedHere, value: count(failed) },
    { label: say.data, value: say.sentReceived(size(requestBytes), size(responseBytes)) },
  ]
}

export function sidecarFacts(
  { version, node, startedAt, listeners, certificate, notices, traces }: Facts,
  now: number,
): Fact[] {
  const say = factWords()
  return [
    { label: say.version, value: `${version} (Node ${node.replace(/^v/, '')})` },
    { label: say.runningFor, value: duration(now - Date.parse(startedAt)) },
    { label: say.started, value: moment(startedAt, now) },
    { label: say.programsCall, value: addresses(listeners.data) },
    { label: say.pageAt, value: addresses(listeners.admin) },
    ...(certificate === undefined ? [] : [{ label: say.certificate, value: certificateInWords(certificate, now) }]),
    ...(notices === undefined ? [] : [{ label: say.told, value: notices.map((one) => toldTo(one, now)).join('; ') }]),
    ...(traces === undefined ? [] : [{ label: say.traces, value: tracesTo(traces) }]),
  ]
}

const mostNames = 5

function certificateInWords({ names, validUntil }: NonNullable<Facts['certificate']>, now: number): string {
  const { certificateFor, validUntil: until } = factWords()
  const whom = certificateFor(names.slice(0, mostNames), names.length > mostNames)
  return `${whom}, ${until(moment(validUntil, now), Date.parse(validUntil) <= now)}`
}

function tracesTo({ host, spans, failing }: NonNullable<Facts['traces']>): string {
  const sent = factWords().spansSent(count(spans.sent), host)
  return failing === undefined ? sent : `${sent}, ${factWords().failingNow(failing)}`
}

/** `slack hooks.slack.com at 10:02:07`, and why the last message failed; what to do is in the log and in /api/status. */
function toldTo({ receiver, takenAt, failing }: NonNullable<Facts['notices']>[number], now: number): string {
  const last = factWords().toldTo(receiver, takenAt && moment(takenAt, now))
  return failing === undefined
    ? last
    : `${last}, ${factWords().failedSince(moment(failing.since, now), failing.happened)}`
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
