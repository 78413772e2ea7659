// design/promises 12.3: however many writes there are, one that is meant is sent.
import assert from 'node:assert/strict'
import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { test } from 'node:test'
import { unjudged } from '../../../src/forwarding/judging/judged.ts'
import { born, failed } from '../../../src/forwarding/life/life.ts'
import { repeatGuard } from '../../../src/forwarding/repeats/repeats.ts'
import type { GuardedCall } from '../../../src/forwarding/repeats/write-of-call.ts'
import { fairPlaces } from '../../../src/forwarding/turns/places.ts'
import { newRecord } from '../../../src/log/request-record.ts'
import { testConfig } from '../../support/sidecar.ts'

/** By hand: `WRITES=1000000 node --test build/test/forwarding/repeats/distinct.test.js`. */
const writes = Number(process.env.WRITES ?? 30_000)

test('distinct writes, and the same ones again after their answers arrived, are all sent, and leave nothing behind', async (t) => {
  const config = { ...testConfig('http://127.0.0.1:1'), repeats: 'guard' as const }
  const guard = repeatGuard(config, undefined)
  const log = { info() {}, warn() {} }
  const places = fairPlaces(config, log)
  const socket = new Socket()
  const target = { forwarded: '/core/v1/cities', path: '/core/v1/cities', query: undefined, authority: undefined }
  const deed = { known: undefined, effect: 'unknown', begins: true } as const
  let kept = 0

  async function write(body: string): Promise<void> {
    const request = Object.assign(new IncomingMessage(socket), { method: 'POST', complete: true })
    const response = new ServerResponse(request)
    const call: GuardedCall & { write: GuardedCall['write'] } = {
      ...{ id: 'r', request, response, record: newRecord(request, undefined), context: { config, places } },
      ...{ judged: { ...unjudged, target, deed, tenant: 'demo', accepted: true }, body: Buffer.from(body) },
      ...{ life: born, kept: undefined, write: undefined, share: undefined },
      ...{ endedEarly: undefined, underWay: undefined },
    }
    const found = guard.writeOf(call)
    assert.ok(found !== undefined)
    assert.ok(guard.mayGather(found, 20 * 1024 * 1024), 'bodies that are over still count')
    found.hash.update(body)
    if ((await guard.answerOfEarlier(call, found)) !== undefined) kept += 1
    found.status = 201
    call.record.reached = 'yes'
    call.record.fromUpstream = true
    const over = { ...call, life: failed(born, new Error('the answer has passed')), write: found }
    await guard.settle(over, found)
    Object.defineProperty(response, 'writableFinished', { value: true })
    socket.destroyed || guard.afterAnswer(over, found, () => {})
  }

  for (let index = 0; index < writes; index++) {
    await write(`{"a":${index}}`)
    if (index % 1000 === 0) guard.stop() // All have arrived.
  }
  guard.stop()
  for (let index = 0; index < writes / 100; index++) await write(`{"a":${index}}`)
  guard.stop()
  places.stop()
  assert.equal(kept, 0)
  assert.deepEqual(guard.open(), [])
  assert.deepEqual([...guard.counts()], [])
  t.diagnostic(`${writes} writes, ${Math.round(process.memoryUsage().heapUsed / 1e6)} MB of heap`)
})
