import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { logLine } from '../../support/log-line.ts'
import { root } from '../../support/sidecar.ts'

/** Runs the command as shipped, with something on standard input. */
async function suggest(t: TestContext, words: string[], input = '') {
  const child = spawn(process.execPath, [join(root, 'dist/cli.js'), 'policy', 'suggest', ...words])
  t.after(() => child.kill('SIGKILL'))
  let out = ''
  let err = ''
  child.stdout.on('data', (chunk) => (out += chunk))
  child.stderr.on('data', (chunk) => (err += chunk))
  child.stdin.on('error', () => {}) // Who reads files only may end before it is written.
  child.stdin.end(input)
  const [code] = await once(child, 'close')
  return { code, out, err }
}

function files(t: TestContext, ...texts: string[]): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'catapa-suggest-'))
  t.after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 20 }))
  return texts.map((text, index) => {
    const path = join(folder, `${index}.log`)
    writeFileSync(path, text)
    return path
  })
}

test('sections go to standard output, remarks to standard error: what is printed can be pasted', async (t) => {
  const { code, out, err } = await suggest(t, [], `${logLine({})}a foreign line\n`)
  assert.equal(code, 0)
  assert.match(out, /^\[export\]\n(#.*\n)+allow = GET \/core\/v1\/employees\n$/)
  assert.equal(err, 'catapa-sidecar policy: 1 line could not be read: the sidecar did not write them, or not whole\n')
})

test('several files are one log, and standard input is left alone then', async (t) => {
  const paths = files(t, logLine({}), logLine({ caller: 'other', path: '/core/v1/cities' }))
  const { code, out, err } = await suggest(t, paths, logLine({ path: '/core/v1/banks' }))
  assert.deepEqual({ code, err }, { code: 0, err: '' })
  assert.match(out, /^\[export\]\n[^[]*employees\n\n\[\*\]\n[^[]*cities\n$/)
  assert.doesNotMatch(out, /banks/)
})

test('a file that cannot be read ends it with 2, and nothing is suggested from the others', async (t) => {
  const [path = ''] = files(t, logLine({}))
  const missing = await suggest(t, [path, `${path}.gone`])
  assert.deepEqual({ code: missing.code, out: missing.out }, { code: 2, out: '' })
  assert.match(missing.err, /^catapa-sidecar policy: the log cannot be read: ENOENT.*\.gone'\n$/)
  assert.equal((await suggest(t, [tmpdir()])).code, 2)
})

test('options of the other commands are a misuse', async (t) => {
  const { code, err } = await suggest(t, ['--caller', 'export'])
  assert.equal(code, 2)
  assert.match(err, /suggest takes files only/)
})

test('a reader that has seen enough is no failure', async (t) => {
  const child = spawn(process.execPath, [join(root, 'dist/cli.js'), 'policy', 'suggest'])
  t.after(() => child.kill('SIGKILL'))
  child.stdout.destroy()
  child.stdin.end(logLine({}))
  let err = ''
  child.stderr.on('data', (chunk) => (err += chunk))
  const [code] = await once(child, 'close')
  assert.deepEqual({ code, err }, { code: 0, err: '' })
})
