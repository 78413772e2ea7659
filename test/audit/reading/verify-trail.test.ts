import assert from 'node:assert/strict'
import { appendFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { longestLineBytes } from '../../../src/audit/reading/segment-pieces.ts'
import { verifyTrail } from '../../../src/audit/reading/verify-trail.ts'
import {
  aRead,
  forged,
  hashOf,
  linesOf,
  setLines,
  threeSegments,
  trailFolderOf,
  trailMaker,
} from '../../support/trails.ts'

test('a last line without a line feed is mentioned with its place, and is no break', (t) => {
  const { files, head } = threeSegments()
  const [last = ''] = [...files.keys()].slice(-1)
  const folder = trailFolderOf(t, files)
  appendFileSync(join(folder, last), '{"v":1,"seq":31,"time":"2026-')
  const { broken, torn, lines, head: found } = verifyTrail(folder, { head: head() })
  assert.deepEqual(
    { broken, torn, lines, found },
    {
      broken: undefined,
      torn: { file: last, line: 11, bytes: 29 },
      lines: 30,
      found: 'met',
    },
  )
  writeFileSync(join(folder, last), '')
  assert.deepEqual(verifyTrail(folder).torn, undefined)
})

test('a tail of any length without a line feed, also of NUL bytes as a loss of power leaves it, is one torn line', (t) => {
  for (const bytes of ['\0'.repeat(5_000_000), 'x'.repeat(longestLineBytes), 'x'.repeat(1_048_577)]) {
    const { files } = threeSegments()
    const [last = ''] = [...files.keys()].slice(-1)
    const folder = trailFolderOf(t, files)
    appendFileSync(join(folder, last), bytes)
    const { broken, torn } = verifyTrail(folder)
    assert.deepEqual({ broken, torn }, { broken: undefined, torn: { file: last, line: 11, bytes: bytes.length } })
  }
})

test('a folder without a trail, and one with an empty segment only, have no line', (t) => {
  for (const files of [new Map(), new Map([['audit-20261127T080001Z-000000000001.jsonl', '']])]) {
    const verified = verifyTrail(trailFolderOf(t, files))
    assert.deepEqual([verified.lines, verified.last, verified.broken], [0, undefined, undefined])
  }
})

test('a trail may begin later where a retention line says what was deleted, and deleted with it is what nobody can ask for any more', (t) => {
  const trail = threeSegments()
  const heads = [...trail.files].map(([name]) => linesOf(trail.files, name).at(-1) ?? '').map(hashOf)
  trail.retire()
  const folder = trailFolderOf(t, trail.files)
  const { broken, first, lines } = verifyTrail(folder)
  assert.deepEqual([broken, first?.seq, lines], [undefined, 11, 21])
  const headOf = (seq: number, hash = '') => verifyTrail(folder, { head: { seq, hash } })
  assert.equal(headOf(9, 'c'.repeat(64)).head, 'older')
  assert.equal(headOf(10, heads[0]).head, 'met')
  assert.match(headOf(10, 'c'.repeat(64)).broken?.reason ?? '', /seq 10 has another hash than the head/)
  assert.equal(headOf(20, heads[1]).head, 'met')
  assert.match(headOf(20, heads[0]).broken?.reason ?? '', /seq 20 has another hash/)
})

test('more than the retention line says is missed', (t) => {
  const trail = threeSegments()
  trail.retire()
  const [second = '', third = ''] = trail.files.keys()
  trail.files.delete(second)
  const { broken } = verifyTrail(trailFolderOf(t, trail.files))
  assert.equal(`${broken?.file} ${broken?.line}`, `${third} 1`)
  assert.match(broken?.reason ?? '', /the lines 11 to 20 are missing, and no retention line/)
})

test('one forged line at the end excuses no removal of the beginning, whatever it says', (t) => {
  const forgeries: [detail: Record<string, unknown>, reason: RegExp, laterDays?: number][] = [
    [
      { keepDays: 400 },
      /up to seq 10, which it says were deleted, ended at 2026-11-27T08:00:10.000Z, less than 400 days/,
    ],
    [{ keepDays: 400 }, /less than 400 days before/, 500],
    [{ keepDays: 3 }, /less than 3 days before/],
    [{ lastSeq: 31 }, /says that lines behind it were deleted, up to seq 31/],
    [{ lastSeq: 12 }, /no file begins behind the lines that it says were deleted, with seq 13/],
    [{ lastSeq: undefined }, /does not say which lines were deleted/],
    [{ keepDays: undefined }, /does not say .* how many days are kept/],
  ]
  for (const [detail, reason, laterDays = 0] of forgeries) {
    const trail = threeSegments()
    const head = trail.head() // Published before.
    const [, , third = ''] = trail.files.keys()
    if (laterDays > 0) trail.segment(laterDays * 86_400_000)
    trail.retire(detail)
    trail.add(aRead()) // The sidecar goes on behind it.
    const [last = ''] = [...trail.files.keys()].slice(-1)
    const now = Date.parse('2026-11-29T12:00:00Z')
    for (const asked of [undefined, head]) {
      const { broken } = verifyTrail(trailFolderOf(t, trail.files), { head: asked, now })
      assert.deepEqual([broken?.file, broken?.line], [last, last === third ? 11 : 2], JSON.stringify(detail))
      assert.match(broken?.reason ?? '', reason)
    }
  }
})

test('a segment line that says another time of the line before is a break', (t) => {
  const { files } = threeSegments()
  const [, second = ''] = files.keys()
  for (const before of ['2025-11-27T08:00:10.000Z', 'long ago', 5]) {
    const lines = linesOf(files, second)
    const changed = new Map(files)
    setLines(changed, second, lines.with(0, forged(lines[0] ?? '', { detail: { before } })))
    const { broken } = verifyTrail(trailFolderOf(t, changed))
    assert.deepEqual([broken?.file, broken?.line], [second, 1])
    assert.match(broken?.reason ?? '', /it is a segment line, and the line before it has another time than it says/)
  }
})

test('a trail of before segments said when the lines before them ended is whole as ever, and nothing is known of that', (t) => {
  const trail = threeSegments({ old: true })
  trail.retire({ keepDays: 400 })
  const { broken, first, deletedEnd, keepDays } = verifyTrail(trailFolderOf(t, trail.files))
  const kept = { least: 400, most: 400 }
  assert.deepEqual([broken, first?.seq, deletedEnd, keepDays], [undefined, 11, undefined, kept])
})

test('when what was deleted ended, and how many days are kept, is known', (t) => {
  const trail = threeSegments()
  trail.retire()
  trail.segment(3 * 86_400_000)
  trail.retire({ keepDays: 2 })
  const now = Date.parse('2026-12-02T12:00:00Z')
  const { broken, deletedEnd, keepDays } = verifyTrail(trailFolderOf(t, trail.files), { now })
  assert.deepEqual([broken, deletedEnd, keepDays], [undefined, '2026-11-28T08:00:19.000Z', { least: 1, most: 2 }])
})

test('where a crash came between retention line and deletion, what is still there is still read', (t) => {
  const trail = threeSegments()
  const kept = new Map(trail.files)
  trail.retire()
  for (const [name, bytes] of kept) if (!trail.files.has(name)) trail.files.set(name, bytes)
  const { broken, first } = verifyTrail(trailFolderOf(t, trail.files))
  assert.deepEqual([broken, first?.seq], [undefined, 1])
})

test('a head is met on any line; one before the first line is met by every trail', (t) => {
  const { files } = threeSegments()
  const folder = trailFolderOf(t, files)
  for (const name of files.keys()) {
    for (const line of linesOf(files, name)) {
      const head = { seq: JSON.parse(line).seq, hash: hashOf(line) }
      assert.equal(verifyTrail(folder, { head }).head, 'met')
    }
  }
  assert.equal(verifyTrail(folder, { head: { seq: 0, hash: '0'.repeat(64) } }).head, 'met')
})

test('of several breaks the first is told', (t) => {
  const { files } = threeSegments()
  const [first = '', second = ''] = files.keys()
  for (const name of [second, first]) {
    const lines = linesOf(files, name)
    setLines(files, name, lines.with(6, forged(lines[6] ?? '', { status: 500 })))
  }
  const { broken } = verifyTrail(trailFolderOf(t, files))
  assert.deepEqual([broken?.file, broken?.line], [first, 8])
})

test('other files of the folder do not matter; those that look like segments are named', (t) => {
  const { files } = threeSegments()
  files.set('lock', 'x').set('audit-2026.jsonl.gz', 'x').set('notes.txt', 'x')
  const { broken, strangers, segments } = verifyTrail(trailFolderOf(t, files))
  assert.deepEqual([broken, strangers, segments], [undefined, ['audit-2026.jsonl.gz'], 3])
})

test('segments are in the order of seq, also where a clock went back between them', (t) => {
  const trail = trailMaker()
  trail.add(aRead())
  trail.segment(86_400_000)
  trail.add(aRead())
  trail.segment(-3 * 86_400_000)
  trail.add(aRead())
  assert.deepEqual(verifyTrail(trailFolderOf(t, trail.files)).broken, undefined)
})

test('what is told of the progress grows to the whole', (t) => {
  const trail = trailMaker()
  for (let line = 0; line < 20_000; line++) trail.add(aRead())
  const told: number[] = []
  const { broken } = verifyTrail(trailFolderOf(t, trail.files), { tell: ({ part }) => told.push(part) })
  assert.equal(broken, undefined)
  assert.equal(told.length, 2)
  assert.ok(told.every((part, index) => part > (told[index - 1] ?? 0) && part <= 1))
})

test('every text that JSON.stringify may write is in the form', (t) => {
  const trail = trailMaker()
  const odd = '"\\/\b\f\n\r\t\u0000\u001f\u007f é … 漢 𝄞'
  trail.add(
    aRead({
      operation: odd,
      requestId: odd,
      durationMs: 0.1,
      status: undefined,
      detail: { [odd]: odd, n: 0, f: 1.25 },
    }),
  )
  trail.add(aRead({ detail: {} }))
  assert.deepEqual(verifyTrail(trailFolderOf(t, trail.files)).broken, undefined)
})

test('a line may have 65,536 bytes, and not one more', (t) => {
  const madeOf = (length: number) => {
    const trail = trailMaker()
    trail.add({ event: 'start', detail: { version: 'x'.repeat(length) } })
    return trail.files
  }
  const [bytes = ''] = [...madeOf(0).values()]
  const most = longestLineBytes - (bytes.length - 1)
  assert.equal(verifyTrail(trailFolderOf(t, madeOf(most))).broken, undefined)
  assert.match(verifyTrail(trailFolderOf(t, madeOf(most + 1))).broken?.reason ?? '', /more than any line/)
})

test('where the first files are empty or torn, what is missing shows in the first that has anything', (t) => {
  const { files } = threeSegments()
  const [first = '', second = '', third = ''] = files.keys()
  files.set(first, '')
  assert.deepEqual(verifyTrail(trailFolderOf(t, files)).broken, {
    file: second,
    line: 1,
    reason: 'the trail begins with seq 11: the lines 1 to 10 are missing, and no retention line tells of it',
  })
  const torn = verifyTrail(trailFolderOf(t, new Map([[third, '{"v":1,']])))
  assert.equal(torn.broken?.file, third)
  assert.match(torn.broken?.reason ?? '', /^the trail begins with seq 21/)
})

test('a torn line before empty files is what a crash leaves, and a missing end shows in its file', (t) => {
  const trail = threeSegments()
  const [, , third = ''] = trail.files.keys()
  trail.files.set(third, `${trail.files.get(third)}{"v":1,`).set('audit-20261130T080000Z-000000000031.jsonl', '')
  const folder = trailFolderOf(t, trail.files)
  const { broken, torn } = verifyTrail(folder)
  assert.deepEqual([broken, torn], [undefined, { file: third, line: 11, bytes: 7 }])
  const head = { seq: 31, hash: '0'.repeat(64) }
  assert.deepEqual(verifyTrail(folder, { head }).broken?.file, third)
})

test('one line that is missing shows, at the beginning and at the end', (t) => {
  const trail = trailMaker()
  trail.add(aRead())
  trail.segment()
  const begin = new Map(trail.files)
  const [first = '', second = ''] = begin.keys()
  begin.delete(first)
  assert.match(
    verifyTrail(trailFolderOf(t, begin)).broken?.reason ?? '',
    /^the trail begins with seq 2: the line 1 is missing/,
  )
  trail.add(aRead())
  const head = trail.head()
  setLines(trail.files, second, linesOf(trail.files, second).slice(0, -1))
  assert.match(
    verifyTrail(trailFolderOf(t, trail.files), { head }).broken?.reason ?? '',
    /^the trail ends with seq 2: the line 3 is missing/,
  )
})
