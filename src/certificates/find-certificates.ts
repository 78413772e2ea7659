import { readTextFileAside } from '../settings/text-file.ts'
import { textFileWords } from '../settings/text-file-words.ts'
import type { CertificateFiles, FoundCertificates } from './certificate-files.ts'

/** The files as they are now. Requests do not wait meanwhile, not even for a slow network folder. */
export async function findCertificates({ cert, key, clientCa }: CertificateFiles): Promise<FoundCertificates> {
  const [ofCert, ofKey, ofClientCa] = await Promise.all(
    [cert, key, clientCa].map((path) => (path === undefined ? undefined : readTextFileAside(path))),
  )
  const missing = { flaw: textFileWords().missing }
  return { cert: ofCert ?? missing, key: ofKey ?? missing, clientCa: ofClientCa }
}
