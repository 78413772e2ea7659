import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { isGone, processMark } from '../../src/files/process-mark.ts'

const here = { skip: processMark() === '' && 'this system has no such names' }
const ended = () => String(spawnSync('true').pid)

/** The mark of this process with other parts. */
function mark(changes: Partial<Record<'boot' | 'namespace' | 'id' | 'start', string>>): string {
  const [boot, namespace, id, start] = processMark().split(' ')
  const parts = { boot, namespace, id, start, ...changes }
  return [parts.boot, parts.namespace, parts.id, parts.start].join(' ')
}

test('a process that lives is not gone, and one that has ended is', here, () => {
  assert.equal(isGone(processMark()), false)
  assert.equal(isGone(mark({ id: ended() })), true)
})

test('an id that was given to another process since does not hide that the one of before is gone', here, () => {
  assert.equal(isGone(mark({ start: '1' })), true)
})

test('of a process of another machine, of before a restart, or of another container nothing is known', here, () => {
  const id = ended()
  assert.equal(isGone(mark({ id, boot: '00000000-0000-4000-8000-000000000000' })), false)
  assert.equal(isGone(mark({ id, namespace: 'pid:[1]' })), false)
  assert.equal(isGone(mark({ id: '0' })), false)
})

test('what is no mark says nothing', () => {
  for (const text of [
    '',
    'held 3',
    `${process.pid}`,
    mark({ id: '-1' }),
    mark({ start: '' }),
    `${mark({ id: ended() })} x`,
  ]) {
    assert.equal(isGone(text), false, text)
  }
})
