import { words } from '../../words/language.ts'

type Pair = {
  cert: string
  /** The hosts that the certificate is for. */
  names: string
  issuer: string
  until: string
  left: string
  /** The file of the key, and its mode. */
  key: string
  clientCa: string | undefined
}

export const certificateStepWords = words('certificateStepWords', {
  halfSet: 'one of SIDECAR_TLS_CERT_FILE and SIDECAR_TLS_KEY_FILE is set without the other',
  setBoth: 'Set both, or none.',
  none: 'there are no certificates',
  goesOn:
    'Put files there that belong together. A running sidecar goes on with the earlier ones, but could not be started again.',
  pair: ({ cert, names, issuer, until, left, key, clientCa }: Pair) =>
    `the file ${cert}, ${names === '' ? 'without names' : `for ${names}`}${issuer === '' ? '' : `, issued by ${issuer}`}, until ${until}, in ${left}; the key ${key}${clientCa === undefined ? '' : `, callers are believed by the CAs in ${clientCa}`}`,
  usesOther: 'the running sidecar uses another certificate, which it read before; a change is in use within 5 seconds',
})
