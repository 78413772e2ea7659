import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TokenCache } from '../../../src/tokens/cache/token-cache.ts'
import type { AccessToken } from '../../../src/tokens/token-source.ts'
import { nameOf, settled, trouble } from '../../support/cache-rig.ts'
import { sharedRig } from '../../support/shared-rig.ts'

const hour = 3_600_000

test('of ten that begin at once one asks, and the others take over what it gets', async () => {
  const { clock, endpoint, member, outcomes } = sharedRig()
  endpoint.roundTripMs = 700
  const all = Promise.all(Array.from({ length: 10 }, () => settled(clock, member()())))
  assert.deepEqual(new Set(await all), new Set(['token-1']))
  assert.equal(endpoint.requests.length, 1)
  assert.equal(outcomes.filter((outcome) => outcome === 'taken').length, 9)
  assert.equal(outcomes.filter((outcome) => outcome === 'asked').length, 1)
})

test('a token that was taken over ends when it ends for whoever asked for it', async () => {
  const { clock, member } = sharedRig()
  await member()()
  await clock.advance(1_000_000)
  const taken = await member()()
  assert.equal(taken.sentAt.mono + taken.lifetimeMs - clock.now().mono, hour - 1_000_000)
  assert.equal(taken.lifetimeMs, hour)
  assert.equal(taken.shared, 'taken')
})

test('whoever renews gets a new token, and the next one takes that over', async () => {
  const { endpoint, member } = sharedRig()
  const [one, other] = [member(), member()]
  await one()
  await other()
  assert.equal(nameOf(await one()), 'token-2')
  assert.equal(nameOf(await other()), 'token-2')
  assert.equal(nameOf(await other()), 'token-3')
  assert.equal(endpoint.requests.length, 3)
})

test('a token that is about to be renewed is not taken over', async () => {
  const { clock, member } = sharedRig()
  await member()()
  await clock.advance(hour - 1.1 * 300_000 - 1)
  assert.equal(nameOf(await member()()), 'token-1')
  await clock.advance(1)
  assert.equal(nameOf(await member()()), 'token-2')
})

test('a token that ends sooner than what is held is not taken over', async () => {
  const { clock, endpoint, store, member } = sharedRig()
  const one = member()
  await member()() // Its token lies in the store.
  store.fault = new Error('away')
  await clock.advance(1_000)
  assert.equal(nameOf(await one()), 'token-2')
  store.fault = undefined
  assert.equal(nameOf(await one()), 'token-3')
  assert.equal(endpoint.requests.length, 3)
})

test('after a 401 one of all renews, and the others take the successor, however it is refused', async () => {
  const { clock, endpoint, member } = sharedRig()
  const sources = Array.from({ length: 5 }, () => member())
  const first: AccessToken[] = []
  for (const source of sources) first.push(await source())
  endpoint.roundTripMs = 300
  const next = await Promise.all(sources.map((source, index) => settled(clock, source(first[index]))))
  assert.deepEqual(new Set(next), new Set(['token-2']))
  assert.equal(endpoint.requests.length, 2)
  assert.equal(endpoint.requests[1]?.rejected, 'token-1')
})

test('a refused token is dropped for all, also while no other can be had', async () => {
  const { endpoint, member, store } = sharedRig()
  const one = member()
  const token = await one()
  endpoint.script.push({ problem: trouble() })
  await assert.rejects(one(token))
  assert.deepEqual([...store.entries.values()], [])
  assert.equal(nameOf(await member()()), 'token-2')
})

test('a refused token is dropped by who took no notice of its text, too', async () => {
  const { endpoint, member } = sharedRig()
  const token = await member()()
  endpoint.script.push({ problem: trouble() })
  await assert.rejects(member()(token))
  assert.equal(nameOf(await member()()), 'token-2')
})

test('after a 401 the newer token of another is taken over, also when it ends sooner', async () => {
  const { endpoint, member } = sharedRig()
  const [one, other] = [member(), member()]
  const token = await one()
  await other()
  endpoint.lifetimeMs = 1_000_000
  await other(token)
  assert.equal(nameOf(await one(token)), 'token-2')
  assert.equal(endpoint.requests.length, 2)
})

test('the same token again after a 401 is not shared', async () => {
  const { endpoint, member } = sharedRig()
  const one = member()
  const token = await one()
  endpoint.script.push({ token: 'token-1' })
  assert.equal(nameOf(await one(token)), 'token-1')
  assert.equal(nameOf(await member()()), 'token-2')
})

test('a failed request gives the lock back, and all who waited ask in turn', async () => {
  const { clock, endpoint, member } = sharedRig()
  endpoint.script.push({ problem: trouble(), takesMs: 500 })
  const outcomes = await Promise.all([settled(clock, member()()), settled(clock, member()())])
  assert.deepEqual(outcomes.sort(), ['token-1', 'token_unavailable'])
  assert.equal(endpoint.mostAtOnce, 1)
})

test('when the lock of a sidecar that is no more lapses, one of those who wait asks, and the others take over', async () => {
  const { clock, endpoint, member, lock } = sharedRig()
  lock('one that was killed', 6_000)
  const waiting = Promise.all([member(), member(), member()].map((source) => source()))
  await clock.advance(5_999)
  assert.equal(endpoint.requests.length, 0)
  await clock.advance(1_000)
  assert.deepEqual((await waiting).map(nameOf), ['token-1', 'token-1', 'token-1'])
  assert.equal(endpoint.requests.length, 1)
})

test('the lock lasts as long as a token request may take and 2 s, and others wait no longer', async () => {
  const { clock, endpoint, member, lock, store } = sharedRig({ tokenWaitMs: 60_000 })
  endpoint.roundTripMs = 1
  void member()()
  await clock.advance(0)
  const [taken] = store.entries.values()
  assert.equal(taken?.until, clock.now().mono + 7_000)
  await clock.advance(1)
  store.entries.clear()
  lock('one that hangs', 600_000)
  const waiting = member()()
  await clock.advance(6_999)
  assert.equal(endpoint.requests.length, 1)
  await clock.advance(400)
  assert.equal(nameOf(await waiting), 'token-2')
})

test('the lock is kept while a request takes its time', async () => {
  const { clock, endpoint, member, store } = sharedRig({ tokenTimeoutMs: 2_000 })
  endpoint.roundTripMs = 20_000
  void member()()
  await clock.advance(19_999)
  const [lock] = store.entries.values()
  assert.ok(lock !== undefined && lock.until > clock.now().mono)
  await clock.advance(1)
  assert.equal(clock.timers(), 0)
})

test('who waits for another leaves its callers the time of a token request', async () => {
  const { clock, endpoint, member, outcomes } = sharedRig({ tokenTimeoutMs: 5_000, tokenWaitMs: 8_000 })
  void member('hush', () => new Promise(() => {}))()
  await clock.advance(0)
  const waiting = member()()
  await clock.advance(3_999)
  assert.equal(endpoint.requests.length, 0)
  await clock.advance(300)
  assert.equal(nameOf(await waiting), 'token-1')
  assert.deepEqual(outcomes, ['alone']) // The lock is another's, so it lies nowhere.
})

test('a store that fails costs nothing but the sharing, whichever command it is', async () => {
  for (const commands of [0, 1, 2]) {
    const { endpoint, member, store, outcomes } = sharedRig()
    const one = member()
    Object.defineProperty(store, 'fault', { get: () => (store.commands > commands ? new Error('away') : undefined) })
    assert.equal(nameOf(await one()), 'token-1')
    assert.equal(nameOf(await one()), 'token-2')
    assert.equal(endpoint.requests.length, 2)
    await new Promise(setImmediate)
    assert.deepEqual(outcomes, [commands < 2 ? 'alone' : 'asked', 'alone'])
  }
})

test('the failure of a token request is what it was, whatever the store does', async () => {
  const { endpoint, member, store, underWay } = sharedRig()
  endpoint.script.push({ problem: trouble() }, { problem: trouble() })
  await assert.rejects(member()(), { code: 'token_unavailable' })
  store.fault = new Error('away')
  await assert.rejects(member()(), { code: 'token_unavailable' })
  assert.equal(underWay.size, 0)
})

test('garbage in the store is a miss, and replaced', async () => {
  const { member, store, endpoint } = sharedRig()
  await member()()
  const [key] = store.entries.keys()
  for (const until of [Number.POSITIVE_INFINITY, 1e9]) {
    store.entries.set(key ?? '', { text: 'garbage', until })
    const found = nameOf(await member()())
    assert.equal(found, `token-${endpoint.requests.length}`)
    assert.equal(nameOf(await member()()), found)
  }
  assert.equal(endpoint.requests.length, 3)
})

test('a lock without an end is none', async () => {
  const { member, lock, endpoint } = sharedRig()
  lock('somebody', Number.POSITIVE_INFINITY)
  assert.equal(nameOf(await member()()), 'token-1')
  assert.equal(nameOf(await member()()), 'token-1')
  assert.equal(endpoint.requests.length, 1)
})

test('another secret has a token of its own', async () => {
  const { member, endpoint } = sharedRig()
  await member()()
  assert.equal(nameOf(await member('another')()), 'token-2')
  assert.equal(nameOf(await member()()), 'token-1')
  assert.equal(endpoint.requests.length, 2)
})

test('a sidecar that was stopped on its way does not put its older token over the newer one of another', async () => {
  const { clock, endpoint, member, outcomes, store } = sharedRig()
  let goOn = () => {}
  const stopped = member('hush', async () => {
    const token = await endpoint.source()
    await new Promise<void>((resolve) => {
      goOn = resolve
    })
    return token
  })
  const waits = stopped()
  await clock.advance(0)
  store.entries.clear() // Its lock has lapsed.
  assert.equal(nameOf(await member()()), 'token-2')
  goOn()
  assert.equal(nameOf(await waits), 'token-1')
  await clock.advance(0)
  assert.deepEqual(outcomes, ['asked', 'alone'])
  assert.equal(nameOf(await member()()), 'token-2')
})

test('where the store was emptied on the way the token is shared all the same', async () => {
  const { clock, endpoint, member, outcomes, store } = sharedRig()
  endpoint.roundTripMs = 100
  const waits = member()()
  await clock.advance(50)
  store.entries.clear()
  await clock.advance(50)
  assert.equal(nameOf(await waits), 'token-1')
  assert.equal(nameOf(await member()()), 'token-1')
  assert.deepEqual(outcomes, ['asked', 'taken'])
})

test('at its end a sidecar gives back the lock that others wait for', async () => {
  const { clock, member, underWay, store } = sharedRig()
  void member('hush', () => new Promise(() => {}))()
  await clock.advance(0)
  assert.equal(store.entries.size, 1)
  for (const release of underWay) await release()
  assert.equal(store.entries.size, 0)
})

test('a server that hands the same token back is asked by one of all until it has another', async () => {
  const { clock, endpoint, sidecar } = sharedRig()
  const ends = clock.now().mono + 100_000
  let issued = 1
  const tokenOf = () => {
    if (clock.now().mono >= ends) issued = 2
    const left = issued === 1 ? Math.floor((ends - clock.now().mono) / 1000) * 1000 : 100_000
    return { token: `same-${issued}`, lifetimeMs: left }
  }
  Object.defineProperty(endpoint, 'always', { get: tokenOf })
  const sidecars = Array.from({ length: 5 }, () => sidecar({ random: () => 0.3 })) // Renewing within a second, which is rounded down.
  for (const tokens of sidecars) tokens.start()
  for (let second = 0; second < 105; second++) {
    await clock.advance(1000)
    if (second === 98 || second === 99) continue // In its last 2 s requests wait for the successor.
    for (const tokens of sidecars) assert.ok(tokens.current() ?? (await settled(clock, tokens.get())))
  }
  assert.deepEqual(new Set(sidecars.map((tokens) => nameOf(tokens.current()))), new Set(['same-2']))
  assert.equal(endpoint.requests.length, 3)
})

test('a taken token that is refused begins no pause: it says nothing of fresh ones', async () => {
  const { clock, endpoint, sidecar, member } = sharedRig()
  const tokens = sidecar()
  const other = member()
  const first = await tokens.get()
  await other()
  await other(first)
  const second = await settled(clock, tokens.get(first))
  assert.equal(second, 'token-2')
  const taken = tokens.current()
  assert.ok(taken)
  await other(taken)
  assert.equal(await settled(clock, tokens.get(taken)), 'token-3')
  assert.equal(tokens.state().rejectionsPaused, false)
  const asked = tokens.current()
  assert.ok(asked)
  const fourth = await settled(clock, tokens.get(asked))
  assert.equal(fourth, 'token-4')
  const fresh = tokens.current()
  assert.ok(fresh)
  assert.equal(await settled(clock, tokens.get(fresh)), 'token_unavailable') // That one was asked for by itself.
  assert.equal(tokens.state().rejectionsPaused, true)
  assert.equal(endpoint.requests.length, 4)
})

/** Sidecars in front of a server where a new token ends the old one: what callers of theirs see of GETs. */
function singleTokenRig(count: number) {
  const tested = sharedRig()
  const { clock, endpoint, sidecar } = tested
  const valid = () => `token-${endpoint.requests.length}`
  const sidecars = Array.from({ length: count }, () => sidecar())
  /** A GET, repeated once where it met a 401. */
  async function get(tokens: TokenCache): Promise<'served' | 'refused'> {
    const token = tokens.current() ?? (await tokens.get())
    if (nameOf(token) === valid()) {
      tokens.accepted(token)
      return 'served'
    }
    tokens.reject(token)
    const another = await tokens.get(token).catch(() => undefined)
    if (another === undefined || nameOf(another) !== valid()) {
      if (another !== undefined) tokens.reject(another)
      return 'refused'
    }
    tokens.accepted(another)
    return 'served'
  }
  /** Each of them is called ten times a second. @returns how the last call of each ended, and what was asked for */
  async function calls(seconds: number) {
    const before = endpoint.requests.length
    let last: ('served' | 'refused')[] = []
    for (const end = clock.now().mono + 1000 * seconds; clock.now().mono < end; await clock.advance(90)) {
      last = []
      for (const tokens of sidecars) {
        const outcome = get(tokens).then((how) => last.push(how))
        for (const began = last.length; last.length === began; ) await clock.advance(5)
        await outcome
      }
    }
    return { last, asked: endpoint.requests.length - before }
  }
  return { ...tested, calls, sidecars }
}

test('while the store is down and a new token ends the old one, sidecars do not ask without end; once it is back one asks for all', async () => {
  const { store, calls, sidecars } = singleTokenRig(2)
  assert.deepEqual(await calls(1), { last: ['served', 'served'], asked: 1 })
  store.fault = new Error('away')
  await sidecars[0]?.renew() // Which ends the token of the other one.
  const seconds = 4
  const first = await calls(seconds)
  assert.ok(first.asked <= 2 * (5 + seconds / 2.5), `${first.asked} token requests in ${seconds} s`)
  const { asked } = await calls(120)
  assert.ok(asked <= 2 * 2 * 29, `${asked} token requests in 2 minutes`)
  store.fault = undefined
  const back = await calls(4)
  assert.deepEqual(back.last, ['served', 'served'])
  assert.ok(back.asked <= 2, `${back.asked} token requests`)
  assert.deepEqual(await calls(60), { last: ['served', 'served'], asked: 0 })
})

test('a sidecar whose fresh token was refused while the store was down asks through it once it is back, and only once', async () => {
  const { clock, endpoint, sidecar, store } = sharedRig()
  const tokens = sidecar()
  const first = await tokens.get()
  store.fault = new Error('away')
  const alone = await tokens.get(first)
  await assert.rejects(tokens.get(alone), { code: 'token_unavailable' })
  await clock.advance(2_000)
  await assert.rejects(tokens.get(alone), { code: 'token_unavailable' })
  assert.deepEqual([tokens.state().rejectionsPaused, endpoint.requests.length], [true, 2])
  store.fault = undefined
  await clock.advance(2_000)
  const fresh = await tokens.get(alone)
  assert.deepEqual([nameOf(fresh), fresh.shared, tokens.state().rejectionsPaused], ['token-3', 'asked', false])
  for (let i = 0; i < 50; i++) {
    await assert.rejects(tokens.get(fresh), { code: 'token_unavailable' })
    await clock.advance(1_000)
  }
  assert.deepEqual([tokens.state().rejectionsPaused, endpoint.requests.length], [true, 3])
  assert.equal(tokens.state().requests, 3, 'a look at the store is no token request')
})

test('a token that another sidecar has put into the store ends the pause that a refused fresh one began', async () => {
  const { clock, endpoint, sidecar, member } = sharedRig()
  const tokens = sidecar()
  const other = member()
  const second = await tokens.get(await tokens.get())
  await other()
  await assert.rejects(tokens.get(second), { code: 'token_unavailable' })
  await other(second)
  assert.equal(endpoint.requests.length, 3)
  await clock.advance(1_000)
  const [one, same] = await Promise.all([tokens.get(second), tokens.get(second)])
  assert.deepEqual([nameOf(one), one.shared, same], ['token-3', 'taken', one])
  assert.deepEqual([tokens.state().rejectionsPaused, endpoint.requests.length], [false, 3])
})

test('a store that has other garbage at each look is asked three times, and then no more', async () => {
  let looks = 0
  const { store, endpoint, member } = sharedRig({
    store: (seal, lockMs) => ({
      ...store.connect(seal, lockMs),
      lease: async () => {
        looks += 1
        assert.ok(looks < 100, 'it is asked without end')
        return { found: `garbage ${looks}`, ttlMs: 1_000 }
      },
    }),
  })
  assert.equal(nameOf(await member()()), 'token-1')
  assert.deepEqual([looks, endpoint.requests.length], [3, 1])
})
