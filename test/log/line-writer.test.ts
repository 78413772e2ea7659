import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, constants, mkdtempSync, openSync, readFileSync, readSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { lineWriter, together } from '../../src/log/line-writer.ts'
import { textLine } from '../../src/log/logger.ts'
import { settings } from '../support/doctor.ts'
import { without } from '../support/programs.ts'
import { root, startTestSandbox } from '../support/sidecar.ts'

const skip = process.platform === 'win32'

/** A named pipe of 64 KiB that never blocks, open at both ends. */
function pipe(t: TestContext): { path: string; fd: number; read: () => string } {
  const path = join(mkdtempSync(join(tmpdir(), 'catapa-')), 'pipe')
  execFileSync('mkfifo', [path])
  const fd = openSync(path, constants.O_RDWR | constants.O_NONBLOCK)
  t.after(() => closeSync(fd))
  const buffer = Buffer.alloc(1024 * 1024)
  return { path, fd, read: () => buffer.toString('utf8', 0, readSync(fd, buffer)) }
}

/** Over 4 KiB a pipe takes a line in part. */
function line(number: number, length = 300): string {
  return `${JSON.stringify({ number, text: '…'.repeat(length) })}\n`
}

test('a pipe that nobody reads holds up one line for a second, and no later one', { skip }, (t) => {
  const { fd } = pipe(t)
  const writer = lineWriter(fd)
  const begun = performance.now()
  for (let i = 0; i < 1000; i++) writer.write(line(i))
  const tookMs = performance.now() - begun
  assert.ok(tookMs >= 990 && tookMs < 20_000, `${tookMs} ms`)
})

for (const length of [300, 3000]) {
  const name = `once the pipe is read again, the log says how many lines are missing, and goes on with whole lines (${length})`
  test(name, { skip }, (t) => {
    const { fd, read } = pipe(t)
    const writer = lineWriter(fd)
    for (let i = 0; i < 100 + 64_000 / length; i++) writer.write(line(i, length))
    const before = read()
    writer.write(line(1000))
    writer.write(line(1001))
    const lines = (before + read()).split('\n')
    const complete = before.split('\n').length - 1
    for (const [i, text] of lines.slice(0, complete).entries()) assert.equal(`${text}\n`, line(i, length))
    const [cut = '', ...after] = before.endsWith('\n') ? ['', ...lines.slice(complete)] : lines.slice(complete)
    assert.equal(cut === '', length < 1000)
    assert.ok(line(complete, length).startsWith(cut.replace(/\ufffd+$/, '')))
    const { level, lost, msg, time } = JSON.parse(after.shift() ?? '')
    const missing = Math.ceil(100 + 64_000 / length) - complete
    assert.deepEqual([level, lost, msg], ['warn', missing, 'lines of this log could not be written'])
    assert.ok(Math.abs(Date.parse(time) - Date.now()) < 10_000)
    assert.deepEqual(
      after.map((text) => `${text}\n`),
      [line(1000), line(1001), '\n'],
    )
  })
}

test('of lines that are written together and go out in part, the log says how many are missing', { skip }, (t) => {
  const { fd, read } = pipe(t)
  const writer = lineWriter(fd)
  const batch = Array.from({ length: 300 }, (_, i) => line(i)).join('')
  writer.write(batch)
  const before = read()
  assert.ok(batch.startsWith(before.replace(/\ufffd+$/, '')) && before.length < batch.length)
  writer.write(batch) // Does not fit either; its notice does.
  const between = read()
  writer.write(line(1000))
  const lines = (before + between + read()).split('\n')
  const notices = lines.filter((text) => text.includes('could not be written')).map((text) => JSON.parse(text).lost)
  const complete = lines.filter((text) => /^\{"number":\d+,.*"\}$/.test(text) && !text.includes('\ufffd'))
  assert.equal(notices.length, 2)
  assert.equal(complete.length + notices[0] + notices[1], 601)
})

test('lines of one turn are one write, and what is left goes out when the process ends', async () => {
  const written: string[] = []
  const writer = together({ write: (lines) => written.push(lines) })
  for (const text of ['a\n', 'b\n', 'c\n']) writer.write(text)
  assert.deepEqual(written, [])
  await sleep(0)
  writer.write('d\n')
  await sleep(0)
  assert.deepEqual(written, ['a\nb\nc\n', 'd\n'])
  for (let i = 0; i < 50; i++) writer.write(`${'x'.repeat(299)}\n`)
  await sleep(0)
  const sizes = written.slice(2).map(({ length }) => length)
  assert.deepEqual(sizes, [3900, 3900, 3900, 3300], 'no more than a pipe takes whole')
  const module = join(root, 'build/src/log/line-writer.js')
  const ends = `import(${JSON.stringify(module)}).then(({ together, lineWriter }) => {
    const writer = together(lineWriter(1))
    writer.write('one\\n')
    writer.write('two\\n')
    process.exit()
  })`
  assert.equal(execFileSync(process.execPath, ['-e', ends], { encoding: 'utf8' }), 'one\ntwo\n')
})

test('a reader who is late by less than a second misses nothing', { skip }, async (t) => {
  const { path, fd } = pipe(t)
  const copy = `${path}-copy`
  const reader = spawn('sh', ['-c', 'echo; sleep 0.1; exec cat "$0" > "$1"', path, copy], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(reader.stdout, 'data')
  const writer = lineWriter(fd)
  for (let i = 0; i < 1000; i++) writer.write(line(i))
  const wanted = Array.from({ length: 1000 }, (_, i) => line(i)).join('')
  const deadline = performance.now() + 30_000
  while (readFileSync(copy, 'utf8').length < wanted.length && performance.now() < deadline) {
    await sleep(20)
  }
  reader.kill()
  assert.ok(readFileSync(copy, 'utf8') === wanted)
})

/** `start`, whose log goes to `stdout`; asks it `count` times, and returns the statuses that came. */
async function statuses(t: TestContext, stdout: number, count: number, env = {}): Promise<(number | string)[]> {
  const { url } = await startTestSandbox(t)
  const socketPath = join(mkdtempSync(join(tmpdir(), 'catapa-')), 'data.sock')
  const child = spawn(process.execPath, [join(root, 'dist/cli.js'), 'start'], {
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      ...settings(url),
      SIDECAR_LISTEN: `unix:${socketPath}`,
      ...env,
    },
    stdio: ['ignore', stdout, 'inherit'],
  })
  t.after(() => child.kill('SIGKILL'))
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  t.after(() => agent.destroy())
  const ask = () =>
    new Promise<number | string>((resolve) => {
      const headers = { Host: 'localhost' }
      const asked = request({ socketPath, agent, path: '/core/v1/companies', headers }, (response) => {
        response.resume().once('end', () => resolve(response.statusCode ?? 0))
      })
      asked.once('error', ({ message }) => resolve(message)).setTimeout(30_000, () => asked.destroy())
      asked.end()
    })
  const deadline = performance.now() + 60_000
  while ((await ask()) !== 200 && performance.now() < deadline) await sleep(100)
  const seen = new Set<number | string>()
  for (let i = 0; i < count && seen.size <= 1; i++) seen.add(await ask())
  assert.equal(child.exitCode, null)
  return [...seen]
}

for (const format of ['json', 'pretty']) {
  test(`the sidecar serves on when the disk of its log is full (${format})`, { skip }, async (t) => {
    const full = openSync('/dev/full', 'w')
    t.after(() => closeSync(full))
    assert.deepEqual(await statuses(t, full, 20, { SIDECAR_LOG_FORMAT: format }), [200])
  })

  test(`the sidecar serves on when nobody reads its log (${format})`, { skip }, async (t) => {
    const { path, read } = pipe(t)
    const unread = openSync(path, constants.O_RDWR) // Of those that block.
    t.after(() => closeSync(unread))
    assert.deepEqual(await statuses(t, unread, 600, { SIDECAR_LOG_FORMAT: format }), [200])
    assert.ok(read().length > 60_000)
  })
}

test('a reader that is slow but steady holds everything up for a second in all, and then costs lines', {
  skip,
}, async (t) => {
  const { path, fd } = pipe(t)
  const takes = 'echo; while sleep 0.1; do dd bs=4096 count=1 status=none >/dev/null || exit; done <"$0"'
  const reader = spawn('sh', ['-c', takes, path], { stdio: ['ignore', 'pipe', 'inherit'] })
  t.after(() => reader.kill())
  await once(reader.stdout, 'data')
  const writer = lineWriter(fd)
  const begun = performance.now()
  for (let i = 0; i < 1000; i++) writer.write(line(i))
  const tookMs = performance.now() - begun
  assert.ok(tookMs >= 900 && tookMs < 20_000, `${tookMs} ms`)
})

test('exec serves on when nobody reads what its program and its log say', {
  skip: skip || without('curl'),
}, async (t) => {
  const { url } = await startTestSandbox(t)
  const { path, read } = pipe(t)
  const unread = openSync(path, constants.O_RDWR)
  t.after(() => closeSync(unread))
  // Not a program on Node: that would set the flag again which is lost when a child is started.
  const calls = 'curl -s -o "$0" "$CATAPA_URL/core/v1/companies?page=[1-600]"'
  const child = spawn(process.execPath, [join(root, 'dist/cli.js'), 'exec', '--', 'sh', '-c', calls, '/dev/null'], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...settings(url), SIDECAR_LOG_LEVEL: 'info' },
    stdio: ['ignore', 'inherit', unread],
  })
  t.after(() => child.kill('SIGKILL'))
  const late = setTimeout(() => child.kill('SIGKILL'), 100_000)
  const [code] = await once(child, 'close')
  clearTimeout(late)
  assert.equal(code, 0)
  assert.ok(read().length > 60_000)
})

test('the log for people has no control characters that a stranger chose', () => {
  const entry = {
    level: 'warn',
    time: '2026-01-01T00:00:00Z',
    msg: 'no\u001b[2J',
    detail: 'issuer\r\n12:00:00 INFO  fine',
  }
  assert.match(textLine(JSON.stringify(entry)), /^[\d:]+ WARN {2}no \[2J detail=issuer 12:00:00 INFO {2}fine$/)
})
