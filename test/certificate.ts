import { execFileSync } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export type CertificateOptions = {
  /** Whom it names. */
  cn: string
  /** Who issues it: a CA of this name, made for it. Without, it is self-signed. */
  issuerCn?: string
  /** Names and IP addresses that it is for. */
  hosts: readonly string[]
  /** It was valid for one day in 2020. */
  expired?: boolean
}

/** All PEM. `ca` is what somebody has to trust: the issuer, or the certificate itself when it is self-signed. */
export type Certificate = { key: string; cert: string; ca: string }

/**
 * A certificate for a test's TLS server, made by the `openssl` command (a part of Debian's base; `.ci/run` installs it
 * where it is missing): Node can read certificates and not make them.
 */
export function makeCertificate({ cn, issuerCn, hosts, expired = false }: CertificateOptions): Certificate {
  const folder = mkdtempSync(join(tmpdir(), 'catapa-certificate-'))
  try {
    const issuer = issuerCn === undefined ? undefined : sign(folder, 'issuer', issuerCn, caExtensions, false)
    const names = hosts.map((host) => `${isIP(host) === 0 ? 'DNS' : 'IP'}:${host}`).join(',')
    const leaf = sign(folder, 'leaf', cn, `subjectAltName=${names}\n`, expired, issuer)
    return { ...leaf, ca: issuer?.cert ?? leaf.cert }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const caExtensions = 'basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\n'

type Pair = { key: string; cert: string }

/** `openssl ca`, since it alone sets both dates in all versions of OpenSSL 3. */
function sign(folder: string, name: string, cn: string, extensions: string, expired: boolean, issuer?: Pair): Pair {
  const at = (suffix: string) => join(folder, `${name}.${suffix}`)
  const { privateKey: key } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  })
  writeFileSync(at('key'), key)
  writeFileSync(at('issuer-key'), issuer?.key ?? key)
  writeFileSync(at('issuer-cert'), issuer?.cert ?? '')
  writeFileSync(at('index'), '')
  writeFileSync(at('serial'), `${Date.now()}`.padEnd(16, '0'))
  writeFileSync(
    at('cnf'),
    [
      `[req]\nprompt=no\ndistinguished_name=dn\nstring_mask=utf8only\nutf8=yes\n[dn]\nCN=${cn}\n[ext]\n${extensions}`,
      `[ca]\ndefault_ca=own\n[own]\ndatabase=${at('index')}\nserial=${at('serial')}\nnew_certs_dir=${folder}`,
      'default_md=sha256\npolicy=any\nunique_subject=no\n[any]\ncommonName=supplied\n',
    ].join('\n'),
  )
  const now = Date.now()
  const [from, to] = expired
    ? [Date.UTC(2020, 0, 1), Date.UTC(2020, 0, 2)]
    : [now - 3_600_000, now + 10 * 24 * 3_600_000]
  openssl('req', '-new', '-config', at('cnf'), '-key', at('key'), '-out', at('csr'))
  openssl(
    ...['ca', '-batch', '-notext', '-config', at('cnf'), '-extensions', 'ext', '-in', at('csr'), '-out', at('cert')],
    ...['-startdate', stamp(from), '-enddate', stamp(to), '-keyfile', at('issuer-key')],
    ...(issuer === undefined ? ['-selfsign'] : ['-cert', at('issuer-cert')]),
  )
  return { key, cert: readFileSync(at('cert'), 'utf8') }
}

function openssl(...args: string[]): void {
  execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'] })
}

/** As `20261124090000Z`. */
function stamp(at: number): string {
  return `${new Date(at).toISOString().replace(/\D/g, '').slice(0, 14)}Z`
}
