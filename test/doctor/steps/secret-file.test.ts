import assert from 'node:assert/strict'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { judgeMode } from '../../../src/doctor/file-mode.ts'
import { openSecretFiles, pastedAlong } from '../../../src/doctor/steps/secret-file.ts'
import { assertFails, diagnose, examined, settings } from '../../support/doctor.ts'
import { exec } from '../../support/exec.ts'
import { demoCredentials, runCli, startTestSandbox } from '../../support/sidecar.ts'

/** In a folder that all may enter, as /etc is. */
function file(content: string | Buffer, mode = 0o600): string {
  const folder = mkdtempSync(join(tmpdir(), 'catapa-'))
  chmodSync(folder, 0o755)
  const path = join(folder, 'client-secret')
  writeFileSync(path, content)
  chmodSync(path, mode)
  return path
}

/** As a Secret's volume has it. */
function kubernetesSecret(): string {
  const folder = mkdtempSync(join(tmpdir(), 'catapa-'))
  chmodSync(folder, 0o755)
  mkdirSync(join(folder, '..2026_11_24_01'))
  writeFileSync(join(folder, '..2026_11_24_01/secret'), 'x')
  symlinkSync('..2026_11_24_01', join(folder, '..data'))
  symlinkSync('..data/secret', join(folder, 'secret'))
  return join(folder, 'secret')
}

async function withSecretFile(t: TestContext, path: string): Promise<Record<string, string>> {
  const { url } = await startTestSandbox(t)
  return settings(url, { CATAPA_CLIENT_SECRET: '', CATAPA_CLIENT_SECRET_FILE: path })
}

test('a secret file with quotes and CRLF: the quotes are named with the remedy, 2; CRLF alone is fine', async (t) => {
  const quoted = file(`"${demoCredentials.clientSecret}"\r\n`)
  const { text } = await assertFails(diagnose(t, await withSecretFile(t, quoted)), {
    step: 'secret-file',
    code: 2,
    detail: /client-secret is in quotation marks$/,
    remedy: /Remove the quotation marks/,
  })
  assert.ok(!text.includes(demoCredentials.clientSecret))
  const plain = await examined(await withSecretFile(t, file(`${demoCredentials.clientSecret}\r\n`)))
  assert.equal(plain.code, 0)
  assert.match(plain.step('secret-file').detail, /mode 0600/)
})

test('a byte order mark is left out and said, in UTF-8 and UTF-16', async (t) => {
  const text = `\uFEFF${demoCredentials.clientSecret}\r\n`
  for (const encoding of ['utf8', 'utf16le'] as const) {
    const { code, step } = await examined(await withSecretFile(t, file(Buffer.from(text, encoding))))
    assert.equal(code, 0)
    assert.match(step('secret-file').detail, /byte order mark is left out/)
  }
})

test('blanks around the secret stop the start, and both steps say so', async (t) => {
  const diagnosis = await examined(await withSecretFile(t, file(` ${demoCredentials.clientSecret}\n`)))
  assert.equal(diagnosis.code, 2)
  assert.match(diagnosis.step('configuration').detail, /CATAPA_CLIENT_SECRET: has blanks/)
  assert.match(diagnosis.step('secret-file').detail, /has blanks around it/)
  assert.match(diagnosis.step('secret-file').remedy ?? '', /Remove the blanks/)
})

test('a secret file that every user can read is a failure, 2; a group is a note', {
  skip: process.platform === 'win32' && 'Windows has no modes',
}, async (t) => {
  await assertFails(examined(await withSecretFile(t, file(demoCredentials.clientSecret, 0o644))), {
    step: 'secret-file',
    code: 2,
    detail: /has mode 0644: every user of this machine can read it/,
    remedy: /chmod 600 \//,
  })
  const group = await examined(await withSecretFile(t, file(demoCredentials.clientSecret, 0o640)))
  assert.equal(group.code, 0)
  assert.match(group.step('secret-file').detail, /note: its group can read it/)
})

test('a --config file with the secret in it is judged like a secret file', async (t) => {
  const { url } = await startTestSandbox(t)
  const { CATAPA_CLIENT_SECRET, ...rest } = settings(url)
  const path = file(`CATAPA_CLIENT_SECRET=${CATAPA_CLIENT_SECRET}\n`, 0o644)
  const { code, step, text } = await diagnose(t, rest, ['--config', path])
  assert.equal(code, 2)
  assert.match(step('secret-file').detail, new RegExp(`the --config file ${path} has mode 0644`))
  assert.ok(!text.includes(demoCredentials.clientSecret))
})

test('what Kubernetes mounts is readable by all in its container, which is a note and no failure', {
  skip: process.platform === 'win32' && 'Windows has no modes',
}, () => {
  const secret = kubernetesSecret()
  const verdict = judgeMode(secret)
  assert.equal(verdict?.flaw, undefined)
  assert.match(verdict?.warning ?? '', /container/)
  chmodSync(dirname(secret), 0o700)
  assert.deepEqual(judgeMode(secret), { mode: 'mode 0644' }, 'the folder keeps others out')
  assert.equal(judgeMode('anything', 'win32'), undefined)
})

test('what comes along when a secret is pasted', () => {
  const flaws: [text: string, is: RegExp][] = [
    ['CATAPA_CLIENT_SECRET=abc', /NAME=value/],
    ['a\0b\0c\0', /NUL/],
    ['abc\n', /more than one line/],
    [' abc', /blanks/],
    ['abc\u00A0', /blanks/],
    ['"abc"', /quotation/],
    ["'abc'", /quotation/],
    ['“abc”', /quotation/],
    ['abc\u200Bd', /cannot be seen/],
  ]
  for (const [text, is] of flaws) assert.match(pastedAlong(text)?.is ?? 'nothing', is, JSON.stringify(text))
  for (const text of ['abc', '"abc', 'a b', `it's`, 'p%C3=+/']) assert.equal(pastedAlong(text), undefined, text)
})

test('start and exec warn of a secret that every user can read, with its file and the mend; of others they say nothing', {
  skip: process.platform === 'win32' && 'Windows has no modes',
}, async (t) => {
  const { url } = await startTestSandbox(t)
  const { CATAPA_CLIENT_SECRET, ...rest } = settings(url)
  const said = async (env: Record<string, string>, ...args: string[]) => {
    const command = runCli(t, ['start', ...args], env)
    return command.until(/"msg":"listening"/)
  }
  const open = file(demoCredentials.clientSecret, 0o644)
  const inConfig = file(`CATAPA_CLIENT_SECRET=${CATAPA_CLIENT_SECRET}\n`, 0o644)
  const withFile = { ...rest, CATAPA_CLIENT_SECRET_FILE: open }
  const [byFile, byConfig] = await Promise.all([said(withFile), said(rest, '--config', inConfig)])
  const warning = (what: string, path: string) =>
    new RegExp(`"level":"warn".*others can read the client secret: ${what} has mode 0644: .*chmod 600 ${path}`)
  assert.match(byFile, warning(`the file ${open} of CATAPA_CLIENT_SECRET_FILE`, open))
  assert.match(byConfig, warning(`the --config file ${inConfig}`, inConfig))
  const { code, stderr } = await exec(t, url, ['true'], { CATAPA_CLIENT_SECRET: '', CATAPA_CLIENT_SECRET_FILE: open })
  assert.equal(code, 0)
  assert.match(stderr, warning(`the file ${open} of CATAPA_CLIENT_SECRET_FILE`, open))

  const own = file(demoCredentials.clientSecret)
  assert.doesNotMatch(await said({ ...rest, CATAPA_CLIENT_SECRET_FILE: own }), /"level":"warn"/)
  const withoutSecret = file(`CATAPA_CLIENT_SECRET_FILE=${own}\n`, 0o644)
  assert.doesNotMatch(await said(rest, '--config', withoutSecret), /"level":"warn"/)
})

test('a secret of a group, as fsGroup gives it, and one that Kubernetes mounts are not warned of', {
  skip: process.platform === 'win32' && 'Windows has no modes',
}, () => {
  const warned = (path: string) =>
    openSecretFiles({ environment: { CATAPA_CLIENT_SECRET_FILE: path }, configPath: undefined })
  assert.deepEqual(warned(file('x', 0o440)), [])
  assert.match(warned(file('x', 0o444)).join(), /mode 0444/)
  assert.deepEqual(warned(kubernetesSecret()), [])
  assert.deepEqual(openSecretFiles({ environment: { CATAPA_CLIENT_SECRET: 'x' }, configPath: undefined }), [])
})

test('a file with the URL of the store is judged like one with the client secret: its password stands there', {
  skip: process.platform === 'win32' && 'Windows has no modes',
}, async (t) => {
  const url = 'redis://user:hush-4714@127.0.0.1:9'
  const open = file(url, 0o644)
  const store = { SIDECAR_CACHE_URL_FILE: open }
  const warning = new RegExp(
    `^others can read the URL of the store, with its password: the file ${open} of SIDECAR_CACHE_URL_FILE has mode 0644: .*chmod 600`,
  )
  const sentences = openSecretFiles({ environment: store, configPath: undefined })
  assert.match(sentences.join('\n'), warning)
  const config = file(`SIDECAR_CACHE_URL=${url}\nCATAPA_CLIENT_SECRET=x\n`, 0o644)
  const ofConfig = openSecretFiles({ environment: {}, configPath: config })
  assert.deepEqual([ofConfig.length, /the client secret: the --config file/.test(ofConfig.join())], [1, true])

  const sandbox = await startTestSandbox(t)
  await assertFails(examined(settings(sandbox.url, store)), {
    step: 'secret-file',
    code: 2,
    detail: /of SIDECAR_CACHE_URL_FILE has mode 0644/,
    remedy: /chmod 600 \//,
  })
  const both = { ...(await withSecretFile(t, file(demoCredentials.clientSecret, 0o644))), ...store }
  await assertFails(examined(both), {
    step: 'secret-file',
    code: 2,
    detail: /of CATAPA_CLIENT_SECRET_FILE has mode 0644/,
    remedy: /chmod 600 \//,
  })
  const own = await examined(settings(sandbox.url, { SIDECAR_CACHE_URL_FILE: file(url) }))
  assert.equal(own.step('secret-file').status, 'ok')
})

const secretsOfDocker = '/run/secrets'
const noDocker = process.getuid?.() !== 0 || process.platform === 'win32' ? 'to put a file there takes root' : false

test('a secret of Docker or Compose, readable by all in its container, is a note there and a failure on a host', {
  skip: noDocker,
}, (t) => {
  const made = !existsSync(secretsOfDocker)
  mkdirSync(secretsOfDocker, { recursive: true, mode: 0o755 })
  const path = join(secretsOfDocker, `catapa-test-${process.pid}`)
  t.after(() => rmSync(made ? secretsOfDocker : path, { recursive: true }))
  writeFileSync(path, 'x')
  chmodSync(path, 0o444)
  assert.match(judgeMode(path, process.platform, true)?.warning ?? 'nothing', /container/)
  assert.match(judgeMode(path, process.platform, false)?.flaw ?? 'nothing', /every user of this machine/)
})
