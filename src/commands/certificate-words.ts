import { words } from '../words/language.ts'

const toPem = 'a certificate in DER becomes PEM by "openssl x509 -inform der -in FILE -out FILE.pem"'

export const certificateWords = words('certificateWords', {
  takes: 'takes one file with a certificate, as in catapa-sidecar certificate payroll.pem',
  // What is wrong with the file: these follow its name.
  noText: `is no text, and so no PEM: ${toPem}`,
  privateKey:
    'holds a private key, which stays with its program alone: give the file with the certificate (BEGIN CERTIFICATE)',
  unreadable: { certificate: 'has a certificate that cannot be read', key: 'has a public key that cannot be read' },
  nothingInIt: `has no certificate in PEM ("-----BEGIN CERTIFICATE-----") in it: ${toPem}`,
  // Comments above the line.
  firstOf: (certificates: number) =>
    `The first of ${certificates} certificates in the file, which its program shows first`,
  subject: (subject: string) => `Subject: ${subject === '' ? 'none' : subject}`,
  valid: (from: string, to: string, now: 'early' | 'fine' | 'over') => {
    const judged = { early: ', so not yet', fine: '', over: ', so no longer: its program is refused' }
    return `Valid from ${from} to ${to}${judged[now]}`
  },
  byName: (name: string) => `By name, where SIDECAR_TLS_CLIENT_CA_FILE has its CA: certificate = ${name}`,
})
