// Certificates made on the spot with the openssl command, which `.ci/run` installs where it is missing.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export type Certificate = {
  key: string
  /** The chain that a server shows: its own certificate, and its issuer's. */
  cert: string
  /** The issuer's certificate, for who wants to trust it. */
  ca: string
}

/** A certificate for `hosts`, signed by a CA of its own; `expired` ended yesterday. */
export function makeCertificate({
  cn,
  hosts,
  issuerCn = 'Test CA',
  expired = false,
}: {
  cn: string
  hosts: string[]
  issuerCn?: string
  expired?: boolean
}): Certificate {
  const folder = mkdtempSync(join(tmpdir(), 'catapa-certificate-'))
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' })
  try {
    const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
    openssl('req', '-x509', ...newKey, '-keyout', 'ca.key', '-out', 'ca.pem', '-days', '2', '-subj', `/CN=${issuerCn}`)
    openssl('req', ...newKey, '-keyout', 'key.pem', '-out', 'request.pem', '-subj', `/CN=${cn}`)
    const names = hosts.map((host) => `${isIP(host) === 0 ? 'DNS' : 'IP'}:${host}`)
    writeFileSync(join(folder, 'extensions'), `subjectAltName=${names.join(',')}\n`)
    const validity = expired ? ['-not_before', '20200101000000Z', '-not_after', '20200102000000Z'] : ['-days', '2']
    openssl(
      'x509',
      '-req',
      '-in',
      'request.pem',
      '-CA',
      'ca.pem',
      '-CAkey',
      'ca.key',
      '-CAcreateserial',
      '-out',
      'cert.pem',
      '-extfile',
      'extensions',
      ...validity,
    )
    const read = (name: string) => readFileSync(join(folder, name), 'utf8')
    return { key: read('key.pem'), cert: read('cert.pem') + read('ca.pem'), ca: read('ca.pem') }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
