import { isLoopback, type ListenAddress, leadsTo } from './listen-address.ts'
import { isDecodable } from './proxy-variables.ts'
import { receiverWords } from './receiver-words.ts'
import type { Say } from './setting.ts'
import { isLoopbackUrl, parseHttpUrl } from './upstream-url.ts'
import { urlWords } from './url-words.ts'
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

/** Reads SIDECAR_NOTIFY_URL: receivers separated by spaces or line breaks. No problem quotes any of it. */
export function parseReceivers(text: string, say: Say): readonly Receiver[] {
  const words = text.split(/\s+/).filter((word) => word !== '')
  const receivers: Receiver[] = []
  for (const [index, word] of words.entries()) {
    const receiver = words.indexOf(word) < index ? { flaw: receiverWords().twice } : parseReceiver(word)
    if ('flaw' in receiver) say(`${receiverAt(index, words.length)} ${receiver.flaw}`)
    else receivers.push(receiver)
  }
  return receivers
}

function receiverAt(index: number, all: number): string {
  return all === 1 ? receiverWords().only : receiverWords().numbered(index + 1)
}

function parseReceiver(text: string): Receiver | Flaw {
  if (/^smtps?:/i.test(text)) return parseMail(text)
  const kind = httpKinds.find((one) => text.toLowerCase().startsWith(`${one}:`))
  if (kind === undefined) return { flaw: receiverWords().begin(receiverWords().forms) }
  const rest = text.slice(kind.length + 1)
  const url = parseHttpUrl(rest)
  if (url === undefined) return { flaw: receiverWords().url(kind) }
  if (rest.includes('#')) return { flaw: receiverWords().fragment }
  if (!isDecodable(url.username) || !isDecodable(url.password)) return { flaw: urlWords().encoding }
  const flaw = flawOfPath(kind, url)
  return flaw === undefined ? { kind, url } : { flaw }
}

function flawOfPath(kind: HttpKind, url: URL): string | undefined {
  if (kind === 'ntfy' && url.pathname === '/') return receiverWords().topic
  if (kind !== 'telegram') return undefined
  return url.pathname.endsWith('/sendMessage') && url.searchParams.get('chat_id') ? undefined : receiverWords().chat
}

function parseMail(text: string): MailReceiver | Flaw {
  if (!/^smtps?:\/\/[^/?]/i.test(text) || /[\x00-\x1F\x7F#]/.test(text) || !URL.canParse(text))
    return { flaw: receiverWords().mail }
  const url = new URL(text)
  const secure = url.protocol === 'smtps:'
  const host = /^\[(.+)\]$/.exec(url.hostname)?.[1] ?? parseHostName(url.hostname)
  if (host === undefined || url.port === '0' || !/^\/?$/.test(url.pathname)) return { flaw: receiverWords().mail }
  if (!isDecodable(url.username) || !isDecodable(url.password)) return { flaw: urlWords().encoding }
  const [user, password] = [decodeURIComponent(url.username), decodeURIComponent(url.password)]
  if ((user === '') !== (password === '')) return { flaw: receiverWords().userAndPassword }
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
    if (name === '') return { flaw: receiverWords().parameters }
    if (given.has(name)) return { flaw: receiverWords().once(name) }
    if (!isDecodable(value)) return { flaw: receiverWords().addressEncoding }
    given.set(name, decodeURIComponent(value))
  }
  const from = given.get('from') ?? ''
  const to = (given.get('to') ?? '').split(',')
  return [from, ...to].every(isAddress) ? { from, to } : { flaw: receiverWords().addresses }
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
      return `${at} ${receiverWords().own}`
    }
    return url.protocol === 'http:' && !allowHttp && !isLoopbackUrl(url) ? `${at} ${receiverWords().https}` : []
  })
}

function mailUrl({ host, port }: MailReceiver): URL {
  return new URL(`smtp://${host.includes(':') ? `[${host}]` : host}:${port}`)
}
