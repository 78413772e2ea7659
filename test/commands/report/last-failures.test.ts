import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lastFailures } from '../../../src/commands/report/last-failures.ts'

const call = { at: '2026-12-01T08:00:00.000Z', method: 'GET', path: '/core/v1/employees', status: 502 }
const ours = { ...call, problem: 'upstream_closed', requestId: '0f8fad5b-d9cb-469f-a165-70867728950e' }
const kind = { at: call.at, code: 'upstream_closed', cause: 'reset', method: call.method, path: call.path, count: 7 }

test('a call that is also the last failure of its kind is told once, with the cause and how often that came', () => {
  const [first, ...more] = lastFailures({ recent: [ours], errors: [{ ...kind, at: '2026-12-01T08:00:00.020Z' }] })
  assert.deepEqual([first?.code, first?.count, more.length], ['upstream_closed (reset)', 7, 0])
  assert.equal(first?.ourRequestId, ours.requestId)
})

test('a failure of another time or operation is another one; the latest comes first', () => {
  const later = { ...kind, at: '2026-12-01T08:01:00.000Z' }
  const elsewhere = { ...kind, path: '/core/v1/companies' }
  const told = lastFailures({ recent: [ours], errors: [elsewhere, later] })
  assert.deepEqual(
    told.map(({ operation, count, ourRequestId }) => [operation, count, ourRequestId]),
    [
      ['GET /core/v1/employees', 7, 'not kept'],
      ['GET /core/v1/employees', null, ours.requestId],
      ['GET /core/v1/companies', 7, 'not kept'],
    ],
  )
})

test('an answer of CATAPA counts from status 400 on', () => {
  const recent = [399, 400, 404].map((status) => ({ ...call, status }))
  assert.deepEqual(
    lastFailures({ recent }).map(({ code }) => code),
    ['status 400', 'status 404'],
  )
})
