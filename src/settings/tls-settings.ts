import { resolve } from 'node:path'
import { expectedWords } from './expected-words.ts'
import { optional } from './setting.ts'

const file = {
  expected: () => expectedWords().pemFile,
  read: (path: string) => resolve(path),
  show: String,
}

/** What a listener of `tls:` shows to its callers, and whom it believes (design/promises 14). */
export const tlsSettings = {
  tlsCertFile: optional('SIDECAR_TLS_CERT_FILE', {
    description:
      'PEM file with the certificate of the tls: listeners, its own first and the one of its issuer after it; read again within 5 seconds of a change.',
    ...file,
  }),
  tlsKeyFile: optional('SIDECAR_TLS_KEY_FILE', {
    description: 'PEM file with the private key of SIDECAR_TLS_CERT_FILE, without a password, for its owner alone.',
    ...file,
  }),
  tlsClientCaFile: optional('SIDECAR_TLS_CLIENT_CA_FILE', {
    description:
      'PEM file with the CAs whose certificates callers may show, for certificate lines of the callers file.',
    ...file,
  }),
}
