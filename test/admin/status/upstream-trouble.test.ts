import assert from 'node:assert/strict'
import { test } from 'node:test'
import { upstreamTrouble } from '../../../src/admin/status/upstream-trouble.ts'
import type { FinishedRequest } from '../../../src/log/finished-request.ts'
import { failure } from '../../../src/problems/causes.ts'
import type { Failure } from '../../../src/problems/failure.ts'

const unreachable = failure('unreachable', { why: 'connection_refused' })
const lost = failure('lost', { why: 'lost' })
const late = failure('connect_timeout', {})
const untrusted = failure('untrusted', { why: 'untrusted' })

function seen() {
  let now = 1000
  const trouble = upstreamTrouble(() => now)
  const finished = (parts: Partial<FinishedRequest>) => trouble.finished(parts as FinishedRequest)
  return {
    ...trouble,
    failed: (problem: Failure) => finished({ failure: problem, origin: 'sidecar' }),
    answered: (status: number) => finished({ origin: 'catapa', status }),
    pass: () => {
      now += 1000
    },
  }
}

test('a failure lasts until CATAPA answers, whatever it answers', () => {
  const { failed, answered, current, pass } = seen()
  failed(unreachable)
  pass()
  failed(late)
  assert.deepEqual([current()?.way, current()?.since, current()?.at], ['upstream_unreachable', 1000, 2000])
  answered(503)
  assert.equal(current(), undefined)
})

test('another kind of failure begins anew, and what broke later is not "cannot be reached"', () => {
  const { failed, current, pass } = seen()
  failed(unreachable)
  pass()
  failed(untrusted)
  assert.deepEqual([current()?.way, current()?.since], ['upstream_tls_untrusted', 2000])
  failed(lost)
  assert.equal(current()?.way, undefined)
})

test('an answer to a probe ends it, a failed one goes on, and one that could not be asked keeps it alive', () => {
  const { failed, probed, current, pass } = seen()
  probed('not asked')
  assert.equal(current(), undefined)
  failed(unreachable)
  pass()
  probed('not asked')
  assert.deepEqual([current()?.since, current()?.at], [1000, 2000])
  pass()
  probed(unreachable)
  assert.deepEqual([current()?.since, current()?.at], [1000, 3000])
  probed('answered')
  assert.equal(current(), undefined)
})

test('a refusal of the sidecar itself says nothing of the way', () => {
  const { failed, current } = seen()
  failed(failure('method', { method: 'TRACE' }))
  assert.equal(current(), undefined)
})
