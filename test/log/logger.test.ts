import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { textLine } from '../../src/log/logger.ts'

/** Writes a line at each of these times, by a process of its own: the log goes to standard output. */
const script = `
  import { createLogger } from ${JSON.stringify(new URL('../../src/log/logger.js', import.meta.url).href)}
  const log = createLogger({ logLevel: 'info', logFormat: 'json' })
  for (const at of JSON.parse(process.argv[1])) {
    Date.now = () => at
    log.info('a line')
  }
`

test('each line has its time to the millisecond in UTC, also where the clock goes back', () => {
  const now = Date.UTC(2026, 10, 27, 23, 59, 59, 990)
  const onward = Array.from({ length: 1500 }, (_, i) => now + i)
  const times = [...onward, now, now + 9, now + 10, now + 1010, now + 1010, now - 86_400_000, 0, 7, 1_000_042]
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['--input-type=module', '-e', script, '--', JSON.stringify(times)],
    { encoding: 'utf8' },
  )
  assert.equal(stderr, '')
  const lines = stdout
    .trimEnd()
    .split('\n')
    .map((line): { time: string } => JSON.parse(line))
  assert.deepEqual(
    lines.map(({ time }) => time),
    times.map((at) => new Date(at).toISOString()),
  )
})

test('a line for people has nothing that moves the cursor, hides, or turns the writing', () => {
  const line = textLine(
    JSON.stringify({ level: 'warn', time: 0, msg: 'by \u009b31m\u202e\u001b[2JCA\u2028', detail: 'a\u200bb' }),
  )
  assert.match(line, / by {2}31m \[2JCA {2}detail=a b$/)
})
