import type { Server } from 'node:http'
import type { FastifyBaseLogger } from 'fastify'
import { setClientCa } from '../callers/recognise/certificate.ts'
import { type CertificatesInUse, followCertificates } from '../certificates/follow-certificates.ts'
import { newHandshakes } from '../http/handshakes.ts'
import type { TlsListening } from '../http/tls-server.ts'
import { certificateWords } from '../problems/phrases/certificate-phrases.ts'
import type { ReadCertificates } from './read-certificates.ts'

/** The certificate of the `tls:` listeners, as long as the sidecar runs. */
export type OwnCertificates = Readonly<{
  listening: TlsListening
  /** DNS names that it is for. */
  ownNames: () => ReadonlySet<string>
  inUse: () => CertificatesInUse
  /** A server of `listening`: once the CA of callers is another one, its idle connections are closed. */
  serves: (server: Server) => void
  stop: () => void
}>

type Options = Readonly<{
  /** Whether new connections are asked for a certificate. */
  asksForCertificates?: (() => boolean) | undefined
  certificateLookMs?: number | undefined
}>

/** Follows the files from now on, if there are any, and logs what comes of them. */
export function startCertificates(
  read: ReadCertificates | undefined,
  { asksForCertificates = () => false, certificateLookMs }: Options,
  log: FastifyBaseLogger,
): OwnCertificates | undefined {
  if (read === undefined) return undefined
  const { files, certificates, flaw } = read
  const { names } = certificates
  if (flaw === undefined) log.info({ names, until: iso(certificates.validUntil) }, 'certificate')
  else log.error({ names, ...certificateWords(flaw) }, 'the certificate is used, and callers refuse it')
  const servers = new Set<Server>()
  let ca = { pem: certificates.clientCa, state: { isCurrent: true } }
  const changed: Changed = (next, before) => {
    tellChange(next, before, log)
    const { clientCa: pem } = next.certificates
    if (pem === ca.pem) return
    ca.state.isCurrent = false
    ca = { pem, state: { isCurrent: true } }
    // Handshakes under way end, too; other connections with the answer under way.
    for (const server of servers) server.closeIdleConnections()
  }
  const { inUse, stop } = followCertificates({ files, first: certificates, changed }, certificateLookMs)
  const listening: TlsListening = {
    material: () => inUse().certificates,
    asksForCertificates,
    handshakes: newHandshakes(),
    failed: failuresTold(log),
    secured(connection) {
      if (ca.pem !== undefined) setClientCa(connection, ca.state) // Handshakes that began before have been ended.
    },
  }
  function serves(server: Server): void {
    servers.add(server)
    server.once('close', () => servers.delete(server))
  }
  return { listening, ownNames: () => inUse().certificates.hosts, inUse, serves, stop }
}

type Changed = (next: CertificatesInUse, before: CertificatesInUse) => void

function tellChange(next: CertificatesInUse, before: CertificatesInUse, log: FastifyBaseLogger): void {
  const { certificates, flaw } = next
  const { names, validUntil } = certificates
  if (flaw !== undefined) log.warn(certificateWords(flaw), 'the certificate files have a problem: those in use stay')
  else if (certificates !== before.certificates) {
    log.info({ names, until: iso(validUntil) }, 'the certificate has changed and is in use for new connections')
  } else log.info('the certificate files are again those that are in use')
}

const windowMs = 10_000
/** So many lines of failed handshakes say all that there is to say: a scanner must not fill the disk. */
const mostLines = 20

function failuresTold(log: FastifyBaseLogger): TlsListening['failed'] {
  let count = 0
  function summarise(): void {
    if (count > mostLines) log.debug({ more: count - mostLines, withinS: windowMs / 1000 }, 'more handshakes failed')
    count = 0
  }
  return (why, caller) => {
    count += 1
    if (count === 1) setTimeout(summarise, windowMs).unref()
    if (count <= mostLines) log.debug({ why, caller }, 'TLS handshake failed')
  }
}

function iso(at: number): string {
  return new Date(at).toISOString()
}
