import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pino } from 'pino'
import { tokenLog } from '../../src/log/token-line.ts'
import { problem } from '../../src/problems/problem.ts'
import type { TokenEvent } from '../../src/tokens/cache/token-cache.ts'

function start() {
  const lines: Record<string, unknown>[] = []
  let at = 0
  const log = pino({ base: null }, { write: (line: string) => lines.push(JSON.parse(line)) })
  const tell = tokenLog(log, () => at)
  const failed = (status: number): TokenEvent => ({
    type: 'failed',
    problem: problem('token_endpoint_status', { status }, { retrying: true }),
    tokenStillValid: false,
    retryInMs: 250,
  })
  return {
    tell,
    failed,
    later: (ms: number) => {
      at += ms
    },
    told: () => lines.map(({ msg, detail, failedAlike }) => [msg, /status \d+/.exec(String(detail))?.[0], failedAlike]),
  }
}

test('attempts that fail alike within ten seconds are one line, and the next line says how many they were', () => {
  const { tell, failed, later, told } = start()
  for (let i = 0; i < 3; i++) {
    tell(failed(503))
    later(300)
  }
  tell(failed(502))
  tell(failed(502))
  tell({ type: 'obtained', lifetimeMs: 3_600_000, assumed: false, tookMs: 9 })
  tell(failed(502))
  assert.deepEqual(told(), [
    ['no access token', 'status 503', undefined],
    ['no access token', 'status 502', 2],
    ['access token obtained', undefined, 1],
    ['no access token', 'status 502', undefined],
  ])
})

test('a failure that lasts is told again every ten seconds', () => {
  const { tell, failed, later, told } = start()
  for (let i = 0; i < 5; i++) {
    tell(failed(503))
    later(5_000)
  }
  assert.deepEqual(told(), [
    ['no access token', 'status 503', undefined],
    ['no access token', 'status 503', 1],
    ['no access token', 'status 503', 1],
  ])
})
