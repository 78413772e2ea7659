import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inLanguage } from '../../src/words/language.ts'
import { ago, count, countdown, dateAndTime, duration, milliseconds, plural, size } from '../../src/words/units.ts'
import '../../src/words/unit-words.id.ts'

test('two units are enough, and what is under way is rounded up to the next second', () => {
  assert.deepEqual([0, 1, 61_000, 3_600_000, 3_661_000, 90_000_000].map(duration), [
    ...['0 s', '1 s', '1 min 1 s', '1 h', '1 h 1 min', '1 d 1 h'],
  ])
  assert.deepEqual([-5, 59_000, 3_601_000, 90_061_000].map(countdown), [
    '0 s',
    '59 s',
    '1 h 0 min 1 s',
    '25 h 1 min 1 s',
  ])
})

test('times, numbers and sizes have as many digits as people read', () => {
  assert.deepEqual([1.26, 12.6, 1260, 12_600].map(milliseconds), ['1.3 ms', '13 ms', '1.3 s', '13 s'])
  assert.deepEqual([999, 1000, 2_500_000].map(size), ['999 B', '1.0 kB', '2.5 MB'])
  assert.deepEqual([count(1_234_567), plural(1, 'call'), plural(2000, 'call')], ['1,234,567', '1 call', '2,000 calls'])
})

test('what happened within two seconds is just now', () => {
  const now = Date.parse('2026-12-01T10:00:00Z')
  assert.equal(ago('2026-12-01T09:59:58.500Z', now), 'just now')
  assert.equal(ago('2026-12-01T09:59:00Z', now), '1 min 0 s ago')
})

test('in Indonesian numbers have a comma, times a colon, and nouns no other form', () => {
  inLanguage('id', () => {
    assert.deepEqual([90_061_000, 754_000].map(duration), ['1 hari 1 jam', '12 mnt 34 dtk'])
    assert.deepEqual([90_061_000, 59_000].map(countdown), ['25 jam 1 mnt 1 dtk', '59 dtk'])
    assert.deepEqual([1.26, 12.6, 1260, 12_600].map(milliseconds), ['1,3 ms', '13 ms', '1,3 dtk', '13 dtk'])
    assert.deepEqual([size(2_500_000), count(1_234_567)], ['2,5 MB', '1.234.567'])
    assert.deepEqual([plural(1, 'panggilan'), plural(2000, 'panggilan')], ['1 panggilan', '2.000 panggilan'])
    assert.equal(dateAndTime(new Date(2026, 7, 17, 9, 5, 3).getTime()), '17 Agu 2026 09:05:03')
    const now = Date.parse('2026-12-01T10:00:00Z')
    assert.equal(ago('2026-12-01T09:59:59.500Z', now), 'baru saja')
    assert.equal(ago('2026-12-01T09:59:00Z', now), '1 mnt 0 dtk yang lalu')
  })
})
