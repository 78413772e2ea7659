import assert from 'node:assert/strict'
import { test } from 'node:test'
import { timeOption } from '../../../src/commands/audit/time-option.ts'

const now = Date.parse('2026-11-27T12:00:00.000Z')

test('2h, 3d and 30m are so long ago', () => {
  assert.equal(timeOption('2h', now), '2026-11-27T10:00:00.000Z')
  assert.equal(timeOption('3d', now), '2026-11-24T12:00:00.000Z')
  assert.equal(timeOption('30m', now), '2026-11-27T11:30:00.000Z')
})

test('ISO 8601 is UTC unless it says otherwise', () => {
  for (const [text, time] of [
    ['2026-11-27', '2026-11-27T00:00:00.000Z'],
    ['2026-11-27T10:15', '2026-11-27T10:15:00.000Z'],
    ['2026-11-27 10:15:30', '2026-11-27T10:15:30.000Z'],
    ['2026-11-27T10:15:30.5Z', '2026-11-27T10:15:30.500Z'],
    ['2026-11-27T10:15+07:00', '2026-11-27T03:15:00.000Z'],
  ] as const) {
    assert.equal(timeOption(text, now), time, text)
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
    assert.equal(timeOption(text, now), undefined, text)
  }
})
