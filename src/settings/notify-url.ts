import { isLoopback, type ListenAddress, leadsTo } from './listen-address.ts'
import { isDecodable } from './proxy-variables.ts'
import type { Say } from './setting.ts'
import { isLoopbackUrl, parseHttpUrl } from './upstream-url.ts'
import { parseHostName } from './values.ts'

const httpKinds = ['slack', 'teams', 'googlechat', 'telegram', 'ntfy', 'json'] as const
type HttpKind = (typeof httpKinds)[number]

/** A mail server. `login`: decoded. `tls`: smtps:// has it from the start; `none` is for this machine. */
export type MailReceiver = Readonly<{
  kind: 'smtp'
  /** IPv6 without brackets. */
  host: string
  port: number
  login: Readonly<{ user: string; password: string }> | undefined
  from: string
  to: readonly string[]
  tls: 'from_start' | 'required' | 'if_offered' | 'none'
}>

/** Whom notices go to. The URL is a secret, host and kind alone are not. */
export type Receiver = Readonly<{ kind: HttpKind; url: URL }> | MailReceiver

/** Why a text is no receiver: the words after "the second receiver". */
type Flaw = Readonly<{ flaw: string }>

export const receiverForms =
  'slack:, teams:, googlechat:, telegram:, ntfy: or json: with a URL after it, smtp:// or smtps://'
const mailForm =
  'should be smtp://user:password@host:port/?from=ADDRESS&to=ADDRESS; in user and password all but letters and digits is percent-encoded'

/** Reads SIDECAR_NOTIFY_URL: receivers separated by spaces or line breaks. No problem quotes any of it. */
export function parseReceivers(text: string, say: Say): readonly Receiver[] {
  const words = text.split(/\s+/).filter((word) => word !== '')
  const receivers: Receiver[] = []
  for (const [index, word] of words.entries()) {
    const receiver = words.indexOf(word) < index ? { flaw: 'is there twice' } : parseReceiver(word)
    if ('flaw' in receiver) say(`${receiverAt(index, words.length)} ${receiver.flaw}`)
    else receivers.push(receiver)
  }
  return receivers
}

const ordinals = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth', 'ninth', 'tenth']

function receiverAt(index: number, all: number): string {
  if (all === 1) return 'its receiver'
  const ordinal = ordinals[index]
  return ordinal === undefined ? `receiver ${index + 1}` : `the ${ordinal} receiver`
}

function parseReceiver(text: string): Receiver | Flaw {
  if (/^smtps?:/i.test(text)) return parseMail(text)
  const kind = httpKinds.find((one) => text.toLowerCase().startsWith(`${one}:`))
  if (kind === undefined) return { flaw: `should begin with ${receiverForms}` }
  const rest = text.slice(kind.length + 1)
  const url = parseHttpUrl(rest)
  if (url === undefined) return { flaw: `should have a URL that begins with https:// after ${kind}:` }
  if (rest.includes('#')) return { flaw: 'should have no fragment: # is written %23' }
  if (!isDecodable(url.username) || !isDecodable(url.password)) return { flaw: encoding }
  const flaw = flawOfPath(kind, url)
  return flaw === undefined ? { kind, url } : { flaw }
}

const encoding = 'should have a percent-encoded user and password: % itself is written %25'

function flawOfPath(kind: HttpKind, url: URL): string | undefined {
  if (kind === 'ntfy' && url.pathname === '/') return 'should have the topic as its path, as in ntfy:https://host/topic'
  if (kind !== 'telegram') return undefined
  return url.pathname.endsWith('/sendMessage') && url.searchParams.get('chat_id')
    ? undefined
    : 'should end with /sendMessage?chat_id= and the number of the chat'
}

function parseMail(text: string): MailReceiver | Flaw {
  if (!/^smtps?:\/\/[^/?]/i.test(text) || /[\x00-\x1F\x7F#]/.test(text) || !URL.canParse(text))
    return { flaw: mailForm }
  const url = new URL(text)
  const secure = url.protocol === 'smtps:'
  const host = /^\[(.+)\]$/.exec(url.hostname)?.[1] ?? parseHostName(url.hostname)
  if (host === undefined || url.port === '0' || !/^\/?$/.test(url.pathname)) return { flaw: mailForm }
  if (!isDecodable(url.username) || !isDecodable(url.password)) return { flaw: encoding }
  const [user, password] = [decodeURIComponent(url.username), decodeURIComponent(url.password)]
  if ((user === '') !== (password === '')) return { flaw: 'should have both a user and a password, or none' }
  const addresses = parseAddresses(url.search)
  if ('flaw' in addresses) return addresses
  const login = user === '' ? undefined : { user, password }
  const ofHost = isLoopback(host) ? 'none' : login === undefined ? 'if_offered' : 'required'
  const port = url.port === '' ? (secure ? 465 : 587) : Number(url.port)
  return { kind: 'smtp', host, port, login, ...addresses, tls: secure ? 'from_start' : ofHost }
}

/** The query of a mail receiver. A "+" is itself, as in an address: this is no form. */
function parseAddresses(search: string): Readonly<{ from: string; to: readonly string[] }> | Flaw {
  const given = new Map<string, string>()
  for (const part of search.slice(1).split('&')) {
    const [, name = '', value = ''] = /^(from|to)=(.*)$/.exec(part) ?? []
    if (name === '') return { flaw: 'should have no other parameters than from and to' }
    if (given.has(name)) return { flaw: `should have ${name} once; several addresses of to are separated by commas` }
    if (!isDecodable(value)) return { flaw: 'should have percent-encoded addresses: % itself is written %25' }
    given.set(name, decodeURIComponent(value))
  }
  const from = given.get('from') ?? ''
  const to = (given.get('to') ?? '').split(',')
  return [from, ...to].every(isAddress)
    ? { from, to }
    : { flaw: 'should have a mail address in from, and one or more in to' }
}

/** Plain ones only: no quoted names, no comments, no address of a machine. */
function isAddress(text: string): boolean {
  return text.length <= 254 && /^[\w.!#$%&'*+/=?^`{|}~-]+@[a-z0-9_-]+(\.[a-z0-9_-]+)*$/i.test(text)
}

/** For people, the only form in which a receiver is shown: `slack hooks.slack.com`. */
export function shownReceiver(receiver: Receiver): string {
  return `${receiver.kind} ${receiver.kind === 'smtp' ? receiver.host : receiver.url.hostname}`
}

/** With CATAPA_ALLOW_HTTP a password may go to a mail server without TLS, where this one offers none. */
export function withoutTls(receivers: readonly Receiver[]): readonly Receiver[] {
  return receivers.map((receiver) =>
    receiver.kind === 'smtp' && receiver.tls === 'required' ? { ...receiver, tls: 'if_offered' } : receiver,
  )
}

type Rules = Readonly<{ allowHttp: boolean; listeners: readonly ListenAddress[] }>

/** What a rule between the settings says against the receivers, as problems of SIDECAR_NOTIFY_URL. */
export function flawsOfReceivers(receivers: readonly Receiver[], { allowHttp, listeners }: Rules): string[] {
  return receivers.flatMap((receiver, index) => {
    const at = receiverAt(index, receivers.length)
    const url = receiver.kind === 'smtp' ? mailUrl(receiver) : receiver.url
    if (listeners.some((listener) => leadsTo(url, listener))) {
      return `${at} should not be one of the sidecar's own listeners: it would tell itself`
    }
    return url.protocol === 'http:' && !allowHttp && !isLoopbackUrl(url)
      ? `${at} should have a URL that begins with https://; CATAPA_ALLOW_HTTP=true allows http://`
      : []
  })
}

function mailUrl({ host, port }: MailReceiver): URL {
  return new URL(`smtp://${host.includes(':') ? `[${host}]` : host}:${port}`)
}
