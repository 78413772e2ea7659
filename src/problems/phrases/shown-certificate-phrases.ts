import { words } from '../../words/language.ts'
import type { FactsOf, ShownCertificateFlaw } from '../failure.ts'

/** Why nobody is known by a certificate (design/promises 8.5), and what helps. */
const flaws: Readonly<Record<ShownCertificateFlaw, readonly [sentence: string, remedy: string]>> = {
  none: [
    'This listener serves only programs that show a certificate of its caller, and none came',
    'Let the program show its certificate, or take the certificate lines out of the section of this listener',
  ],
  nobodys: [
    'The sidecar knows nobody by the certificate that came',
    'It was refused as meant, unless this program should call: then give a section a line for it, which "catapa-sidecar certificate FILE.pem" prints',
  ],
  untrusted: [
    'The certificate that came is not vouched for by the CA that the sidecar trusts',
    'Let the program show a certificate of the CA in SIDECAR_TLS_CLIENT_CA_FILE, with the whole chain to it, or give its section the pin, which "catapa-sidecar certificate FILE.pem" prints',
  ],
  expired: [
    'The certificate that came, or one of those that vouch for it, has expired',
    'Give the program a new certificate. If its dates are right, set the clock of this machine',
  ],
  not_yet: [
    'The certificate that came, or one of those that vouch for it, is not valid yet',
    'Set the clock of this machine, or of the one that made the certificate',
  ],
  purpose: [
    'The certificate that came, or one of those that vouch for it, is not meant for programs that call (clientAuth)',
    'Give the program a certificate with clientAuth among its extended key usages, or give its section the pin',
  ],
  of_ca: [
    'The certificate that came is that of a CA, which names no program',
    'Give the program a certificate of its own (CA:FALSE), or give its section the pin',
  ],
  odd_names: [
    'The names in the certificate that came cannot be read in one way only',
    'Give the program a certificate with plain names of the kinds DNS or URI, or give its section the pin',
  ],
  weak_key: [
    'The certificate that came has an RSA key of fewer than 2048 bits',
    'Give the program a certificate with a longer key, or one of elliptic curves',
  ],
  ca_replaced: [
    'The CA that vouched for the certificate has been replaced since the connection began',
    'Nothing has to be done: the connection is closed, and the next one is judged by the new CA',
  ],
  resumed: [
    'The connection goes on from an earlier one (TLS session), in which its certificate was judged',
    'Let the program begin a new session for each connection',
  ],
}

/** Certificates of callers. `pin`: the first digits of a certificate's; `verdict`: OpenSSL's. */
export const shownCertificateWords = words('shownCertificateWords', {
  flaws,
  pin: (pin: string) => `its pin begins with ${pin}`,
  verdict: (verdict: string) => `OpenSSL says ${verdict}`,
})

export function certificateFlaw({ certificate = 'nobodys' }: FactsOf['caller_unknown']): string {
  return shownCertificateWords().flaws[certificate][0]
}

/** For operators: with the first digits of the pin, by which the certificate can be found, and the verdict of OpenSSL. */
export function certificateForOperator(facts: FactsOf['caller_unknown']): string {
  const { pin, verdict } = facts
  const said = shownCertificateWords()
  const more = [...(pin === undefined ? [] : [said.pin(pin)]), ...(verdict ? [said.verdict(verdict)] : [])]
  return more.length === 0 ? certificateFlaw(facts) : `${certificateFlaw(facts)} (${more.join('; ')})`
}

export function afterCertificate({ certificate = 'nobodys' }: FactsOf['caller_unknown']): string {
  return shownCertificateWords().flaws[certificate][1]
}
