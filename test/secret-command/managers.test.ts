// Each setting of docs/secrets.md, as it stands there: with the program itself, or one that prints what its documents say.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fetchSecret } from '../../src/secret-command/fetch-secret.ts'
import { readConfig } from '../../src/settings/read-config.ts'
import { without } from '../support/programs.ts'
import { root, secret } from '../support/sidecar.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const hush = 'hush-4711-in-a-manager'
secret(hush)
const rows = readFileSync(join(root, 'docs/secrets.md'), 'utf8').matchAll(
  /^\| (\S+?),? .*\| `CATAPA_CLIENT_SECRET_COMMAND=(.+)` \|$/gm,
)
const documented = new Map([...rows].map(([, name = '', setting = '']) => [name, setting.replaceAll('\\|', '|')]))

/** What a command with this setting brings, as `start` would read it. */
async function fetched(setting: string, environment: Record<string, string>) {
  const client = { CATAPA_TENANT: 'acme', CATAPA_CLIENT_ID: 'client' }
  const config = readConfig({ ...client, ...environment, CATAPA_CLIENT_SECRET_COMMAND: setting })
  const { secretCommand: command, credentials: set, clientAuth } = config
  assert.ok(command)
  const ended = await fetchSecret({ command, set, clientAuth, environment }).ended
  assert.ok('credentials' in ended, JSON.stringify(ended))
  return { secret: ended.credentials.clientSecret, expiresAt: ended.expiresAt }
}

/** A PATH on which a program of this name prints these bytes, and notes its arguments. */
function standIn(t: TestContext, name: string, output: string) {
  const folder = temporaryFolder(t)
  writeFileSync(join(folder, 'output'), output)
  const script = `#!/bin/sh\nprintf '%s\\n' "$@" > '${folder}/arguments'\nexec cat '${folder}/output'\n`
  writeFileSync(join(folder, name), script, { mode: 0o755 })
  return {
    PATH: `${folder}:${process.env.PATH}`,
    given: () => readFileSync(join(folder, 'arguments'), 'utf8').trimEnd().split('\n'),
  }
}

type Case = { name: string; program: string; output: string; given: string[]; expiresAt?: number }

const azure = `{\n  "clientSecret": "${hush}",\n  "expiresAt": "2026-12-31T00:00:00+00:00"\n}\n`
const query = '{clientSecret: value, expiresAt: attributes.expires}'
const powershell =
  "[Net.NetworkCredential]::new('', (Get-Content 'C:\\ProgramData\\catapa\\secret.txt' | ConvertTo-SecureString)).Password"

const cases: Case[] = [
  { name: '1Password', program: 'op', output: `${hush}\n`, given: ['read', 'op://Payroll/CATAPA/client secret'] },
  {
    name: 'HashiCorp',
    program: 'vault',
    output: hush, // "The result will not have a trailing newline."
    given: ['kv', 'get', '-mount=secret', '-field=clientSecret', 'catapa'],
  },
  {
    name: 'AWS',
    program: 'aws',
    output: `${hush}\n`,
    given: [
      ...['secretsmanager', 'get-secret-value', '--secret-id', 'catapa', '--query', 'SecretString'],
      ...['--output', 'text'],
    ],
  },
  {
    name: 'Google',
    program: 'gcloud',
    output: hush,
    given: ['secrets', 'versions', 'access', 'latest', '--secret=catapa'],
  },
  {
    name: 'Azure',
    program: 'az',
    output: azure,
    given: [
      ...['keyvault', 'secret', 'show', '--vault-name', 'payroll', '--name', 'catapa', '--query', query],
      ...['--output', 'json'],
    ],
    expiresAt: Date.parse('2026-12-31T00:00:00Z'),
  },
  {
    name: 'Windows',
    program: 'powershell.exe',
    output: `${hush}\r\n`,
    given: ['-NoProfile', '-NonInteractive', '-Command', powershell],
  },
]

for (const { name, program, output, given, expiresAt } of cases) {
  test(`${name}: the arguments arrive as they are documented, and what it prints is taken`, async (t) => {
    const { PATH, given: arrived } = standIn(t, program, output)
    assert.deepEqual(await fetched(documented.get(name) ?? '', { PATH }), { secret: hush, expiresAt })
    assert.deepEqual(arrived(), given)
  })
}

test('AWS: a secret that is stored as JSON brings tenant and id along; Azure: null is no expiry', async (t) => {
  const json = JSON.stringify({ clientId: 'client', clientSecret: hush, tenant: 'acme' })
  const aws = standIn(t, 'aws', `${json}\n`)
  assert.equal((await fetched(documented.get('AWS') ?? '', { PATH: aws.PATH })).secret, hush)
  const az = standIn(t, 'az', azure.replace(/"2026[^"]+"/, 'null'))
  assert.deepEqual(await fetched(documented.get('Azure') ?? '', { PATH: az.PATH }), {
    secret: hush,
    expiresAt: undefined,
  })
})

test('pass, with GnuPG', { skip: without('pass') }, async (t) => {
  const folder = temporaryFolder(t)
  const GNUPGHOME = join(folder, 'gnupg')
  mkdirSync(GNUPGHOME, { mode: 0o700 })
  const env = { PATH: process.env.PATH ?? '', HOME: folder, GNUPGHOME, PASSWORD_STORE_DIR: join(folder, 'store') }
  const run = (file: string, args: string[], input = '') => execFileSync(file, args, { env, input, stdio: 'pipe' })
  t.after(() => run('gpgconf', ['--kill', 'all']))
  run('gpg', ['--batch', '--passphrase', '', '--quick-generate-key', 'sidecar@example.com', 'default', 'default'])
  run('pass', ['init', 'sidecar@example.com'])
  run('pass', ['insert', '--multiline', 'catapa/client-secret'], `${hush}\n`)
  assert.equal((await fetched(documented.get('pass') ?? '', env)).secret, hush)
})

const notRoot = process.geteuid?.() === 0 ? without('systemd') : 'only root can decrypt with the key of the machine'

test('systemd-creds', { skip: notRoot }, async (t) => {
  const folder = temporaryFolder(t)
  const sealed = join(folder, 'catapa.cred')
  writeFileSync(join(folder, 'secret.txt'), `${hush}\n`)
  const args = ['encrypt', '--with-key=host', '--name=catapa', join(folder, 'secret.txt'), sealed]
  execFileSync('systemd-creds', args, { stdio: 'pipe' })
  const setting = documented.get('systemd')?.replace('/etc/catapa-sidecar/catapa.cred', sealed) ?? ''
  assert.match(setting, /^systemd-creds decrypt --name=catapa \/.* -$/)
  assert.equal((await fetched(setting, { PATH: process.env.PATH ?? '' })).secret, hush)
})

test('age', { skip: without('age') }, async (t) => {
  const folder = temporaryFolder(t)
  const [key, sealed] = [join(folder, 'key.txt'), join(folder, 'secret.age')]
  execFileSync('age-keygen', ['--output', key], { stdio: 'pipe' })
  const recipient = execFileSync('age-keygen', ['-y', key], { encoding: 'utf8' }).trim()
  execFileSync('age', ['--recipient', recipient, '--output', sealed], { input: hush, stdio: 'pipe' })
  const setting = `age --decrypt --identity ${key} ${sealed}`
  assert.equal((await fetched(setting, { PATH: process.env.PATH ?? '' })).secret, hush)
})

test('all eight are tried', () => {
  const tried = [...cases.map(({ name }) => name), 'pass', 'systemd']
  assert.deepEqual([...documented.keys()].sort(), tried.sort())
})
