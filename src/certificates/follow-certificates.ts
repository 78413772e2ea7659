import { isDeepStrictEqual } from 'node:util'
import { poll } from '../files/poll.ts'
import type { CertificateFiles, CertificateFlaw, Certificates, JudgedCertificates } from './certificate-files.ts'
import { findCertificates } from './find-certificates.ts'
import { judgeCertificates } from './judge-certificates.ts'

/** Two looks in a row have to find the same files, which might be half written: a change takes 5 s at most. */
const everyMs = 2_500

/** What new connections get, `since` when on the wall clock, and why the files as they are now are not used. */
export type CertificatesInUse = Readonly<{
  certificates: Certificates
  since: number
  flaw: CertificateFlaw | undefined
  flawSince: number | undefined
}>

type ToFollow = Readonly<{
  files: CertificateFiles
  first: Certificates
  /** Called with each new state. */
  changed: (next: CertificatesInUse, before: CertificatesInUse) => void
}>

/**
 * Follows the files as a whole (design/promises 14.4): certificate, key and client CA are replaced together or not at all. Torn,
 * wrong or out of date, the ones in use stay.
 */
export function followCertificates({ files, first, changed }: ToFollow, intervalMs = everyMs) {
  let inUse: CertificatesInUse = { certificates: first, since: Date.now(), flaw: undefined, flawSince: undefined }
  let seen = ''
  let last: { sign: string; judged: JudgedCertificates } | undefined

  async function look(): Promise<void> {
    const found = await findCertificates(files)
    const sign = JSON.stringify(found)
    const settled = sign === seen
    seen = sign
    if (!settled) return
    const now = Date.now()
    const isKnown = last?.sign === sign && (last.judged.flaw === undefined || last.judged.certificates === undefined)
    const judged = isKnown && last !== undefined ? last.judged : judgeCertificates(found, now)
    last = { sign, judged }
    use(after(judged, now))
  }

  function after({ certificates, flaw }: JudgedCertificates, now: number): CertificatesInUse {
    // Where the ones in use have ended, that is told as their own, and the files are no news.
    const isInUse = isDeepStrictEqual(certificates, inUse.certificates)
    if (flaw !== undefined && !isInUse) return { ...inUse, flaw, flawSince: inUse.flawSince ?? now }
    const current = isInUse || certificates === undefined ? inUse : { certificates, since: now }
    return { certificates: current.certificates, since: current.since, flaw: undefined, flawSince: undefined }
  }

  function use(next: CertificatesInUse): void {
    const before = inUse
    if (isDeepStrictEqual(next, before)) return
    inUse = next
    changed(next, before)
  }

  return { inUse: () => inUse, stop: poll(look, intervalMs).stop }
}
