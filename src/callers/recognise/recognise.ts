import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { problem } from '../../problems/problem.ts'
import { type CallersFile, everyone, type How, type Section } from '../caller.ts'
import { digestOf } from '../key.ts'
import { callerOf, isOfReplacedCa, isTls } from './certificate.ts'
import { userOf } from './connection-user.ts'
import { keyHeaders, type ShownKey, shownKeys } from './shown-keys.ts'

/** The caller, and how it was recognised. `how` is undefined for everyone else. */
export type Recognised = Readonly<{
  section: Section
  how: How | undefined
  /** The first 8 digits of the key's digest. */
  key: string | undefined
}>

/** The callers that the head of a request shows by itself: by a listener of its own, or by a key. */
export type ShownByHead = Readonly<{ own: Section | undefined; keyed: Section | undefined; key: string | undefined }>

/** The caller that a listener belongs to; `name` is undefined once it belongs to nobody. */
export type Owner = { name: string | undefined }

/** A connection: the owner of the listener that it came in on, and the findings of its last request. */
type Connection = {
  owner: Owner | undefined
  headers: string | undefined
  file: CallersFile | undefined
  head: ShownByHead
}

const nothing: ShownByHead = { own: undefined, keyed: undefined, key: undefined }
const connections = new WeakMap<Socket, Connection>()

/** Notes that a connection came in on the listener of one caller. */
export function setOwner(socket: Socket, owner: Owner): void {
  connections.set(socket, { owner, headers: undefined, file: undefined, head: nothing })
}

/** Whether a connection came in on a caller's listener that belongs to nobody any more, or was judged by a CA that is replaced. */
export function isNobodys(socket: Socket): boolean {
  const owner = connections.get(socket)?.owner
  return (owner !== undefined && owner.name === undefined) || isOfReplacedCa(socket)
}

/**
 * Recognises the caller (design/promises 8.5) by its own listener, its key, its certificate or its user, or else as everyone
 * else. A promise only where the user has to be looked up.
 *
 * @throws ProblemError `caller_unknown`
 */
export function recognise(
  request: IncomingMessage,
  file: CallersFile,
  clock?: () => number,
): Recognised | Promise<Recognised> {
  return fromHead(headOf(request, file), request.socket, file, clock)
}

/** The callers that listener and headers show. @throws ProblemError `caller_unknown` for a wrong key, and for two callers */
export function headOf({ rawHeaders, socket }: IncomingMessage, file: CallersFile): ShownByHead {
  const headers = keyHeaders(rawHeaders)
  const connection = connectionOf(socket)
  // A connection mostly shows one key again and again: a digest each time would be 3 % of a request.
  if (connection.file === file && connection.headers === headers) return connection.head
  const lookup = callerIndexOf(file)
  const head = withKeys(ofListener(connection.owner, lookup), shownKeys(headers), lookup)
  Object.assign(connection, { headers, file, head })
  return head
}

function connectionOf(socket: Socket): Connection {
  const known = connections.get(socket)
  if (known !== undefined) return known
  const connection = { owner: undefined, headers: undefined, file: undefined, head: nothing }
  connections.set(socket, connection)
  return connection
}

function ofListener(owner: Owner | undefined, { byName }: CallerIndex): ShownByHead {
  if (owner === undefined) return nothing
  const own = owner.name === undefined ? undefined : byName.get(owner.name)
  if (own === undefined) throw problem('caller_unknown', { shown: 'nobody' })
  return { ...nothing, own }
}

/** The callers shown, with these keys as well. @throws ProblemError `caller_unknown` where one is wrong or another caller's */
export function withKeys(head: ShownByHead, keys: readonly ShownKey[], lookup: CallerIndex): ShownByHead {
  let { keyed, key } = head
  for (const { key: text, name } of keys) {
    const digest = digestOf(text)
    const section = lookup.byKey.get(digest)
    const shown = { claimed: knownName(name, lookup), key: digest.slice(0, 8), keyOf: section?.name }
    if (section === undefined || (name !== undefined && name !== section.name)) {
      throw problem('caller_unknown', { shown: 'wrong_key', ...shown })
    }
    if ((head.own ?? keyed ?? section) !== section) throw problem('caller_unknown', { shown: 'two_callers', ...shown })
    keyed = section
    key = shown.key
  }
  return { own: head.own, keyed, key }
}

/** A name as it may be logged: one that the file does not have could be a person's. */
function knownName(name: string | undefined, { byName }: CallerIndex): string | undefined {
  return name === undefined || byName.has(name) ? name : '…'
}

/**
 * The caller, recognised by certificate and user of the connection too.
 *
 * @param clock as Date.now
 * @throws ProblemError `caller_unknown`
 */
export function fromHead(
  head: ShownByHead,
  socket: Socket,
  file: CallersFile,
  clock: () => number = Date.now,
): Recognised | Promise<Recognised> {
  const { own, keyed, key } = head
  const lookup = callerIndexOf(file)
  if (own === undefined && keyed !== undefined) return { section: keyed, how: 'key', key }
  const certified = isTls(socket) ? withCertificate(head, socket, lookup, clock()) : undefined
  if (own === undefined && certified !== undefined) return { section: certified, how: 'certificate', key }
  const user = lookup.byUser.size === 0 ? undefined : userOf(socket)
  const withUser = (uid: number | undefined) =>
    fromUser(head, uid === undefined ? undefined : lookup.byUser.get(uid), lookup)
  return user instanceof Promise ? user.then(withUser) : withUser(user)
}

/** The caller shown by a certificate, if any. A wrong one counts as none beside a key, unless the listener asks for one. */
function withCertificate(
  { own, keyed }: ShownByHead,
  socket: TLSSocket,
  { byCertificate }: CallerIndex,
  now: number,
): Section | undefined {
  const isAsked = own !== undefined && own.certificates.length > 0
  const found = callerOf(socket, byCertificate, now)
  if (found !== undefined && 'refused' in found) {
    if (keyed !== undefined && !isAsked) return undefined
    throw problem('caller_unknown', found.refused)
  }
  if (found === undefined && isAsked) throw problem('caller_unknown', { shown: 'certificate', certificate: 'none' })
  if (found !== undefined && own !== undefined && found !== own) {
    throw problem('caller_unknown', { shown: 'two_callers' })
  }
  return found
}

function fromUser({ own, key }: ShownByHead, byUser: Section | undefined, lookup: CallerIndex): Recognised {
  if (own !== undefined) {
    if (byUser !== undefined && byUser !== own) throw problem('caller_unknown', { shown: 'two_callers' })
    return { section: own, how: 'listener', key }
  }
  if (byUser !== undefined) return { section: byUser, how: 'user', key }
  if (lookup.everyone === undefined) throw problem('caller_unknown', { shown: 'nobody' })
  return { section: lookup.everyone, how: undefined, key }
}

/** The sections of a callers file by key, certificate, user and name. */
export type CallerIndex = Readonly<{
  byKey: ReadonlyMap<string, Section>
  byCertificate: ReadonlyMap<string, Section>
  byUser: ReadonlyMap<number, Section>
  byName: ReadonlyMap<string, Section>
  everyone: Section | undefined
}>

const known = new WeakMap<CallersFile, CallerIndex>()

/** The index, made once for each state of the file. */
export function callerIndexOf(file: CallersFile): CallerIndex {
  const before = known.get(file)
  if (before !== undefined) return before
  const { sections } = file
  const byName = new Map(sections.map((section) => [section.name, section]))
  const lookup = {
    byKey: new Map(sections.flatMap((section) => section.keys.map(({ value }) => [value, section]))),
    byCertificate: new Map(sections.flatMap((section) => section.certificates.map(({ value }) => [value, section]))),
    byUser: new Map(sections.flatMap((section) => section.users.map(({ value }) => [value, section]))),
    byName,
    everyone: byName.get(everyone),
  }
  known.set(file, lookup)
  return lookup
}
