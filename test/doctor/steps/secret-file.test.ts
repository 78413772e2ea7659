import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { pastedAlong } from '../../../src/doctor/steps/secret-file.ts'
import { assertFails, examined, settings } from '../../support/doctor.ts'
import { secretFileWith } from '../../support/secret-files.ts'
import { demoCredentials, startTestSandbox } from '../../support/sidecar.ts'

async function withSecretFile(t: TestContext, path: string): Promise<Record<string, string>> {
  const { url } = await startTestSandbox(t)
  return settings(url, { CATAPA_CLIENT_SECRET: '', CATAPA_CLIENT_SECRET_FILE: path })
}

test('a secret file with quotes and CRLF: the quotes are named with the remedy, 2; CRLF alone is fine', async (t) => {
  const quoted = secretFileWith(`"${demoCredentials.clientSecret}"\r\n`)
  const { text } = await assertFails(examined(await withSecretFile(t, quoted)), {
    step: 'secret-file',
    code: 2,
    detail: /client-secret is in quotation marks$/,
    remedy: /Remove the quotation marks/,
  })
  assert.ok(!text.includes(demoCredentials.clientSecret))
  const plain = await examined(await withSecretFile(t, secretFileWith(`${demoCredentials.clientSecret}\r\n`)))
  assert.equal(plain.code, 0)
  assert.match(plain.step('secret-file').detail, /mode 0600/)
})

test('a byte order mark is left out and said, in UTF-8 and UTF-16', async (t) => {
  const text = `\uFEFF${demoCredentials.clientSecret}\r\n`
  for (const encoding of ['utf8', 'utf16le'] as const) {
    const { code, step } = await examined(await withSecretFile(t, secretFileWith(Buffer.from(text, encoding))))
    assert.equal(code, 0)
    assert.match(step('secret-file').detail, /byte order mark is left out/)
  }
})

test('blanks around the secret stop the start, and both steps say so', async (t) => {
  const diagnosis = await examined(await withSecretFile(t, secretFileWith(` ${demoCredentials.clientSecret}\n`)))
  assert.equal(diagnosis.code, 2)
  assert.match(diagnosis.step('configuration').detail, /CATAPA_CLIENT_SECRET: has blanks/)
  assert.match(diagnosis.step('secret-file').detail, /has blanks around it/)
  assert.match(diagnosis.step('secret-file').remedy ?? '', /Remove the blanks/)
})

test('a secret file that every user can read is a failure, 2; a group is a note', {
  skip: process.platform === 'win32' && 'Windows has no modes',
}, async (t) => {
  await assertFails(examined(await withSecretFile(t, secretFileWith(demoCredentials.clientSecret, 0o644))), {
    step: 'secret-file',
    code: 2,
    detail: /has mode 0644: every user of this machine can read it/,
    remedy: /chmod 600 \//,
  })
  const group = await examined(await withSecretFile(t, secretFileWith(demoCredentials.clientSecret, 0o640)))
  assert.equal(group.code, 0)
  assert.match(group.step('secret-file').detail, /note: its group can read it/)
})

test('a --config file with the secret in it is judged like a secret file', async (t) => {
  const { url } = await startTestSandbox(t)
  const { CATAPA_CLIENT_SECRET, ...rest } = settings(url)
  const path = secretFileWith(`CATAPA_CLIENT_SECRET=${CATAPA_CLIENT_SECRET}\n`, 0o644)
  const { code, step, text } = await examined(rest, { configPath: path })
  assert.equal(code, 2)
  assert.match(step('secret-file').detail, new RegExp(`the --config file ${path} has mode 0644`))
  assert.ok(!text.includes(demoCredentials.clientSecret))
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

test('a file with the URL of the store, or those of notices, is judged like one with the client secret', {
  skip: process.platform === 'win32' && 'Windows has no modes',
}, async (t) => {
  const url = 'redis://user:hush-4714@127.0.0.1:9'
  const store = { SIDECAR_CACHE_URL_FILE: secretFileWith(url, 0o644) }
  const sandbox = await startTestSandbox(t)
  await assertFails(examined(settings(sandbox.url, store)), {
    step: 'secret-file',
    code: 2,
    detail: /of SIDECAR_CACHE_URL_FILE has mode 0644/,
    remedy: /chmod 600 \//,
  })
  const both = { ...(await withSecretFile(t, secretFileWith(demoCredentials.clientSecret, 0o644))), ...store }
  await assertFails(examined(both), {
    step: 'secret-file',
    code: 2,
    detail: /of CATAPA_CLIENT_SECRET_FILE has mode 0644/,
    remedy: /chmod 600 \//,
  })
  const notices = { SIDECAR_NOTIFY_URL_FILE: secretFileWith('json:http://127.0.0.1:9/hush-4714', 0o644) }
  await assertFails(examined(settings(sandbox.url, notices)), {
    step: 'secret-file',
    code: 2,
    detail: /of SIDECAR_NOTIFY_URL_FILE has mode 0644/,
    remedy: /chmod 600 \//,
  })
  const own = await examined(settings(sandbox.url, { SIDECAR_CACHE_URL_FILE: secretFileWith(url) }))
  assert.equal(own.step('secret-file').status, 'ok')
})
