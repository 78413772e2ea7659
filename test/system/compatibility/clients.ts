import { execFile } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Package } from '../../support/programs.ts'
import { root } from '../../support/sidecar.ts'

/** A program that calls the sidecar, as it is run: `command BASE get|post|upload PATH FILE options`. */
export type Client = {
  name: string
  needs: Package[]
  /** Runs the client's own statement of its version. */
  version: string[]
  command: string[]
  options?: string[]
}

const programs = join(root, 'test/system/compatibility')
const compiled = mkdtempSync(join(tmpdir(), 'catapa-compatibility-'))
const program = (name: string) => join(programs, name)
/** Debian's, which has Debian's modules; another may come first on PATH. */
const python = '/usr/bin/python3'
/** These programs live for a second: a JVM that compiles thoroughly is still at it when they are done. */
const java = ['java', '-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-Xshare:auto', '-cp', compiled]
const moduleVersion = (name: string) => [python, '-c', `import ${name}; print(${name}.__version__)`]

export const clients: Client[] = [
  { name: 'curl', needs: ['curl'], version: ['sh', '-c', 'curl --version'], command: ['sh', program('curl.sh')] },
  {
    name: 'curl `--http1.0`',
    needs: ['curl'],
    version: ['sh', '-c', 'curl --version'],
    command: ['sh', program('curl.sh')],
    options: ['--http1.0'],
  },
  {
    name: 'curl, `Expect: 100-continue`',
    needs: ['curl'],
    version: ['sh', '-c', 'curl --version'],
    command: ['sh', program('curl.sh')],
    options: ['-H', 'Expect: 100-continue'],
  },
  { name: 'wget', needs: ['wget'], version: ['sh', '-c', 'wget --version'], command: ['sh', program('wget.sh')] },
  {
    name: 'PHP `file_get_contents`',
    needs: ['php-cli'],
    version: ['php', '--version'],
    command: ['php', program('streams.php')],
    options: ['1.1'],
  },
  {
    name: 'PHP `file_get_contents`, `protocol_version` 1.0',
    needs: ['php-cli'],
    version: ['php', '--version'],
    command: ['php', program('streams.php')],
    options: ['1.0'],
  },
  {
    name: 'PHP curl extension',
    needs: ['php-cli', 'php-curl'],
    version: ['php', '-r', 'echo phpversion("curl") ?: exit(1);'],
    command: ['php', program('curl.php')],
  },
  {
    name: 'Python `urllib`',
    needs: ['python3'],
    version: [python, '--version'],
    command: [python, program('urllib_program.py')],
  },
  {
    name: 'Python `http.client`',
    needs: ['python3'],
    version: [python, '--version'],
    command: [python, program('http_client_program.py')],
  },
  {
    name: 'Python requests',
    needs: ['python3-requests'],
    version: moduleVersion('requests'),
    command: [python, program('requests_program.py')],
  },
  {
    name: 'Python httpx',
    needs: ['python3-httpx'],
    version: moduleVersion('httpx'),
    command: [python, program('httpx_program.py')],
  },
  {
    name: 'Java `HttpURLConnection`',
    needs: ['default-jdk-headless'],
    version: ['javac', '-version'],
    command: [...java, 'UrlConnectionProgram'],
  },
  {
    name: 'Java `java.net.http`',
    needs: ['default-jdk-headless'],
    version: ['javac', '-version'],
    command: [...java, 'HttpClientProgram'],
  },
  {
    name: 'Perl HTTP::Tiny',
    needs: ['perl'],
    version: ['perl', '-MHTTP::Tiny', '-e', 'print $HTTP::Tiny::VERSION'],
    command: ['perl', program('http_tiny.pl')],
  },
  {
    name: 'Perl LWP',
    needs: ['libwww-perl'],
    version: ['perl', '-MLWP', '-e', 'print $LWP::VERSION'],
    command: ['perl', program('lwp.pl')],
  },
  {
    name: 'Mono `HttpWebRequest`',
    needs: ['mono-mcs', 'mono-runtime'],
    version: ['mcs', '--version'],
    command: ['mono', join(compiled, 'HttpWebRequestProgram.exe')],
  },
  {
    name: 'Node `fetch`',
    needs: [],
    version: [process.execPath, '--version'],
    command: [process.execPath, program('fetch.mjs')],
  },
  {
    name: 'Node `http`',
    needs: [],
    version: [process.execPath, '--version'],
    command: [process.execPath, program('http.cjs')],
  },
]

/** The one that logs in by itself: `command BASE TENANT CLIENT_ID CLIENT_SECRET`. */
export const ownLogin: Client = {
  name: "Python, as CATAPA's SDK logs in",
  needs: ['python3'],
  version: [python, '--version'],
  command: [python, program('own_login.py')],
}

const compilers = [
  ['javac', '-d', compiled, program('UrlConnectionProgram.java'), program('HttpClientProgram.java')],
  ['mcs', `-out:${join(compiled, 'HttpWebRequestProgram.exe')}`, program('HttpWebRequestProgram.cs')],
]

/** Compiles what has to be. A compiler that is missing is among the needs of its clients. */
export async function compileAll(): Promise<void> {
  await Promise.all(
    compilers.map(async (command) => {
      const { missing, code, err } = await run(command)
      if (!missing && code !== 0) throw new Error(`${command[0]} failed:\n${err}`)
    }),
  )
}

const versions = new Map<string, Promise<string>>()

export function versionOf({ version }: Client): Promise<string> {
  const command = version.join(' ')
  const known = versions.get(command) ?? askVersion(version)
  versions.set(command, known)
  return known
}

async function askVersion(command: string[]): Promise<string> {
  const { out, err } = await run(command)
  const [version] = /\d+(\.\d+)+/.exec(out.toString() + err) ?? []
  if (version === undefined) throw new Error(`${command.join(' ')} said no version:\n${out}${err}`)
  return version
}

export type Ran = { code: number; out: Buffer; err: string; missing: boolean }

/** Runs a program in an environment without this machine's own settings. */
export function run([file = '', ...args]: string[]): Promise<Ran> {
  const options = {
    encoding: 'buffer' as const,
    maxBuffer: 64 * 1024 * 1024,
    timeout: 120_000,
    env: { PATH: process.env.PATH, HOME: compiled, LANG: 'C.UTF-8', NO_PROXY: '*' },
  }
  return new Promise((resolve) => {
    execFile(file, args, options, (error, out, err) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1
      resolve({ code, out, err: err.toString(), missing: error?.code === 'ENOENT' })
    })
  })
}
