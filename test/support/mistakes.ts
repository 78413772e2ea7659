// Everything that can be wrong with settings and their files, as the texts that say so in the language that is spoken.
import { execFileSync } from 'node:child_process'
import { chmodSync, linkSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { auditFolderFlaw, auditFolderToBe } from '../../src/audit/audit-folder.ts'
import { keyFileFlaw, keyFileToBe, readOrMakeKeyFile } from '../../src/audit/key-file.ts'
import { everyone, type Section } from '../../src/callers/caller.ts'
import { linuxUsers } from '../../src/callers/file/linux-user.ts'
import { notEnforced } from '../../src/callers/file/log-callers.ts'
import { openToOthers } from '../../src/callers/file/open-to-others.ts'
import { parseCallers } from '../../src/callers/file/parse-callers.ts'
import { findCallers, judgeCallers } from '../../src/callers/file/read-callers.ts'
import { trustFlaw } from '../../src/files/trusted-folder.ts'
import { logFileToBe } from '../../src/log/log-file.ts'
import { ListenError } from '../../src/network/listen.ts'
import type { Config } from '../../src/settings/config.ts'
import { ConfigError } from '../../src/settings/config-error.ts'
import { idleTlsSettings } from '../../src/settings/cross-checks.ts'
import { judgeMode } from '../../src/settings/file-mode.ts'
import { openSecretFiles, tooOpen } from '../../src/settings/open-secrets.ts'
import { shownProgram } from '../../src/settings/origin.ts'
import { readAdminConfig } from '../../src/settings/read-admin-config.ts'
import { gatherSettings, readDemoConfig, readSandboxConfig } from '../../src/settings/read-config.ts'
import { secretSettings } from '../../src/settings/secret-source.ts'
import { secretWords } from '../../src/settings/secret-words.ts'
import { shownOrigin } from '../../src/settings/shown-origin.ts'
import { readTextFile, readTextFileAside } from '../../src/settings/text-file.ts'
import { callersFile, keyAndLine, naming } from './callers-files.ts'
import { credentials, file, folder, nowhere } from './settings.ts'
import type { Ending } from './sidecar.ts'
import { temporaryFolder } from './temporary-folder.ts'
import { wrongCallers, wrongConfigFiles, wrongEnvironments, wrongReceivers } from './wrong-settings.ts'

type Environment = Readonly<Record<string, string>>

/** What is said of everything here, each time in the same order. */
export async function mistakes(t: Ending): Promise<() => Promise<string[]>> {
  const callers = callersOf(t)
  const settings = environments().map((env) => () => saidOf(env))
  const files = wrongConfigFiles.map(file).map((path) => () => saidOf(credentials, path))
  const all = [
    ...settings,
    ...files,
    () => saidOf(credentials, nowhere),
    () => saidOf(credentials, ''),
    ...others(t),
    ...callers,
    ...folders(t),
  ]
  return async () => (await Promise.all(all.map((say) => say()))).flat()
}

function environments(): Environment[] {
  const files = {
    CATAPA_CLIENT_SECRET_FILE: file('hush '),
    CATAPA_TENANT_FILE: file('\n'),
    CATAPA_CLIENT_ID_FILE: folder,
  }
  const latin1 = file(Buffer.from('B\xFCro', 'latin1'))
  const pem = '-----BEGIN CERTIFICATE-----'
  const cas = ['nothing', `${pem}\nMII`, `${pem}\nMII\n-----END CERTIFICATE-----`].map(file)
  return [
    {},
    ...wrongEnvironments.map((env) => ({ ...credentials, ...env })),
    ...wrongReceivers.map((url) => ({ ...credentials, SIDECAR_NOTIFY_URL: `json:https://good.example ${url}` })),
    files,
    ...Object.entries(files).map(([name, path]) => ({ [name]: path })),
    { ...credentials, CATAPA_CLIENT_SECRET_FILE: latin1 },
    { CATAPA_TENANT_FILE: latin1, CATAPA_CLIENT_ID_FILE: 'relative', CATAPA_CLIENT_SECRET_COMMAND: latin1 },
    ...[...cas, latin1, nowhere].map((path) => ({ ...credentials, CATAPA_CA_FILE: path })),
    { ...credentials, OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c', OTEL_EXPORTER_OTLP_CERTIFICATE: nowhere },
  ]
}

/** Problems and warnings. */
function saidOf(env: Environment, configPath?: string): string[] {
  const said: string[] = []
  const { config } = gatherSettings(env, configPath, (name, problem) => said.push(`${name}: ${problem}`))
  return [...said, ...config.warnings]
}

function others(t: Ending): (() => string[] | Promise<string[]>)[] {
  const paths = temporaryFolder(t)
  const pipe = join(paths, 'pipe')
  const large = file('#'.repeat(1024 * 1024 + 1))
  execFileSync('mkfifo', [pipe])
  const open = file('CATAPA_CLIENT_SECRET=hush\n')
  const demo = {
    ...{ SIDECAR_LISTEN: 'tls:localhost:1', SIDECAR_FOO: 'x', SIDECAR_POLICY: 'x' },
    SANDBOX_LISTEN: 'unix:/a.sock',
  }
  const flawOf = (read: { text: string } | { flaw: string }) => ('flaw' in read ? read.flaw : '')
  return [
    () => thrown(() => readAdminConfig({ SIDECAR_ADMIN_LISTN: 'off' })),
    () => thrown(() => readDemoConfig(demo)),
    () =>
      readDemoConfig({ SIDECAR_LISTEN: 'tls:localhost:1' }).sidecarOf(new URL('http://localhost:1')).warnings.slice(),
    () => thrown(() => readSandboxConfig({ SANDBOX_LISTEN: 'tls:localhost:1', SANDBOX_REDIRECT_URI: 'x' })),
    () => thrown(() => readSandboxConfig({ SANDBOX_LISTEN: '1', SANDBOX_TENANT: 'a b', SANDBOX_TOKEN_LIFETIME: 'x' })),
    () => [readTextFile(folder), readTextFile(join(open, 'x'))].map(flawOf),
    async () => [flawOf(await readTextFileAside(pipe)), flawOf(await readTextFileAside(large))],
    () => thrown(() => judgeCallers(findCallers(pipe), naming(pipe))),
    () => thrown(() => judgeCallers(findCallers(large), naming(large))),
    () => openSecretFiles({ environment: {}, configPath: open }),
    ...openSecrets(t, open),
    () => [...origins(), shownProgram('"x')],
    () => idleTlsSettings({ ...naming('/x'), tlsCertFile: '/c.pem' }, []),
    () => [new ListenError('127.0.0.1:80', 'EACCES').message],
  ]
}

function openSecrets(t: Ending, path: string): (() => string[] | Promise<string[]>)[] {
  const source = { variable: 'SIDECAR_CACHE_URL_FILE', file: path, value: undefined, inConfig: false, wins: false }
  const verdict = () => ({ mode: secretWords().mode('0644'), flaw: secretWords().everyone })
  const modes = [0o604, 0o640, 0o600]
  const shared = temporaryFolder(t)
  chmodSync(shared, 0o755)
  const [mounted, inOpen] = [join(shared, '..2026_12_01', 'x'), join(shared, 'x')]
  mkdirSync(join(shared, '..2026_12_01'), { mode: 0o755 })
  for (const one of [mounted, inOpen]) writeFileSync(one, 'x')
  const inConfig = join(shared, 'own.env')
  writeFileSync(inConfig, 'CATAPA_CLIENT_SECRET=hush', { mode: 0o644 })
  return [
    () => Object.values(Object(tooOpen(source, path, verdict()))).map(String),
    () => Object.values(Object(tooOpen({ ...source, inConfig: true }, path, verdict()))).map(String),
    () => [mounted, inOpen].flatMap((one) => modes.flatMap((mode) => verdictOf(one, mode))),
    () => secretSettings.map((name) => secretWords()[name]),
    () => openSecretFiles({ environment: {}, configPath: inConfig }),
  ]
}

function verdictOf(path: string, mode: number): string[] {
  chmodSync(path, mode)
  const { warning, flaw } = judgeMode(path, 'linux', false) ?? {}
  return [warning ?? '', flaw ?? '']
}

function origins(): string[] {
  const variable = 'CATAPA_TENANT_FILE'
  const config = '/etc/own.env'
  return [
    { is: 'nowhere' } as const,
    ...[undefined, config].flatMap((winsOver) => [
      { is: 'config_file', path: winsOver } as const,
      { is: 'environment', variable: 'CATAPA_TENANT', winsOver } as const,
      { is: 'file', name: undefined, variable, config, winsOver } as const,
    ]),
    {
      is: 'command',
      name: 'pass',
      variable: 'CATAPA_CLIENT_SECRET_COMMAND',
      config: undefined,
      winsOver: config,
    } as const,
  ].map(shownOrigin)
}

function callersOf(t: Ending): (() => string[])[] {
  const { line, key } = keyAndLine()
  const userOf = linuxUsers([], { passwd: nowhere, getent: nowhere, timeoutMs: 1000 })
  const slow = join(temporaryFolder(t), 'getent')
  writeFileSync(slow, '#!/bin/sh\nsleep 10\n', { mode: 0o755 })
  const texts = wrongCallers({ line, key }).map((text) => `[a]\n${line}\n${text}`)
  const parsed = (text: string) => () => parseCallers(text, userOf).problems.map(({ problem }) => problem)
  const clashes = callersFile(
    t,
    `[a]
${line}
user = 33
listen = localhost:8228 unix:/run/admin.sock 127.0.0.1:9001 0.0.0.0:8300 tls:127.0.0.1:8443
certificate = dns:a.example
repeats = guard
[b]
${line}
user = 33
certificate = dns:a.example
listen = 127.0.0.1:9001
[*]`,
  )
  const tls = callersFile(t, `[a]\n${line}\nuser = no-such-user-4711\nrepeats = guard\n[*]`)
  const settings: Partial<Config> = {
    listen: [{ kind: 'localhost', port: 8228 }],
    adminListen: [{ kind: 'unix', path: '/run/admin.sock', mode: 0o600 }],
    baseUrl: new URL('http://127.0.0.1:9001'),
  }
  const overTls: Partial<Config> = {
    ...{ listen: [{ kind: 'tcp', host: '0.0.0.0', port: 1, tls: true }], auditDir: '/a', auditKeyFile: '/k' },
    auditOnFailure: 'open',
  }
  const pinned = callersFile(t, '[a]\ncertificate = dns:a.example')
  const empty = callersFile(t, '# nobody')
  const of = (path: string, own: Partial<Config> = {}, platform: NodeJS.Platform = 'linux') =>
    thrown(() => judgeCallers(findCallers(path), naming(path, own), platform))
  const report = (name: string): Section => {
    const restrictions = { profiles: [], allow: [], deny: [], report: true }
    const lists = { keys: [], listen: [], certificates: [], users: [], limits: { maxInFlight: 1, rate: 1 } }
    return { name, line: 1, ...lists, restrictions, repeats: undefined }
  }
  return [
    ...texts.map(parsed),
    parsed('report = true'),
    () =>
      parseCallers('[a]\nuser = x', linuxUsers(['x'], { passwd: nowhere, getent: slow, timeoutMs: 1 })).problems.map(
        ({ problem }) => problem,
      ),
    () => of(clashes, settings),
    () => of(tls, overTls),
    () => of(tls, {}, 'darwin'),
    () => of(pinned),
    () => of(empty),
    () => of(nowhere),
    () => notEnforced([report('a'), report(everyone)]),
    () =>
      [0o602, 0o660, 0o600].flatMap((mode) => openToOthers({ path: '/etc/my callers', mode, uid: 61_006, way: [] })),
    () =>
      openToOthers({
        path: '/f',
        mode: 0,
        uid: 0,
        way: [
          { path: '/a b', link: true, mode: 0o777, uid: 61_006, gid: 1 },
          { path: '/c', link: false, mode: 0o777, uid: 61_006, gid: 1 },
          { path: '/d', link: false, mode: 0o777, uid: 0, gid: 1 },
          { path: '/e', link: false, mode: 0o775, uid: 0, gid: 1 },
        ],
      }),
  ]
}

/** Folders and files of the audit trail and of the log. */
function folders(t: Ending): (() => string[] | Promise<string[]>)[] {
  const paths = temporaryFolder(t)
  const short = join(paths, 'short')
  writeFileSync(short, 'x', { mode: 0o600 })
  const link = join(paths, 'link')
  symlinkSync('link', link)
  mkdirSync(join(paths, 'trail'), { mode: 0o700 })
  const isDirectory = () => true
  const isFile = () => true
  const two = join(paths, 'two')
  writeFileSync(two, 'x')
  linkSync(two, `${two}-more`)
  const open = join(paths, 'open')
  mkdirSync(open)
  chmodSync(open, 0o777)
  const flaw = (reading: object) => ('flaw' in reading ? String(reading.flaw) : '')
  const all = (...said: (string | undefined)[]) => said.flatMap((one) => one ?? [])
  return [
    () => all(...[join(paths, 'no/trail'), join(short, 'x'), short, link].map(auditFolderToBe)),
    () => all(auditFolderFlaw('/a b', { isDirectory, mode: 0o755, uid: process.geteuid?.() ?? 0 })),
    () => all(auditFolderFlaw('/a', { isDirectory, mode: 0o700, uid: 61_006 })),
    async () =>
      all(
        ...(await Promise.all(
          [join(paths, 'no/key'), join(open, 'key'), short, paths, link, join(short, 'x')].map(keyFileToBe),
        )),
      ),
    async () => all(flaw(await readOrMakeKeyFile(join(paths, 'trail', 'key'), join(paths, 'trail')))),
    async () => all(flaw(await readOrMakeKeyFile(join(paths, 'no', 'key'), join(paths, 'trail')))),
    async () => all(flaw(await readOrMakeKeyFile(join(link, 'key'), join(paths, 'trail')))),
    () => all(keyFileFlaw({ isFile, size: 5000, uid: 0, mode: 0o600 }, [0])),
    () => all(keyFileFlaw({ isFile, size: 50, uid: 61_006, mode: 0o600 }, [0])),
    () => all(keyFileFlaw({ isFile, size: 50, uid: 0, mode: 0o644 }, [0])),
    () => all(...[0o777, 0o775].map((mode) => trustFlaw('/f', { uid: 0, gid: 1, mode }, [0]))),
    () => all(trustFlaw('/f', { uid: 61_006, gid: 1, mode: 0 }, [0])),
    () => all(logFileToBe(link), logFileToBe(paths), logFileToBe(two)),
  ]
}

function thrown(read: () => unknown): string[] {
  try {
    read()
    return []
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return error.problems.map(({ name, problem }) => `${name}: ${problem}`)
  }
}
