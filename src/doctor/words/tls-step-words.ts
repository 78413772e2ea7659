import { words } from '../../words/language.ts'

/** What is known of a certificate. The last two are of a chain whose root not every Node trusts. */
type Trusted = {
  host: string
  protocol: string
  shown: { issuer: string; validTo: string; publicRoot: boolean; interceptor: string | undefined } | undefined
}

type Untrusted = {
  address: string
  because: string
  issuer: string | undefined
}

export const tlsStepWords = words('tlsStepWords', {
  notUsed: (variable: string) => `not used, since ${variable} is http://`,
  trusted: ({ host, protocol, shown }: Trusted) => {
    if (shown === undefined) return `${host}: ${protocol}`
    const by = shown.interceptor ?? 'a proxy that inspects TLS, or a CA of your own'
    const note = shown.publicRoot ? '' : `; not a public CA (${by}), but trusted here`
    return `${host}: ${protocol}, issued by ${shown.issuer}, valid until ${shown.validTo}${note}`
  },
  noTls: (address: string, because: string) => `no TLS connection to ${address}: ${because}`,
  speaksTls: (variable: string) =>
    `Check that ${variable} names a server that speaks TLS 1.2 or later; a firewall or a proxy that cuts TLS looks like this, too.`,
  untrusted: ({ address, because, issuer }: Untrusted) =>
    `the certificate of ${address} is not trusted: ${because}${issuer === undefined ? '' : `, issued by ${issuer}`}`,
  outOfDate: (address: string, valid: { from: string; to: string } | undefined, utc: string) =>
    `${valid === undefined ? '' : `It is valid from ${valid.from} until ${valid.to}. `}The clock of this machine says ${utc} UTC: if that is wrong, set it; if it is right, the administrators of ${address} have to renew the certificate.`,
  otherHost: (variable: string) =>
    `Check the host in ${variable}: something else answers there, or it has another name.`,
  askForCa: (interceptor: string | undefined) =>
    `${interceptor === undefined ? 'If your company has a proxy or a virus scanner that inspects TLS, this is most likely it.' : `This is ${interceptor}, which inspects TLS on the way.`} Ask your IT for its CA certificate as a PEM file and name that file in CATAPA_CA_FILE. If your IT knows of no such proxy, do not go on: it may be an attack.`,
  /** In place of an issuer without a name, and of a day that cannot be read. */
  noName: 'no name',
  unknownDay: 'an unknown day',
})
