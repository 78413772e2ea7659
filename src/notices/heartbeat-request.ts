import type { OutletRequest } from '../network/outlet.ts'
import { noticeWords } from './notice-words.ts'

/** A sign of life: of the sidecar, or of the one job of `exec`. Reasons are sentences for people, in one line. */
export type Sign = Readonly<
  | { is: 'ready' }
  | { is: 'not_ready'; reason: string }
  | { is: 'started' }
  | { is: 'ended'; status: number; reason: string | undefined }
>

type SignRequest = Omit<OutletRequest, 'timeoutMs'>

/** More would make the request line of a GET long. */
const mostMessage = 500
/** Some firewalls of web servers refuse requests that do not name their program. */
const headers = { 'User-Agent': 'catapa-sidecar' }

/**
 * A sign as the receiver takes it: Uptime Kuma if the query has `status`, as in the push URLs that it shows, else healthchecks.io.
 *
 * @returns undefined for a sign that the receiver does not know
 */
export function signRequest(url: URL, sign: Sign): SignRequest | undefined {
  return url.searchParams.has('status') ? toUptimeKuma(url, sign) : toHealthchecks(url, sign)
}

/**
 * https://healthchecks.io/docs/http_api/: success at the URL itself, else `/start`, `/fail` or `/<exit status>` from 0 to 255, before
 * the query. The body of a POST is kept, its first 100 kB at healthchecks.io, 10 kB in an installation of one's own.
 */
function toHealthchecks(url: URL, sign: Sign): SignRequest {
  switch (sign.is) {
    case 'ready':
      return { method: 'GET', url, headers }
    case 'not_ready':
      return withWords(beneath(url, 'fail'), sign.reason)
    case 'started':
      return { method: 'GET', url: beneath(url, 'start'), headers }
    case 'ended':
      // Windows has statuses over 255, which are an error there.
      return withWords(beneath(url, `${Math.min(sign.status, 255)}`), sign.reason)
  }
}

function beneath(url: URL, last: string): URL {
  const longer = new URL(url)
  longer.pathname = `${url.pathname.replace(/\/$/, '')}/${last}`
  return longer
}

function withWords(url: URL, words: string | undefined): SignRequest {
  if (words === undefined) return { method: 'GET', url, headers }
  return { method: 'POST', url, headers: { ...headers, 'Content-Type': 'text/plain; charset=utf-8' }, body: words }
}

/**
 * `/api/push/KEY?status=up&msg=OK&ping=` (uptime-kuma, server/routers/api-router.js): any other status than `up` is down. It knows
 * no start.
 */
function toUptimeKuma(url: URL, sign: Sign): SignRequest | undefined {
  if (sign.is === 'started') return undefined
  const told = new URL(url)
  const words = whatIsDown(sign)
  told.searchParams.set('status', words === undefined ? 'up' : 'down')
  if (words !== undefined) told.searchParams.set('msg', words.slice(0, mostMessage))
  return { method: 'GET', url: told, headers }
}

function whatIsDown(sign: Exclude<Sign, { is: 'started' }>): string | undefined {
  if (sign.is === 'not_ready') return sign.reason
  return sign.is === 'ended' && sign.status !== 0 ? (sign.reason ?? noticeWords().exitStatus(sign.status)) : undefined
}
