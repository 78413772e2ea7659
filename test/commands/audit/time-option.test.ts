import assert from 'node:assert/strict'
import { test } from 'node:test'
import { shownTime, timeOption, utc, zoneOf } from '../../../src/commands/audit/time-zone.ts'

const now = Date.parse('2026-11-27T12:00:00.000Z')

test('2h, 3d and 30m are so long ago', () => {
  assert.equal(timeOption('2h', utc, now), '2026-11-27T10:00:00.000Z')
  assert.equal(timeOption('3d', utc, now), '2026-11-24T12:00:00.000Z')
  assert.equal(timeOption('30m', utc, now), '2026-11-27T11:30:00.000Z')
})

test('ISO 8601 is UTC unless it says otherwise', () => {
  for (const [text, time] of [
    ['2026-11-27', '2026-11-27T00:00:00.000Z'],
    ['2026-11-27T10:15', '2026-11-27T10:15:00.000Z'],
    ['2026-11-27 10:15:30', '2026-11-27T10:15:30.000Z'],
    ['2026-11-27T10:15:30.5Z', '2026-11-27T10:15:30.500Z'],
    ['2026-11-27T10:15+07:00', '2026-11-27T03:15:00.000Z'],
  ] as const) {
    assert.equal(timeOption(text, utc, now), time, text)
  }
})

test('what is no time is none', () => {
  for (const text of [
    '',
    'yesterday',
    '2',
    '-2h',
    '2w',
    '2026',
    '2026-13-01',
    '2026-11-27T25:00',
    '27.11.2026',
    '999999999d',
  ]) {
    assert.equal(timeOption(text, utc, now), undefined, text)
  }
})

test('a zone of the IANA, one of Indonesia, or an offset says how times are read and shown; what is none is none', () => {
  for (const [name, shown, asked] of [
    ['Asia/Jakarta', '2026-11-27 17:07:46', '2026-11-27T03:15:00.000Z'],
    ['WITA', '2026-11-27 18:07:46', '2026-11-27T02:15:00.000Z'],
    ['WIT', '2026-11-27 19:07:46', '2026-11-27T01:15:00.000Z'],
    ['-03:30', '2026-11-27 06:37:46', '2026-11-27T13:45:00.000Z'],
    ['America/New_York', '2026-11-27 05:07:46', '2026-11-27T15:15:00.000Z'],
    ['UTC', '2026-11-27 10:07:46', '2026-11-27T10:15:00.000Z'],
  ] as const) {
    const zone = zoneOf(name)
    assert.ok(zone)
    assert.equal(shownTime('2026-11-27T10:07:46.123Z', zone), shown, name)
    assert.equal(timeOption('2026-11-27T10:15', zone, now), asked, name)
    assert.equal(timeOption('2026-11-27T10:15Z', zone, now), '2026-11-27T10:15:00.000Z')
  }
  for (const text of ['Asia/Jakart', '7', '']) assert.equal(zoneOf(text), undefined, text)
  const york = zoneOf('America/New_York') // The clock goes ahead at 2 o'clock there.
  assert.ok(york)
  assert.equal(shownTime('2026-03-08T06:59:59.000Z', york), '2026-03-08 01:59:59')
  assert.equal(shownTime('2026-03-08T07:00:00.000Z', york), '2026-03-08 03:00:00')
  assert.equal(timeOption('2026-03-08T03:00', york, now), '2026-03-08T07:00:00.000Z')
})
