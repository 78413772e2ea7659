// What tests run besides Node and POSIX. A laptop may lack it: the test is skipped and says why, and test/run.ts says at the
// end how many were. With CI=true, as in `.ci/run`, what is missing is a failure.
import { spawnSync } from 'node:child_process'
import { appendFileSync } from 'node:fs'

/** What shows that it is here and works, by the Debian package that brings it. */
const probes = {
  age: ['age', '--version'],
  bsdutils: ['script', '-qec', 'true', '/dev/null'],
  chromium: ['test', '-x', '/usr/bin/chromium'],
  curl: ['curl', '--version'],
  'default-jdk-headless': ['javac', '-version'],
  faketime: ['faketime', '--version'],
  'libio-socket-ssl-perl': ['perl', '-MIO::Socket::SSL', '-e', '1'],
  'liblwp-protocol-https-perl': ['perl', '-MLWP::Protocol::https', '-e', '1'],
  'libwww-perl': ['perl', '-MLWP', '-e', '1'],
  'lua5.4': ['lua5.4', '-v'],
  'mono-mcs': ['mcs', '--version'],
  'mono-runtime': ['mono', '--version'],
  openssl: ['openssl', 'version'],
  pass: ['sh', '-c', 'pass version && gpg --version'],
  perl: ['perl', '-MHTTP::Tiny', '-e', '1'],
  'php-cli': ['php', '--version'],
  'php-curl': ['php', '-r', 'exit(extension_loaded("curl") ? 0 : 1);'],
  'poppler-utils': ['pdftotext', '-v'],
  prometheus: ['promtool', '--version'],
  // Debian's python3 has Debian's modules; another may come first on PATH.
  python3: ['sh', '-c', 'python3 --version && /usr/bin/python3 --version'],
  'python3-httpx': ['/usr/bin/python3', '-c', 'import httpx'],
  'python3-requests': ['/usr/bin/python3', '-c', 'import requests'],
  systemd: ['sh', '-c', 'systemd-notify --version && systemd-analyze --version && systemd-creds --version'],
  'util-linux': ['prlimit', '--version'],
  'valkey-server': ['valkey-server', '--version'],
  wget: ['wget', '--version'],
} as const

export type Package = keyof typeof probes

const seen = new Map<Package, boolean>()

export function isHere(name: Package): boolean {
  const known = seen.get(name)
  if (known !== undefined) return known
  const [file, ...args] = probes[name]
  const here = spawnSync(file, args, { stdio: 'ignore', timeout: 60_000 }).status === 0
  seen.set(name, here)
  return here
}

/** For the `skip` of one test, which is counted: what it needs and this machine has not, or false. */
export function without(...packages: Package[]): string | false {
  const missing = packages.filter((name) => !isHere(name))
  if (missing.length === 0) return false
  const reason = `not here: ${missing.join(', ')} (as Debian calls it)`
  if (process.env.CI === 'true') throw new Error(`${reason}; CI has all that the tests run`)
  if (process.env.SKIPPED_FILE) appendFileSync(process.env.SKIPPED_FILE, `${missing.join(' ')}\n`)
  return reason
}
