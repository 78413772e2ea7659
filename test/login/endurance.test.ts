// The short forms of `npm run soak:login`, with the real product in processes of its own.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { crash, endure } from '../support/login-endurance.ts'

// They mostly wait.
describe('logins that have to last', { concurrency: true }, () => {
  test('steady calls while refresh tokens rotate: no failure, one refresh a token; the control is a thief, who is noticed', async (t) => {
    const { calls, failures, lifetimes, refreshRequests, mostRefreshes, reuseDetections, thief } = await endure(t, {
      sidecars: 1,
      lifetimeS: 2,
      seconds: 6,
      leastTokens: 3,
      leastCalls: 21,
    })
    assert.deepEqual(failures, {})
    assert.ok(calls > 20 && lifetimes >= 3, `${calls} calls with ${lifetimes} tokens`)
    assert.ok(refreshRequests <= mostRefreshes, `${refreshRequests} refreshes, and not ${mostRefreshes}`)
    assert.equal(reuseDetections, 0)
    assert.deepEqual(thief, { noticed: true, callersHear: ['login_required'] })
  })

  test('two processes on one state folder never use a refresh token twice, and no call fails', async (t) => {
    const { calls, failures, lifetimes, refreshRequests, mostRefreshes, reuseDetections, thief } = await endure(t, {
      sidecars: 2,
      lifetimeS: 2,
      seconds: 6,
      leastTokens: 4,
      leastCalls: 41,
    })
    assert.deepEqual(failures, {})
    assert.ok(calls > 40 && lifetimes >= 4, `${calls} calls with ${lifetimes} tokens`)
    assert.ok(refreshRequests <= mostRefreshes, `${refreshRequests} refreshes, and not ${mostRefreshes}`)
    assert.equal(reuseDetections, 0)
    assert.deepEqual(thief, { noticed: true, callersHear: ['login_required', 'login_required'] })
  })

  test('killed while it rotates: the login goes on or login_required is said, and the file is whole', async (t) => {
    const { kills, wentOn, loginRequired, wrong } = await crash(t, { kills: 3, lanes: 3 })
    assert.deepEqual(wrong, [])
    assert.equal(kills, 3)
    assert.equal(wentOn + loginRequired, 3)
  })
})
