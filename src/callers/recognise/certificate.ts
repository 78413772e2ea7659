import { hash, type X509Certificate } from 'node:crypto'
import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import type { FactsOf } from '../../problems/failure.ts'
import { tried } from '../../words/tried.ts'
import type { Section } from '../caller.ts'
import { namesIn } from './certificate-names.ts'

/** A state of the CA for callers' certificates. It is current until another one takes its place. */
export type ClientCa = { isCurrent: boolean }

type Flaw = NonNullable<FactsOf['caller_unknown']['certificate']>

/** The certificate that a connection has shown. */
type Shown = Readonly<{
  /** As in a `certificate` line. */
  pin: string
  /** On the wall clock. */
  fromMs: number
  toMs: number
  /** The names that the CA vouches for, as in `certificate` lines; or why it vouches for none. */
  names: readonly string[] | Flaw
  /** Of OpenSSL, where it found fault. */
  verdict: string | undefined
}>

/** Why nobody is known by a certificate, as facts of `caller_unknown`. */
export type NotKnown = Readonly<{ refused: FactsOf['caller_unknown'] }>

const leastRsaBits = 2048

const shownCertificates = new WeakMap<TLSSocket, { shown: Shown | undefined }>()
const clientCas = new WeakMap<Socket, ClientCa>()

/**
 * Notes by which state of the CA a connection's certificate is judged: the one that was current when its handshake began. Names on
 * a connection without one are not believed, since Node judges by all public CAs then.
 */
export function setClientCa(socket: TLSSocket, ca: ClientCa): void {
  clientCas.set(socket, ca)
}

/** Whether the CA by which the connection's certificate was judged has been replaced. */
export function isOfReplacedCa(socket: Socket): boolean {
  return clientCas.get(socket)?.isCurrent === false
}

export function isTls(socket: Socket): socket is TLSSocket {
  return 'encrypted' in socket && socket.encrypted === true
}

/**
 * The caller that is known by the connection's certificate (design/promises 8.5), judged anew at each request: by the lines of the
 * file, the dates, and the state of the CA. Undefined where none was shown.
 *
 * @param byCertificate the sections by the values of their `certificate` lines
 * @param now on the wall clock
 */
export function callerOf(
  socket: TLSSocket,
  byCertificate: ReadonlyMap<string, Section>,
  now: number,
): Section | NotKnown | undefined {
  // Node tells nothing of a connection that has ended, which would look like no certificate.
  if (socket.destroyed && !shownCertificates.has(socket)) return { refused: { shown: 'nobody' } }
  const shown = shownOn(socket)
  if (shown === undefined) return undefined
  const { pin, fromMs, toMs, verdict } = shown
  const refused = (certificate: Flaw) => ({
    refused: { shown: 'certificate', certificate, pin: pin.slice(7, 15), verdict } as const,
  })
  // A date that cannot be read is NaN, which no instant is within.
  if (!(now >= fromMs)) return refused('not_yet')
  if (!(now <= toMs)) return refused('expired')
  const pinned = byCertificate.get(pin)
  const names = isOfReplacedCa(socket) ? 'ca_replaced' : shown.names
  if (typeof names === 'string') return pinned ?? refused(names)
  let section = pinned
  for (const name of names) {
    const byName = byCertificate.get(name)
    if (byName !== undefined && byName !== (section ?? byName)) return { refused: { shown: 'two_callers' } }
    section ??= byName
  }
  return section ?? refused('nobodys')
}

/** Read once for each connection: it cannot show another one later. */
function shownOn(socket: TLSSocket): Shown | undefined {
  const known = shownCertificates.get(socket)
  if (known !== undefined) return known.shown
  const certificate = socket.getPeerX509Certificate()
  const shown = certificate && read(certificate, socket)
  shownCertificates.set(socket, { shown })
  return shown
}

function read(certificate: X509Certificate, socket: TLSSocket): Shown {
  // A key that Node cannot read is nobody's.
  const pin = tried(() => pinOf(certificate)) ?? ''
  const names = pin === '' ? 'untrusted' : vouchedFor(certificate, socket)
  const verdict = socket.authorized ? undefined : textOf(socket.authorizationError)
  return { pin, names, verdict, fromMs: Date.parse(certificate.validFrom), toMs: Date.parse(certificate.validTo) }
}

/** The pin of a certificate's public key as in a `certificate` line (RFC 7469 §2.4, in hex). */
export function pinOf({ publicKey }: Pick<X509Certificate, 'publicKey'>): string {
  return `sha256:${hash('sha256', publicKey.export({ type: 'spki', format: 'der' }), 'hex')}`
}

function vouchedFor(certificate: X509Certificate, socket: TLSSocket): Shown['names'] {
  // Without a CA of ours nobody vouches for names. The connection is then known by its pin, or nobody's.
  if (!clientCas.has(socket)) return []
  if (socket.isSessionReused()) return 'resumed'
  if (!socket.authorized) return flaws[textOf(socket.authorizationError)] ?? 'untrusted'
  if (certificate.ca) return 'of_ca'
  // The limit of OpenSSL's security level 2, which not every Node has.
  if ((certificate.publicKey.asymmetricKeyDetails?.modulusLength ?? leastRsaBits) < leastRsaBits) return 'weak_key'
  return namesIn(certificate.raw) ?? 'odd_names'
}

/** Verdicts of OpenSSL that are not about trust. */
const flaws: Readonly<Record<string, Flaw>> = {
  CERT_HAS_EXPIRED: 'expired',
  CERT_NOT_YET_VALID: 'not_yet',
  INVALID_PURPOSE: 'purpose',
}

/** Node gives the name of the verdict, whatever its types say. */
function textOf(verdict: unknown): string {
  return typeof verdict === 'string' ? verdict : ''
}
