import type { CertificatesInUse } from '../../certificates/follow-certificates.ts'
import { certificateWords } from '../../problems/phrases/certificate-phrases.ts'

/** The certificate that callers over TLS see (design/promises 14.5). Instants are ISO 8601. */
export function certificateStatus({ certificates, since, flaw, flawSince }: CertificatesInUse) {
  const { names, issuer, validFrom, validUntil } = certificates
  return {
    names,
    issuer,
    validFrom: iso(validFrom),
    validUntil: iso(validUntil),
    /** Since when new connections see it. */
    since: iso(since),
    /** Why the files as they are now are not used, in words. */
    problem: flaw && { ...certificateWords(flaw), since: iso(flawSince ?? since) },
  }
}

function iso(at: number): string {
  return new Date(at).toISOString()
}
