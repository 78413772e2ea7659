import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { readCallers } from '../../src/callers/file/read-callers.ts'
import { digestOf } from '../../src/callers/key.ts'
import { callersFile, naming } from '../support/callers-files.ts'
import { root } from '../support/sidecar.ts'

/** Not by `runCli`, which remembers what is printed: this command is the one that prints a key. */
const run = (...options: string[]) =>
  promisify(execFile)(process.execPath, [join(root, 'dist/cli.js'), 'key', ...options], { env: {} })

test('key prints a key and the line of its digest, which a callers file takes, on standard output only, and ends with 0', async (t) => {
  const { stdout, stderr } = await run()
  const [key = '', line = '', empty, ...words] = stdout.split('\n')
  assert.match(key, /^csk_[\w-]{43}$/)
  assert.equal(line, `key = sha256:${digestOf(key)}`)
  assert.equal(empty, '')
  assert.match(words.join(' '), /the calling program.*the callers file.*Nothing is stored/)
  assert.equal(stderr, '')
  const file = readCallers(naming(callersFile(t, `[a]\n${line}\n`)))
  assert.equal(file?.sections[0]?.keys[0]?.value, digestOf(key))
})

test('each key is another one', async () => {
  const [one, other] = await Promise.all([run(), run()])
  assert.notEqual(one.stdout.split('\n')[0], other.stdout.split('\n')[0])
})

test('key --json prints both as one object', async () => {
  const { key, line, ...more } = JSON.parse((await run('--json')).stdout)
  assert.match(key, /^csk_[\w-]{43}$/)
  assert.deepEqual([line, more], [`key = sha256:${digestOf(key)}`, {}])
})
