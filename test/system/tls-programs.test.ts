// Programs of all kinds on a listener with TLS: with the CA file alone, with a key, with a certificate by name and by pin. A
// listener with a client CA names it to its programs; some of them then keep a certificate of another issuer to themselves.
import assert from 'node:assert/strict'
import { execFile, execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { digestOf, newKey } from '../../src/callers/key.ts'
import { pinOf } from '../../src/callers/recognise/certificate.ts'
import { dns, type Made, make } from '../support/client-certificates.ts'
import { type Package, without } from '../support/programs.ts'
import { root, secret } from '../support/sidecar.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { startTlsCallers } from '../support/tls-callers.ts'

type Program = Readonly<{
  needs: Package[]
  /** Compiles into a folder. */
  compile?: (folder: string) => string[]
  command: (folder: string) => string[]
  /** What it gets for a pinned certificate, signed by itself, where the listener names a CA. */
  pinBesideCa?: string
}>

const file = (name: string) => join(root, 'test/system/tls-programs', name)
/** It keeps back a certificate of another issuer than those that the listener names, and so is everyone else. */
const kept = '* by undefined'
const java = (kind: string): Program => ({
  needs: ['default-jdk-headless', 'openssl'],
  compile: (folder) => ['javac', '-d', folder, file('JavaTls.java')],
  command: (folder) => ['java', '-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-cp', folder, 'JavaTls', kind],
  pinBesideCa: kept,
})
const mono: Program = {
  needs: ['mono-mcs', 'mono-runtime', 'openssl'],
  compile: (folder) => ['mcs', `-out:${folder}/MonoTls.exe`, file('MonoTls.cs')],
  command: (folder) => ['mono', `${folder}/MonoTls.exe`],
}
const plain = (needs: Package[], ...words: string[]): Program => ({
  needs,
  command: () => [...words.slice(0, -1), file(words.at(-1) ?? '')],
})

const programs: Readonly<Record<string, Program>> = {
  curl: plain(['curl'], 'sh', 'curl.sh'),
  wget: { ...plain(['wget'], 'sh', 'wget.sh'), pinBesideCa: kept },
  'PHP file_get_contents': plain(['php-cli'], 'php', 'streams.php'),
  'PHP curl': plain(['php-cli', 'php-curl'], 'php', 'curl.php'),
  'Python requests': plain(['python3-requests'], '/usr/bin/python3', 'requests_tls.py'),
  'Python httpx': plain(['python3-httpx'], '/usr/bin/python3', 'httpx_tls.py'),
  'Python urllib': plain(['python3'], '/usr/bin/python3', 'urllib_tls.py'),
  'Perl HTTP::Tiny': plain(['perl', 'libio-socket-ssl-perl'], 'perl', 'http_tiny_tls.pl'),
  'Perl LWP': plain(['libwww-perl', 'liblwp-protocol-https-perl'], 'perl', 'lwp_tls.pl'),
  'Java HttpClient': java('client'),
  'Java HttpsURLConnection': java('connection'),
  'Mono HttpWebRequest': mono,
}

const ca = make({ cn: 'Office CA', ca: true })
const payroll = make({ issuer: ca, names: [dns('payroll.example.com')] })
const pinned = make({ cn: 'pinned' })
const key = newKey()
secret(key)
const text = `[export]\nkey = sha256:${digestOf(key)}\n[payroll]\ncertificate = dns:payroll.example.com
[pinned]\ncertificate = ${pinOf(pinned.keys)}\n[*]`

for (const [name, { needs, compile, command, pinBesideCa = 'pinned by certificate' }] of Object.entries(programs)) {
  test(`${name} over TLS: with the CA file alone, with a key, a certificate and a pin`, {
    skip: without(...needs),
  }, async (t) => {
    const folder = temporaryFolder(t)
    const [compiler, ...words] = compile?.(folder) ?? []
    if (compiler !== undefined) execFileSync(compiler, words)
    const [withCa, pinsOnly] = [await startTlsCallers(t, { text, ca: ca.pem }), await startTlsCallers(t, { text })]
    const run = (listener: typeof withCa, shown: Record<string, string> = {}) =>
      said(command(folder), {
        URL: `https://localhost:${listener.port}/`,
        CA: fileIn(t, listener.serverCa),
        ...shown,
      })
    const store = compile !== undefined
    assert.deepEqual(
      {
        'CA file alone': await run(withCa),
        key: await run(withCa, { KEY: key }),
        certificate: await run(withCa, shows(t, payroll, store)),
        pin: await run(pinsOnly, shows(t, pinned, store)),
        'pin beside a CA': await run(withCa, shows(t, pinned, store)),
      },
      {
        'CA file alone': '* by undefined',
        key: 'export by key',
        certificate: 'payroll by certificate',
        pin: 'pinned by certificate',
        'pin beside a CA': pinBesideCa,
      },
    )
  })
}

function fileIn(t: TestContext, content: string): string {
  const path = join(temporaryFolder(t), 'file.pem')
  writeFileSync(path, content)
  return path
}

function shows(t: TestContext, { pem, keyPem }: Made, store: boolean): Record<string, string> {
  const [CERT, CERT_KEY] = [fileIn(t, pem), fileIn(t, keyPem)]
  if (!store) return { CERT, CERT_KEY }
  const P12 = join(temporaryFolder(t), 'store.p12')
  execFileSync('openssl', [
    'pkcs12',
    '-export',
    '-in',
    CERT,
    '-inkey',
    CERT_KEY,
    '-out',
    P12,
    '-passout',
    'pass:changeit',
    '-legacy',
  ])
  return { P12 }
}

function said([program = '', ...words]: string[], env: Record<string, string>): Promise<string> {
  const { PATH, HOME } = process.env
  return new Promise((resolve) => {
    execFile(program, words, { env: { PATH, HOME, ...env }, timeout: 60_000 }, (error, stdout, stderr) =>
      resolve(
        error === null && stdout.startsWith('"') ? JSON.parse(stdout) : `failed: ${stdout}${stderr}`.slice(0, 600),
      ),
    )
  })
}
