import { isIP, type Socket } from 'node:net'
import { connect, type TLSSocket } from 'node:tls'
import { tunnel } from '../../network/connection.ts'
import { because } from '../../problems/phrases/transport-phrases.ts'
import { stageOf, transportFacts } from '../../problems/transport.ts'
import { type ShownCertificate, shownBy } from '../certificate-chain.ts'
import { each, ok, type StepOutcome, type Subject, unreachable } from '../step.ts'
import { authority, destination, type NeededEndpoint, targets } from '../targets.ts'
import { tlsStepWords } from '../words/tls-step-words.ts'

/** Whether the certificate is trusted, and its issuer. */
export function tls(subject: Subject): Promise<StepOutcome> {
  return each(targets(subject.config), (target) => handshake(target, subject))
}

async function handshake(target: NeededEndpoint, subject: Subject): Promise<StepOutcome> {
  const { url, proxy, variable } = target
  if (url.protocol !== 'https:') return ok(tlsStepWords().notUsed(variable))
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
      done(ok(tlsStepWords().trusted({ host, protocol: socket.getProtocol() ?? 'TLS', shown })))
      socket.destroy()
    })
  })
}

function noTls(target: NeededEndpoint, error: unknown, shown: ShownCertificate | undefined): StepOutcome {
  const facts = transportFacts(error)
  const address = authority(destination(target))
  const say = tlsStepWords()
  if (stageOf(facts) !== 'untrusted') {
    return unreachable(say.noTls(address, because(facts)), say.speaksTls(target.variable))
  }
  const detail = say.untrusted({ address, because: because(facts), issuer: shown?.issuer })
  const { certificate } = facts
  if (certificate === 'CERT_HAS_EXPIRED' || certificate === 'CERT_NOT_YET_VALID') {
    const now = new Date().toISOString().slice(0, 16).replace('T', ' ')
    return unreachable(detail, say.outOfDate(address, shown && { from: shown.validFrom, to: shown.validTo }, now))
  }
  if (certificate === 'ERR_TLS_CERT_ALTNAME_INVALID' || certificate === 'HOSTNAME_MISMATCH') {
    return unreachable(detail, say.otherHost(target.variable))
  }
  return unreachable(detail, say.askForCa(shown?.interceptor))
}
