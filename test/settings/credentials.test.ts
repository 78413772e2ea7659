import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { test } from 'node:test'
import { credentialFiles, readConfig } from '../../src/settings/read-config.ts'
import { shownOrigins } from '../../src/settings/shown-origin.ts'
import { credentials, file, folder, problemsOf, readCredentials } from '../support/settings.ts'

const { CATAPA_TENANT, CATAPA_CLIENT_ID } = credentials

/** A folder as systemd makes it: one file for each LoadCredential. */
function credentialsDirectory(files: Record<string, string>): string {
  const path = mkdtempSync(join(folder, 'credentials-'))
  for (const [name, content] of Object.entries(files)) writeFileSync(join(path, name), content)
  return path
}

test('a file of the credentials directory named like a credential is that credential', () => {
  const directory = credentialsDirectory({
    CATAPA_TENANT: 'acme\n',
    CATAPA_CLIENT_ID: 'client\n',
    CATAPA_CLIENT_SECRET: 'hush\n',
    SIDECAR_LISTEN: 'localhost:1\n',
  })
  const read = readConfig({ CREDENTIALS_DIRECTORY: directory })
  const { from, ...credentials } = read.credentials
  assert.deepEqual(credentials, { tenant: 'acme', clientId: 'client', clientSecret: 'hush' })
  assert.equal(shownOrigins(from)?.tenant, `${join(directory, 'CATAPA_TENANT')} ($CREDENTIALS_DIRECTORY)`)
  assert.deepEqual(read.listen, [{ kind: 'localhost', port: 8228 }], 'other settings are not read from there')
  assert.deepEqual(read.warnings, [])
})

test('the environment, in either form, comes before the credentials directory, and that before the --config file', () => {
  const directory = credentialsDirectory({ CATAPA_CLIENT_SECRET: 'of-systemd' })
  const configPath = file(
    `CATAPA_TENANT=${CATAPA_TENANT}\nCATAPA_CLIENT_ID=${CATAPA_CLIENT_ID}\nCATAPA_CLIENT_SECRET=old`,
  )
  const secretOf = (env: Record<string, string>) =>
    readCredentials({ CREDENTIALS_DIRECTORY: directory, ...env }, configPath).clientSecret
  assert.equal(secretOf({}), 'of-systemd')
  assert.equal(secretOf({ CATAPA_CLIENT_SECRET: 'by-hand' }), 'by-hand')
  assert.equal(secretOf({ CATAPA_CLIENT_SECRET_FILE: file('by-file') }), 'by-file')
  assert.equal(secretOf({ CATAPA_CLIENT_SECRET: '' }), 'of-systemd', 'an empty value counts as unset')
})

test('files of the credentials directory are among those that are followed for a new secret', () => {
  const directory = credentialsDirectory({ CATAPA_CLIENT_SECRET: 'first' })
  const env = { CATAPA_TENANT, CATAPA_CLIENT_ID, CREDENTIALS_DIRECTORY: directory }
  const path = join(directory, 'CATAPA_CLIENT_SECRET')
  assert.deepEqual(credentialFiles(env), [path])
  writeFileSync(path, 'second')
  assert.equal(readCredentials(env).clientSecret, 'second')
  assert.deepEqual(credentialFiles({ ...env, CATAPA_CLIENT_SECRET: 'by-hand' }), [])
})

test('a credential that systemd gave and that is no good is named with its file', () => {
  const directory = credentialsDirectory({ CATAPA_CLIENT_SECRET: '\n' })
  const env = { CATAPA_TENANT, CATAPA_CLIENT_ID, CREDENTIALS_DIRECTORY: directory }
  const [problem, ...more] = problemsOf(() => readCredentials(env))
  assert.deepEqual(more, [])
  assert.equal(problem?.name, 'CATAPA_CLIENT_SECRET')
  assert.ok(problem.problem.includes(join(directory, 'CATAPA_CLIENT_SECRET')), problem.problem)
  assert.match(problem.problem, /is empty$/)
})

test('a credentials directory that is missing, empty or not an absolute path gives nothing', () => {
  const directory = credentialsDirectory({ CATAPA_CLIENT_SECRET: 'hush' })
  const gone = credentialsDirectory({})
  rmSync(gone, { recursive: true })
  for (const CREDENTIALS_DIRECTORY of [gone, credentialsDirectory({}), relative(process.cwd(), directory)]) {
    const found = problemsOf(() => readCredentials({ CATAPA_TENANT, CATAPA_CLIENT_ID, CREDENTIALS_DIRECTORY }))
    assert.deepEqual(
      found.map(({ name }) => name),
      ['CATAPA_CLIENT_SECRET'],
    )
    assert.match(found[0]?.problem ?? '', /^required/)
  }
})

test('what is wrong with one credential is told beside another that is missing', () => {
  const found = problemsOf(() => readConfig({ CATAPA_TENANT: 'ac me', CATAPA_CLIENT_ID: 'a:b' }))
  assert.deepEqual(
    found.map(({ name, problem }) => [name, problem.split(' ', 2).join(' ')]),
    [
      ['CATAPA_TENANT', 'should be'],
      ['CATAPA_CLIENT_SECRET', 'required: the'],
      ['CATAPA_CLIENT_ID', 'should have'],
    ],
  )
})
