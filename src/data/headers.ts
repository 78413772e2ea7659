import { randomUUID } from 'node:crypto'
import type { AccessToken } from '../oauth/token-source.ts'

/** RFC 9110 §7.6.1, and what older peers use as such. */
const hopByHop = [
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
]

const notForwarded = new Set([
  ...hopByHop,
  'host', // CATAPA's own; undici writes it.
  'tenant',
  'authorization',
  'cookie',
  'expect', // Node has answered 100 already, and undici refuses it (STACK row 3).
  'forwarded',
  'origin',
  'referer',
  'x-request-id',
])
const notForwardedPrefix = /^(proxy-|x-forwarded-|sec-)/
const isForwarded = remembered((name) => !notForwarded.has(name) && !notForwardedPrefix.test(name))

const notReturned = new Set([
  ...hopByHop,
  'proxy-authenticate',
  'proxy-authentication-info',
  'proxy-authorization',
  'set-cookie',
  'set-cookie2',
  'strict-transport-security',
  'alt-svc',
  'x-request-id',
])
const notReturnedPrefix = /^(access-control-|x-catapa-sidecar-)/
/** Those of CATAPA that are not just passed on or dropped. */
const special = new Set(['connection', 'location', 'x-content-type-options'])
const fate = remembered((name) => {
  if (special.has(name)) return name
  return notReturned.has(name) || notReturnedPrefix.test(name) ? 'dropped' : 'returned'
})

/** What was found for a name, kept by its spelling: callers choose names, so only some, and short ones. */
function remembered<Verdict>(judge: (lowerCaseName: string) => Verdict): (name: string) => Verdict {
  const known = new Map<string, Verdict>()
  return (name) => {
    const before = known.get(name)
    if (before !== undefined) return before
    const verdict = judge(name.toLowerCase())
    if (known.size < 500 && name.length <= 64) known.set(name, verdict)
    return verdict
  }
}

/** Navigations of a browser: what such an answer shows must not act in the sidecar's name. */
const navigations = new Set(['document', 'iframe', 'frame', 'object', 'embed'])

/**
 * Whether a browser would show it as a page that may act. Browsers that are old, or that call by another name than
 * localhost, do not say what they want an answer for.
 */
function isPage(raw: readonly Buffer[]): boolean {
  for (let i = 0; i + 1 < raw.length; i += 2) {
    if (raw[i]?.length !== 12 || raw[i]?.toString('latin1').toLowerCase() !== 'content-type') continue
    if (/\bx?html\b|\bxml\b/i.test(raw[i + 1]?.toString('latin1') ?? '')) return true
  }
  return false
}

/**
 * What crosses to CATAPA (CONTRACT §3, "Requests"), as a flat list of names and values in the caller's spelling and
 * order, so that repeated headers stay repeated.
 */
export function requestHeaders(
  raw: readonly string[],
  connection: string | undefined,
  token: AccessToken,
  requestId: string,
): string[] {
  const named = namedInConnection(connection)
  const headers: string[] = []
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = raw[i] ?? ''
    if (!isForwarded(name) || named?.has(name.toLowerCase())) continue
    headers.push(name, raw[i + 1] ?? '')
  }
  headers.push(
    'Tenant',
    token.tenant,
    'Authorization',
    `Bearer ${token.value}`,
    'X-Request-Id',
    requestId,
    'Via',
    '1.1 catapa-sidecar',
  )
  return headers
}

export type ResponseContext = {
  requestId: string
  /** CATAPA's origin, whose absolute `Location`s are rewritten. */
  upstreamOrigin: string
  /** How the caller sees the sidecar: `http://` and its `Host`. */
  ownOrigin: string
  /** An origin of `SIDECAR_ALLOWED_ORIGINS` that may read the answer. */
  allowedOrigin: string | undefined
  /** `Sec-Fetch-Dest` of the request. */
  destination: string | undefined
}

/** What crosses back to the caller (CONTRACT §3, "Responses"): a flat list of names and values, bytes as Latin-1. */
export function responseHeaders(raw: readonly Buffer[], context: ResponseContext): string[] {
  const { destination } = context
  const navigation = destination === undefined ? isPage(raw) : navigations.has(destination)
  const headers: string[] = []
  let connection: string | undefined
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = raw[i]?.toString('latin1') ?? ''
    const what = fate(name)
    if (what === 'dropped') continue
    const value = raw[i + 1]?.toString('latin1') ?? ''
    if (what === 'connection') connection = connection === undefined ? value : `${connection},${value}`
    else if (what === 'location') headers.push(name, ownLocation(value, context))
    // Of several X-Content-Type-Options browsers heed the first, which is ours then.
    else if (what === 'returned' || !navigation) headers.push(name, value)
  }
  const named = namedInConnection(connection)
  if (named !== undefined) without(headers, named)
  headers.push('Via', '1.1 catapa-sidecar', 'X-Request-Id', context.requestId)
  if (context.allowedOrigin !== undefined) headers.push(...corsHeaders(context.allowedOrigin).flat())
  if (navigation) {
    // Beside a policy of CATAPA's own: what either forbids is forbidden.
    headers.push('Content-Security-Policy', 'sandbox', 'X-Content-Type-Options', 'nosniff')
  }
  return headers
}

function without(headers: string[], names: ReadonlySet<string>): void {
  for (let i = headers.length - 2; i >= 0; i -= 2) if (names.has(headers[i]?.toLowerCase() ?? '')) headers.splice(i, 2)
}

/** What lets a page of an allowed origin read an answer (CONTRACT §3). */
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

/** A redirect to CATAPA's own origin would lead the caller past the sidecar, without a token (STACK row 11). */
function ownLocation(location: string, { upstreamOrigin, ownOrigin }: ResponseContext): string {
  const match = /^(?:https?:)?\/\/[^/\\?#]*/i.exec(location)
  if (match === null) return location
  const absolute = location.startsWith('//') ? `${upstreamOrigin.split('//', 1)[0]}${match[0]}` : match[0]
  if (!URL.canParse(absolute) || new URL(absolute).origin !== upstreamOrigin) return location
  return ownOrigin + location.slice(match[0].length)
}

const usableId = /^[\x21-\x7e]{1,128}$/

/** The caller's request id where it is usable in a log and a header, else one of our own. */
export function requestId(given: string | string[] | undefined): string {
  return typeof given === 'string' && usableId.test(given) ? given : randomUUID()
}
