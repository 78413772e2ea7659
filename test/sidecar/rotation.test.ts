import assert from 'node:assert/strict'
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { pino } from 'pino'
import { problem } from '../../src/problems/problem.ts'
import { ConfigError } from '../../src/settings/config-error.ts'
import { followCredentials } from '../../src/sidecar/rotation.ts'
import { authority, started, status } from '../support/rotation.ts'
import { demoCredentials, secret, startTestSandbox } from '../support/sidecar.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const oldSecret = demoCredentials.clientSecret
const wrongSecret = 'wrong-secret-4711-in-rotation'
secret(wrongSecret)

/** The mend of a wrong secret, by each way in which a file can change. */
const ways: Record<string, { first: (folder: string) => string; change: (folder: string) => void }> = {
  'by writing in place': {
    first(folder) {
      writeFileSync(join(folder, 'secret'), wrongSecret)
      return join(folder, 'secret')
    },
    change: (folder) => writeFileSync(join(folder, 'secret'), `${oldSecret}\n`),
  },
  'by renaming over it': {
    first(folder) {
      writeFileSync(join(folder, 'secret'), wrongSecret)
      return join(folder, 'secret')
    },
    change(folder) {
      writeFileSync(join(folder, 'secret.new'), oldSecret)
      renameSync(join(folder, 'secret.new'), join(folder, 'secret'))
    },
  },
  "by Kubernetes' swap of ..data": {
    first(folder) {
      mkdirSync(join(folder, '..first'))
      writeFileSync(join(folder, '..first/secret'), wrongSecret)
      symlinkSync('..first', join(folder, '..data'))
      symlinkSync('..data/secret', join(folder, 'secret'))
      return join(folder, 'secret')
    },
    change(folder) {
      mkdirSync(join(folder, '..second'))
      writeFileSync(join(folder, '..second/secret'), oldSecret)
      symlinkSync('..second', join(folder, '..data_tmp'))
      renameSync(join(folder, '..data_tmp'), join(folder, '..data'))
      rmSync(join(folder, '..first'), { recursive: true })
    },
  },
}

for (const [way, { first, change }] of Object.entries(ways)) {
  test(`a secret that is changed ${way} is in use soon, and clears the memory of the refusal`, async (t) => {
    const { url: baseUrl } = await startTestSandbox(t)
    const folder = temporaryFolder(t)
    const settings = {
      CATAPA_TENANT: 'demo',
      CATAPA_CLIENT_ID: 'demo-client',
      CATAPA_CLIENT_SECRET_FILE: first(folder),
    }
    const { url, command } = await started(t, baseUrl, settings)
    assert.equal(await status(url), 503)
    change(folder)
    const deadline = Date.now() + 30_000
    while ((await status(url)) !== 200) {
      assert.ok(Date.now() < deadline, 'in use within 30 s')
      await sleep(100)
    }
    assert.match(command.output(), /new credentials work and are in use/)
  })
}

test('the --config file counts as a credential file; tenant, id and secret change together, and no request of 50 callers fails', async (t) => {
  const catapa = await authority(t)
  catapa.clients.add(`first/one:${oldSecret}`).add(`second/two:${wrongSecret}`)
  const file = join(temporaryFolder(t), 'my.local.env')
  const write = (tenant: string, id: string, value: string) =>
    writeFileSync(file, `CATAPA_TENANT=${tenant}\nCATAPA_CLIENT_ID=${id}\nCATAPA_CLIENT_SECRET=${value}\n`)
  write('first', 'one', oldSecret)
  const { url, command } = await started(t, catapa.url, {}, '--config', file)
  let running = true
  const statuses = new Map<number, number>()
  const callers = Array.from({ length: 50 }, async () => {
    for (; running; await sleep(100)) {
      const found = await status(url)
      statuses.set(found, (statuses.get(found) ?? 0) + 1)
    }
  })
  write('second', 'two', wrongSecret)
  await command.until(/new credentials work/)
  await sleep(200)
  catapa.clients.delete(`first/one:${oldSecret}`) // Only now does CATAPA forget the old client, and its tokens.
  const before = catapa.used.length
  await sleep(500)
  running = false
  await Promise.all(callers)
  assert.deepEqual([...statuses.keys()], [200])
  assert.deepEqual([...new Set(catapa.used.slice(before))], [`second/two:${wrongSecret}`])
  assert.equal(catapa.tokens.size, 2)
})

test('a wrong or half-written file keeps the old credentials, and is said once', async (t) => {
  const { url: baseUrl } = await startTestSandbox(t)
  const file = join(temporaryFolder(t), 'secret')
  writeFileSync(file, oldSecret)
  const settings = { CATAPA_TENANT: 'demo', CATAPA_CLIENT_ID: 'demo-client', CATAPA_CLIENT_SECRET_FILE: file }
  const { url, command } = await started(t, baseUrl, settings)
  assert.equal(await status(url), 200)
  writeFileSync(file, '')
  await command.until(/cannot be read or are incomplete/)
  writeFileSync(file, wrongSecret)
  await command.until(/new credentials do not work/)
  await sleep(4500)
  assert.equal(command.output().match(/new credentials do not work/g)?.length, 1)
  assert.equal(command.output().match(/cannot be read or are incomplete/g)?.length, 1)
  assert.equal(await status(url), 200)
})

test('a new secret that CATAPA knows late is in use as soon as the old one is refused, and no call fails by that', async (t) => {
  const catapa = await authority(t)
  const [old, fresh] = [`demo/demo-client:${oldSecret}`, `demo/demo-client:${wrongSecret}`]
  catapa.clients.add(old)
  const file = join(temporaryFolder(t), 'secret')
  writeFileSync(file, oldSecret)
  const settings = { CATAPA_TENANT: 'demo', CATAPA_CLIENT_ID: 'demo-client', CATAPA_CLIENT_SECRET_FILE: file }
  const { url, command } = await started(t, catapa.url, settings)
  assert.equal(await status(url), 200)
  writeFileSync(file, wrongSecret)
  await command.until(/new credentials do not work/)
  catapa.clients.add(fresh).delete(old)
  assert.equal(await status(url), 200) // Its renewal is refused, and made with the new secret.
  await command.until(/new credentials work and are in use/)
  assert.deepEqual(catapa.asked, [old, fresh, old, fresh])
})

test('of a secret that is replaced at CATAPA and in its file at once, no call sees anything', async (t) => {
  const catapa = await authority(t)
  const secretOf = (number: number) => `secret-${number}-replaced-at-once`
  for (let number = 0; number <= 4; number++) secret(secretOf(number))
  catapa.clients.add(`demo/demo-client:${secretOf(0)}`)
  const file = join(temporaryFolder(t), 'secret')
  writeFileSync(file, secretOf(0))
  const settings = { CATAPA_TENANT: 'demo', CATAPA_CLIENT_ID: 'demo-client', CATAPA_CLIENT_SECRET_FILE: file }
  const { url } = await started(t, catapa.url, settings)
  for (let number = 1; number <= 4; number++) {
    catapa.clients.clear()
    catapa.clients.add(`demo/demo-client:${secretOf(number)}`)
    writeFileSync(file, secretOf(number))
    const statuses = await Promise.all(Array.from({ length: 20 }, () => status(url)))
    assert.deepEqual([...new Set(statuses)], [200])
  }
})

test('credentials that are refused while they are tried are not said to work, though better ones are there meanwhile', async (t) => {
  const catapa = await authority(t)
  const file = join(temporaryFolder(t), 'own.env')
  const write = (id: string) =>
    writeFileSync(file, `CATAPA_TENANT=demo\nCATAPA_CLIENT_ID=${id}\nCATAPA_CLIENT_SECRET=${oldSecret}\n`)
  catapa.clients.add(`demo/first:${oldSecret}`).add(`demo/third:${oldSecret}`)
  const asked: string[] = []
  catapa.asked.push = (client) => {
    if (client.startsWith('demo/second')) write('third')
    return asked.push(client)
  }
  write('first')
  const { url, command } = await started(t, catapa.url, {}, '--config', file)
  assert.equal(await status(url), 200)
  write('second')
  await command.until(/"clientId":"third".*new credentials work and are in use/)
  assert.deepEqual(
    asked.map((client) => client.split(/[/:]/)[1]),
    ['first', 'second', 'third'],
  )
  assert.doesNotMatch(command.output(), /"clientId":"second".*new credentials work/)
})

test('new credentials that meet passing trouble are tried again with growing pauses, and not before Retry-After', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] })
  let now = 0
  t.mock.method(performance, 'now', () => now)
  const triedAt: number[] = []
  let trouble = problem('token_endpoint_status', { status: 503 })
  const rotation = followCredentials(demoCredentials, {
    read: () => ({ ...demoCredentials, clientSecret: wrongSecret }),
    use: async () => {
      triedAt.push(now / 1000)
      throw trouble
    },
    log: pino({ level: 'silent' }),
  })
  t.after(rotation.stop)
  async function pass(seconds: number): Promise<void> {
    for (let i = 0; i < seconds; i += 2) {
      now += 2000
      t.mock.timers.tick(2000)
      await new Promise(setImmediate)
    }
  }
  await pass(40)
  assert.deepEqual(triedAt, [2, 8, 18, 38])
  trouble = problem('token_endpoint_status', { status: 503 }, { retryAfterMs: 200_000 })
  await pass(40)
  assert.equal(triedAt.length, 5)
  await pass(190)
  assert.equal(triedAt.length, 5)
  await pass(20)
  assert.equal(triedAt.length, 6)
})

test('mistakes of the files are known by setting and since when, until they are right', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] })
  const initial = { tenant: 'a', clientId: 'b', clientSecret: oldSecret }
  const flaw = (name: string) => () => {
    throw new ConfigError([{ name, problem: 'is empty' }])
  }
  let read: () => typeof initial = flaw('CATAPA_CLIENT_SECRET')
  const rotation = followCredentials(initial, {
    read: () => read(),
    use: async () => {},
    log: pino({ level: 'silent' }),
  })
  t.after(rotation.stop)
  const look = async () => {
    t.mock.timers.tick(2000)
    await new Promise(setImmediate)
    return rotation.mistakes()
  }
  const first = await look()
  assert.deepEqual(first?.problems, [{ name: 'CATAPA_CLIENT_SECRET', problem: 'is empty' }])
  read = flaw('SIDECAR_LISTEN')
  await sleep(5)
  const second = await look()
  assert.deepEqual([second?.problems[0]?.name, second?.since], ['SIDECAR_LISTEN', first?.since])
  read = () => initial
  assert.equal(await look(), undefined)
})
