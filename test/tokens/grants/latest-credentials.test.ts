import assert from 'node:assert/strict'
import { test } from 'node:test'
import { problem } from '../../../src/problems/problem.ts'
import type { Credentials } from '../../../src/settings/config.ts'
import { tokensOfLatest } from '../../../src/tokens/grants/latest-credentials.ts'

const of = (clientSecret: string): Credentials => ({ tenant: 'acme', clientId: 'client', clientSecret })
const refused = () => problem('client_refused', { status: 401, error: 'invalid_client', grant: 'client_credentials' })
const busy = () => problem('token_endpoint_status', { status: 503 })

/** A source that begins with `old`, beside which there is `other`. */
function changing(other: string | undefined) {
  const failures = new Map<string, () => Error>()
  const asked: string[] = []
  const adopted: string[] = []
  const tokens = tokensOfLatest(of('old'), {
    sourceOf:
      ({ clientSecret }) =>
      async () => {
        asked.push(clientSecret)
        const failure = failures.get(clientSecret)
        if (failure !== undefined) throw failure()
        return {
          ...{ value: `of ${clientSecret}`, tenant: 'acme', sentAt: { wall: 0, mono: 0 }, receivedAtMono: 0 },
          ...{ lifetimeMs: 3_600_000, lifetimeAssumed: false },
        }
      },
    others: async () => (other === undefined ? undefined : of(other)),
    adopt: ({ clientSecret }) => adopted.push(clientSecret),
  })
  return { failures, asked, adopted, token: async () => (await tokens()).value }
}

test('others are tried once those in use are refused, and are used from then on if they work', async () => {
  const { failures, asked, adopted, token } = changing('new')
  assert.equal(await token(), 'of old')
  failures.set('old', refused)
  assert.equal(await token(), 'of new')
  assert.equal(await token(), 'of new')
  assert.deepEqual(asked, ['old', 'old', 'new', 'new'])
  assert.deepEqual(adopted, ['new'])
})

test('passing trouble, the same credentials and none cause no trial', async () => {
  for (const [other, failure] of [
    ['new', busy],
    ['old', refused],
    [undefined, refused],
  ] as const) {
    const { failures, asked, adopted, token } = changing(other)
    failures.set('old', failure)
    await assert.rejects(token(), { code: failure().code })
    assert.deepEqual(asked, ['old'])
    assert.deepEqual(adopted, [])
  }
})

test('others that meet passing trouble are not in use: what the callers wait for goes on to be tried, from those in use on', async () => {
  const { failures, asked, adopted, token } = changing('new')
  failures.set('old', refused).set('new', busy)
  await assert.rejects(token(), { code: 'token_unavailable' })
  assert.deepEqual(adopted, [])
  failures.delete('new')
  assert.equal(await token(), 'of new')
  assert.deepEqual(asked, ['old', 'new', 'old', 'new'])
})
