import assert from 'node:assert/strict'
import {
  chmodSync,
  chownSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { CallersFile } from '../../../src/callers/caller.ts'
import { followCallers } from '../../../src/callers/file/follow-callers.ts'
import type { LineProblem } from '../../../src/callers/file/parse-callers.ts'
import { readCallers } from '../../../src/callers/file/read-callers.ts'
import { callersFile, keyAndLine, memoryLog, naming } from '../../support/callers-files.ts'
import { isRoot } from '../../support/login.ts'

const { line: keyLine } = keyAndLine()
const { line: otherLine, key: otherKey } = keyAndLine()
const first = `[export]\n${keyLine}\nprofile = read-only\n[*]\n`

/** A file that is followed on a clock that the test moves. `applied` has the names of what was applied. */
function setup(t: TestContext, path: string) {
  t.mock.timers.enable({ apis: ['setInterval'] })
  const { lines, log } = memoryLog()
  const config = naming(path)
  const current = readCallers(config)
  assert.ok(current)
  const applied: string[][] = []
  let refusal: LineProblem | undefined
  const apply = async (file: CallersFile) => {
    applied.push(file.sections.map(({ name }) => name))
    return refusal
  }
  const followed = followCallers({ config, current, apply, log })
  t.after(followed.stop)
  return {
    followed,
    lines,
    applied,
    refuse: (problem: LineProblem | undefined) => {
      refusal = problem
    },
    /** What 5 s bring, so many times. */
    async pass(times = 1): Promise<void> {
      for (let i = 0; i < times * 10; i += 1) {
        t.mock.timers.tick(500)
        await new Promise(setImmediate)
      }
    },
  }
}

const said = (lines: Record<string, unknown>[]) => lines.map(({ msg }) => msg)

test('a file that stays as it is costs nothing and says nothing', async (t) => {
  const { pass, lines, applied, followed } = setup(t, callersFile(t, first))
  const before = followed.inUse()
  await pass(10)
  assert.deepEqual([lines, applied], [[], []])
  assert.equal(followed.inUse(), before)
  assert.deepEqual(before.problems, [])
})

test('a change is applied within 5 s, once, and the log says who was added, removed and changed', async (t) => {
  const path = callersFile(t, first)
  const { pass, lines, applied, followed } = setup(t, path)
  const before = followed.inUse().since
  writeFileSync(path, `# moved down\n[export]\n${keyLine}\nprofile = full\n[clock]\n${otherLine}\nreport = true`)
  await pass(3)
  assert.deepEqual(applied, [['export', 'clock']])
  const { file, since, problems } = followed.inUse()
  assert.deepEqual(
    file.sections.map(({ name }) => name),
    ['export', 'clock'],
  )
  assert.ok(since >= before)
  assert.deepEqual(problems, [])
  assert.deepEqual(
    lines.map(({ msg, level, added, removed, changed, caller }) => ({ msg, level, added, removed, changed, caller })),
    [
      {
        msg: 'the callers file has changed and is in use',
        level: 30,
        added: ['clock'],
        removed: ['other'],
        changed: ['export'],
        caller: undefined,
      },
      {
        msg: 'the restrictions of this caller are only logged and not enforced (report = true)',
        level: 40,
        added: undefined,
        removed: undefined,
        changed: undefined,
        caller: 'clock',
      },
    ],
  )
})

test('the log says whose restrictions are enforced from then on, and says it of nobody else', async (t) => {
  const reported = `[export]\n${keyLine}\nprofile = read-only\nreport = true\n[*]\nreport = true\n`
  const path = callersFile(t, reported)
  const { pass, lines } = setup(t, path)
  writeFileSync(path, reported.replaceAll('report = true\n', ''))
  await pass()
  writeFileSync(path, `[export]\n${keyLine}\nprofile = full\n[clock]\n${otherLine}\n`)
  await pass()
  assert.deepEqual(
    lines.map(({ msg, changed, enforced }) => ({ msg, changed, enforced })),
    [
      {
        msg: 'the callers file has changed and is in use',
        changed: ['export', 'other'],
        enforced: ['export', 'other'],
      },
      { msg: 'the callers file has changed and is in use', changed: ['export'], enforced: undefined },
    ],
  )
})

test('lines that only move are taken over, since refusals name them, and change no caller', async (t) => {
  const path = callersFile(t, first)
  const { pass, lines, followed } = setup(t, path)
  writeFileSync(path, `# a comment\n${first}`)
  await pass()
  assert.equal(followed.inUse().file.sections[0]?.line, 2)
  assert.deepEqual(
    lines.map(({ added, removed, changed }) => ({ added, removed, changed })),
    [{ added: [], removed: [], changed: [] }],
  )
})

test('a change with problems changes nothing and is said once with all of them; mended, it is in use', async (t) => {
  const path = callersFile(t, first)
  const { pass, lines, applied, followed } = setup(t, path)
  const { file, since } = followed.inUse()
  writeFileSync(path, `[export]\nkey = ${otherKey}\nprofile = readonly\n`)
  await pass(20)
  assert.deepEqual(applied, [])
  assert.equal(followed.inUse().file, file)
  assert.equal(followed.inUse().since, since)
  assert.match(followed.inUse().problems.join('\n'), /^line 2: has a key itself.*\nline 3: .*did you mean read-only\?$/)
  assert.deepEqual(
    lines.map(({ msg, level, problems }) => ({ msg, level, problems })),
    [
      {
        msg: 'the callers file has problems: the one in use stays, and a restart would fail',
        level: 40,
        problems: followed.inUse().problems,
      },
    ],
  )
  assert.ok(!JSON.stringify(lines).includes(otherKey))
  writeFileSync(path, `[export]\n${otherLine}\n`)
  await pass()
  assert.deepEqual(applied, [['export']])
  assert.deepEqual(followed.inUse().problems, [])
})

test('a bad change that is taken back is over, and that is said', async (t) => {
  const path = callersFile(t, first)
  const { pass, lines, applied, followed } = setup(t, path)
  writeFileSync(path, '')
  await pass()
  assert.match(followed.inUse().problems[0] ?? '', /names nobody/)
  writeFileSync(path, first)
  await pass()
  assert.deepEqual(followed.inUse().problems, [])
  assert.deepEqual(applied, [])
  assert.equal(said(lines).at(-1), 'the callers file is again the one that is in use')
})

test('a file that is gone, or has become a folder, is a problem, and the one in use stays', async (t) => {
  const path = callersFile(t, first)
  const { pass, followed, applied } = setup(t, path)
  unlinkSync(path)
  await pass()
  assert.deepEqual(followed.inUse().problems, [`${path} does not exist`])
  mkdirSync(path)
  await pass()
  assert.deepEqual(followed.inUse().problems, [`${path} is a folder, not a file`])
  assert.deepEqual(applied, [])
  assert.equal(followed.inUse().file.sections.length, 2)
})

test('a mode that lets others write is a problem although the text stays, until it is mended', {
  skip: process.platform === 'win32' && 'Windows has no modes',
}, async (t) => {
  const path = callersFile(t, first)
  const { pass, followed } = setup(t, path)
  chmodSync(path, 0o666)
  await pass()
  assert.match(followed.inUse().problems[0] ?? '', /chmod go-w/)
  chmodSync(path, 0o600)
  await pass()
  assert.deepEqual(followed.inUse().problems, [])
})

test('a file that another user put into a folder open to all is not taken into use', {
  skip: isRoot ? false : 'only root can give files away',
}, async (t) => {
  const path = callersFile(t, first)
  const { pass, followed, applied } = setup(t, path)
  chmodSync(dirname(path), 0o777)
  const planted = `${path}.new`
  writeFileSync(planted, `[me]\n${otherLine}\n`)
  chownSync(planted, 65_534, 65_534)
  renameSync(planted, path)
  await pass()
  assert.deepEqual(applied, [])
  assert.match(
    followed.inUse().problems.join('\n'),
    /belongs to another user \(uid 65534\).*\n.*every user of this machine/,
  )
})

test("Kubernetes' swap of ..data is a change like any other", async (t) => {
  const folder = dirname(callersFile(t, ''))
  mkdirSync(join(folder, '..first'))
  writeFileSync(join(folder, '..first/callers'), first)
  symlinkSync('..first', join(folder, '..data'))
  symlinkSync('..data/callers', join(folder, 'callers'))
  const { pass, applied, lines } = setup(t, join(folder, 'callers'))
  await pass()
  mkdirSync(join(folder, '..second'))
  writeFileSync(join(folder, '..second/callers'), `[clock]\n${otherLine}\n`)
  symlinkSync('..second', join(folder, '..data_tmp'))
  renameSync(join(folder, '..data_tmp'), join(folder, '..data'))
  rmSync(join(folder, '..first'), { recursive: true })
  await pass()
  assert.deepEqual(applied, [['clock']])
  assert.deepEqual(said(lines), ['the callers file has changed and is in use'])
})

test('a file that is still being written is not taken for a whole one', async (t) => {
  const path = callersFile(t, first)
  const { followed, applied, lines } = setup(t, path)
  const whole = `${first}deny = DELETE /core/v1/employees\n`
  const half = `[export]\n${keyLine}\n`
  for (let length = 0; length <= 10; length += 1) {
    // Each look finds another state of it.
    writeFileSync(path, half.slice(0, (half.length * length) / 10))
    utimesSync(path, length, length)
    t.mock.timers.tick(1500)
    await new Promise(setImmediate)
  }
  writeFileSync(path, whole)
  for (let i = 0; i < 2; i += 1) {
    t.mock.timers.tick(1500)
    await new Promise(setImmediate)
  }
  assert.deepEqual(applied, [['export', '*']])
  assert.equal(followed.inUse().file.sections[1]?.restrictions.deny.length, 1)
  assert.deepEqual(said(lines), ['the callers file has changed and is in use'])
})

test('what cannot be applied is a problem as a whole, said once, and tried again after half a minute', async (t) => {
  const path = callersFile(t, first)
  const { pass, lines, applied, followed, refuse } = setup(t, path)
  const { file } = followed.inUse()
  refuse({ line: 3, problem: 'cannot listen on 127.0.0.1:8300 (EADDRINUSE)' })
  writeFileSync(path, `[clock]\n${otherLine}\nlisten = localhost:8300\n`)
  await pass(12)
  assert.equal(followed.inUse().file, file)
  assert.deepEqual(followed.inUse().problems, ['line 3: cannot listen on 127.0.0.1:8300 (EADDRINUSE)'])
  assert.equal(lines.length, 1)
  assert.equal(applied.length, 2)
  const { lines: flawed, problemsSince } = followed.inUse()
  assert.deepEqual(flawed, [3])
  writeFileSync(path, `[clock]\n${otherLine}\nprofil = full\n`)
  await sleep(5)
  await pass(2)
  assert.equal(followed.inUse().problemsSince, problemsSince, 'it has had problems since then')
  writeFileSync(path, `[clock]\n${otherLine}\nlisten = localhost:8300\n`)
  await pass(2)
  refuse(undefined)
  await pass(6)
  assert.equal(applied.length, 4)
  assert.deepEqual(followed.inUse().problems, [])
  assert.equal(said(lines).at(-1), 'the callers file has changed and is in use')
})

test('a fault while applying ends nothing, and shows', async (t) => {
  const path = callersFile(t, first)
  t.mock.timers.enable({ apis: ['setInterval'] })
  const { lines, log } = memoryLog()
  const config = naming(path)
  const current = readCallers(config)
  assert.ok(current)
  const apply = () => Promise.reject(new Error('a fault of the test'))
  const followed = followCallers({ config, current, apply, log })
  t.after(followed.stop)
  writeFileSync(path, `${first}# more\n\n[clock]\n${otherLine}\n`)
  for (let i = 0; i < 3; i += 1) {
    t.mock.timers.tick(1500)
    await new Promise(setImmediate)
  }
  assert.deepEqual(followed.inUse().problems, ['a fault of catapa-sidecar'])
  assert.equal(lines.length, 2)
})

test('once it is stopped nothing is looked at', async (t) => {
  const path = callersFile(t, first)
  const { pass, followed, applied } = setup(t, path)
  followed.stop()
  writeFileSync(path, `[clock]\n${otherLine}\n`)
  await pass(2)
  assert.deepEqual(applied, [])
})
