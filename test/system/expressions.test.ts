// An expression that takes long on some text stops everything for everyone. Nobody sees for sure whose bytes come to which, so all
// of src are tried, with texts that are made to be hard for them.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import { test } from 'node:test'
import { attacks, expressionsIn, type Literal } from '../support/expressions.ts'
import { root } from '../support/sidecar.ts'

const mostMs = 5
const longest = 64 * 1024
/** By small steps at first: what takes ever twice as long shows so before it takes for ever. */
const lengths = [...Array.from({ length: 12 }, (_, step) => Math.round(16 * 1.3 ** step)), 1000, 4000, 16_000, longest]

/** Those that are slower, and why no caller can use that. */
const slow: readonly (readonly [name: string, expression: RegExp, why: string])[] = [
  [
    'callers/file/parse-callers.ts',
    /\s+[#;].*$/,
    'lines of the callers file: whoever writes them decides everything anyway',
  ],
  ['callers/file/parse-callers.ts', /^([^=]*?)\s*=\s*(.*)$/, 'the same'],
  ['files/windows-command.ts', /(\\*)"/g, 'the arguments of a command that somebody types'],
  ['files/windows-command.ts', /\\+$/, 'the same'],
  ['files/process-mark.ts', /^.*\) (?:\S+ ){19}(\d+) /s, "the kernel's line about a process"],
  ['forwarding/headers.ts', /^[ \t]+|[ \t]+$/g, 'at most 128 characters of an answer of CATAPA'],
]
const excused = slow.map(([name, { source }]) => `${name} ${source}`)

/** Files that put expressions together when they are asked something, and of what. */
const putTogether: Readonly<Record<string, string>> = {
  'words/wrapped.ts': 'a number of columns',
  'forwarding/bytes-taken.ts': 'a literal, which is tried',
}

/** The look-alike of CATAPA shares a process with nobody's data. */
const inSandbox = (name: string) => name.startsWith('sandbox/')

const src = join(root, 'src')
const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .map((name) => name.replaceAll(sep, '/'))
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts') && !inSandbox(name))
  .map((name) => ({ name, ...expressionsIn(readFileSync(join(src, name), 'utf8')) }))

/** What one try takes, and where that is too long the least of some, in processor time: others use the machine as well. */
function costMs(expression: RegExp, text: string): number {
  const run = () => (expression.global ? text.replace(expression, '') : expression.exec(text))
  const begun = performance.now()
  run()
  let least = performance.now() - begun
  for (let tries = 0; tries < 10 && least > mostMs; tries++) {
    const before = process.cpuUsage()
    run()
    const { user, system } = process.cpuUsage(before)
    least = Math.min(least, (user + system) / 1000)
  }
  return least
}

/** The text that takes an expression too long. */
function tooHard(literal: Literal): string | undefined {
  const { source, flags } = literal
  const expression = new RegExp(source, flags)
  for (const attack of attacks(literal)) {
    for (const length of lengths) {
      const ms = costMs(expression, attack(length))
      if (ms > mostMs) return `${ms.toFixed(1)} ms for ${length} bytes like ${JSON.stringify(attack(60))}`
      // What grows with the cube or faster takes too long for 4,000; else the longest takes so many times as long, squared, at most.
      if (length >= 4000 && 1.25 * ms * (longest / length) ** 2 < mostMs) break
    }
  }
  return undefined
}

/** The expressions that a file puts together when it is loaded. */
async function madeBy(name: string): Promise<RegExp[]> {
  const made: RegExp[] = []
  const plain = globalThis.RegExp
  globalThis.RegExp = new Proxy(plain, {
    construct(target, [source, flags]) {
      const expression = new target(source, flags)
      made.push(expression)
      return expression
    },
  })
  try {
    await import(`${new URL(`../../src/${name.replace(/ts$/, 'js')}`, import.meta.url)}?anew`)
  } finally {
    globalThis.RegExp = plain
  }
  return made
}

test('literals are found, and nothing else is taken for one', () => {
  const code = String.raw`#!/usr/bin/env node
    const a = 1 / 2 / 3 // not /this/
    /* nor /this/ */ const b = '/nor/' + "/this/" + ${'`'}/nor/ ${'$'}{ [/one/g, '}'] } /nor/${'`'}
    if (/t[/\]]wo\//i.test(x)) return /three/
    const c = (d) / e / f, g = h[0] / i / j, k = x.return / 2 / 1
    new RegExp('four')
  `
  assert.deepEqual(expressionsIn(code), {
    literals: [
      { source: 'one', flags: 'g' },
      { source: String.raw`t[/\]]wo\/`, flags: 'i' },
      { source: 'three', flags: '' },
    ],
    made: 1,
  })
})

test('what takes long is found to', () => {
  for (const { source, flags } of [
    /^([a-z-]+): [ \t]*(.*?)[ \t]*$/s, // So a header with a key was once taken apart.
    /^(a+)+$/,
    /\s+$/,
    /^(?:a|b|ab)*c$/,
    /x*y*x*$/,
  ])
    assert.notEqual(tooHard({ source, flags }), undefined, source)
})

test(`no expression takes longer than ${mostMs} ms for 64 KiB, but for those that no caller reaches`, () => {
  const known = new Set<string>()
  const found: string[] = []
  for (const { name, literals } of files)
    for (const literal of literals) {
      const called = `${name} ${literal.source}`
      known.add(called)
      const hard = excused.includes(called) ? undefined : tooHard(literal)
      if (hard !== undefined) found.push(`${called}: ${hard}`)
    }
  assert.deepEqual(found, [])
  assert.deepEqual(
    excused.filter((called) => !known.has(called)),
    [],
    'these are no longer there',
  )
})

test('the same holds for those that are put together', async () => {
  for (const { name, made } of files) {
    if (made === 0 || putTogether[name] !== undefined) continue
    const expressions = await madeBy(name)
    assert.ok(expressions.length > 0, `${name} puts together an expression when it is asked something: say of what`)
    for (const { source, flags } of expressions) assert.equal(tooHard({ source, flags }), undefined, name)
  }
})
