// design/promises 3.13: Java repeats a POST by itself when its connection is closed without an answer.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { without } from '../support/programs.ts'
import { root, startTestSidecar, startUpstream } from '../support/sidecar.ts'
import { eventually } from '../support/wire.ts'

const program = join(root, 'test/system/compatibility/KeepAlivePosts.java')

/** What Java callers saw, by the id of the POST. */
async function posts(url: string, threads: number, each: number): Promise<Map<string, string>> {
  // A JVM that compiles thoroughly is still at it when the program is done.
  const words = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', program, url, String(threads), String(each)]
  const { stdout } = await promisify(execFile)('java', words, { maxBuffer: 1e7 })
  return new Map(
    stdout
      .trim()
      .split('\n')
      .map((line) => [line.split(' ', 1)[0] ?? '', line.replace(/^\S+ /, '')]),
  )
}

/** Counts arrivals by id, and answers some late, some never: their connection is reset. */
async function ledger(t: Parameters<typeof startUpstream>[0], latencyMs: number) {
  const arrived = new Map<string, number>()
  let count = 0
  const upstream = await startUpstream(t, async ({ headers }, response) => {
    const id = String(headers['x-ledger-id'])
    arrived.set(id, (arrived.get(id) ?? 0) + 1)
    count += 1
    if (count % 17 === 0) return response.socket?.resetAndDestroy()
    await sleep((count * 37) % latencyMs)
    return response.end('{}')
  })
  return { arrived, url: upstream.url }
}

function judge(seen: Map<string, string>, arrived: Map<string, number>): void {
  for (const [id, count] of arrived) assert.equal(count, 1, `${id} arrived ${count} times`)
  for (const [id, outcome] of seen) {
    if (outcome.startsWith('200')) assert.ok(arrived.has(id), `${id} was answered and is missing`)
    if (outcome.endsWith(' no')) assert.ok(!arrived.has(id), `${id}: "${outcome}" is untrue`)
  }
}

test('600 POSTs of Java callers with connections that CATAPA resets: none arrives twice, none that was answered is missing', {
  skip: without('default-jdk-headless'),
}, async (t) => {
  const { arrived, url } = await ledger(t, 40)
  const sidecar = await startTestSidecar(t, url)
  const seen = await posts(sidecar.url, 12, 50)
  assert.equal(seen.size, 600)
  judge(seen, arrived)
  const outcomes = [...new Set(seen.values())].sort()
  assert.deepEqual(outcomes, ['200 -', '502 maybe'])
})

test('Java callers through a drain that overruns: no POST arrives twice', {
  skip: without('default-jdk-headless'),
}, async (t) => {
  const { arrived, url } = await ledger(t, 1500)
  const sidecar = await startTestSidecar(t, url, { shutdownGraceMs: 300 })
  const calls = posts(sidecar.url, 12, 20)
  await eventually(() => arrived.size > 40, 'the callers are at work', 60_000)
  await sidecar.stop()
  const seen = await calls
  judge(seen, arrived)
  const outcomes = [...seen.values()]
  assert.ok(outcomes.includes('502 maybe'), 'some were interrupted')
  assert.ok(
    outcomes.some((outcome) => outcome.startsWith('failed')),
    'and later ones found nobody',
  )
})
