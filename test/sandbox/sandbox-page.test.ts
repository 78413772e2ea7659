// docs/sandbox.md is played as it stands.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { without } from '../support/programs.ts'
import { root, startBoth } from '../support/sidecar.ts'

const page = readFileSync(join(root, 'docs/sandbox.md'), 'utf8')
const run = promisify(execFile)

type Scene = Awaited<ReturnType<typeof startBoth>>

async function set({ sandboxUrl }: Scene, fault: string): Promise<void> {
  await fetch(`${sandboxUrl}/sandbox/faults`, { method: 'DELETE' })
  const answer = await fetch(`${sandboxUrl}/sandbox/faults`, { method: 'PATCH', body: fault })
  assert.deepEqual(await answer.json(), JSON.parse(fault))
}

const list = ({ url }: Scene) => fetch(`${url}/core/v1/employees`)
const handIn = ({ url }: Scene) =>
  fetch(`${url}/timemanagement/v1/fingerprints`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: '[]',
  })

/** What the third column of the page says, by the fault of the second. */
const promised: Record<string, (scene: Scene, fault: string) => Promise<void>> = {
  async serverErrors(scene) {
    const answer = await list(scene)
    assert.deepEqual([answer.status, answer.headers.get('x-catapa-sidecar-error')], [503, null])
  },
  async tooManyRequests(scene, fault) {
    const began = performance.now()
    assert.equal((await list(scene)).status, 200)
    assert.ok(performance.now() - began > 1900)
    await set(scene, fault)
    assert.equal((await handIn(scene)).status, 429)
  },
  async resets(scene, fault) {
    assert.equal((await list(scene)).status, 200)
    await set(scene, fault)
    const answer = await handIn(scene)
    assert.equal(answer.status, 502)
    const { code, reached } = JSON.parse(await answer.text())
    assert.deepEqual([code, reached], ['upstream_closed', 'maybe'])
  },
  async cutBody(scene) {
    await assert.rejects((await list(scene)).text())
  },
  async latencyMs(scene) {
    const began = performance.now()
    assert.equal((await list(scene)).status, 200)
    assert.ok(performance.now() - began > 1900)
  },
  async unauthorized(scene, fault) {
    assert.equal((await list(scene)).status, 200)
    await set(scene, fault)
    assert.equal((await handIn(scene)).status, 401)
  },
  async quota(scene) {
    await Promise.all(Array.from({ length: 30 }, async () => (await list(scene)).text()))
    const stats = await (await fetch(`${scene.sandboxUrl}/sandbox/stats`)).text()
    assert.ok(JSON.parse(stats).statedPauses > 0, stats)
  },
}

const rows = [...page.matchAll(/^\| [^|]+ \| `(\{"(\w+)":[^`]+)` \|/gm)]
for (const [, fault = '', name = ''] of rows) {
  test(`what the page says of ${name} comes true`, async (t) => {
    const scene = await startBoth(t)
    await scene.tokens.get()
    await set(scene, fault)
    await promised[name]?.(scene, fault)
  })
}

test('each example of the page is tried, and every fault is on it', async (t) => {
  assert.deepEqual(
    rows.map(([, , name]) => name),
    ['serverErrors', 'tooManyRequests', 'resets', 'cutBody', 'latencyMs', 'unauthorized', 'quota'],
  )
  const { sandboxUrl } = await startBoth(t)
  const refusal = await fetch(`${sandboxUrl}/sandbox/faults`, { method: 'PATCH', body: '{"none":1}' })
  const all = /there are (.*)"/.exec(JSON.stringify(JSON.parse(await refusal.text()).message))?.[1]?.split(', ')
  const chapter = page.slice(page.indexOf('## Every fault'), page.indexOf('## More'))
  assert.deepEqual(
    [...chapter.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name),
    all,
  )
})

test('the other switches of the page are there', async (t) => {
  const { sandboxUrl, url } = await startBoth(t)
  const more = [...page.matchAll(/^\| `(GET|POST|PATCH) (\/sandbox\/[\w-]+)(?:\/…)?`/gm)]
  assert.equal(more.length, 5)
  for (const [, method = '', path = ''] of more) {
    const body = method === 'PATCH' ? { body: '{"clientSecret":"another"}' } : {}
    const answer = await fetch((path === '/sandbox/echo' ? url : sandboxUrl) + path, { method, ...body })
    assert.equal(answer.status, 200, path)
    await answer.text()
  }
})

test('the commands of the page run as they stand', { skip: without('curl') }, async (t) => {
  const { sandboxUrl, url } = await startBoth(t)
  const [, block = ''] = /```\n([^`]+)```/.exec(page) ?? []
  const commands = block.trim().split('\n')
  assert.equal(commands.length, 3)
  const said: string[] = []
  for (const command of commands) {
    const here = command.replace('http://localhost:8230', sandboxUrl).replace('http://localhost:8228', url)
    said.push((await run('sh', ['-c', here])).stdout)
  }
  assert.equal(said[0], '{"serverErrors":{"count":2,"status":503}}')
  assert.match(said[1] ?? '', /^HTTP\/1\.1 503 /)
  assert.equal(said[2], '{}')
})
