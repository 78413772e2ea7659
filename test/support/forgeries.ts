// Trails that somebody has made anew, with right hashes over odd spellings: what a line says must not depend on who reads it.
import type { Roll } from './random-trails.ts'
import { type Files, hashOf, linesOf, sealedText, setLines, unsealed } from './trails.ts'

/** Spellings of values, as the bytes of a line (Latin-1), of which few are those of the form. */
const values = [
  ...[
    '0',
    '7',
    '-0',
    '-1',
    '1e3',
    '1E3',
    '1.0',
    '0.0',
    '5.50',
    '0.1',
    '0.0001',
    '0.00001',
    '1.2345',
    '1.23456',
    '01',
    '+1',
  ],
  ...[
    '99999999999.9999',
    '99999999999.99999',
    '100000000000.5',
    '12345678901.1234',
    '123456789012.25',
    '3.141592653589793',
  ],
  ...[
    '999999999999999',
    '1000000000000000',
    '12345678901234567890',
    '1e400',
    'NaN',
    'Infinity',
    '-Infinity',
    '0x10',
    '1_0',
  ],
  ...[
    'null',
    'true',
    'false',
    '[]',
    '{}',
    '[1]',
    '{"a":1}',
    '{"a":1,"a":1}',
    '{"a":1,"a":2}',
    '{"a":1,"b":{}}',
    '{"":""}',
  ],
  ...[
    '{"__proto__":1}',
    '{"__proto__":1,"__proto__":1}',
    '{"a":1,"\\u0061":1}',
    '{"b":1,"a":2,"1":3}',
    '{"a":null}',
    '{ "a":1}',
  ],
  ...[
    '""',
    '"a"',
    '"\\u0041"',
    '"\\/"',
    '"/"',
    '"\\ud800"',
    '"\\ud83d\\ude00"',
    '"\\u001f"',
    '"\\u001F"',
    '"\\b"',
    '"\\u0008"',
  ],
  ...[
    '"\x7f"',
    '"\xff"',
    '"\xc3\xa9"',
    '"\xed\xa0\x80"',
    '"\xe2\x80\xa8"',
    '"\xc0\x80"',
    '"\xf0\x9d\x84\x9e"',
    '"\x07"',
    "'a'",
  ],
  ...[
    '"2026-11-27T08:00:01.000Z"',
    '"2026-02-30T08:00:01.000Z"',
    '"2026-11-27T24:00:00.000Z"',
    '"2026-11-27T08:00:60.000Z"',
  ],
  ...[
    '"2026-11-27T08:00:01Z"',
    '"2026-11-27T08:00:01.000+00:00"',
    '"0999-11-27T08:00:01.000Z"',
    '"3026-11-27T08:00:01.000Z"',
  ],
  ...[
    '"2999-11-27T08:00:01.000Z"',
    '"1970-01-01T00:00:00.000Z"',
    '"2026-1-027T08:00:01.000Z"',
    '"\xd9\xa2026-11-27T08:00:01.00Z"',
  ],
  ...[
    '"request"',
    '"segment"',
    '"retention"',
    '"Request"',
    '"re quest"',
    `"${'a'.repeat(64)}"`,
    `"${'A'.repeat(64)}"`,
    `"${'0'.repeat(64)}"`,
  ],
  ...[
    '{"before":"2026-11-27T08:00:01.000Z"}',
    '{"before":5}',
    '{"before":"2026-11-27T08:00:01Z"}',
    '{"before":"2026-02-30T08:00:01.000Z"}',
  ],
]

const member = /"(\w+)":("(?:[^"\\]|\\.)*"|[\d.]+|\{[^{}]*\})/g

/** Changes the spelling of one line, and makes all lines behind it anew. */
export function forge(files: Files, roll: Roll): void {
  const names = [...files.keys()].sort((a, b) => Number(a.slice(-18, -6)) - Number(b.slice(-18, -6)))
  const places = names.flatMap((name) => linesOf(files, name).map((_, index) => ({ name, index })))
  const target = places[roll(places.length || 1)]
  let prev: string | undefined
  for (const name of names) {
    const lines = linesOf(files, name).map((line, index) => {
      const text = unsealed(line)
      const chained = prev === undefined ? text : text.replace(/"prev":"[0-9a-f]{64}"\}$/, `"prev":"${prev}"}`)
      const isTarget = name === target?.name && index === target.index
      const made = sealedText(isTarget ? respelt(chained, roll) : chained)
      prev = hashOf(made)
      return made
    })
    setLines(files, name, lines)
  }
}

function respelt(text: string, roll: Roll): string {
  const members = [...text.matchAll(member)]
  const one = members[roll(members.length)]
  const other = members[roll(members.length)]
  if (one === undefined || other === undefined) return text
  const [whole, name = ''] = one
  const value = values[roll(values.length)] ?? ''
  const put = (made: string) => text.slice(0, one.index) + made + text.slice(one.index + whole.length)
  const inDetail = text.replace(/"detail":\{.*?\}(?=,"prev")/, () => claim(roll))
  const ways = [
    ...Array.from({ length: 6 }, () => () => put(`"${name}":${value}`)),
    ...Array.from({ length: 3 }, () => () => (inDetail === text ? put(`"${name}":${value}`) : inDetail)),
    () => put(`${whole},${whole}`),
    () => put(`${whole},${other[0]}`),
    () => put(`"${name}x":${value}`),
    () => put(`"${name}": ${value}`),
    () => text.replace(',"prev"', () => `,"detail":{"a":${value}},"prev"`),
    () => text.replace(',"prev"', () => `,"detail":{${whole},"n":${value}},"prev"`),
    () => text.replace(/"event":"[a-z-]+"(.*)(?=,"prev")/, () => `"event":"retention",${claim(roll)}`),
    () => text.replace(/"event":"segment".*(?=,"prev")/, '"event":"segment"'),
  ]
  return ways[roll(ways.length)]?.() ?? text
}

/** What a retention line says, also what it must not. */
function claim(roll: Roll): string {
  const of = (texts: readonly string[]) => texts[roll(texts.length)] ?? ''
  const lastSeq = of([String(roll(60)), String(roll(60)), String(roll(20)), '0', '"5"', '5.5', '-1', 'null'])
  const keepDays = of(['0', '0', '0', '1', '400', '36500', '36501', '0.5', '"0"', '-1'])
  return `"detail":{"segments":1,"firstSeq":1,"lastSeq":${lastSeq},"keepDays":${keepDays}${of(['', '', ',"lastSeq":1'])}}`
}
