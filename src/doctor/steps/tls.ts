import { isIP, type Socket } from 'node:net'
import { connect, type TLSSocket } from 'node:tls'
import { tunnel } from '../../network/connection.ts'
import { because } from '../../problems/phrases/transport-phrases.ts'
import { stageOf, transportFacts } from '../../problems/transport.ts'
import { type ShownCertificate, shownBy } from '../certificate-chain.ts'
import { each, ok, type StepOutcome, type Subject, unreachable } from '../step.ts'
import { authority, destination, type NeededEndpoint, targets } from '../targets.ts'

/** Whether the certificate is trusted, and its issuer. */
export function tls(subject: Subject): Promise<StepOutcome> {
  return each(targets(subject.config), (target) => handshake(target, subject))
}

async function handshake(target: NeededEndpoint, subject: Subject): Promise<StepOutcome> {
  const { url, proxy, variable } = target
  if (url.protocol !== 'https:') return ok(`not used, since ${variable} is http://`)
  const { secureContext, config } = subject
  const { host, port } = destination(target)
  let underneath: Socket | undefined
  if (proxy !== undefined) {
    const verified = { secureContext, rejectUnauthorized: true } as const
    try {
      underneath = await tunnel(proxy, authority(destination(target)), verified, config.connectTimeoutMs)
    } catch (error) {
      return noTls(target, error, undefined)
    }
  }
  return new Promise((done) => {
    const socket: TLSSocket = connect({
      ...(underneath ? { socket: underneath } : { host, port }),
      servername: isIP(host) === 0 ? host : '',
      // Node checks the certificate against `host` when there is no server name; a tunnel has neither.
      ...(isIP(host) !== 0 && { host }),
      secureContext,
      rejectUnauthorized: true, // Explicit, since NODE_TLS_REJECT_UNAUTHORIZED changes only the default.
      ALPNProtocols: ['http/1.1'],
    })
    let shown: ShownCertificate | undefined
    // At `secure` the certificate is known but not yet judged; at an error it is gone.
    socket.prependOnceListener('secure', () => {
      shown = shownBy(socket)
    })
    const timer = setTimeout(
      () => socket.destroy(Object.assign(new Error('time-out'), { code: 'ETIMEDOUT' })),
      config.connectTimeoutMs,
    )
    socket.once('close', () => clearTimeout(timer))
    socket.once('error', (error) => done(noTls(target, error, shown)))
    socket.once('secureConnect', () => {
      done(ok(trusted(host, socket.getProtocol() ?? 'TLS', shown)))
      socket.destroy()
    })
  })
}

function trusted(host: string, protocol: string, shown: ShownCertificate | undefined): string {
  if (shown === undefined) return `${host}: ${protocol}`
  const by = shown.interceptor === undefined ? 'a proxy that inspects TLS, or a CA of your own' : shown.interceptor
  const note = shown.publicRoot ? '' : `; not a public CA (${by}), but trusted here`
  return `${host}: ${protocol}, issued by ${shown.issuer}, valid until ${shown.validTo}${note}`
}

function noTls(target: NeededEndpoint, error: unknown, shown: ShownCertificate | undefined): StepOutcome {
  const facts = transportFacts(error)
  const where = authority(destination(target))
  if (stageOf(facts) !== 'untrusted') {
    return unreachable(
      `no TLS connection to ${where}: ${because(facts)}`,
      `Check that ${target.variable} names a server that speaks TLS 1.2 or later; a firewall or a proxy that cuts TLS looks like this, too.`,
    )
  }
  const issued = shown === undefined ? '' : `, issued by ${shown.issuer}`
  const detail = `the certificate of ${where} is not trusted: ${because(facts)}${issued}`
  const { certificate } = facts
  if (certificate === 'CERT_HAS_EXPIRED' || certificate === 'CERT_NOT_YET_VALID') {
    const today = new Date().toISOString().slice(0, 16).replace('T', ' ')
    const valid = shown === undefined ? '' : `It is valid from ${shown.validFrom} until ${shown.validTo}. `
    return unreachable(
      detail,
      `${valid}The clock of this machine says ${today} UTC: if that is wrong, set it; if it is right, the administrators of ${where} have to renew the certificate.`,
    )
  }
  if (certificate === 'ERR_TLS_CERT_ALTNAME_INVALID' || certificate === 'HOSTNAME_MISMATCH') {
    return unreachable(
      detail,
      `Check the host in ${target.variable}: something else answers there, or it has another name.`,
    )
  }
  const who =
    shown?.interceptor === undefined
      ? 'If your company has a proxy or a virus scanner that inspects TLS, this is most likely it.'
      : `This is ${shown.interceptor}, which inspects TLS on the way.`
  return unreachable(
    detail,
    `${who} Ask your IT for its CA certificate as a PEM file and name that file in CATAPA_CA_FILE. If your IT knows of no such proxy, do not go on: it may be an attack.`,
  )
}
