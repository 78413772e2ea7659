import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { hasKey, isKey } from '../callers/key.ts'
import { sandboxed } from '../http/sandboxed-headers.ts'
import type { RequestRecord } from '../log/request-record.ts'
import type { AccessToken } from '../tokens/token-source.ts'
import { remembered } from '../words/remembered.ts'

/** RFC 9110 §7.6.1, and what older peers use as such. */
const hopByHop = 'connection keep-alive proxy-connection te trailer transfer-encoding upgrade http2-settings'.split(' ')

const notForwarded = new Set([
  ...hopByHop,
  'host', // CATAPA's own; undici writes it.
  'tenant',
  'authorization',
  'cookie',
  'expect', // We have answered 100 ourselves, and undici refuses it (design/libraries 3).
  'forwarded',
  'origin',
  'referer',
  'x-request-id',
])
const notForwardedPrefix = /^(proxy-|x-forwarded-|sec-)/
/**
 * The name of a header as it goes on, empty if it does not: nor in a spelling that servers take for it which hand headers on as
 * variables, such as `X_Forwarded_For`. One string for each spelling: undici and V8 know it then.
 */
const forwardedName = remembered((lower, name) => {
  const meant = lower.replace(/[^a-z0-9]/g, '-')
  return notForwarded.has(meant) || notForwardedPrefix.test(meant) ? '' : name
})

const notReturned = new Set([
  ...hopByHop,
  ...['proxy-authenticate', 'proxy-authentication-info', 'proxy-authorization', 'set-cookie', 'set-cookie2'],
  ...['strict-transport-security', 'alt-svc'],
])
const notReturnedPrefix = /^(access-control-|x-catapa-sidecar-)/
/** Those of CATAPA that are looked at as well. */
const special = new Set([
  'connection',
  'location',
  'content-type',
  'cache-control',
  'deprecation',
  'sunset',
  'x-request-id',
])
/** The fate of a header, and its name: one string for each spelling, as above. */
const fate = remembered((lower, name) => {
  if (special.has(lower)) return { name, what: lower }
  return { name, what: notReturned.has(lower) || notReturnedPrefix.test(lower) ? 'dropped' : 'returned' }
})

/** Destinations that browsers open as a page of its own, or within one. */
const navigations = new Set(['document', 'iframe', 'frame', 'object', 'embed'])

/**
 * Whether a browser may show the answer as a page that acts in the sidecar's name. Browsers that are old, or that call
 * by another name than localhost, do not say what they want an answer for; then its type has to be inert.
 */
export function mayBePage(destination: string | undefined, inert: boolean): boolean {
  return destination === undefined ? !inert : navigations.has(destination)
}

const sandboxedLines = Object.entries(sandboxed).flat()
const heededOnce = new Set(['x-content-type-options'])

/** No browser looks for a script in these. */
const inertTypes = new Set([
  ...['application/json', 'application/problem+json', 'application/pdf', 'application/octet-stream'],
  ...['text/plain', 'text/csv', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
  ...['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/bmp'],
])
/** A parameter that changes nothing of that: no charset in which ASCII means something else. */
const inertParameter = /^(?:charset="?(?:utf-8|us-ascii|iso-8859-1|windows-1252)"?|(?!charset)[a-z]+=[a-z0-9.+-]+)?$/

/** Whether a Content-Type, where it is the only one, is surely inert. Of several joined by a comma browsers take the last. */
const isInert = remembered((type) => {
  if (type.length > 128) return false
  const [essence = '', ...parameters] = type.split(';').map((part) => part.replace(/^[ \t]+|[ \t]+$/g, ''))
  return inertTypes.has(essence) && parameters.every((parameter) => inertParameter.test(parameter))
})

/**
 * The headers that cross to CATAPA (design/promises 3.5), as a flat list of names and values in the caller's spelling and
 * order, so that repeated headers stay repeated.
 */
export function requestHeaders(
  { rawHeaders: raw, headers: { connection } }: Pick<IncomingMessage, 'rawHeaders' | 'headers'>,
  token: AccessToken,
  requestId: string,
): string[] {
  const named = namedInConnection(connection)
  const headers: string[] = []
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = forwardedName(raw[i] ?? '')
    if (name === '' || named?.has(name.toLowerCase())) continue
    const value = raw[i + 1] ?? ''
    if (isKey(value) || hasKey(value)) continue // A caller's key is between it and us, whichever header it comes in.
    headers.push(name, value)
  }
  headers.push('Tenant', token.tenant, 'Authorization', `Bearer ${token.value}`)
  headers.push('X-Request-Id', requestId, 'Via', '1.1 catapa-sidecar')
  return headers
}

export type ResponseContext = {
  /** Takes what the answer says about the end of its operation, and CATAPA's own id of it. */
  record: Pick<RequestRecord, 'ending' | 'catapaRequestId'>
  requestId: string
  /** The request whose answer is given again. */
  repeatOf?: string | undefined
  /** CATAPA's origin, whose absolute `Location`s are rewritten. */
  upstreamOrigin: string
  /** The sidecar's own origin as the caller sees it. */
  ownOrigin: string
  /** An origin of `SIDECAR_ALLOWED_ORIGINS` that may read the answer. */
  allowedOrigin: string | undefined
  /** `Sec-Fetch-Dest` of the request. */
  destination: string | undefined
}

/** The headers that cross back to the caller (design/promises 3.10): a flat list of names and values, bytes as Latin-1. */
export function responseHeaders(raw: readonly Buffer[], context: ResponseContext): string[] {
  const headers: string[] = []
  let connection: string | undefined
  let types = 0
  let inert = false
  let cacheControl = false
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const { name, what } = fate(raw[i]?.toString('latin1') ?? '')
    if (what === 'dropped') continue
    const value = raw[i + 1]?.toString('latin1') ?? ''
    if (what === 'x-request-id') {
      if (value !== '' && value !== context.requestId) context.record.catapaRequestId = value
      continue
    }
    if (what === 'connection') connection = connection === undefined ? value : `${connection},${value}`
    else headers.push(name, what === 'location' ? ownLocation(value, context) : value)
    if (what === 'content-type') inert = ++types === 1 && isInert(value)
    else if (what === 'cache-control' && value !== '') cacheControl = true
    else if (what === 'deprecation' || what === 'sunset') noteEnding(context.record, what, value)
  }
  const named = namedInConnection(connection)
  if (named !== undefined) {
    without(headers, named)
    if (named.has('content-type')) inert = false
    if (named.has('cache-control')) cacheControl = false
  }
  headers.push('Via', '1.1 catapa-sidecar', 'X-Request-Id', context.requestId)
  if (context.repeatOf !== undefined) headers.push('X-Catapa-Sidecar-Repeat-Of', context.repeatOf)
  // A cache before us sees no Authorization, and would keep what it is not told to leave.
  if (!cacheControl) headers.push('Cache-Control', 'private, no-store')
  if (context.allowedOrigin !== undefined) headers.push(...corsHeaders(context.allowedOrigin).flat())
  if (mayBePage(context.destination, inert)) {
    without(headers, heededOnce) // Of several browsers heed the first, which is ours then.
    headers.push(...sandboxedLines)
  }
  return headers
}

/**
 * `Deprecation` is a date of RFC 9745 (`@1767225600`), or `true` as earlier drafts had it; `Sunset` an HTTP date (RFC 8594). Any other value
 * says nothing.
 */
function noteEnding(record: ResponseContext['record'], what: 'deprecation' | 'sunset', value: string): void {
  const text = value.trim()
  if (what === 'sunset') {
    const at = text.endsWith(' GMT') ? Date.parse(text) : Number.NaN
    if (!Number.isNaN(at)) record.ending = { ...record.ending, sunset: at }
    return
  }
  const seconds = /^@(-?\d{1,12})(?:;|$)/.exec(text)?.[1]
  if (seconds !== undefined) record.ending = { ...record.ending, deprecated: Number(seconds) * 1000 }
  else if (/^true$/i.test(text)) record.ending = { ...record.ending, deprecated: true }
}

function without(headers: string[], names: ReadonlySet<string>): void {
  for (let i = headers.length - 2; i >= 0; i -= 2) if (names.has(headers[i]?.toLowerCase() ?? '')) headers.splice(i, 2)
}

/** Headers that let a page of an allowed origin read an answer (design/promises 3.4). */
export function corsHeaders(origin: string): [name: string, value: string][] {
  return [
    ['Access-Control-Allow-Origin', origin],
    ['Vary', 'Origin'],
    ['Access-Control-Expose-Headers', 'X-Request-Id, X-Catapa-Sidecar-Error'],
  ]
}

const namesNothing = /^(keep-alive|close)$/i

/** Names in `Connection` are hop-by-hop too. Never the length: without it a body would have no end. */
function namedInConnection(connection: string | undefined): Set<string> | undefined {
  if (connection === undefined || namesNothing.test(connection)) return undefined
  const names = new Set(
    connection
      .toLowerCase()
      .split(',')
      .map((name) => name.trim()),
  )
  names.delete('content-length')
  return names
}

/** A redirect to CATAPA's own origin would lead the caller past the sidecar, without a token (design/libraries 11). */
function ownLocation(location: string, { upstreamOrigin, ownOrigin }: ResponseContext): string {
  const match = /^(?:https?:)?\/\/[^/\\?#]*/i.exec(location)
  if (match === null) return location
  const absolute = location.startsWith('//') ? `${upstreamOrigin.split('//', 1)[0]}${match[0]}` : match[0]
  if (!URL.canParse(absolute) || new URL(absolute).origin !== upstreamOrigin) return location
  return `${ownOrigin}${location.slice(match[0].length)}`
}

const usableId = /^[\x21-\x7e]{1,128}$/

/** The caller's request id where it is usable in a log and a header, else one of our own. */
export function requestId(given: string | string[] | undefined): string {
  return typeof given === 'string' && usableId.test(given) && !isKey(given) && !hasKey(given) ? given : randomUUID()
}
