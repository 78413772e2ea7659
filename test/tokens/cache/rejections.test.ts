import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nameOf, type Rig, refusal, rig, settled, trouble } from '../../support/cache-rig.ts'

const hourMs = 3_600_000

test('a 401 drops the token that was sent, and one renewal replaces it', async () => {
  const { endpoint, tokens, call, outcome, events } = rig()
  const first = await call()
  assert.equal(tokens.reject(first), true)
  assert.equal(tokens.current(), undefined)
  assert.equal(await outcome(), 'token-2')
  assert.deepEqual(
    endpoint.requests.map(({ rejected }) => rejected),
    [undefined, 'token-1'],
  )
  assert.deepEqual(events[1], { type: 'rejected', remainingMs: hourMs, renewing: true })
})

test('a 401 to an older token leaves the newer one in use', async () => {
  const { endpoint, tokens, call } = rig()
  const first = await call()
  tokens.reject(first)
  const second = await call()
  assert.equal(tokens.reject(first), false)
  assert.equal(tokens.current(), second)
  assert.equal(await tokens.get(first), second)
  assert.equal(endpoint.requests.length, 2)
})

test('500 callers with a refused token cost one renewal, and each gets the new token', async () => {
  const { clock, endpoint, tokens, call } = rig()
  const first = await call()
  endpoint.roundTripMs = 80
  const all = Promise.all(Array.from({ length: 500 }, () => tokens.get(first)))
  await clock.advance(80)
  assert.deepEqual(new Set((await all).map(nameOf)), new Set(['token-2']))
  assert.equal(endpoint.requests.length, 2)
})

test('500 refused requests that arrive one by one, some after the renewal, cost one renewal', async () => {
  const { clock, endpoint, tokens, call } = rig()
  const first = await call()
  endpoint.roundTripMs = 80
  const all: Promise<string | undefined>[] = []
  for (let i = 0; i < 500; i++) {
    all.push(tokens.get(first).then(nameOf))
    await clock.advance(1)
  }
  assert.deepEqual(new Set(await Promise.all(all)), new Set(['token-2']))
  assert.equal(endpoint.requests.length, 2)
})

test('a fresh token that is refused too passes the 401, and 401s renew nothing for 60 s', async () => {
  const { clock, endpoint, tokens, call, outcome } = rig()
  const second = await tokens.get(await call())
  assert.equal(nameOf(second), 'token-2')
  assert.equal(await settled(clock, tokens.get(second)), 'token_unavailable')
  assert.equal(tokens.state().rejectionsPaused, true)
  assert.equal(nameOf(tokens.current()), 'token-2', 'others go on with it')
  await clock.advance(59_999)
  tokens.reject(second)
  assert.equal(endpoint.requests.length, 2)
  await clock.advance(1)
  tokens.reject(second)
  assert.equal(await outcome(), 'token-3')
  assert.equal(endpoint.requests.length, 3)
})

/** Callers that get nothing but 401 from CATAPA: what it costs, in token requests. */
const refusedCallers: Record<string, (tested: Rig) => Promise<unknown>> = {
  'that may be sent again': async ({ clock, tokens, call }) => {
    const token = await call()
    await clock.pass(20)
    const fresh = await tokens.get(token).catch(() => undefined)
    if (fresh === undefined) return
    await clock.pass(20)
    tokens.reject(fresh)
  },
  'that are never sent again': async ({ clock, tokens, call }) => {
    const token = await call()
    await clock.pass(20)
    tokens.reject(token)
  },
}

for (const [kind, refused] of Object.entries(refusedCallers)) {
  test(`a CATAPA that answers 401 to everything costs two token requests a minute, with requests ${kind}`, async () => {
    const tested = rig()
    const { clock, endpoint } = tested
    endpoint.roundTripMs = 30
    for (let i = 0; i < 10 * 600; i++) {
      refused(tested).catch(() => {})
      await clock.advance(100)
    }
    assert.ok(endpoint.requests.length <= 12, `${endpoint.requests.length} in 10 minutes`)
    assert.ok(endpoint.requests.length >= 10, 'it is tried again every minute')
  })
}

test('a CATAPA that answers 401 on one path only costs at most 30 token requests a minute', async () => {
  const { clock, endpoint, tokens, call, events } = rig()
  const minutes = 6
  for (let i = 0; i < minutes * 120; i++) {
    const token = await call()
    await clock.advance(250)
    tokens.accepted(token)
    await clock.advance(250)
    tokens.reject(token)
  }
  assert.ok(endpoint.requests.length <= minutes * 30, `${endpoint.requests.length} in ${minutes} minutes`)
  assert.ok(endpoint.requests.length > 30, 'a pause ends')
  assert.ok(events.length <= 2 * minutes * 31, 'a pause is reported once')
})

test('a token that replaced a refused one, worked, and is refused later is renewed without a pause', async () => {
  const { clock, tokens, call } = rig()
  const second = await tokens.get(await call())
  tokens.accepted(second)
  await clock.advance(10 * 60_000)
  assert.equal(nameOf(await tokens.get(second)), 'token-3')
  assert.equal(tokens.state().rejectionsPaused, false)
})

test('ten revocations in a minute are ten renewals and no failure', async () => {
  const { clock, endpoint, tokens, call } = rig()
  let token = await call()
  for (let i = 0; i < 10; i++) {
    tokens.accepted(token)
    await clock.advance(5_000)
    token = await tokens.get(token)
  }
  assert.equal(nameOf(token), 'token-11')
  assert.equal(endpoint.requests.length, 11)
})

test('the same token after a 401 counts as refused: the 401 passes, and 401s renew nothing for 60 s', async () => {
  const { clock, endpoint, tokens, call } = rig()
  endpoint.always = { token: 'same' }
  const first = await call()
  assert.equal(await settled(clock, tokens.get(first)), 'token_unavailable')
  assert.equal(tokens.state().rejectionsPaused, true)
  assert.equal(nameOf(tokens.current()), 'same', 'it is what there is: CATAPA, not the sidecar, refuses it')
  for (let i = 0; i < 599; i++) {
    await clock.advance(100)
    tokens.reject(await call())
  }
  assert.equal(endpoint.requests.length, 2)
})

/** CATAPA refuses the first token while its renewal is under way, half a second before that ends. */
async function refusedDuringRenewal({ clock, endpoint, tokens, call }: Rig) {
  const first = await call()
  endpoint.roundTripMs = 500
  await clock.advance(hourMs - 315_000)
  assert.equal(tokens.state().requesting, true)
  const replaced = tokens.get(first)
  await clock.advance(500)
  return replaced
}

test('a renewal that was under way when the 401 came serves those who were refused', async () => {
  const prepared = rig()
  assert.equal(nameOf(await refusedDuringRenewal(prepared)), 'token-2')
  assert.equal(prepared.endpoint.requests.length, 2)
})

test('a renewal from before the 401 that brings the refused token says nothing: it is asked for again', async () => {
  const { clock, endpoint, tokens, call } = rig()
  const first = await call()
  endpoint.script = [{ token: 'token-1', lifetimeMs: 315_000, takesMs: 500 }, { takesMs: 500 }]
  await clock.advance(hourMs - 315_000)
  const replaced = tokens.get(first)
  await clock.advance(1_000)
  assert.equal(nameOf(await replaced), 'token-2')
  assert.equal(tokens.state().rejectionsPaused, false)
  assert.deepEqual(
    endpoint.requests.map(({ rejected }) => rejected),
    [undefined, undefined, 'token-1'],
  )
})

test('a refused token is not fallen back on when its renewal fails', async () => {
  const { clock, endpoint, tokens, call, outcome } = rig()
  const first = await call()
  endpoint.script = [{ problem: trouble(), takesMs: 4_000 }]
  await clock.advance(hourMs - 318_000)
  await clock.advance(3_000)
  assert.equal(tokens.state().requesting, true)
  tokens.reject(first)
  assert.equal(await outcome(), 'token-2')
})

test('one that holds for a renewal never gets the token that was refused meanwhile', async () => {
  const { clock, endpoint, tokens, call } = rig()
  const first = await call()
  await clock.advance(hourMs - 400_000)
  endpoint.always = { problem: refusal() }
  await clock.advance(200_000)
  await clock.advance(175_000)
  endpoint.always = { problem: refusal(), takesMs: 3_000 }
  const renewal = assert.rejects(tokens.renew(), { code: 'credentials_rejected' })
  const waiting = assert.rejects(call(), { code: 'credentials_rejected' })
  assert.equal(tokens.state().waiting, 1)
  tokens.reject(first)
  await clock.advance(3_000)
  await Promise.all([renewal, waiting])
})

test('when the renewal after a 401 fails, the problem is its own, so that the 401 can pass', async () => {
  const { clock, endpoint, tokens, call } = rig()
  const first = await call()
  endpoint.always = { problem: refusal() }
  assert.equal(await settled(clock, tokens.get(first)), 'credentials_rejected')
})

test('a 401 to a token of another tenant is not the 401 of this one', async () => {
  const { tokens, call } = rig()
  const token = await call()
  assert.equal(tokens.reject({ ...token, tenant: 'other' }), false)
  assert.equal(tokens.current(), token)
})

test('a token that was asked for before the 401 is not fresh: refused too, it is replaced without a pause', async () => {
  const prepared = rig()
  const { clock, tokens } = prepared
  assert.equal(tokens.reject(await refusedDuringRenewal(prepared)), true)
  assert.equal(tokens.state().rejectionsPaused, false)
  await clock.advance(500)
  assert.equal(nameOf(tokens.current()), 'token-3')
})
