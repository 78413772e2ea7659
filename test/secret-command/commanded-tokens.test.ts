// When CATAPA's answer makes the command run again (design/promises 15.3).
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { problem } from '../../src/problems/problem.ts'
import type { Reason } from '../../src/secret-command/command-state.ts'
import { commandedTokens } from '../../src/secret-command/commanded-tokens.ts'
import type { Credentials } from '../../src/settings/config.ts'

const of = (clientSecret: string): Credentials => ({ tenant: 'acme', clientId: 'client', clientSecret })

type Refusal = Readonly<{ status: number; error?: string }>

/** A command that prints these secrets one after the other, at a CATAPA that refuses all but one, as it is told. */
function commanded(printed: string[], given?: Credentials) {
  const seen = { right: 'first', refusal: { status: 401, error: 'invalid_client' } as Refusal, runs: [] as Reason[] }
  const adopted: string[] = []
  const tokens = commandedTokens(
    {
      secret: {
        run: async (reason) => {
          seen.runs.push(reason)
          const clientSecret = printed.shift()
          if (clientSecret === undefined) throw new Error('it failed')
          return of(clientSecret)
        },
      },
      sourceOf:
        ({ clientSecret }) =>
        async () => {
          if (clientSecret !== seen.right)
            throw problem('client_refused', { ...seen.refusal, grant: 'client_credentials' })
          return {
            ...{ value: `of ${clientSecret}`, tenant: 'acme', sentAt: { wall: 0, mono: 0 }, receivedAtMono: 0 },
            ...{ lifetimeMs: 3_600_000, lifetimeAssumed: false },
          }
        },
      adopt: ({ clientSecret }) => adopted.push(clientSecret),
    },
    given,
  )
  const token = async () => (await tokens()).value
  return { seen, adopted, token }
}

const refusals: [refusal: Refusal, runs: boolean][] = [
  [{ status: 401, error: 'invalid_client' }, true],
  [{ status: 400, error: 'invalid_client' }, true],
  [{ status: 401, error: 'unauthorized' }, true],
  [{ status: 401 }, true],
  [{ status: 403 }, false],
  [{ status: 400, error: 'unauthorized_client' }, false],
  [{ status: 401, error: 'invalid_scope' }, false],
]

for (const [refusal, runs] of refusals) {
  test(`after ${JSON.stringify(refusal)} the command ${runs ? 'runs, and what it prints is used from then on' : 'does not run'}`, async () => {
    const { seen, adopted, token } = commanded(['first', 'second'])
    assert.equal(await token(), 'of first')
    Object.assign(seen, { right: 'second', refusal })
    if (!runs) {
      await assert.rejects(token())
      assert.deepEqual(seen.runs, ['start'])
      return
    }
    assert.equal(await token(), 'of second')
    assert.equal(await token(), 'of second')
    assert.deepEqual(
      [seen.runs, adopted],
      [
        ['start', 'refusal'],
        ['first', 'second'],
      ],
    )
  })
}

test('the same secret again is not tried again, and a command that fails changes nothing', async () => {
  const { seen, adopted, token } = commanded(['first', 'first'])
  await token()
  seen.right = 'other'
  await assert.rejects(token(), /client_refused|refuses/)
  await assert.rejects(token(), /client_refused|refuses/)
  seen.right = 'first'
  assert.equal(await token(), 'of first')
  assert.deepEqual([seen.runs, adopted], [['start', 'refusal', 'refusal'], ['first']])
})

test('of credentials that are only tried, a refusal causes no run', async () => {
  const { seen, token } = commanded(['first'], of('tried'))
  await assert.rejects(token())
  assert.deepEqual(seen.runs, [])
})
