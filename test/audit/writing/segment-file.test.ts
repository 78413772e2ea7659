import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { endingOf, writeAll } from '../../../src/audit/writing/segment-file.ts'
import { auditFolder } from '../../support/audit-trail.ts'

test('how a segment ends is read from its end, however long its last line is', async (t) => {
  const folder = auditFolder(t)
  mkdirSync(folder)
  const long = 'é'.repeat(100_000)
  for (const [text, lastLine, torn] of [
    ['', undefined, ''],
    ['\n', '', ''],
    ['a\n', 'a', ''],
    ['a\nb\n', 'b', ''],
    ['a\nb', 'a', 'b'],
    ['torn', undefined, 'torn'],
    [`a\n${long}\n`, long, ''],
    [`${long}\n`, long, ''],
    [`${long}\nb\n${long}`, 'b', long],
    [long, undefined, long],
    [`${'x'.repeat(65_535)}\n${'y'.repeat(65_535)}\n`, 'y'.repeat(65_535), ''],
    [`${'x'.repeat(65_536)}\n${'y'.repeat(65_536)}`, 'x'.repeat(65_536), 'y'.repeat(65_536)],
  ] as const) {
    writeFileSync(join(folder, 'segment'), text)
    const tornBytes = Buffer.byteLength(torn)
    assert.deepEqual(await endingOf(folder, 'segment'), {
      lastLine,
      wholeBytes: Buffer.byteLength(text) - tornBytes,
      tornBytes,
    })
  }
})

test('a write that takes a part only is gone on with; one that takes nothing is an error, not a loop', async () => {
  const taken: string[] = []
  const file = (most: number) => ({
    async write(bytes: Buffer, from: number) {
      const part = bytes.subarray(from, from + most)
      taken.push(part.toString())
      return { bytesWritten: part.length }
    },
    datasync: async () => {},
    truncate: async () => {},
    stat: async () => ({ ino: 1, dev: 1 }),
    close: async () => {},
  })
  await writeAll(file(3), Buffer.from('12345678'))
  assert.deepEqual(taken, ['123', '456', '78'])
  await assert.rejects(writeAll(file(0), Buffer.from('1')), { code: 'EIO' })
})
