import { isIPv4, isIPv6 } from 'node:net'
import { isAbsolute } from 'node:path'
import { domainToASCII } from 'node:url'
import { hostAndPort } from '../words/host-and-port.ts'
import { addressWords } from './address-words.ts'
import type { Say } from './setting.ts'

/** Where to listen. `localhost` is 127.0.0.1 and ::1 with one port; port 0 means any free one. `tls`: over TLS only. */
export type ListenAddress =
  | Readonly<{ kind: 'localhost'; port: number; tls?: true }>
  | Readonly<{ kind: 'tcp'; host: string; port: number; tls?: true }>
  | Readonly<{ kind: 'unix'; path: string; mode: number }>

/** Why a text is no address: the words after "an address " in a problem. */
type Flaw = Readonly<{ flaw: string }>

/** Longest path that fits into `sockaddr_un`, without its final NUL. */
export const maxSocketPathBytes = process.platform === 'linux' ? 107 : 103

function parseSocket(text: string): ListenAddress | Flaw {
  const [, path = '', mode = '0600'] = /^unix:([^,]*)(?:,mode=([^,]*))?$/.exec(text) ?? []
  if (path === '') return { flaw: addressWords().socketForm }
  if (!isAbsolute(path) || path.endsWith('/')) return { flaw: addressWords().socketPath }
  if (Buffer.byteLength(path) > maxSocketPathBytes) {
    return { flaw: addressWords().socketPathLength(maxSocketPathBytes) }
  }
  if (!/^0?[0-7]{1,3}$/.test(mode)) return { flaw: addressWords().socketMode }
  return { kind: 'unix', path, mode: Number.parseInt(mode, 8) }
}

function parseHost(host: string): string | Flaw {
  const bracketed = /^\[(.*)\]$/.exec(host)?.[1]
  if (bracketed !== undefined) return isIPv6(bracketed) ? bracketed : { flaw: addressWords().ipv6InBrackets }
  if (isIPv4(host)) return host
  if (host.includes(':')) return { flaw: addressWords().ipv6WithoutBrackets }
  if (host === '*') return { flaw: addressWords().star }
  // A last label of digits is an IPv4 address gone wrong, never a name (WHATWG URL, "ends in a number").
  if (!/^[\w-]+(\.[\w-]+)*$/.test(host) || /(^|\.)(\d+|0x[\da-f]*)$/i.test(host))
    return { flaw: addressWords().shouldBeAddress }
  return host.toLowerCase()
}

/** Reads one address of SIDECAR_LISTEN, SIDECAR_ADMIN_LISTEN or SANDBOX_LISTEN (design/promises 2.6 and 14.1). */
export function parseListenAddress(text: string): ListenAddress | Flaw {
  const [, behindTls] = /^tls:(.*)$/i.exec(text) ?? []
  if (behindTls === undefined) return parsePlain(text)
  const address = parsePlain(behindTls)
  if ('flaw' in address) return address
  return address.kind === 'unix' ? { flaw: addressWords().socketTls } : { ...address, tls: true }
}

function parsePlain(text: string): ListenAddress | Flaw {
  const localPort = Number(/^localhost:(\d{1,5})$/.exec(text)?.[1] ?? Number.NaN)
  if (localPort <= 65_535) return { kind: 'localhost', port: localPort }
  if (/[\x00-\x1F\x7F]/.test(text)) return { flaw: addressWords().controlCharacters }
  if (/^unix:/i.test(text)) return parseSocket(text.replace(/^unix:/i, 'unix:'))
  if (text.includes('://')) return { flaw: addressWords().url }
  if (/^:?\d+$/.test(text)) return { flaw: addressWords().portAlone }
  if (text.includes(',')) return { flaw: addressWords().comma }
  const [, host, digits = ''] = /^(.*):(\d{1,5})$/.exec(text) ?? []
  if (host === undefined || host === '') return { flaw: addressWords().shouldBeAddress }
  const port = Number(digits)
  if (port > 65_535) return { flaw: addressWords().port }
  const parsed = parseHost(host)
  if (typeof parsed !== 'string') return parsed
  return parsed === 'localhost' ? { kind: 'localhost', port } : { kind: 'tcp', host: parsed, port }
}

/** Reads a list of addresses separated by spaces only, since a comma begins the mode of a socket file. */
export function parseListenAddresses(text: string, say: Say): readonly ListenAddress[] {
  const addresses: ListenAddress[] = []
  const words = text.split(/\s+/).filter((word) => word !== '')
  for (const [index, word] of words.entries()) {
    const address = parseListenAddress(word)
    if ('flaw' in address) say(addressWords().flawed(words.length > 1 ? index + 1 : undefined, address.flaw))
    else if (addresses.some((other) => overlap(other, address))) say(addressWords().twice)
    else addresses.push(address)
  }
  return addresses
}

/** The addresses of SIDECAR_ADMIN_LISTEN; none when it is off. */
export function parseAdminListen(text: string, say: Say): readonly ListenAddress[] {
  if (text.toLowerCase() === 'off') return []
  const addresses = parseListenAddresses(text, say)
  if (addresses.some(isTls)) say(addressWords().adminTls)
  return addresses
}

/** Whether the listener speaks TLS. */
export function isTls(address: ListenAddress): boolean {
  return address.kind !== 'unix' && address.tls === true
}

/** `https` or `http`. */
export function schemeOf(address: ListenAddress): string {
  return isTls(address) ? 'https' : 'http'
}

/** For people: `localhost:8228`, `[::1]:8228`, `https://localhost:8443`, `unix:/run/sidecar.sock`. */
export function nameOf(address: ListenAddress): string {
  return `${isTls(address) ? 'https://' : ''}${placeOf(address)}`
}

function placeOf(address: ListenAddress): string {
  if (address.kind === 'unix') return `unix:${address.path}`
  return hostAndPort(address.kind === 'localhost' ? 'localhost' : address.host, address.port)
}

function shownAddress(address: ListenAddress): string {
  if (address.kind === 'unix') return `${placeOf(address)},mode=0${address.mode.toString(8)}`
  return `${isTls(address) ? 'tls:' : ''}${placeOf(address)}`
}

/** The addresses as they would be written in a setting. */
export function shownAddresses(addresses: readonly ListenAddress[]): string {
  return addresses.map(shownAddress).join(' ')
}

/** One spelling for each host: `::1` has many, and `::ffff:127.0.0.1` is 127.0.0.1. Brackets are left out. */
function canonical(host: string): string {
  if (!isIPv6(host)) return host.toLowerCase().replace(/\.$/, '')
  const [address = '', zone] = host.split('%')
  const short = domainToASCII(`[${address}]`).slice(1, -1)
  return zone === undefined ? unmapped(short) : `${short}%${zone}`
}

/** The IPv4 address that an IPv4-mapped IPv6 address stands for (RFC 4291 §2.5.5.2). */
function unmapped(address: string): string {
  const [, ...halves] = /^::ffff:([\da-f]{1,4}):([\da-f]{1,4})$/.exec(address) ?? []
  if (halves.length === 0) return address
  const numbers = halves.map((half) => Number.parseInt(half, 16))
  return numbers.flatMap((number) => [number >> 8, number & 0xff]).join('.')
}

/** Whether a name or address, IPv6 without brackets, is sure to be this machine: localhost, 127.0.0.0/8, ::1. */
export function isLoopback(host: string): boolean {
  const name = canonical(host)
  return name === 'localhost' || name === '::1' || (isIPv4(name) && name.startsWith('127.'))
}

/** Whether other machines cannot reach the listener. */
export function isLocal(address: ListenAddress): boolean {
  return address.kind !== 'tcp' || isLoopback(address.host)
}

function hostsOf(address: ListenAddress): string[] {
  if (address.kind === 'unix') return []
  return address.kind === 'localhost' ? ['127.0.0.1', '::1'] : [canonical(address.host)]
}

function sameHost(one: string, other: string): boolean {
  return one === other || (one === '0.0.0.0' && isIPv4(other)) || (one === '::' && isIPv6(other))
}

/** Whether the second of two listeners would find its address taken by the first. */
export function overlap(one: ListenAddress, other: ListenAddress): boolean {
  if (one.kind === 'unix' || other.kind === 'unix') {
    return one.kind === 'unix' && other.kind === 'unix' && one.path === other.path
  }
  if (one.port === 0 || one.port !== other.port) return false
  return hostsOf(one).some((host) => hostsOf(other).some((it) => sameHost(host, it) || sameHost(it, host)))
}

/** Whether a URL leads to the listener, as far as this shows without a name server. */
export function leadsTo(url: URL, listener: ListenAddress): boolean {
  if (listener.kind === 'unix') return false
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80))
  if (listener.port !== port) return false
  const target = canonical(url.hostname.replace(/^\[|\]$/g, ''))
  const targetIsOurs = isLoopback(target) || target === '0.0.0.0' || target === '::'
  const hosts = hostsOf(listener)
  return (
    hosts.includes(target) ||
    (targetIsOurs && hosts.some((host) => isLoopback(host) || host === '0.0.0.0' || host === '::'))
  )
}
