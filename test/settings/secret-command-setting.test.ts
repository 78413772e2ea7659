import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { readConfig, readDemoConfig } from '../../src/settings/read-config.ts'
import { shownOrigins } from '../../src/settings/shown-origin.ts'
import { shownSettings } from '../../src/settings/shown-settings.ts'
import { file, folder, problemsOf } from '../support/settings.ts'

const name = 'CATAPA_CLIENT_SECRET_COMMAND'
const canary = 'canary-in-an-argument-4711'
const client = { CATAPA_TENANT: 'acme', CATAPA_CLIENT_ID: 'client', PATH: process.env.PATH ?? '' }
const told = (env: Record<string, string>, configPath?: string) =>
  problemsOf(() => readConfig(env, configPath)).map(({ name, problem }) => `${name}: ${problem}`)

test('the command is a third form of the secret; without it the secret is required', () => {
  const { secretCommand, credentials } = readConfig({ ...client, [name]: `sh -c "echo '${canary}'"` })
  assert.deepEqual(secretCommand, { words: ['sh', '-c', `echo '${canary}'`], shown: 'sh' })
  assert.deepEqual(shownOrigins(credentials.from), {
    tenant: 'environment',
    clientId: 'environment',
    clientSecret: `sh (${name})`,
  })
  assert.equal(credentials.clientSecret, '')
  assert.match(told(client).join(), /^CATAPA_CLIENT_SECRET: required: .*CATAPA_CLIENT_SECRET_COMMAND/)
})

test('tenant and id need not be set beside it, and then come from it', () => {
  const { credentials } = readConfig({ PATH: client.PATH, [name]: 'sh' })
  assert.deepEqual([credentials.tenant, credentials.clientId], ['', ''])
  assert.deepEqual(shownOrigins(credentials.from), {
    tenant: `sh (${name})`,
    clientId: `sh (${name})`,
    clientSecret: `sh (${name})`,
  })
})

test('two forms in one source are a mistake, and the environment replaces the file', () => {
  const secret = file('hush')
  const both = (more: Record<string, string>) => told({ ...client, [name]: `sh ${canary}`, ...more })
  assert.deepEqual(both({ CATAPA_CLIENT_SECRET: 'hush' }), [
    `CATAPA_CLIENT_SECRET: is set together with ${name} in the environment: keep one of them`,
  ])
  assert.deepEqual(both({ CATAPA_CLIENT_SECRET_FILE: secret }), [
    `CATAPA_CLIENT_SECRET_FILE: is set together with ${name} in the environment: keep one of them`,
  ])
  assert.equal(both({ CATAPA_CLIENT_SECRET_FILE: secret, CATAPA_CLIENT_SECRET: 'hush' }).length, 1)
  const config = file(`${name}=sh ${canary}\nCATAPA_CLIENT_SECRET=hush\n`)
  assert.match(told(client, config).join(), /in the --config file: keep one of them$/)

  const withCommand = file(`${name}=sh ${canary}\n`)
  for (const form of [{ CATAPA_CLIENT_SECRET: 'hush' }, { CATAPA_CLIENT_SECRET_FILE: secret }]) {
    const { secretCommand, credentials } = readConfig({ ...client, ...form }, withCommand)
    assert.deepEqual([secretCommand, credentials.clientSecret], [undefined, 'hush'])
  }
  const wins = readConfig({ ...client, [name]: 'sh' }, file('CATAPA_CLIENT_SECRET=hush\n'))
  assert.deepEqual([wins.secretCommand?.words, wins.credentials.clientSecret], [['sh'], ''])
  assert.match(
    shownOrigins(wins.credentials.from)?.clientSecret ?? '',
    /^sh \(CATAPA_CLIENT_SECRET_COMMAND\), wins over /,
  )
})

test("systemd's credential of the secret does not replace it", () => {
  const credentials = join(folder, 'credentials')
  mkdirSync(credentials)
  writeFileSync(join(credentials, 'CATAPA_CLIENT_SECRET'), 'hush')
  const config = readConfig({ ...client, CREDENTIALS_DIRECTORY: credentials, [name]: 'sh' })
  assert.deepEqual([config.secretCommand?.shown, config.credentials.clientSecret], ['sh', ''])
})

test('a line of a file may begin and end with the quotes of two words, or be in quotes as a whole', () => {
  const wordsOf = (line: string) => readConfig(client, file(`${name}=${line}\n`)).secretCommand?.words
  assert.deepEqual(wordsOf('"sh" -c "a b"'), ['sh', '-c', 'a b'])
  assert.deepEqual(wordsOf("'sh' 'a b'"), ['sh', 'a b'])
  assert.deepEqual(wordsOf('"sh -c x"'), ['sh', '-c', 'x'])
  assert.deepEqual(wordsOf('["sh", "a b"]'), ['sh', 'a b'])
})

test('mistakes, and a program that is not there or not executable, are told without the text', () => {
  writeFileSync(join(folder, `plain-${canary}`), '', { mode: 0o644 })
  const cases: Record<string, RegExp> = {
    [canary]: /names a program that is not there: check its name and PATH$/,
    [`/nowhere/${canary} x`]: /names a program that is not there/,
    [`${join(folder, `plain-${canary}`)}`]: /names a program that may not be executed/,
    [`sh "${canary}`]: /has a quotation mark without the one that ends it$/,
    [`["${canary}`]: /is not a JSON array of strings$/,
  }
  for (const [text, wording] of Object.entries(cases)) {
    const [found = '', ...more] = told({ ...client, [name]: text })
    assert.match(found, wording)
    assert.deepEqual(more, [])
    assert.doesNotMatch(found, new RegExp(canary))
  }
})

test('the page shows the base name of the program alone', () => {
  const config = readConfig({ ...client, [name]: `/bin/sh -c ${canary}` })
  const shown = shownSettings(config, config.credentials, 'info')
  assert.equal(shown.find((setting) => setting.name === name)?.value, 'sh')
  assert.equal(shown.find((setting) => setting.name === 'CATAPA_CLIENT_SECRET')?.value, '(comes from the command)')
  assert.doesNotMatch(JSON.stringify(shown), new RegExp(canary))
})

test('demo ignores it', () => {
  const { sandbox, sidecarOf } = readDemoConfig({ [name]: canary })
  const config = sidecarOf(new URL('http://localhost:1'))
  assert.equal(config.secretCommand, undefined)
  assert.equal(config.credentials.clientSecret, sandbox.clientSecret)
})
