import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from '../../src/settings/config.ts'
import { ConfigError } from '../../src/settings/config-error.ts'
import { type ReadCertificates, readCertificates } from '../../src/sidecar/read-certificates.ts'
import type { SidecarOptions } from '../../src/sidecar/sidecar.ts'
import { type Certificate, type CertificateOptions, makeCertificate } from './certificate.ts'
import type { Ending } from './sidecar.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** Certificate and key of a sidecar on disk, and what its callers have to trust. */
export type OwnPair = { cert: string; key: string; ca: string; folder: string }

export function ownPair(t: Ending, options: Partial<CertificateOptions> = {}): OwnPair {
  const folder = temporaryFolder(t)
  const made = makeCertificate({ cn: 'sidecar', issuerCn: 'Office CA', hosts: ['localhost', '127.0.0.1'], ...options })
  const files = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') }
  writePair(files, made)
  return { ...files, ca: made.ca, folder }
}

export function writePair({ cert, key }: Pick<OwnPair, 'cert' | 'key'>, made: Certificate): void {
  writeFileSync(cert, made.cert)
  writeFileSync(key, made.key, { mode: 0o600 })
}

/** As at a start. */
export async function readPair(
  { cert, key }: Pick<OwnPair, 'cert' | 'key'>,
  clientCa?: string,
): Promise<ReadCertificates> {
  const settings = { tlsCertFile: cert, tlsKeyFile: key, tlsClientCaFile: clientCa }
  const read = await readCertificates(settings, (name, problem) => {
    throw new ConfigError([{ name, problem }])
  })
  if (read === undefined) throw new Error('there are no certificates')
  return read
}

/** For startTestSidecar: one listener of `tls:` on 127.0.0.1. */
export async function overTls(pair: OwnPair): Promise<[Partial<Config>, Pick<SidecarOptions, 'certificates'>]> {
  return [{ listen: [{ kind: 'tcp', host: '127.0.0.1', port: 0, tls: true }] }, { certificates: await readPair(pair) }]
}
