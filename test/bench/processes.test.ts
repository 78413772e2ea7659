// What runs as a process of its own has to start from what is compiled.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { untilItAnswers } from '../../bench/contestants/first-answer.ts'
import { startScript } from '../../bench/contestants/script.ts'
import { startLoad } from '../../bench/load/load.ts'
import { end } from '../../bench/processes.ts'
import { makeCertificate } from '../../bench/upstream/certificate.ts'
import { cpuUs, rssMb } from '../../bench/usage.ts'
import { without } from '../support/programs.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { ok, startRawUpstream } from '../support/wire.ts'

for (const name of ['bare', 'floor']) {
  test(`${name} forwards, and adds tenant and token`, { skip: without('openssl') }, async (t) => {
    const upstream = await startRawUpstream(t, ({ socket }) => socket.write(ok()))
    const folder = temporaryFolder(t)
    const certificate = makeCertificate(folder)
    const { port, child } = await startScript(name, { origin: upstream.url, certificate }, {})
    t.after(() => end(child))
    await untilItAnswers({ port, headers: { 'X-Timezone': 'Asia/Jakarta' } })
    const head = upstream.heard[0]?.head ?? ''
    assert.match(head, /^GET \/core\/v1\/companies\?page=0 HTTP\/1\.1\r\n/)
    assert.match(head, /^tenant: bench\r$/im)
    assert.match(head, /^authorization: Bearer bench-token-[\w-]+\r$/im)
    assert.match(head, /^x-timezone: Asia\/Jakarta\r$/im)
  })
}

test('the load sends what it is told from a process of its own, and says whose answers are wrong', async (t) => {
  const upstream = await startRawUpstream(t, ({ socket }) => socket.write(ok('x'.repeat(1024))))
  const load = startLoad()
  t.after(() => load.end())
  const target = { name: 'product', port: upstream.port }
  const { name, statuses } = await load.burst(target, { requests: 20, connections: 2 })
  assert.deepEqual({ name, statuses }, { name: 'product', statuses: { right: 20 } })
  const [direct] = await load.rate([target], { perSecond: 1000, requests: 5 })
  assert.deepEqual(direct?.statuses, { right: 5 })
  await assert.rejects(load.burst(target, { kind: 'large', requests: 3 }), /product answered 3 × 200 with 1024 bytes/)
})

test('CPU time and memory of a process are what the process itself sees of them', () => {
  const [before, { user, system }] = [cpuUs(process.pid), process.cpuUsage()]
  for (let used = 0; used < 100_000; ) {
    const now = process.cpuUsage({ user, system })
    used = now.user + now.system
  }
  const spent = cpuUs(process.pid) - before
  const own = process.cpuUsage({ user, system })
  assert.ok(Math.abs(spent - own.user - own.system) < 30_000, `${spent} µs`)
  const ownMb = process.memoryUsage.rss() / 1024 / 1000
  assert.ok(Math.abs(rssMb(process.pid) - ownMb) < 20, `${ownMb} MB`)
})
