import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inWords } from '../../../src/problems/explain.ts'
import { StoreTimeoutError } from '../../../src/tokens/shared/open-store.ts'
import { storeFailure } from '../../../src/tokens/shared/store-failure.ts'

const answers: [message: string, refusal: string][] = [
  ['WRONGPASS invalid username-password pair or user is disabled.', 'login'],
  ['NOAUTH Authentication required.', 'login'],
  ['ERR AUTH <password> called without any password configured for the default user.', 'login'],
  ['ERR invalid password', 'login'],
  ["NOPERM User app has no permissions to run the 'eval' command", 'permission'],
  ["OOM command not allowed when used memory > 'maxmemory'. script: 6b1, on @user_script:2.", 'full'],
  ['ERR Error running script (call to f_6b1): @user_script:2: -OOM command not allowed', 'full'],
  ['MISCONF Errors writing to the AOF file: No space left on device', 'disk'],
  ["READONLY You can't write against a read only replica.", 'read_only'],
  ['MOVED 866 127.0.0.1:7001', 'cluster'],
  ['LOADING Valkey is loading the dataset in memory', 'busy'],
  ['ERR DB index is out of range', 'database'],
  ["ERR unknown command 'EVAL', with args beginning with: ", 'other'],
]

test('what the store answers is told apart, and its own words are left out', () => {
  for (const [message, refusal] of answers) {
    const failure = storeFailure(new Error(message))
    assert.deepEqual([failure.cause, failure.facts], ['store_refuses', { refusal }], message)
    assert.ok(!inWords(failure, 'operator').includes(message.slice(10, 30)))
  }
})

test('so is why there is no answer', () => {
  const coded = (code: string) => Object.assign(new Error('connect ECONNREFUSED 10.0.0.1:6379'), { code })
  const cases: [Error, string][] = [
    [new StoreTimeoutError('late'), 'timeout'],
    [coded('ECONNREFUSED'), 'connection_refused'],
    [coded('ENOTFOUND'), 'dns'],
    [coded('DEPTH_ZERO_SELF_SIGNED_CERT'), 'untrusted'],
    [coded('ERR_SSL_WRONG_VERSION_NUMBER'), 'no_tls'],
    [new Error('Socket closed unexpectedly'), 'lost'],
    [new Error('The client is closed'), 'lost'],
  ]
  for (const [error, why] of cases) {
    const { cause, facts } = storeFailure(error)
    assert.deepEqual([cause, 'why' in facts && facts.why], ['store_unreachable', why], error.message)
    assert.ok(!inWords(storeFailure(error), 'operator').includes('10.0.0.1'))
  }
})
