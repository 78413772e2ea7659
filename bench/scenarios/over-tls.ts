import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Contestants } from '../contestants/contestant.ts'
import { end, freePort } from '../processes.ts'
import { makeCertificate } from '../upstream/certificate.ts'
import { cpuOfReads } from './cpu-of-reads.ts'
import type { Tools } from './scenario.ts'

/** CPU per read over kept-alive TLS and over the plain listener beside it, compared with a sidecar without TLS. */
export async function overTls({ product }: Contestants, tools: Tools): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'catapa-bench-tls-'))
  const { cert, key } = makeCertificate(folder)
  const [port, securedPort] = [await freePort(), await freePort()]
  const without = { ...(await product()), name: 'no TLS' }
  const both = await product({
    settings: {
      SIDECAR_LISTEN: `localhost:${port} tls:localhost:${securedPort}`,
      SIDECAR_TLS_CERT_FILE: cert,
      SIDECAR_TLS_KEY_FILE: key,
    },
    port,
  })
  const all = [without, { ...both, name: 'beside TLS' }, { ...both, name: 'TLS', port: securedPort, tls: true }]
  await cpuOfReads('tls: CPU µs', all, tools)
  await Promise.all([end(without.child), end(both.child)])
  rmSync(folder, { recursive: true })
}
