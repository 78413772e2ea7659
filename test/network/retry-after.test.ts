// design/promises 10.4: what a Retry-After says, and that nothing is invented where it says nothing.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { statedPauseMs } from '../../src/network/retry-after.ts'

const wall = Date.parse('Fri, 27 Nov 2026 12:00:00 GMT')
const headers = (...lines: [string, string][]) => lines.flat().map((text) => Buffer.from(text, 'latin1'))
const date = (seconds: number) => new Date(wall + seconds * 1000).toUTCString()

for (const [name, value, ms] of [
  ['seconds', '20', 20_000],
  ['blanks around it', ' 20 ', 20_000],
  ['zero, which is no pause', '0', undefined],
  ['less than zero', '-5', undefined],
  ['a fraction, which is none of its forms', '1.5', undefined],
  ['words', 'soon', undefined],
  ['nothing', '', undefined],
  ['a date', date(15), 15_000],
  ['a date that is over', date(-15), undefined],
  ['a date in no time zone', 'Fri, 27 Nov 2026 13:00:00', undefined],
  ['what looks like a date', 'some day GMT', undefined],
] as const) {
  test(`Retry-After with ${name}`, () => {
    assert.equal(statedPauseMs(headers(['Content-Type', 'x'], ['Retry-After', value]), wall), ms)
  })
}

test('without the header nothing is stated; its name has any letter case; of two the longer counts', () => {
  assert.equal(statedPauseMs(headers(['Retry-Afters', '5']), wall), undefined)
  assert.equal(statedPauseMs(headers(['RETRY-AFTER', '5']), wall), 5000)
  assert.equal(statedPauseMs(headers(['retry-after', '5'], ['retry-after', '7']), wall), 7000)
  assert.equal(statedPauseMs(headers(['retry-after', 'soon'], ['retry-after', '7']), wall), 7000)
})

test('a date is compared with the Date of the same answer: our clock may be wrong by minutes', () => {
  assert.equal(statedPauseMs(headers(['Date', date(300)], ['Retry-After', date(310)]), wall), 10_000)
  assert.equal(statedPauseMs(headers(['Date', 'today'], ['Retry-After', date(10)]), wall), 10_000)
})
