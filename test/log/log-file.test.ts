import assert from 'node:assert/strict'
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { logFile } from '../../src/log/log-file.ts'
import { ConfigError } from '../../src/settings/read-config.ts'
import { settings } from '../support/doctor.ts'
import { isRoot } from '../support/login.ts'
import { without } from '../support/programs.ts'
import { root, runCli, startTestSandbox } from '../support/sidecar.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { eventually } from '../support/wire.ts'

const skip = process.platform === 'win32'

function pathOf(t: TestContext): string {
  const folder = temporaryFolder(t)
  return join(folder, 'sidecar.log')
}

/** The files of a log, oldest first. */
function filesOf(path: string): string[] {
  const names = readdirSync(join(path, '..')).filter((name) => name.startsWith('sidecar.log'))
  const live = names.filter((name) => name === 'sidecar.log') // Not there for the moment of a renaming.
  return [...names.filter((name) => name !== 'sidecar.log').sort(), ...live].map((name) => join(path, '..', name))
}

const linesOf = (path: string): string[] =>
  filesOf(path).flatMap((file) => readFileSync(file, 'utf8').split('\n').slice(0, -1))

const numbers = (lines: string[]): number[] => lines.map((line) => Number(JSON.parse(line).number))
const line = (number: number) => `${JSON.stringify({ number, text: 'x'.repeat(80) })}\n`

test('there are five files at most, each within its size; lines are whole, and the newest are all there', {
  skip,
}, (t) => {
  const path = pathOf(t)
  const writer = logFile(path, 10_000)
  for (let number = 0; number < 1000; number++) writer.write(line(number))
  const files = filesOf(path)
  assert.equal(files.length, 5)
  for (const file of files) assert.ok(statSync(file).size <= 10_000, file)
  for (const file of files.slice(0, 4)) assert.match(file, /sidecar\.log\.\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}Z\.\d+$/)
  const found = numbers(linesOf(path))
  assert.ok(found.length > 400)
  assert.deepEqual(
    found,
    found.map((_, index) => 1000 - found.length + index),
  )
})

test('it is its owner’s alone, and as wide as somebody made it later', { skip }, (t) => {
  const path = pathOf(t)
  const writer = logFile(path, 1000)
  writer.write(line(0))
  assert.equal(statSync(path).mode & 0o777, 0o600)
  chmodSync(path, 0o640)
  for (let number = 1; number < 20; number++) writer.write(line(number))
  for (const file of filesOf(path)) assert.equal(statSync(file).mode & 0o777, 0o640, file)
})

test('what is there is written on, and other files of the folder stay', { skip }, (t) => {
  const path = pathOf(t)
  const others = ['sidecar.log.1', 'sidecar.log.gz', 'sidecar.log.2026-12-01T00-00-00.000Z.1.gz', 'other']
  for (const name of others) writeFileSync(join(path, '..', name), '')
  logFile(path).write(line(0))
  const writer = logFile(path, 1000)
  for (let number = 1; number < 200; number++) writer.write(line(number))
  assert.equal(JSON.parse(readFileSync(path, 'utf8').split('\n')[0] ?? '').number > 0, true)
  assert.deepEqual(
    others.filter((name) => !readdirSync(join(path, '..')).includes(name)),
    [],
  )
})

/** What is wrong with the file, as it is said at the start. */
function problemOf(path: string): string | undefined {
  try {
    logFile(path)
    return undefined
  } catch (error) {
    assert.ok(error instanceof ConfigError)
    assert.equal(error.problems[0]?.name, 'SIDECAR_LOG_FILE')
    return error.problems[0]?.problem
  }
}

test('a link, another name, no file and no folder are refused, and nothing is written there', { skip }, (t) => {
  const path = pathOf(t)
  const secret = `${path}-secret`
  writeFileSync(secret, 'secret')
  symlinkSync(secret, path)
  assert.equal(problemOf(path), 'cannot be used: it is a link')
  rmSync(path)
  linkSync(secret, path)
  assert.equal(problemOf(path), 'cannot be used: it has a second name (a hard link)')
  assert.equal(readFileSync(secret, 'utf8'), 'secret')
  rmSync(path)
  mkdirSync(path)
  assert.match(problemOf(path) ?? '', /^cannot be used: it is not a file/)
  assert.match(problemOf(join(path, 'nowhere', 'log')) ?? '', /^cannot be used: ENOENT/)
  execFileSync('mkfifo', [`${path}-pipe`])
  assert.match(problemOf(`${path}-pipe`) ?? '', /^cannot be used: ENXIO/) // Nobody reads it; it is not waited for.
  assert.equal(problemOf('/dev/null'), 'cannot be used: it is not a file')
})

test('the file of another user is refused', { skip: !isRoot && 'only root can make one' }, (t) => {
  const path = pathOf(t)
  writeFileSync(path, '')
  chownSync(path, 12345, 12345)
  assert.equal(problemOf(path), 'cannot be used: it belongs to another user, with the id 12345')
})

test('a file that is gone, or was renamed, is made anew within a second or so; never through a link', {
  skip,
}, async (t) => {
  const path = pathOf(t)
  const writer = logFile(path)
  let number = 0
  const until = (found: () => boolean, what: string) =>
    eventually(() => {
      writer.write(line(number++))
      return found()
    }, what)
  await until(() => number === 1, 'a line')
  rmSync(path)
  await until(() => statSync(path, { throwIfNoEntry: false }) !== undefined, 'it is there again')
  assert.equal(statSync(path).mode & 0o777, 0o600)
  renameSync(path, `${path}-old`)
  await until(() => statSync(path, { throwIfNoEntry: false }) !== undefined, 'it is there again')
  renameSync(path, `${path}-old`)
  writeFileSync(`${path}-secret`, '')
  symlinkSync(`${path}-secret`, path)
  const before = statSync(`${path}-old`).size
  const begun = number
  await until(() => number > begun + 100, 'more lines')
  assert.equal(statSync(`${path}-secret`).size, 0)
  assert.ok(statSync(`${path}-old`).size > before, 'they go where they went')
  rmSync(path)
  await until(() => statSync(path, { throwIfNoEntry: false })?.isFile() === true, 'it is there again')
})

/** A process that writes numbered lines, from `first` on; without an end where `count` is 0. */
function writing(path: string, first: number, count: number, mostBytes: number) {
  const module = JSON.stringify(join(root, 'build/src/log/log-file.js'))
  const script = `const { logFile } = await import(${module})
    const writer = logFile(${JSON.stringify(path)}, ${mostBytes})
    const sleeping = new Int32Array(new SharedArrayBuffer(4))
    for (let n = 0; ${count} === 0 || n < ${count}; n++) {
      if (${count} === 0) Atomics.wait(sleeping, 0, 0, 1)
      writer.write(JSON.stringify({ number: ${first} + n, text: 'x'.repeat(80) }) + '\\n')
      if (n === 0) process.stdout.write('begun')
    }`
  return spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
}

test('processes that are killed while they begin new files lose no line and cut none but their last', {
  skip,
}, async (t) => {
  const path = pathOf(t)
  for (let round = 0; round < 8; round++) {
    const child = writing(path, round * 1e9, 0, 50) // A new file for each line.
    await once(child.stdout, 'data')
    await new Promise((resolve) => setTimeout(resolve, 20 + 7 * round))
    child.kill('SIGKILL')
    await once(child, 'close')
    assert.ok(filesOf(path).length <= 6, String(filesOf(path))) // One more where the oldest was about to go.
    const found = numbers(linesOf(path).filter((text) => text.endsWith('}'))).filter((number) => number >= round * 1e9)
    assert.ok(found.length > 0)
    for (const [index, number] of found.slice(1).entries()) assert.equal(number, (found[index] ?? 0) + 1)
  }
})

test('two processes with one file write whole lines, and none is lost when either begins a new one', {
  skip,
}, async (t) => {
  const path = pathOf(t)
  const children = [0, 100_000].map((first) => writing(path, first, 4000, 400_000))
  await Promise.all(children.map((child) => once(child, 'close')))
  const found = numbers(linesOf(path)).sort((a, b) => a - b)
  assert.ok(filesOf(path).length > 1 && filesOf(path).length <= 5, String(filesOf(path)))
  const wanted = [0, 100_000].flatMap((first) => Array.from({ length: 4000 }, (_, index) => first + index))
  assert.deepEqual(found, wanted)
})

test('a folder in which nothing can be renamed costs no line: the file grows on, and that is said once', {
  skip,
}, (t) => {
  const path = pathOf(t)
  const module = JSON.stringify(join(root, 'build/src/log/log-file.js'))
  const script = `const { chmodSync } = await import('node:fs')
    const { logFile } = await import(${module})
    if (${isRoot}) process.setgroups([]), process.setgid(65534), process.setuid(65534) // Not before: others may not enter the checkout.
    const writer = logFile(${JSON.stringify(path)}, 1000)
    chmodSync(${JSON.stringify(join(path, '..'))}, 0o555)
    for (let n = 0; n < 100; n++) writer.write(JSON.stringify({ number: n, text: 'x'.repeat(80) }) + '\\n')`
  if (isRoot) chownSync(join(path, '..'), 65534, 65534)
  const { stderr, status } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' })
  assert.equal(status, 0, stderr)
  assert.match(
    stderr,
    /^catapa-sidecar: no new file of the log can be begun beside \S+, which grows on: EACCES: permission denied[^\n]*\n$/,
  )
  assert.equal(linesOf(path).length, 100)
})

const mounts = () => spawnSync('unshare', ['-m', 'true'], { stdio: 'ignore' }).status === 0

test('a full disk costs lines and not the service: standard error is told once, and the log how many', {
  skip: isRoot ? without('util-linux') || (!mounts() && 'nothing can be mounted here') : 'only root can mount a disk',
}, (t) => {
  const folder = join(pathOf(t), '..')
  const module = JSON.stringify(join(root, 'build/src/log/log-file.js'))
  const script = `const { rmSync, readdirSync, readFileSync } = await import('node:fs')
    const { logFile } = await import(${module})
    const folder = ${JSON.stringify(folder)}
    const writer = logFile(folder + '/sidecar.log', 60_000)
    const write = (n) => writer.write(JSON.stringify({ number: n, text: 'x'.repeat(80) }) + '\\n')
    for (let n = 0; n < 5000; n++) write(n)
    for (const name of readdirSync(folder)) if (name !== 'sidecar.log') rmSync(folder + '/' + name)
    await new Promise((resolve) => setTimeout(resolve, 1100))
    write(5000)
    const text = readdirSync(folder).map((name) => readFileSync(folder + '/' + name, 'utf8')).join('')
    console.log(JSON.stringify({ names: readdirSync(folder).length, text }))`
  const mounted = 'mount -t tmpfs -o size=192k none "$0" && exec "$1" --input-type=module -e "$2"'
  const run = ['-m', 'sh', '-c', mounted, folder, process.execPath, script]
  const { stdout, stderr, status } = spawnSync('unshare', run, { encoding: 'utf8', maxBuffer: 1e8 })
  assert.equal(status, 0, stderr)
  assert.match(
    stderr,
    /^catapa-sidecar: the log cannot be written to \S+, and will say how many lines are lost once it can: ENOSPC: no space left on device[^\n]*\n$/,
  )
  const { text } = JSON.parse(stdout)
  const lines: string[] = text.split('\n').filter((one: string) => one !== '')
  const whole = lines.filter((one) => one.endsWith('}')).map((one): Record<string, unknown> => JSON.parse(one))
  const told = whole.filter(({ msg }) => msg === 'lines of this log could not be written')
  assert.equal(told.length, 1, text.slice(-500))
  assert.ok(Number(told[0]?.lost) > 1000, JSON.stringify(told))
  assert.ok(whole.some(({ number }) => number === 5000))
})

test('start, exec and demo write to it, and nothing of the log to where it went; silent writes nothing', async (t) => {
  const { url } = await startTestSandbox(t)
  const path = pathOf(t)
  const env = { ...settings(url), SIDECAR_LISTEN: '127.0.0.1:0', SIDECAR_ADMIN_LISTEN: 'off', SIDECAR_LOG_FILE: path }
  const said = () => linesOf(path).join('\n')
  const start = runCli(t, ['start'], env)
  await eventually(() => said().includes('"msg":"listening"'), 'it listens', 60_000)
  start.child.kill('SIGTERM')
  await start.exit
  assert.equal(start.output(), '')
  assert.match(said(), /"msg":"stopped"/)

  truncateSync(path)
  const calls = `fetch(process.env.CATAPA_URL + '/core/v1/companies').then(({ status }) => console.log(status))`
  const exec = runCli(t, ['exec', '--', process.execPath, '-e', calls], env)
  assert.deepEqual((await exec.exit).code, 0)
  assert.equal(exec.output(), '200\n')
  assert.match(said(), /"msg":"request"/)

  truncateSync(path)
  const demo = runCli(t, ['demo'], { ...env, SANDBOX_LISTEN: '127.0.0.1:0' })
  await demo.until(/Ctrl-C ends both/)
  assert.doesNotMatch(demo.output(), /"level":/)
  assert.match(said(), /"level":"info"/)
  demo.child.kill('SIGKILL')
  await demo.exit

  truncateSync(path)
  const silent = runCli(t, ['exec', '--', process.execPath, '-e', calls], { ...env, SIDECAR_LOG_LEVEL: 'silent' })
  assert.deepEqual((await silent.exit).code, 0)
  assert.equal(said(), '')
})

test('a file that cannot be used ends start, exec and demo with 2 and a sentence', async (t) => {
  const path = pathOf(t)
  mkdirSync(path)
  const env = { ...settings('http://127.0.0.1:1'), SIDECAR_LISTEN: '127.0.0.1:0', SIDECAR_LOG_FILE: path }
  for (const args of [['start'], ['demo'], ['exec', '--', process.execPath, '--version']]) {
    const command = runCli(t, args, { ...env, SANDBOX_LISTEN: '127.0.0.1:0' })
    assert.equal((await command.exit).code, 2, command.output())
    assert.match(
      command.output(),
      /^catapa-sidecar cannot start .*\n {2}SIDECAR_LOG_FILE: cannot be used: it is not a file/,
    )
  }
})
