import assert from 'node:assert/strict'
import { test } from 'node:test'
import { callerStates } from '../../../../src/admin/page/states/caller-states.ts'
import type { CallerRow, CallersStatus } from '../../../../src/admin/status/callers-status.ts'
import type { Facts } from '../../../../src/admin/status/known-facts.ts'

const row: CallerRow = {
  name: 'payroll-export',
  ways: ['key'],
  profiles: [],
  allowLines: 0,
  denyLines: 0,
  report: false,
  calls: 0,
  refusals: 0,
  wouldBeRefusals: 0,
  lastSeenAt: undefined,
  recognisedBy: undefined,
  keys: [],
}
const now = Date.parse('2026-11-27T12:00:00')
const at = (time: string) => new Date(`2026-11-27T${time}`).toISOString()

const callers: CallersStatus = {
  file: '/etc/callers.ini',
  since: at('09:00:00'),
  problems: [],
  lines: [],
  problemsSince: undefined,
  unknownRefusals: 0,
  table: [row],
}

function told(given: Partial<CallersStatus> | undefined) {
  const status: Pick<Facts, 'callers'> = { callers: given && { ...callers, ...given } }
  return callerStates(status, now)
}

test('a file without problems whose restrictions hold has no state, and neither does no file', () => {
  assert.deepEqual(told({}), [])
  assert.deepEqual(told(undefined), [])
})

test('a file with problems has a state with its lines, since when the earlier state is in use, and what to do', () => {
  const problems = ['line 3: "profil" is not known; did you mean "profile"?', 'line 9: the key is in two sections']
  const [state, ...more] = told({ problems, lines: [3, 9], problemsSince: at('11:58:00') })
  assert.deepEqual([state?.lines, more], [problems, []])
  assert.match(
    state?.sentence ?? '',
    /goes on with what it read at 09:00:00\. In \/etc\/callers\.ini there are 2 problems, in lines 3, 9\.$/,
  )
  assert.match(state?.remedy ?? '', /Correct the file/)
  assert.equal(state?.since, at('11:58:00'))
  assert.doesNotMatch(`${state?.sentence}${state?.remedy}`, /profil"/, 'a message never quotes the file')
})

test('callers whose restrictions are only reported are named in a state', () => {
  const table = [row, { ...row, name: 'intranet', report: true }, { ...row, name: 'other', report: true }]
  const [state, ...more] = told({ table })
  assert.deepEqual(more, [])
  assert.equal(state?.title, 'Restrictions are reported only: intranet, other')
})
