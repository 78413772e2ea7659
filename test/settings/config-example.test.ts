import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { readConfig, readSandboxConfig } from '../../src/settings/read-config.ts'
import { sandboxSettings, settings } from '../../src/settings/settings.ts'
import { withExamples } from '../support/docs-tables.ts'
import { config, file, problemsOf } from '../support/settings.ts'

// The tests run in build/test.
const path = fileURLToPath(new URL('../../../config.example.env', import.meta.url))
const example = readFileSync(path, 'utf8')
const all = [...settings, ...sandboxSettings]

/** The settings of the example in its order, each with the comment above it. */
function entries() {
  const found: { name: string; value: string; active: boolean; comment: string }[] = []
  let comment: string[] = []
  for (const line of example.split('\n')) {
    const [, hash, name, value] = /^(#?)([A-Z_]+)=(.*)$/.exec(line) ?? []
    if (name !== undefined && value !== undefined) {
      found.push({ name, value, active: hash === '', comment: comment.join(' ') })
      comment = []
    } else if (line.startsWith('# ')) comment.push(line.slice(2))
    else comment = []
  }
  return found
}

test('the example has every setting and every …_FILE form, in order and once, and nothing else', () => {
  assert.deepEqual(
    entries().map(({ name }) => name),
    all.flatMap(({ name, file: hasFile }) => (hasFile ? [name, `${name}_FILE`] : [name])),
  )
})

test('the example shows the default of each setting, commented out unless it is required', () => {
  for (const { name, default: value, required } of all) {
    const entry = entries().find((one) => one.name === name)
    assert.equal(entry?.active, required, name)
    if (!required) assert.equal(entry?.value, value ?? '', name)
  }
})

test('the example describes each setting with the words of the schema', () => {
  for (const { name, description } of all)
    assert.equal(entries().find((one) => one.name === name)?.comment, description)
})

test('the example is what the settings make it (npm run docs writes it)', () => {
  assert.equal(example, withExamples(example))
})

test('the example as it is names each placeholder, from the file as from the environment', () => {
  const words = /^is still the placeholder of config\.example\.env; it should be (the|your) /
  const secret = {
    CATAPA_TENANT: 'your-tenant',
    CATAPA_CLIENT_ID: 'your-client-id',
    CATAPA_CLIENT_SECRET: 'your-client-secret',
  }
  for (const problems of [problemsOf(() => readConfig({}, path)), problemsOf(() => readConfig(secret))]) {
    assert.deepEqual(
      problems.map(({ name }) => name),
      Object.keys(secret),
    )
    for (const { problem } of problems) assert.match(problem, words)
  }
})

test('every description is a sentence', () => {
  for (const { name, description } of all) assert.match(description, /^[A-Z].*\.$/, name)
})

test('the example is a configuration once it is filled in, and what is commented out changes nothing', () => {
  const filledIn = example.replaceAll(/=your-/g, '=my-')
  const read = readConfig({}, file(filledIn))
  assert.equal(read.credentials.tenant, 'my-tenant')
  assert.deepEqual(read.warnings, [])
  assert.deepEqual({ ...read, credentials: 0 }, { ...config(), credentials: 0 })
  const uncommented = file(filledIn.replaceAll(/^#(?=[A-Z_]+=)/gm, ''))
  const { credentials, ...others } = readConfig({}, uncommented)
  assert.deepEqual({ ...others, credentials: { ...credentials, from: read.credentials.from } }, read)
  assert.deepEqual(readSandboxConfig({}, uncommented), readSandboxConfig({}))
})
