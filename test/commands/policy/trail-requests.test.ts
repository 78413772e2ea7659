// What is suggested from an audit trail.
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { sectionsText, suggestionFrom } from '../../../src/commands/policy/suggestion.ts'
import { requestsInTrail } from '../../../src/commands/policy/trail-requests.ts'
import { operations } from '../../../src/operations/catalogue.ts'
import {
  aBegin,
  anEnd,
  aRead,
  linesOf,
  setLines,
  type TrailMaker,
  trailFolderOf,
  trailMaker,
} from '../../support/trails.ts'

async function suggested(
  t: TestContext,
  { files }: TrailMaker,
): Promise<{ rules: string[]; said: string; notes: string }> {
  const { sections, notes } = await suggestionFrom(requestsInTrail(trailFolderOf(t, files)), 'trail')
  const lines = sectionsText(sections).split('\n')
  const isRule = (line: string) => line !== '' && !line.startsWith('#')
  return {
    rules: lines.filter(isRule),
    said: lines.filter((line) => !isRule(line)).join('\n'),
    notes: notes.join('\n'),
  }
}

test('each caller gets a section of what it did: a call with two lines counts once, and one without its end as well', async (t) => {
  const trail = trailMaker()
  trail.add(aRead())
  const traceId = 'e'.repeat(32)
  trail.add(aRead({ method: 'HEAD', operation: '/core/v1/employees/{employeeId}/manager', traceId }))
  trail.add(anEnd(trail.add(aBegin())))
  trail.add(aBegin({ operation: '/core/v1/employees/{employeeId}/payslip' }))
  trail.add(aRead({ caller: 'other' }))
  const { rules, said, notes } = await suggested(t, trail)
  assert.deepEqual(rules, [
    '[payroll-export]',
    'allow = GET /core/v1/employees/*',
    'allow = GET /core/v1/employees/*/manager',
    '[time-clock]',
    'allow = POST /core/v1/employees',
    'allow = POST /core/v1/employees/*/payslip',
    '[*]',
    'allow = GET /core/v1/employees/*',
  ])
  assert.match(said, /^# 2 requests, 2 operations, from 2026-11-27 08:00 to 2026-11-27 08:00 UTC\.$/m)
  assert.equal(notes, '')
})

test('a trail without a callers file has everyone as one', async (t) => {
  const trail = trailMaker()
  trail.add(aRead({ caller: 'anonymous', how: undefined }))
  const { rules, notes } = await suggested(t, trail)
  assert.deepEqual(rules, ['[*]', 'allow = GET /core/v1/employees/*'])
  assert.equal(notes, 'nobody has a name in this trail: [*] is everyone who called')
})

test('what was refused, by the sidecar or by CATAPA, is left out, and a comment says by what', async (t) => {
  const trail = trailMaker()
  const bySidecar = { origin: 'sidecar', reached: 'no' }
  trail.add(aRead({ ...bySidecar, verdict: 'refused', profile: 'tenant rule', status: 403 }))
  trail.add(aRead({ ...bySidecar, operation: '/core/v1/banks', status: 400 }))
  trail.add(aRead({ operation: '/core/v1/cities', status: 403 }))
  trail.add(aRead({ operation: '/core/v1/{id}', effect: 'unknown', status: 404 }))
  trail.add(aRead({ ...bySidecar, operation: '/core/v1/companies', status: 503 }))
  const { rules, said } = await suggested(t, trail)
  assert.deepEqual(rules, ['[payroll-export]', 'allow = GET /core/v1/companies'])
  for (const reason of [
    /the sidecar refused it \(tenant rule\): GET \/core\/v1\/employees\/\{id\} \(1\)/,
    /the sidecar refused it \(400\): GET \/core\/v1\/banks \(1\)/,
    /CATAPA refused it \(403\): GET \/core\/v1\/cities \(1\)/,
    /CATAPA does not know it \(404\): GET \/core\/v1\/\{id\} \(1\)/,
  ]) {
    assert.match(said, new RegExp(`^# Left out, since ${reason.source}\\.$`, 'm'))
  }
})

test('what would have been refused counts, and a comment names the rule', async (t) => {
  const trail = trailMaker()
  trail.add(aRead({ verdict: 'reported', profile: 'deny line 14' }))
  const { rules, said } = await suggested(t, trail)
  assert.deepEqual(rules, ['[payroll-export]', 'allow = GET /core/v1/employees/*'])
  assert.match(
    said,
    /^# Counted, though it would have been refused \(deny line 14\): GET \/core\/v1\/employees\/\{id\} \(1\)\.$/m,
  )
})

test('what the trail does not tell of is said: strangers who were refused, gaps, lines that are none', async (t) => {
  const trail = trailMaker()
  trail.add(aRead())
  trail.add({ event: 'flood', caller: 'other', verdict: 'refused', detail: { of: 'request', count: 7, since: '' } })
  trail.add({ event: 'flood', detail: { of: 'token-refresh', count: 5, since: '' } })
  trail.add({ event: 'gap', detail: { why: 'ENOSPC', since: '', refused: 3, unrecorded: 2 } })
  trail.add(aRead({ caller: 'x\n[evil]' }))
  const [file = ''] = [...trail.files.keys()]
  setLines(trail.files, file, [...linesOf(trail.files, file), 'no line'])
  const { rules, notes } = await suggested(t, trail)
  assert.equal(rules[0], '[payroll-export]')
  assert.deepEqual(notes.split('\n'), [
    '2 lines could not be read: the sidecar did not write them, or not whole',
    '7 failed requests had no line of their own, and are not counted',
    '2 lines could not be written to the trail, and are not counted',
  ])
})

test('every operation of CATAPA, as the trail writes it, can be allowed by a line', async (t) => {
  const trail = trailMaker()
  for (const { method, template } of operations)
    trail.add(aRead({ caller: `c-${trail.head().seq}`, method, operation: template }), 1)
  const { rules, said } = await suggested(t, trail)
  assert.equal(rules.length, 2 * operations.length)
  assert.doesNotMatch(said, /Left out/)
})
