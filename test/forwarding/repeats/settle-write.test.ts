// design/promises 12.4: which write is carried to its end when its caller leaves.
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import { unjudged } from '../../../src/forwarding/judging/judged.ts'
import { born, type Life } from '../../../src/forwarding/life/life.ts'
import { newGuardState } from '../../../src/forwarding/repeats/guard-state.ts'
import type { KnownWrite } from '../../../src/forwarding/repeats/known-writes.ts'
import { carry, endCarried } from '../../../src/forwarding/repeats/settle-write.ts'
import type { GuardedCall, WriteOfCall } from '../../../src/forwarding/repeats/write-of-call.ts'
import { fairPlaces } from '../../../src/forwarding/turns/places.ts'
import { newRecord } from '../../../src/log/request-record.ts'
import { testConfig } from '../../support/sidecar.ts'

const { past } = born
const token = { value: 'a', tenant: 'demo', sentAt: { mono: 0, wall: 0 }, receivedAtMono: 0, lifetimeMs: 1 }
const valid = { ...token, lifetimeAssumed: false }
const sent: Life = { phase: 'sent', past, token: valid, again: undefined, kept: undefined }
const keeping: Life = { phase: 'keeping', past, kept: { token: valid, status: 201, stale: false, pauses: false } }
const passing: Life = { phase: 'passing', past, token: valid, status: 201 }

type Changes = {
  life?: Life
  reached?: 'no' | 'maybe' | 'yes'
  body?: GuardedCall['body']
  complete?: boolean
  mode?: 'watch'
}

/** Whether such a call is carried, and how many of its caller then are. */
function carried({ life = sent, reached = 'maybe', body = null, complete = true, mode }: Changes, known = true) {
  const state = newGuardState('guard', 1000, () => createHmac('sha256', 'a'))
  const words = { caller: 'erp', method: 'POST', operation: '/a', requestId: 'r' }
  const write: KnownWrite = {
    ...{ same: 'a', content: undefined, keyed: false, ...words, beganAt: 0, seq: 1 },
    ...{ stage: { is: 'under way', callerGone: false } as const, claimed: false, wake: undefined },
  }
  const ofCall: WriteOfCall = {
    ...{ mode: mode ?? 'guard', ...words, origin: 'name erp', key: undefined, hash: createHmac('sha256', 'a') },
    ...{ gatheredBytes: 0, status: undefined, known: known ? write : undefined, repeatOf: undefined },
    ...{ given: undefined, settled: false, closed: undefined },
  }
  const request = Object.assign(new IncomingMessage(new Socket()), { complete })
  const config = testConfig('http://127.0.0.1:1')
  const places = fairPlaces(config, { info() {}, warn() {} })
  const call: GuardedCall = {
    ...{
      id: 'r',
      request,
      response: new ServerResponse(request),
      record: { ...newRecord(request, undefined), reached },
    },
    ...{ context: { config, places }, judged: unjudged, body, life, kept: undefined, write: ofCall },
    ...{ share: undefined, endedEarly: undefined, underWay: undefined },
  }
  const is = carry(state, call)
  places.stop()
  const count = state.carried.get('name erp') ?? 0
  if (is) endCarried(state, ofCall)
  assert.equal(state.carried.size, 0)
  assert.equal(write.stage.is === 'under way' && write.stage.callerGone, is)
  return [is, count]
}

test('carried is a guarded write that CATAPA has all of, or may have, and whose answer does not pass on yet', () => {
  const stream = () => new Readable({ read() {} })
  assert.deepEqual(carried({}), [true, 1])
  assert.deepEqual(carried({ life: keeping, reached: 'yes' }), [true, 1])
  assert.deepEqual(carried({ body: Buffer.from('a') }), [true, 1])
  assert.deepEqual(carried({ body: stream() }), [true, 1])
  const not: [why: string, changes: Changes, known?: boolean][] = [
    ['no byte of it has left', { reached: 'no' }],
    ['it waits for a token', { life: born }],
    ['its answer passes on', { life: passing, reached: 'yes' }],
    ['its body is not all there', { body: stream(), complete: false }],
    ['it is only watched', { mode: 'watch' }],
    ['it is not known', {}, false],
  ]
  for (const [why, changes, known] of not) assert.deepEqual(carried(changes, known), [false, 0], why)
})
