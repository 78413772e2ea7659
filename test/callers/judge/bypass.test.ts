// Requests that are written so that a proxy takes them for what their callers may do, and a lenient server for what they may not.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ambiguityOf } from '../../../src/callers/judge/ambiguity.ts'
import { judge } from '../../../src/callers/judge/judge.ts'
import { uploadAmbiguity } from '../../../src/callers/judge/override-part.ts'
import { parseLine } from '../../../src/callers/judge/rule-line.ts'
import { type Restrictions, type RuleLine, unrestricted } from '../../../src/callers/restrictions.ts'
import { judgeTarget, type Target } from '../../../src/forwarding/judging/target.ts'
import { findOperation } from '../../../src/operations/find-operation.ts'
import { profileNames } from '../../../src/operations/profiles.ts'
import type { Ambiguity } from '../../../src/problems/failure.ts'
import { ProblemError } from '../../../src/problems/problem.ts'
import { bypassCallers, type Restricted, spellings } from '../../support/spellings.ts'
import { type Arrived, executedBy } from '../../support/spring-matcher.ts'

const head = 'Host: localhost\r\n'

/** The requests on a connection, as a parser finds them. */
function parse(bytes: string): Arrived[] {
  const end = bytes.indexOf('\r\n\r\n')
  const [line = '', ...lines] = bytes.slice(0, end).split('\r\n')
  const [method = '', url = ''] = line.split(' ')
  const rawHeaders = lines.flatMap((text) => {
    const colon = text.indexOf(':')
    return [text.slice(0, colon), text.slice(colon + 1).trim()]
  })
  const length = rawHeaders.findIndex((name, index) => index % 2 === 0 && /^content-length$/i.test(name))
  const begin = end + 4
  const bodyEnd = length === -1 ? begin : begin + Number(rawHeaders[length + 1])
  const request = { method, url, rawHeaders, body: Buffer.from(bytes.slice(begin, bodyEnd), 'latin1') }
  return bodyEnd < bytes.length ? [request, ...parse(bytes.slice(bodyEnd))] : [request]
}

function restrictionsOf(caller: Restricted): Restrictions {
  const lines = bypassCallers[caller].lines.split('\n').map((text) => text.split(' = '))
  const deny = lines.flatMap(([name, value = ''], index): RuleLine[] => {
    const line = name === 'deny' ? parseLine(value, index + 1) : undefined
    assert.ok(line === undefined || !('flaw' in line), value)
    return line === undefined ? [] : [line]
  })
  const named = lines.flatMap(([name, value = '']) => (name === 'profile' ? value.split(' ') : []))
  return { ...unrestricted, deny, profiles: profileNames.filter((profile) => named.includes(profile)) }
}

function target(url: string): Target | undefined {
  try {
    return judgeTarget(url)
  } catch (error) {
    assert.ok(error instanceof ProblemError)
    return undefined
  }
}

/** As a request whose type says multipart is looked at. */
function ofUpload(rawHeaders: readonly string[], body: Buffer): Ambiguity | undefined {
  const at = rawHeaders.findIndex((name, index) => index % 2 === 0 && /^content-type$/i.test(name))
  const type = at === -1 ? '' : (rawHeaders[at + 1] ?? '')
  return /multipart/i.test(type) ? uploadAmbiguity(body, type) : undefined
}

/** What reaches CATAPA: guard, judge, and the look at an upload, in the order of a request. */
function passed(request: Arrived, restrictions: Restrictions): boolean {
  const { method, url, rawHeaders, body } = request
  const judged = target(url)
  if (judged === undefined) return false
  const { path, query } = judged
  const operation = findOperation(method, path)
  const asked = { method, path, query, rawHeaders, operation, upload: ofUpload(rawHeaders, body) }
  return judge(asked, restrictions, ['full']).verdict === 'allowed'
}

const withoutAuthority = (request: Arrived) => ({ ...request, url: request.url.replace(/^http:\/\/[^/]*/i, '') })

test('there are many spellings, and each is one: a lenient server would carry out what its caller may not do', () => {
  assert.ok(spellings.length >= 120, `${spellings.length}`)
  assert.equal(new Set(spellings.map(({ what }) => what)).size, spellings.length)
  for (const { caller, what, bytes } of spellings) {
    const executed = parse(bytes(head)).flatMap((request) => [...executedBy(withoutAuthority(request))])
    assert.ok(
      executed.some((name) => bypassCallers[caller].refused.test(name)),
      `${what}: ${executed}`,
    )
  }
})

test('no spelling passes that a lenient server would take for a refused operation', () => {
  for (const { caller, what, bytes } of spellings)
    for (const request of parse(bytes(head)).filter((request) => passed(request, restrictionsOf(caller))))
      for (const name of executedBy(withoutAuthority(request)))
        assert.doesNotMatch(name, bypassCallers[caller].refused, what)
})

test('the same requests without oddities pass, so that it is the oddity that is refused', () => {
  const logo = '--b\r\nContent-Disposition: form-data; name="file"; filename="logo.png"\r\n\r\nmethod\r\n--b--'
  const honest: { caller: Restricted; line: string; type?: string; body?: string }[] = [
    { caller: 'clerk', line: 'POST /core/v1/employees' },
    { caller: 'keeper', line: 'POST /core/v1/employees?page=0&query=a:b;c%20d', type: 'application/json', body: '{}' },
    { caller: 'reader', line: 'GET http://localhost/core/v1/employees?query=id:1%3B2' },
    { caller: 'intranet', line: 'GET /core/v1/employees' },
    { caller: 'intranet', line: 'POST /core/v1/companies', type: 'multipart/form-data; boundary=b', body: logo },
  ]
  for (const { caller, line, type = 'text/plain', body = '' } of honest) {
    const headers = `Content-Type: ${type}\r\nContent-Length: ${body.length}\r\n`
    const [request] = parse(`${line} HTTP/1.1\r\n${head}${headers}\r\n${body}`)
    assert.ok(request !== undefined && passed(request, restrictionsOf(caller)), line)
  }
})

test('of all paths that differ from an operation in one character, none that is taken for it passes', () => {
  const restrictions: Restrictions = { ...unrestricted, deny: [denyAll('/core/v1/employees')] }
  const path = '/core/v1/employees'
  const pieces = [
    ...'abcXYZ019-._~!$&()*+,;=:@/%\\',
    '%2e',
    '%2F',
    '%25',
    '%00',
    '%C2%A0',
    '%E2%80%8B',
    '%zz',
    '//',
    '/.',
    '/x/..',
  ]
  let tried = 0
  for (let at = 1; at <= path.length; at++)
    for (const piece of pieces)
      for (const width of [0, 1]) {
        const url = path.slice(0, at) + piece + path.slice(at + width)
        const request = { method: 'GET', url, rawHeaders: [], body: Buffer.alloc(0) }
        if (!executedBy(request).has('GET /core/v1/employees')) continue
        tried += 1
        assert.ok(!passed(request, restrictions), url)
      }
  assert.ok(tried > 100, `${tried}`)
})

function denyAll(pattern: string): RuleLine {
  const line = parseLine(`* ${pattern}`, 1)
  return 'flaw' in line ? assert.fail(line.flaw) : line
}

test('what is refused as ambiguous has one of the names that people are told', () => {
  const found = new Set<string>()
  for (const { bytes } of spellings)
    for (const { method, url, rawHeaders, body } of parse(bytes(head))) {
      const { path, query } = target(url) ?? { path: url, query: undefined }
      const operation = findOperation(method, path)
      found.add(
        ambiguityOf({ method, path, query, rawHeaders, operation, upload: ofUpload(rawHeaders, body) }) ?? 'none',
      )
    }
  for (const what of [
    'semicolon',
    'empty_segment',
    'trailing_slash',
    'encoded_delimiter',
    'encoded_plain',
    'letter_case',
  ])
    assert.ok(found.has(what), what)
  for (const what of ['override_header', 'override_parameter', 'form', 'content_types', 'multipart', 'override_part'])
    assert.ok(found.has(what), what)
})
