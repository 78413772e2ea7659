import type { IncomingMessage } from 'node:http'
import { isIPv4, isIPv6 } from 'node:net'
import { TLSSocket } from 'node:tls'
import { domainToASCII } from 'node:url'
import { type ProblemError, problem } from '../problems/problem.ts'

export type GuardOptions = {
  allowedHosts: ReadonlySet<string>
  allowedOrigins: ReadonlySet<string>
}

/** The names of our own certificate. */
export type OwnNames = () => ReadonlySet<string>

/** Whether a request came over TLS. */
export function isSecure({ socket }: IncomingMessage): boolean {
  return socket instanceof TLSSocket
}

/** More headers are a mistake or an attack (design/libraries 27). */
const mostHeaders = 1000

/**
 * `Host` is checked first: after DNS rebinding a web page calls under its own name, and only `Host` shows that
 * (design/field 27). IP literals of a host pass, since no DNS answer can claim one; names without a dot do not (LLMNR).
 * With `anyAddress`, other IP literals pass too; over TLS the names of our own certificate do, too: a page that
 * rebinds its name has no certificate for ours.
 *
 * @throws ProblemError `headers_too_large`, `bad_request`, `host_not_allowed`
 */
export function checkHost(
  request: IncomingMessage,
  { allowedHosts }: GuardOptions,
  { anyAddress, ownNames }: { anyAddress?: boolean; ownNames?: OwnNames | undefined } = {},
): void {
  const { rawHeaders } = request
  if (rawHeaders.length > 2 * mostHeaders) {
    throw problem('too_many_headers', { most: mostHeaders })
  }
  let hosts = 0 // The length is compared first, which is cheaper.
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]
    if (name?.length === 4 && name.toLowerCase() === 'host') hosts += 1
  }
  if (hosts > 1) throw problem('two_hosts', {})
  const host = request.headers.host
  if (host === undefined) {
    if (request.httpVersion === '1.0') return // No browser speaks HTTP/1.0.
    throw problem('no_host', {})
  }
  checkAuthority(host, allowedHosts, isSecure(request) ? ownNames : undefined, anyAddress)
}

const hostAndPort = /^(\[[0-9a-f:.]+\]|[^:@/[\]]+)(?::\d{0,5})?$/i

/** @throws ProblemError `host_not_allowed` */
export function checkAuthority(
  authority: string,
  allowedHosts: ReadonlySet<string>,
  ownNames?: OwnNames,
  anyAddress = false,
): void {
  const name = hostAndPort.exec(authority)?.[1]?.toLowerCase() ?? ''
  if (isIPv4(name) || (name.startsWith('[') && isIPv6(name.slice(1, -1)))) {
    if (anyAddress || isOfHost(name)) return
    throw problem('impossible_address', {})
  }
  if (isAllowedName(name, allowedHosts)) return
  if (ownNames?.().has(name.replace(/\.$/, '')) === true) return
  throw problem('host', {})
}

/**
 * Whether an IP literal is the address of a host, and not only a way to this machine. Browsers let foreign pages call
 * 0.0.0.0, [::] and IPv4 addresses in an IPv6 one, and send no `Sec-Fetch-*` there (design/libraries 58). No host has an
 * address in 0.0.0.0/8, a multicast or reserved one, or an IPv6 address that begins with 16 zero bits, except ::1.
 */
function isOfHost(literal: string): boolean {
  if (!literal.startsWith('[')) {
    const first = Number.parseInt(literal, 10)
    return first > 0 && first < 224
  }
  const first = Number.parseInt(literal.slice(1), 16) // NaN for "::…".
  return first > 0 ? first < 0xff00 : literal === '[::1]' || domainToASCII(literal) === '[::1]'
}

function isAllowedName(name: string, allowedHosts: ReadonlySet<string>): boolean {
  if (name === 'localhost') return true
  const relative = name.replace(/\.$/, '')
  return relative === 'localhost' || allowedHosts.has(relative)
}

/**
 * Refuses requests that a browser sends for a foreign web page. Programs send neither header.
 *
 * @throws ProblemError `origin_not_allowed`
 */
export function checkOrigin(request: IncomingMessage, { allowedOrigins }: GuardOptions): void {
  const { headers } = request
  const { origin } = headers
  const site = headers['sec-fetch-site']
  if (origin !== undefined) {
    if (allowedOrigins.has(origin)) return
    const scheme = isSecure(request) ? 'https' : 'http'
    if (headers.host === undefined || origin.toLowerCase() !== `${scheme}://${headers.host.toLowerCase()}`)
      throw foreign()
  }
  if (site !== undefined && site !== 'none' && site !== 'same-origin') throw foreign()
}

function foreign(): ProblemError {
  return problem('foreign_origin', {})
}

/** The `Origin` of a request, if that origin may read answers. */
export function allowedOrigin({ headers }: IncomingMessage, { allowedOrigins }: GuardOptions): string | undefined {
  return headers.origin !== undefined && allowedOrigins.has(headers.origin) ? headers.origin : undefined
}

/**
 * `CONNECT`, `TRACE` and upgrades have no place in a proxy for a JSON API. An offer of `h2c` is ignored.
 *
 * @throws ProblemError `method_not_allowed`
 */
export function checkMethod({ method, headers }: IncomingMessage): void {
  if (method === 'TRACE' || method === 'CONNECT') {
    throw problem('method', { method })
  }
  const wantsUpgrade = headers.upgrade !== undefined && /(^|,)\s*upgrade\s*(,|$)/i.test(headers.connection ?? '')
  if (wantsUpgrade && headers.upgrade?.trim().toLowerCase() !== 'h2c') {
    throw problem('upgrade', {})
  }
}

/** @throws ProblemError `loop_detected` */
export function checkLoop({ headers }: IncomingMessage): void {
  const via: string | undefined = headers.via
  if (via !== undefined && /(^|[\s,])catapa-sidecar($|[\s,;:(])/i.test(via)) {
    throw problem('own_via', {})
  }
}
