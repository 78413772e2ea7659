// What somebody, or a disk, may do to the trail of `threeSegments`, and where it shows first.
import { type Files, forged, hashOf, linesOf, sealed, sealedText, setLines, unsealed } from './trails.ts'

type Names = readonly [first: string, second: string, third: string]

export type Manipulation = Readonly<{
  what: string
  change(files: Files, names: Names): void
  /** The file, by its place or its own name, the line, and words of the reason. */
  shows: readonly [file: number | string, line: number, reason: RegExp]
  /** It shows only to who has a head from before: `--head`. */
  byHead?: true
}>

/** In the second segment the lines 2 to 10 are three times a read, a begin and an end, seq 12 to 20. */
const target = 4

function inSecond(change: (lines: string[]) => string[]): Manipulation['change'] {
  return (files, [, second]) => setLines(files, second, change(linesOf(files, second)))
}

/** Changes the bytes of the fourth line of the second segment. */
function toLine(change: (line: string) => string): Manipulation['change'] {
  return inSecond((lines) => lines.with(target - 1, change(at(lines, target))))
}

/** The line in another spelling, with the hash of that. */
function spelt(change: (text: string) => string): Manipulation['change'] {
  return toLine((line) => sealedText(change(unsealed(line))))
}

function at(lines: readonly string[], number: number): string {
  const line = lines[number - 1]
  if (line === undefined) throw new Error(`there is no line ${number}`)
  return line
}

function bytesOf(files: Files, name: string): string {
  return files.get(name) ?? ''
}

function rename(files: Files, from: string, to: string): void {
  files.set(to, bytesOf(files, from))
  files.delete(from)
}

/** All lines from the second segment on with another caller and right hashes: a trail made anew. */
function rewritten(files: Files, names: Names): void {
  let prev: string | undefined
  for (const name of names.slice(1)) {
    const lines = linesOf(files, name).map((line) => {
      const caller = line.includes('"caller":') ? { caller: 'somebody-else' } : {}
      const made = forged(line, { ...caller, ...(prev === undefined ? {} : { prev }) })
      prev = hashOf(made)
      return made
    })
    setLines(files, name, lines)
  }
}

const changed: readonly Manipulation[] = [
  {
    what: 'the caller of a line is another one',
    change: toLine((line) => line.replace('time-clock', 'other')),
    shows: [1, 4, /hash is not that of its bytes/],
  },
  {
    what: 'a status is another one',
    change: toLine((line) => line.replace('"status":201', '"status":403')),
    shows: [1, 4, /hash is not that of its bytes/],
  },
  {
    what: 'a time is another one',
    change: toLine((line) => line.replace(/:\d\d\.000Z/, ':59.000Z')),
    shows: [1, 4, /hash is not that of its bytes/],
  },
  {
    what: 'a digit of a hash is another one',
    change: toLine((line) => line.replace(/.(?="\}$)/, (digit) => (digit === '0' ? '1' : '0'))),
    shows: [1, 4, /hash is not that of its bytes/],
  },
  {
    what: 'the very last line is changed',
    change: (files, [, , third]) =>
      setLines(files, third, linesOf(files, third).with(9, at(linesOf(files, third), 10).replace('201', '500'))),
    shows: [2, 10, /hash is not that of its bytes/],
  },
  {
    what: 'a line is changed and gets the right hash',
    change: toLine((line) => forged(line, { caller: 'other' })),
    shows: [1, 5, /prev is not the hash of the line before \(seq 14\)/],
  },
  {
    what: 'the last line of a segment is changed and gets the right hash',
    change: (files, [first]) =>
      setLines(files, first, linesOf(files, first).with(9, forged(at(linesOf(files, first), 10), { status: 500 }))),
    shows: [1, 1, /prev is not the hash of the line before \(seq 10\)/],
  },
  {
    what: 'the prev of the first line is made up, with the right hash',
    change: (files, [first]) =>
      setLines(
        files,
        first,
        linesOf(files, first).with(0, forged(at(linesOf(files, first), 1), { prev: 'a'.repeat(64) })),
      ),
    shows: [0, 1, /prev is not 64 zeros/],
  },
  {
    what: 'a seq is left out, with the right hash',
    change: toLine((line) => forged(line, { seq: 15 })),
    shows: [1, 4, /seq 15 follows seq 13: the line 14 is missing/],
  },
  {
    what: 'a seq goes back, with the right hash',
    change: toLine((line) => forged(line, { seq: 7 })),
    shows: [1, 4, /seq 7 follows seq 13: a line comes twice/],
  },
  {
    what: 'all lines from one on are made anew, with right hashes',
    change: rewritten,
    shows: [2, 10, /seq 30 has another hash than the head/],
    byHead: true,
  },
]

const removed: readonly Manipulation[] = [
  {
    what: 'a line is removed',
    change: inSecond((lines) => lines.toSpliced(3, 1)),
    shows: [1, 4, /seq 15 follows seq 13: the line 14 is missing/],
  },
  {
    what: 'three lines are removed',
    change: inSecond((lines) => lines.toSpliced(3, 3)),
    shows: [1, 4, /seq 17 follows seq 13: the lines 14 to 16 are missing/],
  },
  {
    what: 'the first line of the trail is removed',
    change: (files, [first]) => setLines(files, first, linesOf(files, first).slice(1)),
    shows: [0, 1, /the name of the file is not that of its first line/],
  },
  {
    what: 'the first line of a segment is removed',
    change: inSecond((lines) => lines.slice(1)),
    shows: [1, 1, /the line 11 is missing/],
  },
  {
    what: 'the last line of a segment is removed',
    change: inSecond((lines) => lines.slice(0, -1)),
    shows: [2, 1, /seq 21 follows seq 19: the line 20 is missing/],
  },
  {
    what: 'a segment in the middle is removed',
    change: (files, [, second]) => void files.delete(second),
    shows: [2, 1, /the lines 11 to 20 are missing/],
  },
  {
    what: 'a segment in the middle is emptied',
    change: (files, [, second]) => void files.set(second, ''),
    shows: [2, 1, /the lines 11 to 20 are missing/],
  },
  {
    what: 'the first segment is removed',
    change: (files, [first]) => void files.delete(first),
    shows: [1, 1, /begins with seq 11: the lines 1 to 10 are missing, and no retention line/],
  },
  {
    what: 'the last segment is removed',
    change: (files, [, , third]) => void files.delete(third),
    shows: [1, 11, /ends with seq 20: the lines 21 to 30 are missing, which the head says were there/],
    byHead: true,
  },
  {
    what: 'the last two lines are removed',
    change: (files, [, , third]) => setLines(files, third, linesOf(files, third).slice(0, -2)),
    shows: [2, 9, /ends with seq 28: the lines 29 to 30 are missing/],
    byHead: true,
  },
  {
    what: 'the end is cut off in the middle of a line',
    change: (files, [, , third]) => void files.set(third, bytesOf(files, third).slice(0, -40)),
    shows: [2, 10, /ends with seq 29: the line 30 is missing/],
    byHead: true,
  },
  {
    what: 'a segment in the middle is cut off in the middle of a line',
    change: (files, [, second]) => void files.set(second, bytesOf(files, second).slice(0, -40)),
    shows: [1, 10, /breaks off: \d+ bytes without a line feed/],
  },
]

const moved: readonly Manipulation[] = [
  {
    what: 'two lines are swapped',
    change: inSecond((lines) => lines.with(3, at(lines, 5)).with(4, at(lines, 4))),
    shows: [1, 4, /the line 14 is missing/],
  },
  {
    what: 'a line is there twice',
    change: inSecond((lines) => lines.toSpliced(4, 0, at(lines, 4))),
    shows: [1, 5, /seq 14 follows seq 14: a line comes twice/],
  },
  {
    what: 'a line of before is put in again',
    change: inSecond((lines) => lines.toSpliced(6, 0, at(lines, 3))),
    shows: [1, 7, /seq 13 follows seq 16: a line comes twice, or in the wrong place/],
  },
  {
    what: 'a line is put in, with the right seq and hash and a wrong prev',
    change: inSecond((lines) => lines.toSpliced(4, 0, forged(at(lines, 5), { prev: '0'.repeat(64) }))),
    shows: [1, 5, /prev is not the hash of the line before/],
  },
  {
    what: 'a line is put in, with the right seq, prev and hash',
    change: inSecond((lines) => lines.toSpliced(4, 0, forged(at(lines, 5), { caller: 'other' }))),
    shows: [1, 6, /seq 15 follows seq 15/],
  },
  {
    what: 'two segments are swapped',
    change(files, [first, second]) {
      const kept = bytesOf(files, first)
      files.set(first, bytesOf(files, second)).set(second, kept)
    },
    shows: [0, 1, /the name of the file is not that of its first line/],
  },
  {
    what: 'a segment has the name of another seq',
    change: (files, [first]) => rename(files, first, first.replace(/1\.jsonl$/, '2.jsonl')),
    shows: ['audit-20261127T080001Z-000000000002.jsonl', 1, /the name of the file is not that of its first line/],
  },
  {
    what: 'a segment has the name of another time',
    change: (files, [, second]) => rename(files, second, second.replace('20261128', '20261129')),
    shows: ['audit-20261129T080010Z-000000000011.jsonl', 1, /the name of the file is not that of its first line/],
  },
  {
    what: 'a segment has a name that is none',
    change: (files, [, second]) => rename(files, second, `${second}.bak`),
    shows: [2, 1, /the lines 11 to 20 are missing/],
  },
  {
    what: 'a copy of a segment lies beside it',
    change: (files, [, second]) => void files.set(second.replace('20261128', '20261129'), bytesOf(files, second)),
    shows: ['audit-20261129T080010Z-000000000011.jsonl', 1, /seq 11 follows seq 20/],
  },
  {
    what: 'two segments are put together',
    change(files, [first, second]) {
      files.set(first, bytesOf(files, first) + bytesOf(files, second))
      files.delete(second)
    },
    shows: [0, 11, /segment line, and no file begins with it: files were put together/],
  },
  {
    what: 'a segment is split',
    change(files, [, second]) {
      const lines = linesOf(files, second)
      setLines(files, second, lines.slice(0, 4))
      setLines(files, 'audit-20261128T080014Z-000000000015.jsonl', lines.slice(4))
    },
    shows: ['audit-20261128T080014Z-000000000015.jsonl', 1, /no segment line: a file was split/],
  },
  {
    what: 'a segment is that of another trail',
    change: inSecond((lines) => {
      let prev = 'b'.repeat(64)
      return lines.map((line) => {
        const made = forged(line, { prev })
        prev = hashOf(made)
        return made
      })
    }),
    shows: [1, 1, /prev is not the hash of the line before \(seq 10\)/],
  },
]

const spelling: readonly Manipulation[] = [
  {
    what: 'a file has CR LF',
    change: (files, [, second]) => void files.set(second, bytesOf(files, second).replaceAll('\n', '\r\n')),
    shows: [1, 1, /ends with CR LF/],
  },
  { what: 'a line has CR LF', change: toLine((line) => `${line}\r`), shows: [1, 4, /ends with CR LF/] },
  {
    what: 'a file begins with a byte order mark',
    change: (files, [first]) => void files.set(first, `\xef\xbb\xbf${bytesOf(files, first)}`),
    shows: [0, 1, /byte order mark/],
  },
  {
    what: 'a line has its members in another order, with the right hash',
    change: spelt((text) => text.replace(/("event":"end"),("begin":\d+)/, '$2,$1')),
    shows: [1, 4, /does not have the members of a line of the trail, in their order and spelling/],
  },
  {
    what: 'a line has blanks, with the right hash',
    change: spelt((text) => text.replaceAll(',"', ', "')),
    shows: [1, 4, /order and spelling/],
  },
  {
    what: 'a line has an escape where none is needed, with the right hash',
    change: spelt((text) => text.replace('POST', String.raw`\u0050OST`)),
    shows: [1, 4, /order and spelling/],
  },
  {
    what: 'a line has a number in another spelling, with the right hash',
    change: spelt((text) => text.replace('"status":201', '"status":2.01e2')),
    shows: [1, 4, /order and spelling/],
  },
  {
    what: 'a line has a member that there is not, with the right hash',
    change: spelt((text) => text.replace(',"prev":', ',"note":"all is well","prev":')),
    shows: [1, 4, /order and spelling/],
  },
  {
    what: 'a line has a member twice, with the right hash',
    change: spelt((text) => text.replace('"status":201', '"status":201,"status":403')),
    shows: [1, 4, /order and spelling/],
  },
  {
    what: 'a line lacks a member that each has, with the right hash',
    change: spelt((text) => text.replace(/,"prev":"[0-9a-f]*"/, '')),
    shows: [1, 4, /order and spelling/],
  },
  {
    what: 'the hash is not last',
    change: toLine((line) => line.replace(/(,"prev":"[^"]*")(,"hash":"[^"]*")/, '$2$1')),
    shows: [1, 4, /order and spelling/],
  },
  {
    what: 'a hash has capitals',
    change: toLine((line) => line.replace(/[0-9a-f]{64}(?="\}$)/, (hash) => hash.toUpperCase())),
    shows: [1, 4, /order and spelling/],
  },
  {
    what: 'a name is twice in a detail, with the right hash',
    change: spelt((text) => text.replace(',"prev"', ',"detail":{"n":1,"n":2},"prev"')),
    shows: [1, 4, /a name twice in its detail/],
  },
  {
    what: 'a number has more digits than every program keeps, with the right hash',
    change: spelt((text) => text.replace('"status":201', '"status":1234567890123456')),
    shows: [1, 4, /order and spelling/],
  },
  {
    what: 'a fraction has more digits than every program keeps, with the right hash',
    change: spelt((text) => text.replace('"status":201', '"status":1234567890.123456')),
    shows: [1, 4, /order and spelling/],
  },
  {
    what: 'a line is of another version, with the right hash',
    change: spelt((text) => text.replace('"v":1,', '"v":4,')),
    shows: [1, 4, /version 4 of the form, and this program knows versions 1 to 3/],
  },
  {
    what: 'a line says version 2 and has none of its members, with the right hash',
    change: spelt((text) =>
      text.replace('"v":1,', '"v":2,').replace(',"prev"', ',"detail":{"a":1,"delivered":"yes"},"prev"'),
    ),
    shows: [1, 4, /order and spelling/],
  },
  {
    what: 'a line of version 1 has a member of version 2, with the right hash',
    change: spelt((text) => text.replace(',"prev"', ',"repeatOf":1,"prev"')),
    shows: [1, 4, /order and spelling/],
  },
  {
    what: 'a line says version 3 and has no trace, with the right hash',
    change: spelt((text) => text.replace('"v":1,', '"v":3,').replace(',"prev"', ',"detail":{"traceId":"a"},"prev"')),
    shows: [1, 4, /order and spelling/],
  },
  {
    what: 'a line of version 1 has the trace of version 3, with the right hash',
    change: spelt((text) => text.replace(',"tenant"', ',"traceId":"a","tenant"')),
    shows: [1, 4, /order and spelling/],
  },
  {
    what: 'a line of version 2 has the trace of version 3, with the right hash',
    change: spelt((text) =>
      text
        .replace('"v":1,', '"v":2,')
        .replace(',"tenant"', ',"traceId":"a","tenant"')
        .replace(',"prev"', ',"delivered":"yes","prev"'),
    ),
    shows: [1, 4, /order and spelling/],
  },
  {
    what: 'a line has its trace at another place, with the right hash',
    change: spelt((text) => text.replace('"v":1,', '"v":3,').replace(',"prev"', ',"traceId":"a","prev"')),
    shows: [1, 4, /order and spelling/],
  },
  {
    what: 'a line is not UTF-8, with the right hash',
    change: spelt((text) => text.replace('r-1', '\xff-1')),
    shows: [1, 4, /not UTF-8/],
  },
]

const damaged: readonly Manipulation[] = [
  {
    what: 'a part of a line is NUL bytes, as after a loss of power',
    change: toLine((line) => line.slice(0, 40) + '\0'.repeat(60) + line.slice(100)),
    shows: [1, 4, /NUL bytes/],
  },
  {
    what: 'whole lines are NUL bytes up to the next line feed',
    change: inSecond((lines) => lines.with(3, '\0'.repeat(4096))),
    shows: [1, 4, /NUL bytes/],
  },
  {
    what: 'an empty line is put in',
    change: inSecond((lines) => lines.toSpliced(3, 0, '')),
    shows: [1, 4, /is empty/],
  },
  {
    what: 'a line of 3 MB is put in',
    change: inSecond((lines) => lines.toSpliced(3, 0, 'x'.repeat(3_000_000))),
    shows: [1, 4, /has 3000000 bytes, more than any line/],
  },
  {
    what: 'a line of the right form and hash is too long',
    change: spelt((text) => text.replace('demo', 'd'.repeat(70_000))),
    shows: [1, 4, /more than any line/],
  },
  {
    what: 'two lines are put together',
    change: inSecond((lines) => lines.toSpliced(3, 2, at(lines, 4) + at(lines, 5))),
    shows: [1, 4, /is no line of a trail/],
  },
  {
    what: 'a line is broken in two',
    change: inSecond((lines) => lines.toSpliced(3, 1, at(lines, 4).slice(0, 50), at(lines, 4).slice(50))),
    shows: [1, 4, /is no line of a trail/],
  },
  {
    what: 'words stand behind the end',
    change: (files, [, , third]) => void files.set(third, `${bytesOf(files, third)}nothing to see here\n`),
    shows: [2, 11, /is no line of a trail/],
  },
  {
    what: 'an old line stands behind the end',
    change: (files, [, , third]) => setLines(files, third, [...linesOf(files, third), at(linesOf(files, third), 2)]),
    shows: [2, 11, /seq 22 follows seq 30/],
  },
  {
    what: 'words without a line feed stand behind a segment in the middle',
    change: (files, [first]) => void files.set(first, `${bytesOf(files, first)}more`),
    shows: [0, 11, /breaks off: 4 bytes without a line feed/],
  },
  {
    what: 'an object of JSON that is no line is put in, with a right hash',
    change: inSecond((lines) => lines.toSpliced(3, 0, sealed({ v: 1, seq: 14, hello: 'world' }))),
    shows: [1, 4, /order and spelling/],
  },
]

export const manipulations: readonly Manipulation[] = [...changed, ...removed, ...moved, ...spelling, ...damaged]
