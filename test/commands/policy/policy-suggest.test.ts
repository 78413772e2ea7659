import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { logLine } from '../../support/log-line.ts'
import { root } from '../../support/sidecar.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { aBegin, anEnd, aRead, trailFolderOf, trailMaker } from '../../support/trails.ts'

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
  const folder = temporaryFolder(t)
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

test('with --trail it reads an audit trail, and standard input is left alone', async (t) => {
  const trail = trailMaker()
  trail.add({ event: 'start' })
  trail.add(aRead())
  trail.add(anEnd(trail.add(aBegin())))
  const folder = trailFolderOf(t, trail.files)
  const { code, out, err } = await suggest(t, ['--trail', folder], logLine({}))
  assert.deepEqual({ code, err }, { code: 0, err: '' })
  assert.match(out, /^\[payroll-export\]\n[^[]*GET [^[]*\n\n\[time-clock\]\n[^[]*allow = POST \/core\/v1\/employees\n$/)
  const both = await suggest(t, ['--trail', folder, 'monday.log'])
  assert.equal(both.code, 2)
  assert.match(both.err, /suggest reads files of the log or --trail DIR/)
  const missing = await suggest(t, ['--trail', join(folder, 'gone')])
  assert.deepEqual({ code: missing.code, out: missing.out }, { code: 2, out: '' })
  assert.match(missing.err, /^catapa-sidecar policy: the trail cannot be read: ENOENT.*\n$/)
})

test('options of the other commands are a misuse', async (t) => {
  const { code, err } = await suggest(t, ['--caller', 'export'])
  assert.equal(code, 2)
  assert.match(err, /suggest takes --callers FILE, and files of the log or --trail DIR, only/)
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

const key = (digit: string) => `key = sha256:${digit.repeat(64)}`

test('with --callers it prints that file with the sections in it: only profile and allow lines change', async (t) => {
  const before = `# Who calls. Ask Siti before you change it.
[export]
${key('a')}
# The old one, until May
${key('b')}
profile = full
# Not this:
deny = * /core/v1/banks/**
deny = GET /core/v1/cities
max-in-flight = 4
report = true

# The clock at the gate
[clock]
user = 1000

[idle]
listen = unix:/run/idle.sock
profile = read-only
`
  const [callers = ''] = files(t, before)
  const log = [
    logLine({ caller: 'export' }),
    logLine({ caller: 'export', path: '/core/v1/cities' }),
    logLine({ caller: 'clock', path: '/core/v1/employees/{id}' }),
    logLine({ caller: 'gone', path: '/core/v1/companies' }),
  ]
  const { code, out, err } = await suggest(t, ['--callers', callers], log.join(''))
  assert.equal(code, 0)
  assert.equal(err, 'catapa-sidecar policy: the log says nothing of [idle], left as the file has it\n')
  const seen = (requests: string) => new RegExp(`^# ${requests}, .*$`, 'gm')
  assert.equal(
    out.replace(seen('[12] requests?'), '# SEEN').replace(/^# (# )?Shorter.*$/gm, '# SHORTER'),
    `# Who calls. Ask Siti before you change it.
[export]
${key('a')}
# The old one, until May
${key('b')}
# SEEN
# SHORTER
allow = GET /core/v1/cities
allow = GET /core/v1/employees
# Not this:
deny = * /core/v1/banks/**
# It would refuse calls that were made:
# deny = GET /core/v1/cities
max-in-flight = 4
report = true

# The clock at the gate
[clock]
user = 1000
# SEEN
# SHORTER
allow = GET /core/v1/employees/*

[idle]
listen = unix:/run/idle.sock
profile = read-only

# It needs a key, listen, certificate or user line.
# [gone]
# SEEN
# Its key, listen, certificate and user lines stay as they are.
# SHORTER
# allow = GET /core/v1/companies
`,
  )
  const [again = ''] = files(t, out)
  const second = await suggest(t, ['--callers', again], log.slice(0, 3).join(''))
  assert.equal(second.out, out, 'a second time nothing is added')
})

test('a caller that did nothing to be allowed, and one that the file does not know, get no rights by it', async (t) => {
  const [callers = ''] = files(t, `[export]\r\n${key('a')}\r\nprofile = read-only\r\n`)
  const refused = { origin: 'sidecar', problem: 'caller_unknown', status: 403 } as const
  const log = logLine({ caller: 'export', status: 403 }) + logLine({ caller: 'other', ...refused })
  const { code, out } = await suggest(t, ['--callers', callers], log)
  assert.equal(code, 0)
  const rules = out.split('\r\n').filter((text) => text !== '' && !text.startsWith('#'))
  assert.deepEqual(rules, ['[export]', key('a'), 'profile = read-only'])
})

test('a callers file with a problem is not merged, and the problem is said without what stands there', async (t) => {
  const [callers = ''] = files(t, '[export]\nkey = 4711-4712-4713\nrate = fast\n')
  const { code, out, err } = await suggest(t, ['--callers', callers], logLine({}))
  assert.deepEqual({ code, out }, { code: 2, out: '' })
  assert.match(err, /line 2: key in \[export\] should be sha256.*\n {2}line 3: rate in \[export\] .* not "fast"\n$/)
  assert.doesNotMatch(err, /4711/)
  assert.match((await suggest(t, ['--callers', `${callers}.gone`])).err, /the file of --callers does not exist/)
})
