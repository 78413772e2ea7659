// design/promises 10.1 and 10.2: who has which share, and shares of callers that are gone from the file.
import assert from 'node:assert/strict'
import { Socket } from 'node:net'
import { test } from 'node:test'
import { setEntrance, shareRegister } from '../../../src/forwarding/turns/share-register.ts'
import { section } from '../../support/callers-scene.ts'

const limits = (maxInFlight: number) => ({ maxInFlight, rate: undefined })
const socket = new Socket()

function socketBy(name: string) {
  const entrance = { name, share: undefined }
  const sockets = [new Socket(), new Socket()]
  for (const each of sockets) setEntrance(each, entrance)
  return sockets as [Socket, Socket]
}

test('a name is one share wherever it calls; who has none shares with all of its listener', () => {
  const { of } = shareRegister()
  const [one, two] = socketBy('localhost:8228')
  const [other] = socketBy('localhost:8300')
  assert.equal(of('export', one), of('export', other))
  assert.equal(of(undefined, one), of('other', two))
  assert.notEqual(of(undefined, one), of(undefined, other))
  assert.deepEqual(
    [of(undefined, one).name, of(undefined, one).by, of('export', one).by],
    ['localhost:8228', 'listener', 'name'],
  )
})

test('the limits are those of the file, whether a share was there before it or comes after', () => {
  const { of, useSections } = shareRegister()
  const [here] = socketBy('localhost:8228')
  const before = [of('export', socket), of(undefined, here)]
  useSections([section('export', { limits: limits(3) }), section('*', { limits: limits(2) })], 0)
  const [later] = socketBy('localhost:8300')
  for (const share of [...before, of(undefined, later)])
    assert.equal(share.limits.maxInFlight, share.by === 'name' ? 3 : 2)
  useSections([section('export')], 0)
  assert.deepEqual([before[0]?.limited, of(undefined, later).limited], [false, false])
})

test('the share of a caller that is gone stays, without limits, while something of it is under way, and is forgotten then', () => {
  const { of, useSections, all } = shareRegister()
  useSections([section('export', { limits: limits(1) })], 0)
  const share = of('export', socket)
  share.inFlight = 1
  useSections([], 0)
  assert.deepEqual([of('export', socket), all(), share.limited], [share, [share], false])
  share.inFlight = 0
  assert.deepEqual(all(), [])
  useSections([], 0)
  assert.notEqual(of('export', socket), share)
})
