import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as tick } from 'node:timers/promises'
import { createSecureContext } from 'node:tls'
import type { Prepare } from '../../../src/tokens/shared/open-store.ts'
import { reconnectingStore, type StoreState } from '../../../src/tokens/shared/reconnecting-store.ts'
import type { SendCommand } from '../../../src/tokens/shared/token-store.ts'
import { testClock } from '../../support/clock.ts'

const place = { url: new URL('redis://:hush@cache.example'), secureContext: createSecureContext(), timeoutMs: 250 }

/** A store whose connections and commands do what the test says. */
function scene() {
  const clock = testClock()
  const told: (string | undefined)[] = []
  const at = {
    connects: 0,
    open: 0,
    connect: async () => {},
    answer: (async () => 'OK') as SendCommand,
    lose: (_error: Error) => {},
  }
  const prepare: Prepare = async (_place, lost) => {
    let isOpen = false
    at.lose = lost
    return {
      async connect() {
        at.connects += 1
        isOpen = true
        at.open += 1
        await at.connect()
      },
      send: (command) => at.answer(command),
      close() {
        if (isOpen) at.open -= 1
        isOpen = false
      },
    }
  }
  const changed = ({ failure }: StoreState) => told.push(failure?.cause)
  const kept = reconnectingStore(place, { prepare, clock, changed })
  /** How long a command takes, and what comes of it. */
  async function asked(): Promise<string> {
    const began = clock.now().mono
    let outcome: string | undefined
    kept.send(['GET', 'x']).then(
      () => {
        outcome = `answered after ${clock.now().mono - began}`
      },
      () => {
        outcome = `failed after ${clock.now().mono - began}`
      },
    )
    while (outcome === undefined) await clock.advance(10)
    return outcome
  }
  return { clock, told, at, kept, asked }
}

const hangs = () => new Promise<never>(() => {})

test('a store that works is connected to once, and tried out', async () => {
  const { at, kept, asked, told } = scene()
  assert.equal(await asked(), 'answered after 0')
  assert.equal(await asked(), 'answered after 0')
  assert.equal(at.connects, 1)
  assert.deepEqual(told, [undefined])
  assert.equal(kept.state()?.failure, undefined)
})

test('a command that is not answered fails after 250 ms, and the next ones at once', async () => {
  const { at, asked, told } = scene()
  await asked()
  at.answer = hangs
  assert.equal(await asked(), 'failed after 250')
  assert.equal(await asked(), 'failed after 0')
  assert.equal(await asked(), 'failed after 0')
  assert.deepEqual(told, [undefined, 'store_unreachable'])
  assert.equal(at.open, 0)
})

test('so does a connection, trial included, and its socket is closed', async () => {
  for (const part of ['connect', 'answer'] as const) {
    const { at, asked } = scene()
    at[part] = hangs
    assert.equal(await asked(), 'failed after 250')
    assert.equal(await asked(), 'failed after 0')
    assert.equal(at.open, 0)
  }
})

test('commands that were sent together fail together, and count once', async () => {
  const { clock, at, kept, told, asked } = scene()
  await asked()
  at.answer = hangs
  const both = Promise.allSettled([kept.send(['A']), kept.send(['B'])])
  await clock.advance(250)
  assert.deepEqual(
    (await both).map(({ status }) => status),
    ['rejected', 'rejected'],
  )
  await clock.advance(4_999)
  assert.equal(at.connects, 1)
  await clock.advance(1)
  assert.equal(at.connects, 2)
  assert.deepEqual(told, [undefined, 'store_unreachable'])
})

test('a store that fails is left alone for 5 s, doubling to a minute, and told once', async () => {
  const { clock, at, told, asked } = scene()
  at.connect = async () => {
    throw Object.assign(new Error('no'), { code: 'ECONNREFUSED' })
  }
  await asked()
  const began = clock.now().mono
  const tried: number[] = []
  for (let before = at.connects; tried.length < 6; await clock.advance(1_000)) {
    if (at.connects > before) tried.push(Math.round((clock.now().mono - began) / 1000))
    before = at.connects
  }
  assert.deepEqual(tried, [5, 15, 35, 75, 135, 195])
  assert.deepEqual(told, ['store_unreachable'])
  at.connect = async () => {}
  await clock.advance(60_000)
  assert.deepEqual(told, ['store_unreachable', undefined])
  assert.equal(await asked(), 'answered after 0')
})

test('the rest grows as long as no command was answered: to be connected to is not enough', async () => {
  const { clock, at, kept, asked } = scene()
  await asked()
  async function restOf(restMs: number): Promise<void> {
    const { connects } = at
    await clock.advance(restMs - 1)
    assert.equal(at.connects, connects)
    await clock.advance(1)
    assert.equal(at.connects, connects + 1)
  }
  at.answer = async ([name]) => {
    if (name !== 'EVAL') throw new Error('OOM command not allowed')
  }
  for (const restMs of [5_000, 10_000, 20_000]) {
    await assert.rejects(kept.send(['GET', 'x']))
    await restOf(restMs)
  }
  at.answer = async () => 'OK'
  await asked()
  at.lose(new Error('Socket closed unexpectedly'))
  await restOf(5_000)
})

test('a connection that ends while nobody uses it is noticed at once', async () => {
  const { at, kept, told, asked } = scene()
  await asked()
  at.lose(new Error('Socket closed unexpectedly'))
  assert.equal(await asked(), 'failed after 0')
  assert.deepEqual(told, [undefined, 'store_unreachable'])
  assert.deepEqual(kept.state()?.failure?.facts, { why: 'lost' })
})

test('what an earlier connection says after its end changes nothing', async () => {
  const { clock, at, told, asked } = scene()
  await asked()
  const { lose } = at
  lose(new Error('gone'))
  await clock.advance(5_000)
  lose(new Error('gone'))
  assert.equal(await asked(), 'answered after 0')
  assert.deepEqual(told, [undefined, 'store_unreachable', undefined])
})

test('after the end there is no connection and no attempt', async () => {
  const { clock, at, kept, asked } = scene()
  await asked()
  kept.stop()
  await tick()
  assert.equal(at.open, 0)
  await assert.rejects(kept.send(['GET', 'x']))
  await clock.advance(100_000)
  assert.equal(at.connects, 1)
  assert.equal(clock.timers(), 0)
})

test('a store that is left alone at the end is left alone for good', async () => {
  const { clock, at, kept, asked } = scene()
  at.connect = hangs
  await asked()
  kept.stop()
  await clock.advance(100_000)
  assert.equal(at.connects, 1)
})
