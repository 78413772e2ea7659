// What is suggested allows all that was done: by the judge that decides while the sidecar runs, for the paths that were really sent.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Asked, ambiguityOf } from '../../../src/callers/judge/ambiguity.ts'
import { judge } from '../../../src/callers/judge/judge.ts'
import { parseLine } from '../../../src/callers/judge/rule-line.ts'
import { type Restrictions, unrestricted } from '../../../src/callers/restrictions.ts'
import { requestsInLogs } from '../../../src/commands/policy/log-requests.ts'
import { sectionsText, suggestionFrom } from '../../../src/commands/policy/suggestion.ts'
import { fixedWords, knownOperations, operations } from '../../../src/operations/catalogue.ts'
import { findOperation } from '../../../src/operations/find-operation.ts'
import { type Domain, domains, type Operation } from '../../../src/operations/operation.ts'
import { pathTemplate } from '../../../src/operations/path-template.ts'
import { profileNames } from '../../../src/operations/profiles.ts'
import { logLine } from '../../support/log-line.ts'

type Request = { method: string; path: string }

const id = fc.oneof(
  fc.constantFrom('4711', '8f3c-11', 'budi', 'all', 'me', 'list', 'EMPLOYEES', 'externalId=7', 'externalId%3D7'),
  fc.stringMatching(/^[A-Za-z0-9_~-]{1,8}$/),
)
const requestTo = (among: readonly Operation[]): fc.Arbitrary<Request> =>
  fc
    .tuple(fc.constantFrom(...among), fc.array(id, { minLength: 6, maxLength: 6 }))
    .map(([{ method, template }, ids]) => {
      let next = 0
      return { method, path: template.replace(/\{\w+\}/g, () => ids[next++] ?? 'x') }
    })
const unknown: fc.Arbitrary<Request> = fc.record({
  method: fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'M-SEARCH'),
  path: fc
    .array(fc.oneof(id, fc.constantFrom(...fixedWords)), { maxLength: 15 })
    .map((segments) => `/${segments.join('/')}`),
})
const anything = fc.oneof({ arbitrary: requestTo(knownOperations), weight: 9 }, { arbitrary: unknown, weight: 1 })
/** Many of one kind and few others: then a profile is suggested, with lines beside it. */
const alike = fc
  .constantFrom<Domain[]>(['people', 'organisation'], ['people', 'organisation', 'time'], [...domains])
  .chain((ofDomains) => {
    const reads = operations.filter(({ effect, domain }) => effect === 'read' && ofDomains.includes(domain))
    return fc.tuple(fc.array(requestTo(reads), { minLength: 20, maxLength: 60 }), fc.array(anything, { maxLength: 4 }))
  })
  .map(([many, few]) => [...many, ...few])
const requests = fc.oneof(fc.array(anything, { minLength: 1, maxLength: 60 }), alike)

function asked({ method, path }: Request): Asked {
  return { method, path, query: undefined, rawHeaders: [], operation: findOperation(method, path) }
}

async function* bytes(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text)
}

/** The suggested section, read as the callers file is, and what it leaves out. */
async function suggestedFor(did: readonly Request[]): Promise<{ restrictions: Restrictions; leftOut: string }> {
  const log = did.map(({ method, path }) => logLine({ method, path: pathTemplate(path), status: 200 })).join('')
  const sections = sectionsText((await suggestionFrom(requestsInLogs([bytes(log)]), 'log')).sections)
  const restrictions = { ...unrestricted, profiles: [...unrestricted.profiles], allow: [...unrestricted.allow] }
  const leftOut: string[] = []
  for (const [index, text] of sections.trimEnd().split('\n').entries()) {
    const [, name, value = ''] = /^(\w+) = (.+)$/.exec(text) ?? []
    if (text.startsWith('# Left out')) leftOut.push(text)
    else if (name === 'profile')
      restrictions.profiles.push(profileNames.find((one) => one === value) ?? assert.fail(text))
    else if (name === 'allow') {
      const line = parseLine(value, index + 1)
      if ('flaw' in line) assert.fail(`${text}: ${line.flaw}`)
      restrictions.allow.push(line)
    } else assert.match(text, /^(#.*|\[export\])$/)
  }
  return { restrictions, leftOut: leftOut.join('\n') }
}

test('the suggested section allows all that was done and could be allowed by any line', async () => {
  let judged = 0
  const kinds = new Set<string>()
  const allowsAll = fc.asyncProperty(requests, async (did) => {
    const { restrictions, leftOut } = await suggestedFor(did)
    kinds.add(`${restrictions.profiles.join()} ${restrictions.allow.length > 0}`)
    for (const request of did) {
      const { verdict } = judge(asked(request), restrictions, ['full'])
      const named = leftOut.includes(`${request.method} ${pathTemplate(request.path)} (`)
      if (named) assert.match(leftOut, /no line can allow it/)
      else if (ambiguityOf(asked(request)) === undefined) {
        judged += 1
        assert.equal(verdict, 'allowed', `${request.method} ${request.path}`)
      }
    }
  })
  await fc.assert(allowsAll, { numRuns: 120, seed: 17 })
  assert.ok(judged > 500, `${judged} requests`)
  for (const kind of [' true', 'directory false', 'directory true', 'read-only false', 'read-only true'])
    assert.ok(kinds.has(kind), `${kind}: ${[...kinds].join('; ')}`)
})

test('every operation of CATAPA can be suggested by itself: no line of its own is a flaw', async () => {
  for (const { method, template } of operations) {
    const request = { method, path: template.replace(/\{\w+\}/g, '4711') }
    const { restrictions, leftOut } = await suggestedFor([request])
    assert.equal(leftOut, '', request.path)
    assert.equal(restrictions.allow.length, 1)
    assert.equal(judge(asked(request), restrictions, ['full']).verdict, 'allowed', request.path)
  }
})

test('what was not done stays refused: an export that only read one thing cannot delete', async () => {
  const { restrictions } = await suggestedFor([{ method: 'GET', path: '/core/v1/employees' }])
  const refused = operations.filter(
    ({ method, template }) =>
      judge(asked({ method, path: template.replace(/\{\w+\}/g, '4711') }), restrictions, ['full']).verdict ===
      'refused',
  )
  assert.equal(refused.length, operations.length - 1)
})

test('many operations of any kind are never answered with full, nor with what allows nearly everything', async () => {
  const all = operations.map(({ method, template }) => ({ method, path: template.replace(/\{\w+\}/g, '4711') }))
  for (const did of [all, all.filter(({ method }) => method !== 'GET')]) {
    const { restrictions } = await suggestedFor(did)
    assert.deepEqual(restrictions.profiles, [])
    assert.ok(restrictions.allow.length > 0)
  }
})
