import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Asked } from '../../../src/callers/judge/ambiguity.ts'
import { isRestricted, judge } from '../../../src/callers/judge/judge.ts'
import { parseLine } from '../../../src/callers/judge/rule-line.ts'
import { type Restrictions, type RuleLine, unrestricted } from '../../../src/callers/restrictions.ts'
import { findOperation } from '../../../src/operations/find-operation.ts'

function ask(method: string, path: string, rawHeaders: string[] = []): Asked {
  return { method, path, query: undefined, rawHeaders, operation: findOperation(method, path) }
}

function lines(from: number, ...texts: string[]): RuleLine[] {
  return texts.map((text, index) => {
    const line = parseLine(text, from + index)
    return 'flaw' in line ? assert.fail(line.flaw) : line
  })
}

const limits = (restrictions: Partial<Restrictions>): Restrictions => ({ ...unrestricted, ...restrictions })
const readOnly = limits({ profiles: ['read-only'] })
const deleteAll = ask('DELETE', '/core/v1/employees')
const list = ask('GET', '/core/v1/employees')

test('who has no restriction may do everything, in any spelling', () => {
  for (const asked of [list, deleteAll, ask('OPTIONS', '//x;y/%2f.json', ['X-HTTP-Method-Override', 'DELETE'])])
    assert.deepEqual(judge(asked, unrestricted, ['full']), { verdict: 'allowed', by: 'no restriction' })
  assert.ok(!isRestricted(unrestricted, ['full']))
  assert.ok(!isRestricted(unrestricted, []))
  assert.ok(!isRestricted(limits({ profiles: ['full'], allow: lines(1, 'GET /x'), report: true }), ['full']))
  assert.ok(isRestricted(unrestricted, ['full', 'no-delete']))
  assert.ok(isRestricted(readOnly, ['full']))
  assert.ok(isRestricted(limits({ deny: lines(1, 'GET /x') }), ['full']))
  assert.ok(isRestricted(limits({ allow: lines(1, 'GET /x') }), ['full']))
})

test('a profile allows or refuses; the line that would allow is named, without ids', () => {
  assert.deepEqual(judge(list, readOnly, ['full']), { verdict: 'allowed', by: 'profile read-only' })
  assert.deepEqual(judge(deleteAll, readOnly, ['full']), {
    verdict: 'refused',
    rule: { kind: 'profile', profile: 'read-only' },
    wanted: 'DELETE /core/v1/employees',
    effect: 'bulk-delete',
  })
  const wanted = (method: string, path: string) => {
    const verdict = judge(ask(method, path), limits({ profiles: ['directory'] }), ['full'])
    return 'wanted' in verdict ? verdict.wanted : assert.fail(path)
  }
  assert.equal(wanted('PUT', '/core/v1/employees/4711/manager'), 'PUT /core/v1/employees/*/manager')
  assert.equal(wanted('HEAD', '/core/v1/tax-calculations/externalId=A-1'), 'GET /core/v1/tax-calculations/*')
  assert.equal(wanted('OPTIONS', '/core/v1/employees/budi'), 'OPTIONS /core/v1/employees/*')
  assert.equal(wanted('GET', `/core/v1/${'budi/'.repeat(20)}x`), `GET /core/v1${'/*'.repeat(10)}/**`)
  for (const line of ['PUT /core/v1/employees/*/manager', `GET /core/v1${'/*'.repeat(10)}/**`])
    assert.equal(lines(1, line).length, 1)
})

test('of several profiles all must allow, and the first that does not is named', () => {
  const both = limits({ profiles: ['no-delete', 'no-approvals'] })
  const refusing = (method: string, path: string) => {
    const verdict = judge(ask(method, path), both, ['full'])
    return verdict.verdict === 'refused' && verdict.rule.kind === 'profile' ? verdict.rule.profile : verdict.verdict
  }
  assert.equal(refusing('DELETE', '/core/v1/employees'), 'no-delete')
  assert.equal(refusing('PUT', '/core/v1/families/approvals/approve'), 'no-approvals')
  assert.equal(refusing('PUT', '/core/v1/employees/1/manager'), 'allowed')
})

test('allow lines add to profiles; without a profile only they allow', () => {
  const allow = lines(7, 'DELETE /core/v1/employees', 'POST /core/v1/cities')
  assert.deepEqual(judge(deleteAll, limits({ profiles: ['read-only'], allow }), ['full']), {
    verdict: 'allowed',
    by: 'allow line 7',
  })
  assert.deepEqual(judge(ask('POST', '/core/v1/cities'), limits({ allow }), ['full']), {
    verdict: 'allowed',
    by: 'allow line 8',
  })
  assert.deepEqual(judge(list, limits({ allow }), ['full']), {
    verdict: 'refused',
    rule: { kind: 'no_allow_line' },
    wanted: 'GET /core/v1/employees',
    effect: 'read',
  })
})

test('deny lines win over everything, in any capitals; alone they leave everything else', () => {
  const deny = lines(14, '* /core/v1/bank-account-configurations/**', 'GET /core/v9/Things/*')
  const allow = lines(20, '* /**')
  const denied = (method: string, path: string, restrictions = limits({ profiles: ['full'], allow, deny })) => {
    const verdict = judge(ask(method, path), restrictions, ['full'])
    return 'rule' in verdict && verdict.rule.kind === 'deny' ? verdict.rule.line : undefined
  }
  assert.equal(denied('GET', '/core/v1/bank-account-configurations'), 14)
  assert.equal(denied('PUT', '/core/v1/bank-account-configurations/approvals/approve', limits({ deny })), 14)
  assert.equal(denied('HEAD', '/core/v9/things/1'), 15)
  assert.equal(denied('POST', '/core/v9/things/1'), undefined)
  assert.deepEqual(judge(deleteAll, limits({ deny }), ['full']), { verdict: 'allowed', by: 'no deny line' })
})

test('what can be read in two ways is refused to whoever has a restriction, before lines are asked', () => {
  const odd = ask('GET', '/core/v1/employees;x')
  for (const restrictions of [readOnly, limits({ deny: lines(1, 'GET /x') }), limits({ allow: lines(1, '* /**') })]) {
    const verdict = judge(odd, restrictions, ['full'])
    assert.deepEqual('rule' in verdict && verdict.rule, { kind: 'ambiguous', what: 'semicolon', sidecarProfile: false })
  }
})

test('SIDECAR_PROFILE limits everyone, and neither lines nor report lift it', () => {
  const wide = limits({ allow: lines(1, '* /**'), report: true })
  for (const restrictions of [unrestricted, wide]) {
    assert.deepEqual(judge(deleteAll, restrictions, ['full', 'read-only']), {
      verdict: 'refused',
      rule: { kind: 'sidecar_profile', profile: 'read-only' },
      wanted: 'DELETE /core/v1/employees',
      effect: 'bulk-delete',
    })
    const verdict = judge(ask('GET', '/core//v1'), restrictions, ['no-delete'])
    assert.equal(verdict.verdict, 'refused')
    assert.deepEqual('rule' in verdict && verdict.rule, {
      kind: 'ambiguous',
      what: 'empty_segment',
      sidecarProfile: true,
    })
  }
  assert.deepEqual(judge(list, unrestricted, ['read-only']), { verdict: 'allowed', by: 'SIDECAR_PROFILE read-only' })
})

test("report lets go on what the caller's own restrictions would refuse, and says so", () => {
  const reporting = limits({ profiles: ['read-only'], deny: lines(3, 'GET /core/v1/banks'), report: true })
  for (const asked of [deleteAll, ask('GET', '/core/v1/banks'), ask('GET', '/core/v1/employees/')])
    assert.equal(judge(asked, reporting, ['full']).verdict, 'reported')
  assert.equal(judge(list, reporting, ['full']).verdict, 'allowed')
})
