// What follows the command by itself, without a sidecar around it: runs, what is told of them, and their end.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ProblemError } from '../../src/problems/problem.ts'
import { withSecret } from '../../src/secret-command/fetch-secret.ts'
import { followSecret } from '../../src/secret-command/follow-secret.ts'
import { isAlive, type Keeper, keeper } from '../support/secret-command.ts'
import { type Ending, secret, testConfig } from '../support/sidecar.ts'
import { eventually } from '../support/wire.ts'

const hush = 'hush-4712-from-a-command'
secret(hush)

function following(t: Ending, { command }: Keeper) {
  const log: string[] = []
  let found = 0
  const note = (_facts: object, text: string) => log.push(text)
  const followed = followSecret(
    {
      command: { ...command, words: [...command.words] as [string, ...string[]] },
      set: { tenant: 'acme', clientId: 'client', clientSecret: '' },
      ...{ clientAuth: 'client_secret_basic', environment: process.env },
    },
    { info: note, warn: note } as never,
    () => {
      found += 1
    },
  )
  t.after(() => followed.stop())
  return { ...followed, log, found: () => found }
}

test('those who ask for a run while there is one share it', async (t) => {
  const kept = keeper(t, `sleep 0.3; echo ${hush}`)
  const { run, found, offered } = following(t, kept)
  const secrets = await Promise.all([run('start'), run('refusal'), run('start')])
  assert.deepEqual(new Set(secrets.map(({ clientSecret }) => clientSecret)), new Set([hush]))
  assert.equal(kept.runs().length, 1)
  assert.deepEqual([found(), offered()], [0, undefined], 'those who asked try it: nothing is offered beside them')
})

test('a failure is told once until another one comes, and its problem says when the next run is', async (t) => {
  const kept = keeper(t, 'exit 7')
  const { run, log } = following(t, kept)
  const retryAfter = async () => {
    const error = await run('start').then(
      () => assert.fail(),
      (failure: unknown) => failure,
    )
    assert.ok(error instanceof ProblemError)
    return error.retryAfterMs
  }
  assert.deepEqual([await retryAfter(), await retryAfter(), await retryAfter()], [5000, 10_000, 20_000])
  assert.deepEqual(log, ["the secret's command failed"])
  kept.act('exit 8')
  await retryAfter()
  assert.equal(log.length, 2)
})

test('a stop ends the run under way, and there is none after it', async (t) => {
  const kept = keeper(t, 'sleep 60')
  const { run, stop } = following(t, kept)
  const running = assert.rejects(run('start'))
  await eventually(() => kept.runs().length === 1, 'it runs')
  const before = performance.now()
  await stop()
  await running
  assert.ok(performance.now() - before < 5_000, 'the time that a run may take is not waited for')
  assert.deepEqual(kept.runs().map(isAlive), [false])
  await assert.rejects(run('start'))
  assert.equal(kept.runs().length, 1)
})

test('a command of ours that needs the secret once ends its run when it is told to end', async (t) => {
  const kept = keeper(t, 'sleep 60')
  const config = testConfig('http://127.0.0.1:9', {
    secretCommand: { ...kept.command, words: [...kept.command.words] as [string, ...string[]] },
  })
  const ending = new AbortController()
  const whole = assert.rejects(withSecret(config, process.env, ending.signal), /shut_down_meanwhile|shutting down/)
  await eventually(() => kept.runs().length === 1, 'it runs')
  const before = performance.now()
  ending.abort()
  await whole
  assert.ok(performance.now() - before < 5_000)
  assert.deepEqual(kept.runs().map(isAlive), [false])
})
