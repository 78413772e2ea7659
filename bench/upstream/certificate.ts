import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { environment } from '../processes.ts'

export type Certificate = { key: string; cert: string }

/** Made on the spot, for two days. */
export function makeCertificate(folder: string): Certificate {
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1']
  const args = ['req', ...kind, '-keyout', key, '-out', cert, ...names]
  execFileSync('openssl', args, { env: environment, stdio: 'ignore' })
  return { key, cert }
}
