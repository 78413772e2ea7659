// The time limits of an exchange, on a clock that the test moves; the rest is shown on the wire (test/system/resilience.test.ts).
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import Fastify from 'fastify'
import type { Dispatcher } from 'undici'
import { type Call, enter, newCall, newCalls } from '../../../src/forwarding/call.ts'
import { exchange } from '../../../src/forwarding/exchange/exchange.ts'
import { born, onPlace, onStart } from '../../../src/forwarding/life/life.ts'
import { proxyErrorOf } from '../../../src/problems/causes.ts'
import { ProblemError } from '../../../src/problems/problem.ts'
import { onePlace } from '../../support/places.ts'
import { testConfig } from '../../support/sidecar.ts'

const config = testConfig('http://x', { connectTimeoutMs: 100, responseTimeoutMs: 2000, bodyTimeoutMs: 1000 })

/** A call whose exchange does with undici's handler what `dispatch` says. */
function callWith(t: TestContext, dispatch: (handler: Dispatcher.DispatchHandler) => void): Promise<Call> {
  const dispatcher = { dispatch: (_options: unknown, handler: Dispatcher.DispatchHandler) => dispatch(handler) }
  const context = {
    config,
    dispatcher: dispatcher as never,
    tokens: {} as never,
    places: onePlace(),
    calls: newCalls(),
    rules: { profiles: config.profile, callers: undefined },
    tenant: () => 'demo',
    draining: () => false,
  }
  const app = Fastify()
  t.after(() => app.close())
  return new Promise((resolve) => {
    app.get('/x', (request, reply) => {
      const call = newCall(request, reply, context)
      enter(call)
      resolve(call)
    })
    void app.inject('/x')
  })
}

/** Timers that go off when they are told that time has passed; Node's own mock forgets `refresh`. */
function handTimers(t: TestContext): (ms: number) => void {
  let now = 0
  const running = new Set<{ dueAt: number; fire: () => void; refresh: () => void }>()
  t.mock.method(globalThis, 'setTimeout', ((fire: (arg: unknown) => void, ms: number, arg: unknown) => {
    const refresh = () => {
      timer.dueAt = now + ms
    }
    const timer = { dueAt: now + ms, fire: () => fire(arg), refresh }
    running.add(timer)
    return timer
  }) as never)
  t.mock.method(globalThis, 'clearTimeout', ((timer: never) => running.delete(timer)) as never)
  return (ms) => {
    now += ms
    for (const timer of running) if (timer.dueAt <= now && running.delete(timer)) timer.fire()
  }
}

/** Begins the exchange; tells how it has ended so far. */
function begin(call: Call): () => Promise<string> {
  let ended = 'not yet'
  const at = { sentAt: { mono: 0, wall: 0 }, receivedAtMono: 0, lifetimeMs: 1, lifetimeAssumed: false }
  const token = { value: 'a', tenant: 'demo', ...at }
  call.life = onStart(onPlace({ ...born, phase: 'waiting', token, again: undefined, kept: undefined }, false), token)
  exchange(call, { method: 'GET', target: '/x', headers: [], body: null }).then(
    () => {
      ended = 'complete'
    },
    (error: unknown) => {
      ended =
        error instanceof ProblemError ? `${error.code} ${proxyErrorOf(error.failure)} ${error.reached}` : String(error)
    },
  )
  return async () => {
    await new Promise((resolve) => setImmediate(resolve))
    return ended
  }
}

test('a connection that nothing is heard of is given up after the connect time-out, whatever undici does', async (t) => {
  const call = await callWith(t, () => {})
  const pass = handTimers(t)
  const outcome = begin(call)
  pass(99)
  assert.equal(await outcome(), 'not yet')
  pass(1)
  assert.equal(await outcome(), 'upstream_timeout connection_timeout no')
})

test('a caller that reads on gives CATAPA the whole body time-out again, and only then is it CATAPA that is silent', async (t) => {
  let handler: Dispatcher.DispatchHandler = {}
  const call = await callWith(t, (given) => {
    handler = given
    given.onConnect?.(() => {})
  })
  const pass = handTimers(t)
  const outcome = begin(call)
  pass(1999)
  let resumed = 0
  handler.onHeaders?.(
    200,
    [],
    () => {
      resumed += 1
    },
    'OK',
  )
  call.answer.full = true // The caller takes no more.
  assert.equal(handler.onData?.(Buffer.from('a')), false)
  pass(900)
  call.answer.full = false
  call.answer.resume?.()
  assert.equal(resumed, 1)
  pass(900)
  assert.equal(await outcome(), 'not yet')
  pass(100)
  assert.equal(await outcome(), 'upstream_timeout connection_read_timeout maybe')
})
