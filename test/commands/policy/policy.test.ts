import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { newKey } from '../../../src/callers/key.ts'
import { root, runCli } from '../../support/sidecar.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const callersFile = `# Who calls
[payroll-export]
key = sha256:${'5e'.repeat(32)}
profile = read-only
allow = POST /core/v1/cities

[time-clock]
key = sha256:${'6e'.repeat(32)}
profile = time-import
deny = * /core/v1/employees/**
report = true

[*]
profile = directory
`

function written(t: TestContext, text = callersFile): Record<string, string> {
  const folder = temporaryFolder(t)
  const path = join(folder, 'callers.conf')
  writeFileSync(path, text, { mode: 0o600 })
  return { SIDECAR_CALLERS_FILE: path }
}

async function policy(t: TestContext, words: string[], env: Record<string, string> = {}) {
  const command = runCli(t, ['policy', ...words], env)
  const { code } = await command.exit
  return { code, output: command.output() }
}

test('check says which rule decides, and what would allow it, and ends with 0 or 1; no credentials are needed', async (t) => {
  const env = written(t)
  const allowed = await policy(t, ['check', 'payroll-export', 'GET', '/core/v1/employees?page=0'], env)
  assert.deepEqual(allowed, {
    code: 0,
    output: 'allowed: profile read-only\nThe operation is GET /core/v1/employees (read, people).\n',
  })
  const byLine = await policy(t, ['check', 'payroll-export', 'post', '/core/v1/cities'], env)
  assert.match(byLine.output, /^allowed: allow line 5\n/)
  const refused = await policy(t, ['check', 'payroll-export', 'DELETE', '/core/v1/employees/4711/families/7'], env)
  assert.deepEqual(refused, {
    code: 1,
    output: `refused: profile read-only
The line "allow = DELETE /core/v1/employees/*/families/*" in the section [payroll-export] of the callers file would allow it.
The operation is DELETE /core/v1/employees/{employeeId}/families/{familyId} (delete, family).
`,
  })
  const reported = await policy(t, ['check', 'time-clock', 'GET', '/core/v1/employees'], env)
  assert.equal(reported.code, 0)
  assert.match(reported.output, /^allowed, since report = true; it would be refused: deny line 10\n/)
  const other = await policy(t, ['check', '*', 'GET', '/core/v1/unheard-of'], env)
  assert.equal(other.code, 1)
  assert.match(other.output, /profile directory\n.*section \[\*\].*\nThe catalogue does not have this operation/)
  const odd = await policy(t, ['check', '*', 'GET', '/core/v1/employees;x'], env)
  assert.match(odd.output, /^refused: ambiguous: it has a ";" in its path\n/)
  const doubtful = await policy(t, ['check', '*', 'POST', '/core/v1/analytics/charts'], env)
  assert.match(doubtful.output, /\(write, pay; its effect is uncertain, so the stricter one is assumed\)/)
})

test('check knows what is refused to everyone', async (t) => {
  const env = { ...written(t, callersFile.slice(0, callersFile.indexOf('[*]'))), SIDECAR_PROFILE: 'no-bulk-delete' }
  const limited = await policy(t, ['check', 'time-clock', 'DELETE', '/core/v1/employees'], env)
  assert.equal(limited.code, 1)
  assert.match(limited.output, /^refused: SIDECAR_PROFILE no-bulk-delete\nOnly another SIDECAR_PROFILE/)
  for (const [method, path, words] of [
    ['GET', '/a/../b', /No caller may send that/],
    ['GET', 'core/v1/employees', /No caller may send that/],
    ['TRACE', '/core/v1/employees', /method_not_allowed/],
  ] as const) {
    const { code, output } = await policy(t, ['check', 'time-clock', method, path], env)
    assert.equal(code, 1)
    assert.match(output, words)
  }
  const nobody = await policy(t, ['check', '*', 'GET', '/core/v1/employees'], env)
  assert.equal(nobody.code, 1)
  assert.match(nobody.output, /no section \[\*\].*caller_unknown/)
  const alone = await policy(t, ['check', '*', 'GET', '/core/v1/employees'], { SIDECAR_PROFILE: 'read-only' })
  assert.deepEqual(alone.output.split('\n')[0], 'allowed: SIDECAR_PROFILE read-only')
})

test('an unknown caller, wrong words and wrong settings end with 2, and say what was meant', async (t) => {
  const env = written(t)
  const wrong: [words: string[], env: Record<string, string>, said: RegExp][] = [
    [
      ['check', 'payroll-exprt', 'GET', '/x'],
      env,
      /has no section \[payroll-exprt\]; did you mean payroll-export\?\. It has \[payroll-export\], \[time-clock\]/,
    ],
    [
      ['check', 'nobody-at-all', 'GET', '/x'],
      env,
      /has no section \[nobody-at-all\]\. It has \[payroll-export\], \[time-clock\]/,
    ],
    [['list', '--caller', newKey()], env, /has no section: a key is not the name of a caller\. It has /],
    [['check', 'payroll-export', 'GET', '/x'], {}, /SIDECAR_CALLERS_FILE is not set/],
    [['check', '*', 'GTE', '/x'], env, /did you mean GET\?/],
    [['check', '*', 'GET'], env, /CALLER METHOD PATH/],
    [['check', '*', 'GET', '/x', '/y'], env, /CALLER METHOD PATH/],
    [['check', '*', 'GET', '/x', '--profile', 'full'], env, /check takes --json only/],
    [['check', '*', 'GET', '/x', '--trail', 'x'], env, /check takes --json only/],
    [['list', 'x'], env, /options only/],
    [['list', '--trail', 'x'], env, /options only/],
    [['list', '--profile', 'read-olny'], {}, /did you mean read-only\?; they are full, /],
    [['list', '--profile', 'wide'], {}, /no such profile; they are full, /],
    [['list', '--caller', 'time-clok'], env, /did you mean time-clock\?/],
    [[], env, /takes check CALLER METHOD PATH, list, or suggest/],
    [['chekc'], env, /takes check CALLER METHOD PATH/],
    [['list', '--', 'x'], env, /takes no --/],
    [['list'], { SIDECAR_PROFILE: 'read-olny' }, /SIDECAR_PROFILE/],
    [['list'], { SIDECAR_PROFILES: 'read-only' }, /did you mean SIDECAR_PROFILE\?/],
    [['list', '--caller', '*'], written(t, '[*]\nallow = GTE /x\n'), /line 2: .*did you mean GET\?/],
  ]
  for (const [words, given, said] of wrong) {
    const { code, output } = await policy(t, words, given)
    assert.equal(code, 2, `${words.join(' ')}: ${output}`)
    assert.match(output, said)
  }
})

async function list(t: TestContext, words: string[], env: Record<string, string> = {}): Promise<string[]> {
  const { code, output } = await policy(t, ['list', ...words], env)
  assert.equal(code, 0, output)
  return output
    .trimEnd()
    .split('\n')
    .map((line) => line.replace(/ +/g, ' '))
}

test('list has one line an operation, allowed or refused by SIDECAR_PROFILE', async (t) => {
  const lines = await list(t, [])
  assert.equal(lines.length, 280)
  assert.ok(lines.every((line) => /^[A-Z]+ \/\S+ [a-z-]+ [a-z]+ allowed( \?)?$/.test(line)))
  assert.ok(lines.includes('DELETE /core/v1/employees bulk-delete people allowed'))
  assert.ok(lines.includes('POST /core/v1/analytics/charts write pay allowed ?'))
  const readOnly = await list(t, [], { SIDECAR_PROFILE: 'read-only' })
  assert.ok(readOnly.includes('DELETE /core/v1/employees bulk-delete people refused'))
})

test('list is of the profiles that are given, and of a caller', async (t) => {
  const env = { ...written(t), SIDECAR_PROFILE: 'read-only' }
  const both = await list(t, ['--profile', 'no-delete', '--profile', 'no-approvals'], env)
  assert.equal(both.filter((line) => line.includes('refused')).length, 26)
  const caller = await list(t, ['--caller', 'payroll-export'], env)
  assert.ok(caller.includes('POST /core/v1/cities write organisation refused'), 'nothing goes beyond SIDECAR_PROFILE')
  const wider = await list(t, ['--caller', 'payroll-export', '--profile', 'full'], env)
  assert.ok(wider.includes('POST /core/v1/cities write organisation allowed'))
  assert.ok(wider.includes('POST /core/v1/countries write organisation refused'))
  const reporting = await list(t, ['--caller', 'time-clock', '--profile', 'full'], env)
  assert.ok(reporting.includes('GET /core/v1/employees read people reported'))
})

test('a closed pipe is no error', async (t) => {
  const child = spawn(process.execPath, [join(root, 'dist/cli.js'), 'policy', 'list'], {
    env: { PATH: process.env.PATH },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  t.after(() => child.kill('SIGKILL'))
  let errors = ''
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString()
  })
  child.stdout.destroy()
  const [code] = await once(child, 'close')
  assert.deepEqual({ code, errors }, { code: 0, errors: '' })
})

test('check --json and list --json say the same as objects', async (t) => {
  const env = written(t)
  const check = async (...words: string[]) => {
    const { code, output } = await policy(t, ['check', ...words, '--json'], env)
    return { code, ...JSON.parse(output) }
  }
  const read = await check('payroll-export', 'GET', '/core/v1/employees')
  assert.deepEqual([read.code, read.verdict, read.by, read.wouldAllow], [0, 'allowed', 'profile read-only', undefined])
  assert.equal(read.operation.template, '/core/v1/employees')
  const write = await check('payroll-export', 'DELETE', '/core/v1/employees')
  assert.deepEqual([write.code, write.verdict, write.operation.effect], [1, 'refused', 'bulk-delete'])
  assert.match(write.wouldAllow, /allow = DELETE \/core\/v1\/employees/)
  const reported = await check('time-clock', 'GET', '/core/v1/employees/4711')
  assert.deepEqual([reported.code, reported.verdict], [0, 'reported'])
  assert.equal((await check('*', 'GET', '/nothing/of/catapa')).operation, null)

  const rows = (await policy(t, ['list', '--json', '--profile', 'read-only'])).output.trimEnd().split('\n')
  const plain = (await policy(t, ['list', '--profile', 'read-only'])).output.trimEnd().split('\n')
  assert.equal(rows.length, plain.length)
  for (const [index, row] of rows.entries()) {
    const { method, template, effect, domain, verdict, unsure } = JSON.parse(row)
    const columns = [method, template, effect, domain, verdict, ...(unsure ? ['?'] : [])]
    assert.deepEqual(plain[index]?.split(/\s+/), columns)
  }
})
