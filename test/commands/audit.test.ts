import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { runCommand } from '../../src/commands/run-command.ts'
import { without } from '../support/programs.ts'
import { root, runCli } from '../support/sidecar.ts'
import {
  aBegin,
  anEnd,
  aRead,
  hashOf,
  linesOf,
  setLines,
  threeSegments,
  trailFolderOf,
  trailMaker,
} from '../support/trails.ts'

async function audit(t: TestContext, words: string[], env: Record<string, string> = {}) {
  const command = runCli(t, ['audit', ...words], env)
  const { code } = await command.exit
  return { code, output: command.output() }
}

/** The same in this process, which is told nothing by its environment. */
async function here(t: TestContext, args: string[]): Promise<{ code: number; output: string }> {
  const said: string[] = []
  const { mock } = t.mock.method(process.stderr, 'write', (text: string) => said.push(text) > 0)
  const code = await runCommand(['audit', ...args])
  mock.restore()
  for (const stream of [process.stdout, process.stderr]) stream.removeAllListeners('error') // One more for each command.
  return { code, output: said.join('') }
}

test('verify says that a trail is whole, how far it goes, and its head, and ends with 0; DIR or SIDECAR_AUDIT_DIR', async (t) => {
  const trail = threeSegments()
  const folder = trailFolderOf(t, trail.files)
  const { seq, hash } = trail.head()
  const expected = {
    code: 0,
    output: `Whole: 30 lines in 3 segments, seq 1 to 30, from 2026-11-27T08:00:01.000Z to 2026-11-29T08:00:28.000Z.
The head is ${seq}:${hash}
All lines fit together. Whether all of them were made anew, or lines are missing at the end, shows only with --head and a head from elsewhere.
`,
  }
  assert.deepEqual(await audit(t, ['verify', folder]), expected)
  assert.deepEqual(await audit(t, ['verify'], { SIDECAR_AUDIT_DIR: folder, CATAPA_BASE_URL: 'nonsense' }), expected)
  const config = join(trailFolderOf(t, new Map()), 'my.local.env')
  writeFileSync(config, `SIDECAR_AUDIT_DIR=${folder}\n`)
  assert.deepEqual(await audit(t, ['verify', '--config', config]), expected)
  const met = await audit(t, ['verify', folder, '--head', `${seq}:${hash.toUpperCase()}`])
  assert.equal(met.code, 0)
  assert.match(met.output, /^Whole, and has the head that was asked for: 30 lines/)
})

test('verify names the first break with file, line and reason, and ends with 1', async (t) => {
  const { files } = threeSegments()
  const [, second = ''] = files.keys()
  const lines = linesOf(files, second)
  setLines(files, second, lines.with(3, (lines[3] ?? '').replace('"status":201', '"status":403')))
  const { code, output } = await audit(t, ['verify', trailFolderOf(t, files)])
  assert.equal(code, 1)
  assert.equal(
    output,
    `Broken: ${second}, line 4: its hash is not that of its bytes: it was changed after it was written.
The lines from seq 1 to 13 fit together. The lines after the break were not checked.
`,
  )
})

test('a head tells that the end was cut off, that lines were made anew, or that it is older than what is kept: 1', async (t) => {
  const trail = threeSegments()
  const { seq, hash } = trail.head()
  const [first = '', , third = ''] = trail.files.keys()
  const oldHead = `5:${hashOf(linesOf(trail.files, first)[4] ?? '')}`
  const whole = new Map(trail.files)
  trail.files.delete(third)
  const cut = await audit(t, ['verify', trailFolderOf(t, trail.files), '--head', `${seq}:${hash}`])
  assert.equal(cut.code, 1)
  assert.match(cut.output, /^Broken: .*, line 11: the trail ends with seq 20: the lines 21 to 30 are missing/)
  const anew = await audit(t, ['verify', trailFolderOf(t, whole), '--head', `${seq}:${'0'.repeat(64)}`])
  assert.equal(anew.code, 1)
  assert.match(anew.output, /^Broken: .*, line 10: the line with seq 30 has another hash than the head/)
  assert.match(
    anew.output,
    /\nThe lines from seq 1 to 29 fit together, and nothing is known of them: all of them may have been made anew\./,
  )
  const kept = threeSegments()
  kept.retire()
  const old = await audit(t, ['verify', trailFolderOf(t, kept.files), '--head', oldHead])
  assert.equal(old.code, 1)
  assert.match(
    old.output,
    /^Whole: 21 lines .*\nThe lines before seq 11, which ended at 2026-11-27T08:00:10.000Z, were deleted after their time, as the trail says\.\nIt says that it keeps 1 day\.\n/,
  )
  assert.match(
    old.output,
    /\nNot shown: the head that was asked for is older than the lines that are kept, which begin with seq 11\.\n$/,
  )
})

test('of a trail of before segments said when the lines before them ended, verify says that this is not known', async (t) => {
  const trail = threeSegments({ old: true })
  trail.retire({ keepDays: 400 })
  const { code, output } = await audit(t, ['verify', trailFolderOf(t, trail.files)])
  assert.equal(code, 0)
  assert.match(
    output,
    /\nThe lines before seq 11 were deleted, as the trail says\. Whether their time was over is not known: /,
  )
  assert.match(output, /\nIt says that it keeps 400 days\.\n/)
})

test('verify --json says the same to programs, in one object', async (t) => {
  const trail = threeSegments()
  trail.retire()
  const { seq, hash } = trail.head()
  const folder = trailFolderOf(t, trail.files)
  const whole = await audit(t, ['verify', folder, '--json', '--head', `${seq}:${hash}`])
  assert.equal(whole.code, 0)
  assert.deepEqual(JSON.parse(whole.output), {
    ...{ ok: true, segments: 2, lines: 21, first: { seq: 11, time: '2026-11-28T08:00:10.000Z' } },
    ...{ last: { seq: 31, time: '2026-11-29T08:00:29.000Z' }, head: `${seq}:${hash}`, askedHead: 'met' },
    ...{ keepDays: { least: 1, most: 1 }, deletedEnd: '2026-11-27T08:00:10.000Z', strangers: [] },
  })
  const anew = await audit(t, ['verify', folder, '--json', '--head', `${seq}:${'0'.repeat(64)}`])
  assert.equal(anew.code, 1)
  const { ok, broken, askedHead } = JSON.parse(anew.output)
  assert.deepEqual([ok, broken.line, askedHead], [false, 11, 'other'])
})

test('a torn last line, and a file that is not named like a segment, are mentioned, and it ends with 0', async (t) => {
  const { files } = threeSegments()
  const [, , third = ''] = files.keys()
  files.set(third, `${files.get(third)}{"v":1,`).set('audit-old.jsonl.gz', 'x')
  const { code, output } = await audit(t, ['verify', trailFolderOf(t, files)])
  assert.equal(code, 0)
  assert.match(output, /^Whole: 30 lines/)
  assert.match(output, new RegExp(`\n${third}, line 11, has no line feed \\(7 bytes\\): a crash tore it`))
  assert.match(output, /\nNot read, since segments have other names: audit-old\.jsonl\.gz\n$/)
})

test('wrong words, no folder and one that cannot be read end with 2 and say so; a folder without a trail with 1', async (t) => {
  const empty = trailFolderOf(t, new Map())
  const wrong: [words: string[], said: RegExp, env?: Record<string, string>][] = [
    [[], /takes verify or show/],
    [['verfiy'], /takes verify or show/],
    [['verify'], /give the folder of the trail, or set SIDECAR_AUDIT_DIR/],
    [['show'], /give the folder of the trail, or set SIDECAR_AUDIT_DIR/],
    [['verify', empty, empty], /takes one folder/],
    [['verify', empty, '--caller', 'x'], /verify takes one folder, --head/],
    [['verify', empty, '--head', '12'], /--head should be SEQ:HASH/],
    [['verify', join(empty, 'no')], /no does not exist/],
    [['show', join(empty, 'no')], /no does not exist/],
    [['verify', join(root, 'package.json')], /package.json is not a folder/],
    [['show', empty, '--head', `1:${'0'.repeat(64)}`], /show takes one folder/],
    [['show', empty, '--effect', 'wriet'], /did you mean write\?; they are read, .*unknown/],
    [['show', empty, '--since', 'yesterday'], /take a time such as/],
    [['show', empty, '--until', '2'], /take a time such as/],
    [['show', empty, '--tz', 'Jakarta'], /--tz takes a time zone such as Asia\/Jakarta/],
    [['show', empty, '--limit', '0'], /--limit takes a number from 1 to 100000/],
    [['verify', empty, '--refused'], /verify takes one folder/],
    [['show', empty, '--path', 'employees'], /takes a path such as/],
    [['show', empty, '--path', '/x?y=1'], /without a query/],
    [['show', empty, '--path', '/x'], /needs the key .*SIDECAR_AUDIT_KEY_FILE/],
    [
      ['show', empty, '--path', '/x'],
      /SIDECAR_AUDIT_KEY_FILE names a file that does not exist/,
      { SIDECAR_AUDIT_KEY_FILE: '/no/key' },
    ],
    [['verify'], /did you mean SIDECAR_AUDIT_DIR\?/, { SIDECAR_AUDIT_DIRS: empty }],
  ]
  for (const [words, said, env] of wrong) {
    const { code, output } = env === undefined ? await here(t, words) : await audit(t, words, env)
    assert.equal(code, 2, `${words.join(' ')}: ${output}`)
    assert.match(output, said)
  }
  const nothing = await audit(t, ['verify', empty])
  assert.equal(nothing.code, 1)
  assert.match(nothing.output, /^There is no trail in /)
})

test('show prints a row for each request, also where it has two lines, and those that are asked for', async (t) => {
  const trail = trailMaker()
  trail.add({ event: 'start', detail: { version: '0.1.0' } })
  trail.add(aRead())
  const begin = trail.add(aBegin())
  trail.add(anEnd(begin))
  trail.add(aRead({ caller: 'intranet', verdict: 'refused', profile: 'deny line 14', status: 403, origin: 'sidecar' }))
  trail.add(aBegin({ caller: 'intranet' }))
  const folder = trailFolderOf(t, trail.files)
  const all = await audit(t, ['show', folder])
  assert.deepEqual(all, {
    code: 0,
    output: `line  time (UTC)           caller          outcome                 size   effect  call
1     2026-11-27 08:00:01                                                         start: version 0.1.0
2     2026-11-27 08:00:02  payroll-export  200                     512 B  read    GET /core/v1/employees/{id}
3     2026-11-27 08:00:03  time-clock      201                     512 B  write   POST /core/v1/employees
5     2026-11-27 08:00:05  intranet        refused (deny line 14)         read    GET /core/v1/employees/{id}
6     2026-11-27 08:00:06  intranet        outcome unknown                write   POST /core/v1/employees
`,
  })
  const rows = async (...words: string[]) => (await audit(t, ['show', folder, ...words])).output.split('\n').length - 2
  assert.equal(await rows('--caller', 'intranet'), 2)
  assert.equal(await rows('--effect', 'write'), 2)
  assert.equal(await rows('--effect', 'write', '--caller', 'time-clock'), 1)
  assert.equal(await rows('--since', '2026-11-27T08:00:03Z'), 3)
  assert.equal(await rows('--until', '2026-11-27T08:00:03Z'), 2)
  assert.equal(await rows('--refused'), 1)
  assert.equal(await rows('--since', '2026-11-27T15:00:03', '--tz', 'WIB'), 3)
  const newest = (await audit(t, ['show', folder, '--limit', '2', '--tz', 'Asia/Jakarta'])).output.split('\n')
  assert.match(newest[0] ?? '', /^line {2}time \(Asia\/Jakarta\) /)
  assert.deepEqual(
    newest.slice(1, -1).map((line) => line.slice(0, 25)),
    ['5     2026-11-27 15:00:05', '6     2026-11-27 15:00:06'],
  )
  const none = await audit(t, ['show', folder, '--caller', 'nobody'])
  assert.deepEqual(none, { code: 0, output: 'catapa-sidecar audit: the trail has no such entry\n' })
})

test('show --json prints one object a request, with all that its lines have', async (t) => {
  const trail = trailMaker()
  const traceId = 'e'.repeat(32)
  const begin = trail.add(aBegin({ traceId }))
  trail.add(anEnd(begin, { traceId }))
  const { code, output } = await audit(t, ['show', trailFolderOf(t, trail.files), '--json'])
  assert.equal(code, 0)
  assert.deepEqual(JSON.parse(output), {
    ...{ seq: 1, time: '2026-11-27T08:00:01.000Z', event: 'request', caller: 'time-clock', method: 'POST' },
    ...{ operation: '/core/v1/employees', effect: 'write', verdict: 'allowed', status: 201, origin: 'catapa' },
    ...{ reached: 'yes', requestBytes: 0, responseBytes: 512, durationMs: 12.3, requestId: 'r-1', tenant: 'demo' },
    ...{ traceId, outcome: 'answered', endSeq: 2, endTime: '2026-11-27T08:00:02.000Z' },
  })
})

test('show --path finds by the key who touched an employee, and with /** what lies below', async (t) => {
  const key = 'a key of at least thirty-two characters'
  const subject = (path: string) => createHmac('sha256', key).update(path).digest('hex')
  const trail = trailMaker()
  trail.add(aRead({ subject: subject('/core/v1/employees/4711') }))
  trail.add(aRead({ subject: subject('/core/v1/employees/4712') }))
  const begin = trail.add(aBegin({ subject: subject('/core/v1/employees/4711/payslip') }))
  trail.add(anEnd(begin, { subject: subject('/core/v1/employees/4711/payslip') }))
  const folder = trailFolderOf(t, trail.files)
  const keys = join(trailFolderOf(t, new Map()), 'keys')
  mkdirSync(keys)
  const file = join(keys, 'audit-key')
  writeFileSync(file, `${key}\n`, { mode: 0o600 })
  const times = async (path: string) => {
    const { code, output } = await audit(t, ['show', folder, '--path', path], { SIDECAR_AUDIT_KEY_FILE: file })
    assert.equal(code, 0)
    return [...output.matchAll(/08:00:(\d\d)/g)].map(([, second]) => second)
  }
  assert.deepEqual(await times('/core/v1/employees/4711'), ['01'])
  assert.deepEqual(await times('/core/v1/employees/4711/**'), ['01', '03'])
  assert.deepEqual(await times('/core/v1/employees/4713'), [])
})

test('a line that is not as the sidecar writes it is left out by show, which says so', async (t) => {
  const { files } = threeSegments()
  const [first = ''] = files.keys()
  setLines(files, first, linesOf(files, first).with(1, '{"seq":2,"caller":"\x1b[31m"}'))
  const { code, output } = await audit(t, ['show', trailFolderOf(t, files)])
  assert.equal(code, 0)
  assert.match(output, /one line is not as the sidecar writes them: run catapa-sidecar audit verify\n$/)
  assert.ok(!output.includes('\x1b'))
})

test('a reader that has seen enough ends show without a word', async (t) => {
  const trail = trailMaker()
  for (let line = 0; line < 3_000; line++) trail.add(aRead())
  const folder = trailFolderOf(t, trail.files)
  const command = `${process.execPath} ${join(root, 'dist/cli.js')} audit show ${folder} --json | head -1`
  const { stdout, stderr } = spawnSync('sh', ['-c', command], { encoding: 'utf8', env: { PATH: process.env.PATH } })
  assert.equal(stdout.split('\n').length, 2)
  assert.equal(stderr, '')
})

test('verify shows on a terminal how far it is, and clears the line', { skip: without('bsdutils') }, (t) => {
  const trail = trailMaker()
  for (let line = 0; line < 100_000; line++) trail.add(aRead())
  const command = `${process.execPath} ${join(root, 'dist/cli.js')} audit verify ${trailFolderOf(t, trail.files)}`
  const { stdout } = spawnSync('script', ['-qec', command, '/dev/null'], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH },
  })
  assert.match(stdout, /verifying: \d+ %, \d+,\d+ lines/)
  assert.match(stdout, /\r\x1b\[K/)
  assert.match(stdout, /Whole: 100,000 lines/)
})
