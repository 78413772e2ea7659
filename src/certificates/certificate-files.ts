import type { TextFile } from '../settings/text-file.ts'

/** The files that make a listener of `tls:`, by what they are for. */
export type CertificateFiles = Readonly<{ cert: string; key: string; clientCa: string | undefined }>
export type CertificateFile = keyof CertificateFiles

/** What the files have in them. */
export type FoundCertificates = Readonly<{ cert: TextFile; key: TextFile; clientCa: TextFile | undefined }>

/** Certificate and key that belong together, and the CAs of callers. All PEM. */
export type Certificates = Readonly<{
  cert: string
  key: string
  clientCa: string | undefined
  /** DNS names and IP addresses that the certificate is for, lower case, wildcards as they are. */
  names: readonly string[]
  /** The DNS names among them without wildcards. */
  hosts: ReadonlySet<string>
  /** Where callers see another name: who issued it, for people. */
  issuer: string
  /** On the wall clock: the span in which every certificate of the chain is valid. */
  validFrom: number
  validUntil: number
}>

/**
 * Why files are not used, or why callers would refuse what is in them. `at`: which certificate of the file, from 1. Nothing of a
 * key is ever in it.
 */
export type CertificateFlaw =
  | Readonly<{ kind: 'unreadable'; file: CertificateFile; flaw: string }>
  | Readonly<{ kind: 'no_certificate' | 'cut_certificate'; file: 'cert' | 'clientCa' }>
  | Readonly<{ kind: 'bad_certificate'; file: 'cert' | 'clientCa'; at: number }>
  | Readonly<{ kind: 'no_key' | 'several_keys' | 'cut_key' | 'encrypted_key' | 'bad_key' }>
  | Readonly<{ kind: 'other_key' }>
  | Readonly<{ kind: 'key_of_another'; at: number }>
  | Readonly<{ kind: 'wrong_order'; at: number }>
  | Readonly<{ kind: 'no_ca'; at: number }>
  | Readonly<{ kind: 'cas_ended'; until: number }>
  | Readonly<{ kind: 'ended'; until: number }>
  | Readonly<{ kind: 'not_yet'; from: number }>
  /** OpenSSL takes none of it; `code` is its own. */
  | Readonly<{ kind: 'unusable'; code: string }>

/** Flaws with which a certificate is used at the start all the same: callers then see why they are refused. */
export type DateFlaw = Extract<CertificateFlaw, { kind: 'ended' | 'not_yet' }>

/** What the files are worth: usable ones, and what is wrong with the dates; or why they are not usable. */
export type JudgedCertificates =
  | Readonly<{ certificates: Certificates; flaw: DateFlaw | undefined }>
  | Readonly<{ certificates: undefined; flaw: CertificateFlaw }>
