// Disks that fail, files that others replace: never silent, and a gap line as soon as it can (design/promises 9.9).
import assert from 'node:assert/strict'
import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { lineAfter } from '../../../src/audit/audit-chain.ts'
import {
  type AuditLine,
  auditFolder,
  beginOf,
  faultyFiles,
  type Operation,
  openTestTrail,
  readOf,
  segmentFiles,
  wholeTrail,
} from '../../support/audit-trail.ts'
import { eventually } from '../../support/wire.ts'

const gaps = (lines: AuditLine[]) =>
  lines
    .filter(({ event }) => event === 'gap')
    .map(({ detail }) => {
      const { why, refused, unrecorded } = Object(detail)
      return [why, refused, unrecorded]
    })
const events = (lines: AuditLine[]) => lines.map(({ event }) => event)

/** Faults that last until they are mended, of these operations. */
function failingAt(...operations: Operation[]) {
  const state = { errno: undefined as string | undefined }
  return { state, ...faultyFiles((operation) => (operations.includes(operation) ? state.errno : undefined)) }
}

for (const operation of ['write', 'datasync'] as const) {
  test(`one ${operation} that fails refuses nobody: the line goes into a new segment, behind a gap line`, async (t) => {
    const folder = auditFolder(t)
    let fails = false
    const { open } = faultyFiles((what) => {
      if (!fails || what !== operation) return undefined
      fails = false
      return 'EIO'
    })
    const trail = await openTestTrail(t, folder, { open })
    await trail.commit(beginOf('r-1'))
    fails = true
    assert.deepEqual(await Promise.all([trail.commit(beginOf('r-2')), trail.commit(beginOf('r-3'))]), [4, 5])
    const lines = wholeTrail(folder)
    assert.deepEqual(events(lines), ['begin', 'segment', 'gap', 'begin', 'begin'])
    assert.deepEqual(gaps(lines), [['EIO', 0, 0]])
    assert.deepEqual(
      trail.said.map(({ level, why }) => [level, why]),
      [['warn', 'EIO']],
    )
    assert.equal(trail.state().failing, undefined)
  })
}

test('a full disk refuses what is waited for, counts what goes without a line, and tells both when there is room', async (t) => {
  const folder = auditFolder(t)
  const { state, open } = failingAt('write')
  const trail = await openTestTrail(t, folder, { open })
  await trail.commit(beginOf('r-1'))
  state.errno = 'ENOSPC'
  const waiting = [2, 3, 4].map((i) => trail.commit(beginOf(`r-${i}`)))
  trail.note(readOf('r-5'))
  for (const { status, reason } of (await Promise.allSettled(waiting)) as PromiseRejectedResult[]) {
    assert.equal(status, 'rejected')
    assert.deepEqual([reason.code, reason.reached], ['audit_unavailable', 'no'])
  }
  await assert.rejects(trail.commit(beginOf('r-6')), { code: 'audit_unavailable' })
  trail.note(readOf('r-7'))
  trail.check()
  const { failing } = trail.state()
  assert.deepEqual([failing?.why, failing?.refused, failing?.unrecorded], ['ENOSPC', 4, 2])
  assert.equal(trail.state().unrecorded, 2, 'also what came before the disk was seen to be full')
  state.errno = undefined
  await eventually(() => trail.state().failing === undefined, 'it goes on')
  await trail.commit(beginOf('r-8'))
  assert.equal(trail.state().unrecorded, 2)
  const lines = wholeTrail(folder)
  assert.deepEqual(events(lines), ['begin', 'segment', 'gap', 'begin'])
  assert.deepEqual(gaps(lines), [['ENOSPC', 4, 2]])
  assert.deepEqual(
    trail.said.map(({ level, msg }) => [level, msg]),
    [
      ['error', 'the audit trail cannot be written'],
      ['warn', 'the audit trail goes on, in a new segment that says what it misses'],
    ],
  )
})

test('with "all" reads are refused too while nothing can be written, and counted; with "open" nobody is', async (t) => {
  for (const onFailure of ['all', 'open'] as const) {
    const folder = auditFolder(t)
    const { state, open } = failingAt('write')
    const trail = await openTestTrail(t, folder, { open, onFailure })
    trail.check()
    state.errno = 'EIO'
    await assert.rejects(trail.commit(beginOf('r-1')), { code: 'audit_unavailable' })
    if (onFailure === 'all') assert.throws(() => trail.check(), { code: 'audit_unavailable' })
    else trail.check()
    state.errno = undefined
    await eventually(() => trail.state().failing === undefined, 'it goes on')
    assert.deepEqual(gaps(wholeTrail(folder)), [onFailure === 'all' ? ['EIO', 2, 0] : ['EIO', 0, 1]])
    assert.equal(trail.state().unrecorded, onFailure === 'all' ? 0 : 1)
  }
})

test('what a failed write has left in a segment is taken out before the trail goes on, and not before that works', async (t) => {
  const folder = auditFolder(t)
  const { state, open } = failingAt('write', 'truncate')
  const trail = await openTestTrail(t, folder, { open })
  await trail.commit(beginOf('r-1'))
  state.errno = 'EIO'
  await assert.rejects(trail.commit(beginOf('r-2')))
  const [first = ''] = segmentFiles(folder)
  assert.ok(!readFileSync(join(folder, first), 'utf8').endsWith('\n'), 'half a line is there')
  assert.equal(segmentFiles(folder).length, 1)
  state.errno = undefined
  await eventually(() => trail.state().failing === undefined, 'it goes on')
  assert.deepEqual(events(wholeTrail(folder)), ['begin', 'segment', 'gap'])
})

test('what another writer has added meanwhile is never taken out, also behind what a failed write has left', async (t) => {
  const folder = auditFolder(t)
  const { state, open } = failingAt('write', 'truncate')
  const trail = await openTestTrail(t, folder, { open })
  await trail.commit(beginOf('r-1'))
  const path = join(folder, segmentFiles(folder)[0] ?? '')
  const bytes = statSync(path).size
  const { head } = trail.state()
  state.errno = 'EIO'
  await assert.rejects(trail.commit(beginOf('r-2')))
  // The other one has had its turn: it has cut what was torn, has written a line, and has given the folder back.
  truncateSync(path, bytes)
  appendFileSync(path, lineAfter(head, beginOf('another'), Date.now()).text)
  writeFileSync(join(folder, 'audit.lock.2'), 'free'.padEnd(16))
  state.errno = undefined
  await eventually(() => trail.state().failing === undefined, 'it goes on', 20_000)
  const lines = wholeTrail(folder)
  assert.deepEqual(events(lines), ['begin', 'begin', 'segment', 'gap'])
  assert.equal(lines[1]?.requestId, 'another')
})

test('a disk that fails already at the start does not end the program; once it works the trail has a gap line first', async (t) => {
  const folder = auditFolder(t)
  const { state, open } = failingAt('open', 'write')
  const before = await openTestTrail(t, folder)
  await before.commit(beginOf('r-1'))
  await before.stop()
  state.errno = 'EIO'
  const trail = await openTestTrail(t, folder, { open })
  assert.equal(trail.state().failing?.why, 'EIO')
  await assert.rejects(trail.commit(beginOf('r-2')), { code: 'audit_unavailable' })
  state.errno = undefined
  await eventually(() => trail.state().failing === undefined, 'it goes on')
  assert.equal(await trail.commit(beginOf('r-3')), 4)
  assert.deepEqual(gaps(wholeTrail(folder)), [['EIO', 1, 0]])
})

const tampering: Record<string, (path: string, folder: string) => void> = {
  'a file that is deleted': (path) => rmSync(path),
  'a file in whose place another one is put': (path) => {
    renameSync(path, `${path}.old`)
    copyFileSync(`${path}.old`, path)
  },
  'a file that is cut': (path) => truncateSync(path, 10),
  'a file that is added to': (path) => appendFileSync(path, 'x\n'),
  'a folder that is deleted': (_path, folder) => rmSync(folder, { recursive: true }),
  'a folder that is moved away': (_path, folder) => renameSync(folder, `${folder}-moved`),
  'a folder in whose place another one is put': (_path, folder) => {
    renameSync(folder, `${folder}-moved`)
    mkdirSync(folder, { mode: 0o700 })
  },
}

for (const [what, act] of Object.entries(tampering)) {
  test(`${what} is noticed within seconds without a request, and the trail goes on behind the last line`, async (t) => {
    const folder = auditFolder(t)
    const trail = await openTestTrail(t, folder)
    await trail.commit(beginOf('r-1'))
    const [first = ''] = segmentFiles(folder)
    const last = trail.state().head
    act(join(folder, first), folder)
    await eventually(() => trail.state().lines === 3, 'a segment and a gap line')
    assert.equal(await trail.commit(beginOf('r-2')), 4)
    const newest = segmentFiles(folder).at(-1) ?? ''
    assert.notEqual(newest, first)
    const lines = readFileSync(join(folder, newest), 'utf8').trim().split('\n')
    const [segment, gap] = lines.map((line) => JSON.parse(line))
    assert.deepEqual([segment.event, segment.seq, segment.prev], ['segment', 2, last.hash])
    assert.equal(gap.event, 'gap')
    assert.ok(['ENOENT', 'replaced'].includes(gap.detail.why), gap.detail.why)
    const said = trail.said.filter(({ msg }) => !msg.startsWith('segments')) // They could not be looked through.
    assert.deepEqual(
      said.map(({ level }) => level),
      ['error', 'warn'],
    )
    assert.match(said[0]?.msg ?? '', /^somebody has (replaced, shortened or added to|removed) the file/)
    const { replaced, unrecorded } = trail.state()
    assert.deepEqual([replaced?.times, replaced?.file], [1, first])
    const isThere = what === 'a file in whose place another one is put' || what === 'a file that is added to'
    assert.equal(replaced?.lost, isThere ? 0 : 1, 'the only line of it')
    assert.deepEqual([unrecorded, gap.detail.unrecorded], [replaced?.lost, replaced?.lost])
  })
}

test('lines that went into a file that somebody had replaced are counted as lost', async (t) => {
  const folder = auditFolder(t)
  const trail = await openTestTrail(t, folder, { lookMs: 5000 })
  await trail.commit(beginOf('r-1'))
  const path = join(folder, segmentFiles(folder)[0] ?? '')
  copyFileSync(path, `${path}.new`)
  renameSync(`${path}.new`, path) // As sed -i does.
  await trail.commit(beginOf('r-2'))
  await trail.commit(beginOf('r-3'))
  await eventually(() => trail.state().replaced !== undefined, 'it is noticed', 30_000)
  await eventually(() => trail.state().failing === undefined, 'it goes on')
  await trail.stop()
  const there = segmentFiles(folder).flatMap((name) => readFileSync(join(folder, name), 'utf8').trim().split('\n'))
  const lost = trail.state().head.seq - there.length
  assert.deepEqual([trail.state().replaced?.lost, trail.state().unrecorded], [lost, lost])
})

test('a folder that was opened to others is not gone on in when it has to be made anew, until it is closed', async (t) => {
  const folder = auditFolder(t)
  const trail = await openTestTrail(t, folder)
  await trail.commit(beginOf('r-1'))
  rmSync(folder, { recursive: true })
  mkdirSync(folder, { mode: 0o755 })
  await eventually(() => trail.state().failing?.why === 'open_folder', 'it is refused')
  await assert.rejects(trail.commit(beginOf('r-2')), { code: 'audit_unavailable' })
  rmSync(folder, { recursive: true })
  await eventually(() => trail.state().failing === undefined, 'it goes on')
})

test('a disk that does not answer refuses those who wait, and when it answers nothing of theirs stays in the trail', async (t) => {
  const folder = auditFolder(t)
  const awake = setInterval(() => {}, 1000) // As the listeners of a sidecar keep it.
  t.after(() => clearInterval(awake))
  let answer: (() => void) | undefined
  let holds = false
  const { open } = faultyFiles(() => undefined)
  const trail = await openTestTrail(t, folder, {
    stallMs: 500,
    async open(path, isNew) {
      const file = await open(path, isNew)
      return {
        ...file,
        async datasync() {
          if (holds) {
            holds = false
            await new Promise<void>((resolve) => {
              answer = resolve
            })
          }
          await file.datasync()
        },
      }
    },
  })
  await trail.commit(beginOf('r-1'))
  holds = true
  await assert.rejects(trail.commit(beginOf('r-2')), { code: 'audit_unavailable' })
  assert.equal(trail.state().failing?.why, 'stalled')
  answer?.()
  await eventually(() => trail.state().failing === undefined, 'it goes on')
  const lines = wholeTrail(folder)
  assert.deepEqual(events(lines), ['begin', 'segment', 'gap'])
  assert.deepEqual(gaps(lines), [['stalled', 1, 0]])
})

test('a standstill of the process itself is none of the disk: nothing is refused, and there is no gap', async (t) => {
  const folder = auditFolder(t)
  let release: (() => void) | undefined
  let holds = false
  const { open } = faultyFiles(() => undefined)
  const trail = await openTestTrail(t, folder, {
    lookMs: 50,
    async open(path, isNew) {
      const file = await open(path, isNew)
      return {
        ...file,
        async datasync() {
          if (holds) {
            await new Promise<void>((resolve) => {
              release = resolve
            })
          }
          await file.datasync()
        },
      }
    },
  })
  await trail.commit(beginOf('r-1'))
  holds = true
  const waiting = trail.commit(beginOf('r-2'))
  await eventually(() => release !== undefined, 'it is being written')
  holds = false
  // The clock has gone on for a minute, and the timers fire before the disk's answer is heard.
  const now = performance.now.bind(performance)
  t.mock.method(performance, 'now', () => now() + 60_000)
  await new Promise((resolve) => setTimeout(resolve, 200))
  release?.()
  assert.equal(await waiting, 2)
  assert.equal(trail.state().failing, undefined)
  await trail.stop()
  assert.deepEqual(gaps(wholeTrail(folder)), [])
})

test('what was refused while the gap was being told is told by another gap line', async (t) => {
  const folder = auditFolder(t)
  const { state, open } = failingAt('write')
  let onSync: (() => void) | undefined
  const trail = await openTestTrail(t, folder, {
    async open(path, isNew) {
      const file = await open(path, isNew)
      return {
        ...file,
        async datasync() {
          await file.datasync()
          onSync?.()
        },
      }
    },
  })
  await trail.commit(beginOf('r-1'))
  state.errno = 'ENOSPC'
  await assert.rejects(trail.commit(beginOf('r-2')))
  let late: Promise<unknown> | undefined
  onSync = () => {
    if (state.errno === undefined) late ??= trail.commit(beginOf('r-3')).catch((error: unknown) => error)
  }
  state.errno = undefined
  await eventually(() => trail.state().failing === undefined, 'it goes on')
  assert.equal(Reflect.get(Object(await late), 'code'), 'audit_unavailable')
  await trail.stop()
  assert.deepEqual(gaps(wholeTrail(folder)), [
    ['ENOSPC', 1, 0],
    ['ENOSPC', 1, 0],
  ])
})

test('a disk that fails again and again does not get a segment each time, and the log has one line for all of it', async (t) => {
  const folder = auditFolder(t)
  let broken = false
  let writes = 0
  const { open } = faultyFiles((what) => {
    if (!broken || what !== 'write' || writes > 100) return undefined
    writes += 1
    return writes % 2 === 1 ? 'EIO' : undefined // What follows a gap line fails.
  })
  const trail = await openTestTrail(t, folder, { open })
  await trail.commit(beginOf('r-1'))
  broken = true
  await assert.rejects(trail.commit(beginOf('r-2')), { code: 'audit_unavailable' })
  assert.equal(segmentFiles(folder).length, 2)
})

test('while a disk fails it is tried each second, and said once', async (t) => {
  let attempts = 0
  let fails = false
  const { open } = faultyFiles(() => {
    if (!fails) return undefined
    attempts += 1
    return 'EIO'
  })
  const trail = await openTestTrail(t, auditFolder(t), { open, lookMs: 100 })
  await trail.commit(beginOf('r-1'))
  fails = true
  await assert.rejects(trail.commit(beginOf('r-2')))
  await eventually(() => attempts > 6, 'it is tried')
  assert.deepEqual(
    trail.said.map(({ level, why }) => [level, why]),
    [['error', 'EIO']],
  )
  fails = false
})

test('more lines than a disk that works ever leaves waiting are not kept in memory, and counted', async (t) => {
  const folder = auditFolder(t)
  const trail = await openTestTrail(t, folder)
  for (let i = 0; i <= 50_000; i += 1) trail.note({ event: 'request' })
  assert.deepEqual([trail.state().failing?.why, trail.state().unrecorded], ['stalled', 50_001])
  await eventually(() => trail.state().failing === undefined, 'it goes on', 20_000)
  assert.deepEqual(gaps(wholeTrail(folder)), [['stalled', 0, 50_001]])
})

test('a trail that fails to its end says at stop what it can', async (t) => {
  const folder = auditFolder(t)
  const { state, open } = failingAt('write')
  const trail = await openTestTrail(t, folder, { open })
  await trail.commit(beginOf('r-1'))
  state.errno = 'ENOSPC'
  await assert.rejects(trail.commit(beginOf('r-2')))
  state.errno = undefined
  await trail.stop()
  assert.deepEqual(gaps(wholeTrail(folder)), [['ENOSPC', 1, 0]])
})
