import type { CertificateFile, CertificateFlaw } from '../../certificates/certificate-files.ts'
import { words } from '../../words/language.ts'
import { dateAndTime } from '../../words/units.ts'

/** A flaw of certificate files in words: what is wrong, and the remedy. */
export type CertificateWords = Readonly<{ happened: string; remedy: string }>

const named: Readonly<Record<CertificateFile, string>> = {
  cert: 'The file of SIDECAR_TLS_CERT_FILE',
  key: 'The file of SIDECAR_TLS_KEY_FILE',
  clientCa: 'The file of SIDECAR_TLS_CLIENT_CA_FILE',
}
const wholePem = 'Copy the whole PEM file anew, from -----BEGIN to the end of the last -----END line.'
const newPair = 'Put the key there with which this certificate was asked for, or ask for a new certificate.'
const order = 'Begin with the certificate of the sidecar itself, and let each one be followed by that of its issuer.'
const shortly = 'If a program is just replacing the files, nothing is to be done: they are read again within 5 seconds.'

function ofFlaw(flaw: CertificateFlaw): CertificateWords {
  switch (flaw.kind) {
    case 'unreadable':
      return { happened: `${named[flaw.file]} ${flaw.flaw}`, remedy: 'Check its path, its owner and its mode.' }
    case 'no_certificate':
      return { happened: `${named[flaw.file]} has no certificate in it`, remedy: wholePem }
    case 'cut_certificate':
      return { happened: `${named[flaw.file]} has a certificate that does not end`, remedy: wholePem }
    case 'bad_certificate':
      return { happened: `Certificate ${flaw.at} in ${lower(flaw.file)} cannot be read`, remedy: wholePem }
    case 'wrong_order':
      return {
        happened: `Certificate ${flaw.at} in ${lower('cert')} is not the issuer of the one before it`,
        remedy: order,
      }
    case 'no_ca':
      return {
        happened: `Certificate ${flaw.at} in ${lower('clientCa')} is none of a CA`,
        remedy: 'Put the certificate of the CA there that issues the certificates of callers.',
      }
    case 'cas_ended':
      return {
        happened: `All certificates in ${lower('clientCa')} have ended, the last at ${dateAndTime(flaw.until)}`,
        remedy: 'Put the present certificate of the CA there.',
      }
    case 'ended':
      return {
        happened: `The certificate in ${lower('cert')}, or one of its issuers there, has ended at ${dateAndTime(flaw.until)}: callers refuse it`,
        remedy: 'Renew it, and put the new one in its place; check the clock of this machine, too.',
      }
    case 'not_yet':
      return {
        happened: `The certificate in ${lower('cert')} is valid only from ${dateAndTime(flaw.from)} on: callers refuse it`,
        remedy: 'Check the clock of this machine; if it is right, wait, or put the earlier certificate back.',
      }
    case 'unusable':
      return {
        happened: `OpenSSL does not take the certificate and its key (${flaw.code})`,
        remedy: 'Make a new key, EC P-256 or RSA of 2048 bits or more, and a certificate with SHA-256.',
      }
    default:
      return ofKey(flaw)
  }
}

export type KeyFlaw = Extract<
  CertificateFlaw,
  { kind: 'no_key' | 'several_keys' | 'cut_key' | 'encrypted_key' | 'bad_key' | 'other_key' | 'key_of_another' }
>

function ofKey(flaw: KeyFlaw): CertificateWords {
  switch (flaw.kind) {
    case 'no_key':
      return { happened: `${named.key} has no private key in it`, remedy: wholePem }
    case 'several_keys':
      return { happened: `${named.key} has several private keys`, remedy: 'Leave the one of the certificate there.' }
    case 'cut_key':
      return { happened: `${named.key} has a private key that does not end`, remedy: wholePem }
    case 'bad_key':
      return { happened: `The private key in ${lower('key')} cannot be read`, remedy: wholePem }
    case 'encrypted_key':
      return {
        happened: `The private key in ${lower('key')} is encrypted, and nobody could type its password at a start`,
        remedy: 'Decrypt it (openssl pkey -in KEY -out NEWKEY), and keep the file to its owner: chmod 600.',
      }
    case 'other_key':
      return {
        happened: 'The private key in SIDECAR_TLS_KEY_FILE does not belong to the certificate in SIDECAR_TLS_CERT_FILE',
        remedy: `${newPair} ${shortly}`,
      }
    case 'key_of_another':
      return {
        happened: `The private key in SIDECAR_TLS_KEY_FILE belongs to certificate ${flaw.at} in SIDECAR_TLS_CERT_FILE, and not to the first`,
        remedy: order,
      }
  }
}

function lower(file: CertificateFile): string {
  return named[file].replace('The', 'the')
}

/** `noNames`: a certificate that works and that most programs refuse all the same. */
export const certificatePhrases = words('certificatePhrases', {
  ofFlaw,
  noNames:
    'the certificate in SIDECAR_TLS_CERT_FILE has no names (subjectAltName): programs that check names refuse it',
})

/** The words for log, page, `check` and `doctor`. Nothing that the files hold is in them. */
export function certificateWords(flaw: CertificateFlaw): CertificateWords {
  return certificatePhrases().ofFlaw(flaw)
}
