import assert from 'node:assert/strict'
import { chmodSync, writeFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { test } from 'node:test'
import { rootCertificates } from 'node:tls'
import { followed } from '../../src/settings/followed-files.ts'
import { credentialFiles, readConfig } from '../../src/settings/read-config.ts'
import { shownOrigins } from '../../src/settings/shown-origin.ts'
import {
  assertProblem,
  config,
  credentials,
  file,
  folder,
  nowhere,
  problems,
  problemsOf,
  readCredentials,
} from '../support/settings.ts'

const { CATAPA_TENANT, CATAPA_CLIENT_ID } = credentials
/** Credentials whose secret comes from a file with this content. */
const withSecret = (content: string | Uint8Array) => ({
  CATAPA_TENANT,
  CATAPA_CLIENT_ID,
  CATAPA_CLIENT_SECRET_FILE: file(content),
})
const secretIn = (content: string | Uint8Array) => readCredentials(withSecret(content)).clientSecret
const flawOfSecretIn = (content: string | Uint8Array) => {
  const found = problemsOf(() => readCredentials(withSecret(content)))
  assert.equal(found.length, 1, JSON.stringify(found))
  assert.equal(found[0]?.name, 'CATAPA_CLIENT_SECRET')
  return found[0]?.problem ?? ''
}
const utf16be = (text: string) => Buffer.from(`\uFEFF${text}`, 'utf16le').swap16()

test('a secret with a trailing newline, CRLF or byte order mark is read without it', () => {
  for (const content of ['hush', 'hush\n', 'hush\r\n', '\uFEFFhush\n']) assert.equal(secretIn(content), 'hush')
})

test('a secret in UTF-16 with a byte order mark is read, as PowerShell writes it', () => {
  assert.equal(secretIn(Buffer.from('\uFEFFhush\r\n', 'utf16le')), 'hush')
  assert.equal(secretIn(utf16be('hush\r\n')), 'hush')
})

test('quotes, equals signs, hashes and inner blanks belong to a secret', () => {
  assert.equal(secretIn('"a b" #=é\n'), '"a b" #=é')
  assert.equal(readCredentials({ ...credentials, CATAPA_CLIENT_SECRET: '"quoted"' }).clientSecret, '"quoted"')
})

test('blanks and NULs in a secret are named, not sent', () => {
  assert.match(flawOfSecretIn('hush \n'), /blanks or line breaks around/)
  assert.match(flawOfSecretIn(' hush'), /blanks or line breaks around/)
  assert.match(flawOfSecretIn('hush\n\n'), /blanks or line breaks around/)
  assert.match(flawOfSecretIn('hu\0sh\n'), /NUL/)
  assert.match(flawOfSecretIn('hu\nsh'), /line break or another control character/)
  // UTF-16 without a byte order mark is full of NULs.
  assert.match(flawOfSecretIn(Buffer.from('hush', 'utf16le')), /NUL/)
  assert.match(flawOfSecretIn(' '), /blanks/)
  assertProblem({ CATAPA_CLIENT_SECRET: 'hush ' }, 'CATAPA_CLIENT_SECRET', /blanks/)
})

test('a secret file that is missing, a folder, empty or no text is a problem that names variable and path', () => {
  const readFrom = (path: string) => {
    const [problem, ...more] = problemsOf(() =>
      readCredentials({ CATAPA_TENANT, CATAPA_CLIENT_ID, CATAPA_CLIENT_SECRET_FILE: path }),
    )
    assert.deepEqual(more, [])
    assert.equal(problem?.name, 'CATAPA_CLIENT_SECRET')
    assert.ok(problem.problem.includes(path) && problem.problem.includes('CATAPA_CLIENT_SECRET_FILE'), problem.problem)
    return problem.problem
  }
  assert.match(readFrom(nowhere), /does not exist$/)
  assert.match(readFrom(folder), /is a folder, not a file$/)
  assert.match(readFrom(file('')), /is empty$/)
  assert.match(readFrom(file('\uFEFF\r\n')), /is empty$/)
  assert.match(readFrom(file(new Uint8Array([0x68, 0xff, 0x68]))), /neither UTF-8 nor UTF-16/)
})

test('what is wrong in a credential file is told with the variable that named it and the path, in either source', () => {
  const flawed = { CATAPA_TENANT: 'ac me\n', CATAPA_CLIENT_ID: 'cli:ent\n', CATAPA_CLIENT_SECRET: ' hush\n' }
  for (const [name, content] of Object.entries(flawed)) {
    const path = file(content)
    const { [name]: _, ...others }: Record<string, string> = credentials
    const inConfig = file(`${name}_FILE=${path}\n`)
    for (const read of [
      () => readConfig({ ...others, [`${name}_FILE`]: path }),
      () => readConfig(others, inConfig),
      () => readCredentials(others, inConfig),
    ]) {
      const [problem, ...more] = problemsOf(read)
      assert.deepEqual(more, [])
      assert.equal(problem?.name, name)
      assert.ok(problem.problem.endsWith(` (in the file ${path} of ${name}_FILE)`), problem.problem)
    }
  }
})

test('what is wrong in a credential that the --config file holds itself is said to be there', () => {
  const found = problemsOf(() => readConfig({ CATAPA_TENANT, CATAPA_CLIENT_ID }, file('CATAPA_CLIENT_SECRET="hush "')))
  assert.deepEqual(found, [
    { name: 'CATAPA_CLIENT_SECRET', problem: 'has blanks or line breaks around it (in the --config file)' },
  ])
  assertProblem({ CATAPA_CLIENT_SECRET: 'hush ' }, 'CATAPA_CLIENT_SECRET', /around it$/)
})

test('a secret file that may not be read is a problem', {
  skip: process.getuid?.() === 0 && 'root reads everything',
}, () => {
  const path = file('hush')
  chmodSync(path, 0)
  const found = problemsOf(() => readCredentials({ CATAPA_TENANT, CATAPA_CLIENT_ID, CATAPA_CLIENT_SECRET_FILE: path }))
  assert.match(found[0]?.problem ?? '', /may not be read by this user/)
})

test('what could be a secret in the wrong variable is not repeated as a path', () => {
  const found = problemsOf(() =>
    readCredentials({ CATAPA_TENANT, CATAPA_CLIENT_ID, CATAPA_CLIENT_SECRET_FILE: 'really-the-secret' }),
  )
  assert.deepEqual(found, [
    { name: 'CATAPA_CLIENT_SECRET', problem: 'the file of CATAPA_CLIENT_SECRET_FILE does not exist' },
  ])
})

test('all three credentials have a file form', () => {
  const env = {
    CATAPA_TENANT_FILE: file('acme\n'),
    CATAPA_CLIENT_ID_FILE: file('client\n'),
    CATAPA_CLIENT_SECRET_FILE: file('hush\n'),
  }
  const { from, ...credentials } = readConfig(env).credentials
  assert.deepEqual(credentials, { tenant: 'acme', clientId: 'client', clientSecret: 'hush' })
  assert.equal(shownOrigins(from)?.clientId, `${env.CATAPA_CLIENT_ID_FILE} (CATAPA_CLIENT_ID_FILE)`)
})

test('a tenant that cannot be sent in a header is refused', () => {
  for (const tenant of ['acmé', 'a b', 'a\u200Bb', 'a\nb', 'a\x7Fb'])
    assertProblem({ CATAPA_TENANT: tenant }, 'CATAPA_TENANT', /./)
})

test('a client id is visible ASCII, without a colon where Basic would end it there', () => {
  assertProblem({ CATAPA_CLIENT_ID: 'clíent' }, 'CATAPA_CLIENT_ID', /ASCII/)
  assertProblem({ CATAPA_CLIENT_ID: 'a:b' }, 'CATAPA_CLIENT_ID', /no colon/)
  for (const auth of ['client_secret_basic_encoded', 'client_secret_post']) {
    assert.equal(config({ CATAPA_CLIENT_ID: 'a:b', CATAPA_CLIENT_AUTH: auth }).credentials.clientId, 'a:b')
  }
})

test('both forms in one source are an error', () => {
  const both = { CATAPA_CLIENT_SECRET_FILE: file('other') }
  assertProblem(both, 'CATAPA_CLIENT_SECRET', /together with CATAPA_CLIENT_SECRET_FILE in the environment: keep one/)
  const path = file(`CATAPA_TENANT=a\nCATAPA_TENANT_FILE=${nowhere}`)
  const found = problemsOf(() => readConfig({ CATAPA_CLIENT_ID: 'i', CATAPA_CLIENT_SECRET: 's' }, path))
  assert.deepEqual(
    found.map(({ name }) => name),
    ['CATAPA_TENANT'],
  )
  assert.match(found[0]?.problem ?? '', /in the --config file/)
})

test('an empty form does not count: neither as a second one, nor as a replacement', () => {
  const path = file('CATAPA_CLIENT_SECRET=of-file\nSIDECAR_REPLAY=off\nCATAPA_TENANT=acme\nCATAPA_CLIENT_ID=client')
  const env = { CATAPA_CLIENT_SECRET: '', SIDECAR_REPLAY: '' }
  assert.equal(readCredentials(env, path).clientSecret, 'of-file')
  assert.equal(readConfig(env, path).replay, 'off')
  assert.equal(readCredentials({ ...env, CATAPA_CLIENT_SECRET_FILE: file('of-env') }, path).clientSecret, 'of-env')
})

test('where each credential comes from is said of the one that counts, and what it wins over', () => {
  const secretFile = file('hush')
  const own = file(`CATAPA_TENANT=acme\nCATAPA_CLIENT_ID_FILE=${secretFile}\nCATAPA_CLIENT_SECRET=right`)
  assert.deepEqual(shownOrigins(readCredentials({ CATAPA_CLIENT_SECRET: 'wrong' }, own).from), {
    tenant: own,
    clientId: `${secretFile} (CATAPA_CLIENT_ID_FILE in ${own})`,
    clientSecret: `environment (CATAPA_CLIENT_SECRET), wins over ${own}`,
  })
  assert.equal(
    shownOrigins(readCredentials({ CATAPA_CLIENT_SECRET_FILE: secretFile }, own).from)?.clientSecret,
    `${secretFile} (CATAPA_CLIENT_SECRET_FILE), wins over ${own}`,
  )
  assert.equal(shownOrigins(readCredentials(credentials).from)?.clientSecret, 'environment')
  const relativePath = relative('.', secretFile)
  assert.equal(
    shownOrigins(readCredentials({ CATAPA_TENANT, CATAPA_CLIENT_ID, CATAPA_CLIENT_SECRET_FILE: relativePath }).from)
      ?.clientSecret,
    'a file (CATAPA_CLIENT_SECRET_FILE)', // What is no absolute path could be the secret itself.
  )
})

test('a name set in the environment in either form replaces both forms of the file', () => {
  const inline = file('CATAPA_CLIENT_SECRET=of-file')
  const byFile = file(`CATAPA_CLIENT_SECRET_FILE=${nowhere}`)
  const env = { CATAPA_TENANT, CATAPA_CLIENT_ID }
  for (const path of [inline, byFile]) {
    assert.equal(readCredentials({ ...env, CATAPA_CLIENT_SECRET: 'e' }, path).clientSecret, 'e')
    assert.equal(readCredentials({ ...env, CATAPA_CLIENT_SECRET_FILE: file('f') }, path).clientSecret, 'f')
  }
})

test('the environment replaces the file for every other setting too', () => {
  const path = file('SIDECAR_REPLAY=off\nSIDECAR_TOKEN_WAIT=1\nHTTPS_PROXY=http://of-file:1\n')
  const read = config({ SIDECAR_REPLAY: 'buffered', https_proxy: 'http://of-env:1' }, path)
  assert.deepEqual([read.replay, read.tokenWaitMs, read.proxy.base?.hostname], ['buffered', 1000, 'of-env'])
})

test('a config line is a name, "=" and everything after it, trimmed, less one pair of quotes', () => {
  const secretOf = (line: string) =>
    readCredentials({ CATAPA_TENANT, CATAPA_CLIENT_ID }, file(`# c\n\n${line}\n  # d\n`)).clientSecret
  assert.equal(secretOf('CATAPA_CLIENT_SECRET=ab#cd'), 'ab#cd')
  assert.equal(secretOf('CATAPA_CLIENT_SECRET=a=b=='), 'a=b==')
  assert.equal(secretOf('  CATAPA_CLIENT_SECRET =  a b  '), 'a b')
  assert.equal(secretOf('CATAPA_CLIENT_SECRET="a\\n$b"'), 'a\\n$b')
  assert.equal(secretOf("CATAPA_CLIENT_SECRET='a\"b'"), 'a"b')
  assert.equal(secretOf('CATAPA_CLIENT_SECRET=""a""'), '"a"')
  assert.equal(secretOf('CATAPA_CLIENT_SECRET="a'), '"a')
  assert.equal(secretOf('CATAPA_CLIENT_SECRET="'), '"')
  assert.equal(secretOf('CATAPA_CLIENT_SECRET="a\''), '"a\'')
})

test('blanks that quotes keep are named for a credential', () => {
  const found = problemsOf(() =>
    readCredentials({ CATAPA_TENANT, CATAPA_CLIENT_ID }, file('CATAPA_CLIENT_SECRET=" a"')),
  )
  assert.match(found[0]?.problem ?? '', /blanks/)
})

test('a stray quote does not swallow the lines that follow', () => {
  assert.equal(config({}, file('NO_PROXY="a\nSIDECAR_REPLAY=off\n')).replay, 'off')
})

test('a config file may be UTF-8 or UTF-16 with a byte order mark, with any line ends', () => {
  const lines = ['CATAPA_TENANT=acme', 'CATAPA_CLIENT_ID=client', 'CATAPA_CLIENT_SECRET=hüsh']
  for (const end of ['\n', '\r\n']) {
    const text = `\uFEFF${lines.join(end)}${end}`
    for (const content of [
      Buffer.from(text),
      Buffer.from(text, 'utf16le'),
      utf16be(text.slice(1)),
      Buffer.from(text.slice(1)),
    ]) {
      assert.equal(readCredentials({}, file(content)).clientSecret, 'hüsh')
    }
  }
})

test('what is wrong with the form of a config file is told by line number, all of it at once', () => {
  const path = file('SIDECAR_REPLAY=off\nnonsense\nexport SIDECAR_QUIT=true\n=x\na b=c\nSIDECAR_REPLAY=safe\n')
  assert.deepEqual(problems({}, path), [
    { name: '--config', problem: 'line 2 should be NAME=value, or begin with #' },
    { name: '--config', problem: 'line 3 is for a shell: leave out "export"' },
    { name: '--config', problem: 'line 4 has no proper name before the "="' },
    { name: '--config', problem: 'line 5 has no proper name before the "="' },
    { name: '--config', problem: 'line 6 sets the same name as line 1: keep one of them' },
  ])
})

test('a config file that cannot be read is the only problem that is told: others would follow from it', () => {
  assert.deepEqual(
    problemsOf(() => readConfig({ SIDECAR_REPLAY: 'x' }, nowhere)),
    [{ name: '--config', problem: `${nowhere} does not exist` }],
  )
  assert.match(problems({}, folder)[0]?.problem ?? '', /is a folder/)
  assert.deepEqual(problems({}, ''), [{ name: '--config', problem: 'should be the path of a file' }])
})

test('files that are followed are read anew each time, and judged with all settings: a problem of any is a problem', () => {
  const secret = file('of-the-file')
  const path = file('CATAPA_CLIENT_SECRET=first')
  const env = { CATAPA_TENANT, CATAPA_CLIENT_ID }
  const files = followed(env, path, new Map())
  assert.ok(files)
  const found = () => files.read().config.credentials.clientSecret
  assert.equal(found(), 'first')
  writeFileSync(path, 'CATAPA_CLIENT_SECRET=second\nSIDECAR_REPLAY=nonsense')
  for (let i = 0; i < 2; i += 1) {
    assert.deepEqual(
      problemsOf(found).map(({ name }) => name),
      ['SIDECAR_REPLAY'],
    )
  }
  writeFileSync(path, `CATAPA_CLIENT_SECRET_FILE=${secret}\nSIDECAR_REPLAY=off`)
  assert.equal(found(), 'of-the-file')
  assert.equal(files.read().given.get('SIDECAR_REPLAY'), 'off')
  writeFileSync(secret, 'of-the-file-anew')
  assert.equal(found(), 'of-the-file-anew')
  assert.equal(followed(credentials, undefined, new Map()), undefined)
})

test('a file that was wrong because of another one is looked at again once that is there', () => {
  const ca = join(folder, 'later.pem')
  const path = file(`CATAPA_CLIENT_SECRET=hush\nCATAPA_CA_FILE=${ca}`)
  const files = followed({ CATAPA_TENANT, CATAPA_CLIENT_ID }, path, new Map())
  assert.match(problemsOf(() => files?.read())[0]?.problem ?? '', /does not exist/)
  writeFileSync(ca, rootCertificates[0] ?? '')
  assert.equal(files?.read().config.credentials.clientSecret, 'hush')
})

test('the files whose change matters are those in use, absolute and once each', () => {
  const [tenant, secret] = [file('acme'), file('hush')]
  const path = file(`CATAPA_TENANT_FILE=${tenant}\nCATAPA_CLIENT_ID_FILE=${nowhere}`)
  const env = { CATAPA_CLIENT_ID: 'x', CATAPA_CLIENT_SECRET_FILE: relative('.', secret) }
  assert.deepEqual(
    credentialFiles(env, relative('.', path)),
    [path, tenant, secret].map((one) => resolve(one)),
  )
  assert.deepEqual(credentialFiles({ CATAPA_TENANT_FILE: tenant, CATAPA_CLIENT_ID_FILE: tenant }), [tenant])
  assert.deepEqual(credentialFiles(credentials), [])
  assert.deepEqual(credentialFiles({}, nowhere), [nowhere])
})
