// design/promises 5.3: `POST /api/token/refresh` makes at most one token request in 10 s; calls in between share its
// outcome.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tokenRefresh } from '../../src/admin/renew-token.ts'
import {
  type Administered,
  type Catapa,
  press,
  startAdministered,
  startCatapa,
  tenSecondsLater,
} from '../support/admin.ts'
import { refusal, rig, settled, testEndpoint, trouble } from '../support/cache-rig.ts'
import { json } from '../support/sidecar.ts'
import { eventually } from '../support/wire.ts'

/** What many presses of the button are told, one after the other and all at once: each different answer once. */
async function pressOften(sidecar: Administered): Promise<string[]> {
  const told = new Set<string>()
  const pressed = async () => {
    const answer = await press(sidecar, '/api/token/refresh')
    const { detail, token } = await json(answer)
    told.add(`${answer.status} ${detail ?? `valid: ${token.valid}`}`)
  }
  for (let i = 0; i < 50; i++) await pressed()
  await Promise.all(Array.from({ length: 50 }, pressed))
  return [...told]
}

const outcomes: [now: Catapa['token'], told: RegExp][] = [
  ['issue', /^200 valid: true$/],
  ['fail', /^503 The token endpoint answered with status 503; /],
  ['refuse', /^503 CATAPA refuses the client/],
]

for (const [now, expected] of outcomes) {
  test(`a hundred presses are one token request where the endpoint would ${now}, and ten seconds later one more`, async (t) => {
    const catapa = await startCatapa(t)
    const sidecar = await startAdministered(t, catapa.url)
    await eventually(() => sidecar.tokens.state().valid, 'a token')
    catapa.token = now
    for (const expectedRequests of [2, 3]) {
      const told = await pressOften(sidecar)
      assert.equal(catapa.tokenRequests, expectedRequests)
      assert.equal(told.length, 1, told.join('\n'))
      assert.match(told[0] ?? '', expected)
      tenSecondsLater(t)
    }
  })
}

/** A rig whose first token is there, with the button. */
async function withButton() {
  const rigged = rig()
  await rigged.call()
  const button = tokenRefresh(rigged.tokens, rigged.clock)
  return { ...rigged, button, refresh: () => button().outcome }
}

test('the ten seconds count from the end of the request, so that two never come closer', async () => {
  const { clock, endpoint, button, refresh } = await withButton()
  const fails = () => assert.rejects(refresh(), { code: 'token_unavailable' })
  endpoint.script = [{ problem: trouble(), takesMs: 4_000 }]
  const all = [fails(), fails()]
  await clock.advance(2_000)
  all.push(fails())
  await clock.advance(2_000)
  await Promise.all(all)
  await clock.advance(9_999)
  const { ageMs, outcome } = button()
  await assert.rejects(outcome, { code: 'token_unavailable' })
  assert.deepEqual([ageMs, endpoint.requests.length], [9_999, 2])
  await clock.advance(1)
  await refresh()
  assert.equal(endpoint.requests.length, 3)
})

test('a renewal of the sidecar’s own is no outcome to share: the first press asks, once the one under way has ended', async () => {
  const { clock, endpoint, tokens, refresh } = await withButton()
  endpoint.roundTripMs = 1_000
  tokens.reject(await tokens.get())
  await clock.advance(500)
  const pressed = refresh()
  await clock.advance(1_500)
  await pressed
  assert.deepEqual([endpoint.requests.length, endpoint.mostAtOnce], [3, 1])
})

test('new credentials and another login are asked for at once, whatever was pressed a moment ago', async () => {
  const { clock, endpoint, tokens, refresh } = await withButton()
  endpoint.always = { problem: refusal() }
  await assert.rejects(refresh(), { code: 'credentials_rejected' })
  const fresh = testEndpoint(clock, 'fresh')
  await tokens.replace(fresh.source)
  assert.equal(fresh.requests.length, 1)
  tokens.startOver()
  await clock.advance(0)
  assert.equal(fresh.requests.length, 2)
  assert.equal(await settled(clock, tokens.get()), 'fresh-2')
})

test('a failure is shared while it lasts, and not told any more once the sidecar has a token', async () => {
  const { clock, endpoint, tokens, refresh } = await withButton()
  endpoint.script = [{ problem: trouble() }, { problem: trouble() }]
  tokens.startOver()
  await clock.advance(0)
  await assert.rejects(refresh(), { code: 'token_unavailable' })
  await assert.rejects(refresh(), { code: 'token_unavailable' })
  const before = endpoint.requests.length
  await clock.advance(5_000)
  assert.deepEqual([tokens.state().valid, endpoint.requests.length], [true, before + 1])
  await refresh()
  assert.equal(endpoint.requests.length, before + 1)
})
