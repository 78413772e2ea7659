// Settings and callers file, judged before anything starts.
import assert from 'node:assert/strict'
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { callersFile, keyAndLine } from '../support/callers-files.ts'
import { makeCertificate } from '../support/certificate.ts'
import { settings } from '../support/doctor.ts'
import { ownPair, writePair } from '../support/own-certificate.ts'
import { runCli, secret, startUpstream } from '../support/sidecar.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const { line: keyLine } = keyAndLine()
const asRoot = process.geteuid?.() === 0

async function run(t: TestContext, words: string[], env: Record<string, string>) {
  const command = runCli(t, words, env)
  const { code } = await command.exit
  return { code, output: command.output() }
}

/** The problems that a command lists, a line each. */
function listed(output: string): string[] {
  return output.split('\n').filter((line) => line.startsWith('  '))
}

test('what start could start with is fine: 0, nobody is asked, nothing listens, nothing is written', async (t) => {
  const { url, received, tokenRequests } = await startUpstream(t)
  const taken = createServer()
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
  t.after(() => taken.close())
  const address = taken.address()
  assert.ok(typeof address === 'object' && address !== null)
  const folder = temporaryFolder(t)
  const env = settings(url, {
    SIDECAR_LISTEN: `127.0.0.1:${address.port}`,
    SIDECAR_CALLERS_FILE: callersFile(t, `[export]\n${keyLine}\nlisten = unix:${folder}/x.sock\nreport = true\n[*]`),
    SIDECAR_AUDIT_DIR: join(folder, 'audit'),
    SIDECAR_AUDIT_KEY_FILE: join(folder, 'key'),
    SIDECAR_LOG_FILE: join(folder, 'log'),
    SIDECAR_STATE_DIR: join(folder, 'state'),
    SIDECAR_CACHE_URL: `redis://127.0.0.1:${address.port}`,
  })
  const plain = await run(t, ['check'], env)
  assert.equal(plain.code, 0, plain.output)
  assert.match(
    plain.output,
    /^The configuration is fine: tenant demo, client demo-client, http:\/\/127\S+; 1 caller in \//,
  )
  assert.match(plain.output, /\nNote: restrictions are only logged and not enforced for export\n$/)
  const asJson = await run(t, ['check', '--json'], env)
  assert.equal(asJson.code, 0)
  const warnings = ['restrictions are only logged and not enforced for export']
  assert.deepEqual(JSON.parse(asJson.output), { ok: true, problems: [], warnings })
  assert.deepEqual(readdirSync(folder), [])
  assert.deepEqual([received, tokenRequests], [[], 0])
})

test('check, start and exec list every problem at once: settings, the files that they name, callers file, audit trail', async (t) => {
  const { url } = await startUpstream(t)
  secret('never-4711')
  const folder = temporaryFolder(t)
  const audit = join(folder, 'audit')
  mkdirSync(audit)
  chmodSync(audit, 0o755)
  writeFileSync(join(folder, 'key'), 'short', { mode: 0o600 })
  const env = settings(url, {
    CATAPA_CLIENT_SECRET: '',
    CATAPA_CLIENT_SECRET_FILE: join(folder, 'nothing'),
    CATAPA_CA_FILE: join(folder, 'key'),
    SIDECAR_TOKEN_WAIT: 'never-4711',
    SIDECAR_LISTN: 'x',
    SIDECAR_CACHE_URL: 'http://never-4711',
    SIDECAR_CALLERS_FILE: callersFile(t, `[a]\n${keyLine}\nrate = fast\nprofile = readonly`),
    SIDECAR_AUDIT_DIR: audit,
    SIDECAR_AUDIT_KEY_FILE: join(folder, 'key'),
    SIDECAR_LOG_FILE: join(folder, 'none', 'log'),
  })
  const names = [
    ...['SIDECAR_LISTN', 'SIDECAR_CACHE_URL', 'SIDECAR_TOKEN_WAIT', 'CATAPA_CA_FILE', 'CATAPA_CLIENT_SECRET'],
    ...[
      'SIDECAR_CALLERS_FILE',
      'SIDECAR_CALLERS_FILE',
      'SIDECAR_AUDIT_DIR',
      'SIDECAR_AUDIT_KEY_FILE',
      'SIDECAR_LOG_FILE',
    ],
  ]
  for (const words of [['check'], ['start'], ['exec', '--', process.execPath, '-e', '0']]) {
    const { code, output } = await run(t, words, env)
    assert.equal(code, 2, words[0])
    const found = listed(output).map((line) => /^ {2}(\w+): /.exec(line)?.[1])
    assert.deepEqual(found.toSorted(), names.toSorted(), output)
    assert.doesNotMatch(output, /never-4711/)
  }
  const { code, output } = await run(t, ['check', '--json'], env)
  assert.equal(code, 2)
  const { ok, problems, warnings } = JSON.parse(output)
  assert.deepEqual([ok, warnings], [false, []])
  assert.deepEqual(problems.map(({ name }: { name: string }) => name).toSorted(), names.toSorted())
})

test('a --config file that is not there is the one problem: what it should have had is not missing besides', async (t) => {
  for (const words of [['check'], ['start'], ['doctor'], ['policy', 'list']]) {
    const { code, output } = await run(t, [...words, '--config', '/nowhere/my.env'], { SIDECAR_TOKEN_WAIT: 'soon' })
    assert.equal(code, 2)
    assert.match(output, /--config: \/nowhere\/my\.env does not exist/, words[0])
    assert.doesNotMatch(output, /required|SIDECAR_TOKEN_WAIT|config\.example\.env and run/)
  }
  const { output } = await run(t, ['check', '--json', '--config='], {})
  assert.deepEqual(JSON.parse(output).problems, [{ name: '--config', problem: 'should be the path of a file' }])
})

test('a folder and a key of the trail that start would make pass; what start would refuse does not', async (t) => {
  const folder = temporaryFolder(t)
  const env = (dir: string, key: string) =>
    settings('http://127.0.0.1:9', { SIDECAR_AUDIT_DIR: dir, SIDECAR_AUDIT_KEY_FILE: key })
  const cases: [dir: string, key: string, said: string[]][] = [
    [join(folder, 'audit'), join(folder, 'key'), []],
    [
      join(folder, 'none/audit'),
      join(folder, 'none/key'),
      [
        '  SIDECAR_AUDIT_DIR: the folder above it does not exist; make it, or name another one',
        '  SIDECAR_AUDIT_KEY_FILE: names a file in a folder that does not exist',
      ],
    ],
  ]
  for (const [dir, key, said] of cases) assert.deepEqual(listed((await run(t, ['check'], env(dir, key))).output), said)
  assert.equal(existsSync(join(folder, 'audit')), false)
  if (asRoot) return t.diagnostic('root may write everywhere')
  chmodSync(folder, 0o500)
  const { output } = await run(t, ['check'], env(join(folder, 'audit'), join(folder, 'key')))
  assert.match(output, /SIDECAR_AUDIT_DIR: may not be made or used by this user/)
  assert.match(output, /SIDECAR_AUDIT_KEY_FILE: names a file that may not be made by this user/)
})

test('placeholders of config.example.env end check and start with 2, and fail doctor', async (t) => {
  const env = settings('http://127.0.0.1:9', { CATAPA_TENANT: 'your-tenant' })
  for (const words of [['check'], ['start'], ['doctor']]) {
    const { code, output } = await run(t, words, env)
    assert.equal(code, 2, words[0])
    assert.match(
      output,
      /CATAPA_TENANT: is still the placeholder of config\.example\.env; it should be your tenant code/,
    )
  }
})

test('as JSON a problem is a name and a sentence, and nothing else, also where the setting is missing', async (t) => {
  const { output } = await run(t, ['check', '--json'], settings('http://127.0.0.1:1', { CATAPA_TENANT: '' }))
  const { problems } = JSON.parse(output)
  assert.deepEqual(problems.map(Object.keys), [['name', 'problem']])
  assert.match(problems[0].problem, /^required: /)
})

test('check and start judge certificate and key: a pair that does not fit is 2, an open key and idle files are notes', async (t) => {
  const { url } = await startUpstream(t)
  const pair = ownPair(t)
  const secured = {
    SIDECAR_LISTEN: 'tls:127.0.0.1:0',
    SIDECAR_TLS_CERT_FILE: pair.cert,
    SIDECAR_TLS_KEY_FILE: pair.key,
  }
  assert.equal((await run(t, ['check'], settings(url, secured))).code, 0)
  const idle = await run(t, ['check'], settings(url, { ...secured, SIDECAR_LISTEN: '127.0.0.1:0' }))
  assert.equal(idle.code, 0)
  assert.equal(idle.output.match(/Note: SIDECAR_TLS_\w+ does nothing: no address/g)?.length, 2)
  writePair(pair, { ...makeCertificate({ cn: 'other', hosts: ['localhost'] }), key: readFileSync(pair.key, 'utf8') })
  for (const command of ['check', 'start']) {
    const { code, output } = await run(t, [command], settings(url, secured))
    assert.equal(code, 2, output)
    assert.match(output, /SIDECAR_TLS_KEY_FILE: The private key .* does not belong to the certificate/)
    assert.doesNotMatch(output, /PRIVATE KEY-/)
  }
})
