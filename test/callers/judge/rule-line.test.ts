import assert from 'node:assert/strict'
import { test } from 'node:test'
import { segmentsOf } from '../../../src/callers/judge/path-pattern.ts'
import { matches, matchesAnyCase, parseLine } from '../../../src/callers/judge/rule-line.ts'
import type { RuleLine } from '../../../src/callers/restrictions.ts'
import { knownOperations } from '../../../src/operations/catalogue.ts'

function line(text: string): RuleLine {
  const parsed = parseLine(text, 14)
  assert.ok(!('flaw' in parsed), 'flaw' in parsed ? `${text}: ${parsed.flaw}` : '')
  return parsed
}

function flaw(text: string): string {
  const parsed = parseLine(text, 14)
  return 'flaw' in parsed ? parsed.flaw : assert.fail(`${text} has no flaw`)
}

test('a line has methods and a pattern', () => {
  assert.deepEqual(line('GET,PUT /core/v1/employees/*'), {
    line: 14,
    methods: new Set(['GET', 'PUT']),
    segments: ['core', 'v1', 'employees', '*'],
  })
  assert.equal(line('  *   /core/v1/** ').methods, undefined)
  assert.deepEqual(line('* /').segments, [])
  assert.deepEqual(line('* /**').segments, ['**'])
  assert.deepEqual(line('M-SEARCH,OPTIONS /x').methods, new Set(['M-SEARCH', 'OPTIONS']))
  assert.deepEqual(line('GET /core/v1/tax-calculations/externalId%3DA-1').segments.at(-1), 'externalId=A-1')
})

test('every operation of the catalogue can be written as a line, which matches it', () => {
  for (const { method, template } of knownOperations) {
    const path = template.replace(/\{\w+\}/g, '4711')
    assert.ok(matches(line(`${method} ${path}`), method, path), path)
    assert.ok(matches(line(`${method} ${template.replace(/[^/]*\{[^/]*/g, '*')}`), method, path), path)
  }
})

test('"*" is one segment, "**" the rest, also none; other segments are what they are', () => {
  const matching: [text: string, method: string, path: string][] = [
    ['GET /core/v1/employees/*', 'GET', '/core/v1/employees/4711'],
    ['GET /core/v1/employees/*', 'HEAD', '/core/v1/employees/4711'],
    ['* /core/v1/employees/**', 'DELETE', '/core/v1/employees'],
    ['* /core/v1/employees/**', 'OPTIONS', '/core/v1/employees/1/2/3'],
    ['* /**', 'GET', '/'],
    ['* /', 'GET', '/'],
    ['GET,POST /core/v1/*/approvals', 'POST', '/core/v1/families/approvals'],
    ['GET /core/v1/x/externalId%3D1', 'GET', '/core/v1/x/externalId=1'],
    ['GET /core/v1/x/externalId=1', 'GET', '/core/v1/x/externalId%3d1'],
    ['GET /core/v1/x/a@b', 'GET', '/core/v1/x/a%40b'],
    ['GET /core/v1/x/%C3%A9', 'GET', '/core/v1/x/%c3%a9'],
  ]
  for (const [text, method, path] of matching) assert.ok(matches(line(text), method, path), `${text} ${path}`)
  const not: [text: string, method: string, path: string][] = [
    ['GET /core/v1/employees/*', 'POST', '/core/v1/employees/4711'],
    ['GET /core/v1/employees/*', 'GET', '/core/v1/employees'],
    ['GET /core/v1/employees/*', 'GET', '/core/v1/employees/1/2'],
    ['* /core/v1/employees/**', 'GET', '/core/v1/employee'],
    ['* /core/v1/employees/**', 'GET', '/core/v1'],
    ['* /', 'GET', '/core'],
    ['POST /x', 'HEAD', '/x'],
    ['GET /core/v1/x', 'GET', '/core/v1/X'],
    ['GET /core/v1/x', 'GET', '/core/v1/%zz'],
  ]
  for (const [text, method, path] of not) assert.ok(!matches(line(text), method, path), `${text} ${path}`)
  assert.ok(matchesAnyCase(line('GET /core/v2/Secret/**'), 'GET', segmentsOf('/core/v2/secret/1')))
})

test('what is wrong with a line is said in words, with what was meant', () => {
  const flaws: [text: string, words: RegExp][] = [
    ['', /METHOD\[,METHOD\] PATTERN/],
    ['GET', /METHOD\[,METHOD\] PATTERN/],
    ['/core/v1/employees', /METHOD\[,METHOD\] PATTERN/],
    ['GET, PUT /core/v1/employees', /METHOD\[,METHOD\] PATTERN/],
    ['GET /a /b', /METHOD\[,METHOD\] PATTERN/],
    ['GET,,PUT /a', /one comma/],
    ['GET, /a', /one comma/],
    ['GTE /a', /method of HTTP, or \* for all, not "GTE"; did you mean GET\?$/],
    ['get /a', /did you mean GET\?/],
    ['READ-EVERYTHING /a', /or \* for all, not "READ-EVERYTHING"$/],
    ['HEAD /a', /GET counts for it/],
    ['GET,HEAD /a', /GET counts for it/],
    ['TRACE /a', /TRACE, which is refused for everyone/],
    ['*,GET /a', /"\*" is every one/],
    ['GET core/v1/employees', /begins with "\/"/],
    ['GET https://api.catapa.com/core/v1/employees', /without host/],
    ['GET /core/v1/employees?page=0', /is not judged/],
    ['GET /core/v1/employees#x', /is not judged/],
    ['GET /core/v1/employees/{id}', /\* for each segment/],
    ['GET /core/v1/tax-calculations/externalId%3D{externalId}', /\* for each segment/],
    ['GET /core/v1/tax-calculations/externalId%3D*', /whole segment only, also for one such as externalId/],
    ['GET /core/v1/emp*', /whole segment/],
    ['GET /core/***', /whole segment/],
    ['GET /core/**/approvals', /only at the end/],
    ['GET /core/**/**', /only at the end/],
    ['GET /core/%2A', /whole segment only/],
    ['GET /core//v1', /one "\/" for "\/\/"/],
    ['GET /core/v1/', /no "\/" at the end/],
    ['GET /core/v1/**/', /only at the end/],
    ['GET /core/%761', /without encoding/],
    ['GET /core/v1/a;b', /two ways/],
    ['GET /core/v1/a%2Fb', /two ways/],
    ['GET /core/v1/a\\b', /two ways/],
    ['GET /core/v1/%zz', /two ways/],
    ['GET /core/v1/employees.json', /two ways/],
    ['GET /core/v1/Employees', /no path of CATAPA fits; did you mean employees\?/],
    ['GET /Core/v1/**', /did you mean core\?/],
    ['GET /core/v1/*/Approvals/**', /did you mean approvals\?/],
    ['DELETE /core/v1/employes', /did you mean employees\?/],
    ['* /core/v1/bank-acount-configurations/**', /did you mean bank-account-configurations\?/],
    ['GET /core/v1/tax-calculations/externalid=7', /did you mean externalId\?/],
  ]
  for (const [text, words] of flaws) assert.match(flaw(text), words, text)
})

test('nothing that was pasted is repeated', () => {
  for (const text of [
    'csk_4711',
    'csk_4711 /a',
    'GET csk_4711',
    'GET /csk_4711/',
    'GET /core/v1/csk_4711*',
    'csk_4711 x y',
  ])
    assert.doesNotMatch(flaw(text), /csk|4711/, text)
})

test("paths that CATAPA's list does not have are no flaw: nobody knows all of it", () => {
  for (const text of ['GET /core/v2/employees', '* /new/**', 'GET /core/v1/employees/*/photo', 'GET /oauth/token'])
    assert.equal(line(text).line, 14)
})
