// Real programs, and the bytes of some that cannot run here, against the sidecar. What was seen is docs/compatibility.md:
// `npm run compatibility` writes it, and this suite fails when it is no longer so.
import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer } from 'node:net'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { type Package, without } from '../support/programs.ts'
import { root, secret, startTestSandbox, startTestSidecar } from '../support/sidecar.ts'
import { clients, compileAll, ownLogin, run, versionOf } from './compatibility/clients.ts'
import { rowOfClient, rowOfStream, sharedSidecars } from './compatibility/scenarios.ts'
import { streams } from './compatibility/streams.ts'
import {
  type Entry,
  type Login,
  neverRun,
  page,
  type Row,
  type UserInfo,
  withoutVersions,
} from './compatibility/table.ts'
import { sidecarForOne, userInfoClients, userInfoOf } from './compatibility/user-info.ts'

const file = join(root, 'docs/compatibility.md')
const ran = new Map<string, Entry<Row>>()
const reconstructed = new Map<string, Entry<Row>>()
const compiled = compileAll()
const logins: Entry<Login>[] = []
const userInfo = new Map<string, Entry<UserInfo>>()

const all = process.env.CI !== undefined || process.argv.includes('--write')
/** Each takes many seconds to start so often, and is close to one that is tried everywhere. */
const inCi = [
  'Python requests',
  'Python httpx',
  'Java `java.net.http`',
  'Mono `HttpWebRequest`',
  'Perl LWP',
  'Node `fetch`',
]

function reasonToSkip({ name, needs }: { name: string; needs: Package[] }): string | false {
  return !all && inCi.includes(name) ? 'CI tries it' : without(...needs)
}

test('every program gets through every scenario', { concurrency: 3 }, async (t) => {
  const skips = clients.map(reasonToSkip)
  await compiled
  const shared = await sharedSidecars(t)
  const ofClients = clients.map((client, i) =>
    t.test(client.name, { skip: skips[i] }, async (t) => {
      const version = await versionOf(client)
      const seen = await rowOfClient(t, client, shared)
      ran.set(client.name, { name: client.name, tested: `ran here (${version})`, seen })
    }),
  )
  const ofStreams = streams.map((stream) =>
    t.test(`${stream.name}: ${neverRun}`, async (t) => {
      const seen = await rowOfStream(t, stream, shared)
      reconstructed.set(stream.name, { name: stream.name, tested: neverRun, seen })
    }),
  )
  await Promise.all([...ofClients, ...ofStreams])
})

test('a program that logs in by itself works with made-up credentials, which reach nobody and no log', {
  skip: without(...ownLogin.needs),
}, async (t) => {
  const version = await versionOf(ownLogin)
  const [id, madeUp] = ['made-up-client-0815', 'made-up-secret-0815']
  secret(madeUp)
  const { url } = await startTestSandbox(t)
  const behind = await startTap(t, url)
  const sidecar = await startTestSidecar(t, behind.url)
  const before = await startTap(t, sidecar.url)
  const basic = Buffer.from(`${id}:${madeUp}`).toString('base64')
  const found = (text: string) => [id, madeUp, basic, 'Bearer catapa-sidecar'].filter((part) => text.includes(part))

  const { code, out, err } = await run([...ownLogin.command, before.url, 'demo', id, madeUp])
  assert.equal(code, 0, err)
  assert.deepEqual(out.toString().trim().split('\n'), [
    'after 0 s: 2 employees, token requests so far: 1',
    'after 3290 s: 2 employees, token requests so far: 1',
    'after 3310 s: 2 employees, token requests so far: 2',
  ])
  assert.deepEqual(
    found(before.seen()),
    [basic, 'Bearer catapa-sidecar'],
    'the program sent them, and the search finds them',
  )
  assert.equal(behind.seen().match(/GET \/core\/v1\/employees/g)?.length, 3, 'every byte to CATAPA was looked at')
  assert.deepEqual(found(behind.seen()), [], 'CATAPA')
  const log = JSON.stringify(sidecar.log)
  assert.match(log, /a caller asks for a token by itself/)
  assert.deepEqual(found(log), [], 'the log')
  const seen = { placeholder: '✓', calls: '✓', renewal: '✓ 300 s before expiry', secrecy: '✓' }
  logins.push({ name: ownLogin.name, tested: `ran here (${version})`, seen })
})

test('every program is tried with a name and a key in its base URL', { concurrency: 3 }, async (t) => {
  const skips = userInfoClients.map(reasonToSkip)
  await compiled
  const sidecar = await sidecarForOne(t)
  await Promise.all(
    userInfoClients.map((client, i) =>
      t.test(client.name, { skip: skips[i] }, async (t) => {
        const version = await versionOf(client)
        const sends = await userInfoOf(t, client, sidecar)
        userInfo.set(client.name, { name: client.name, tested: `ran here (${version})`, seen: { sends } })
      }),
    ),
  )
})

test('docs/compatibility.md says what was seen, but for versions (npm run compatibility writes it)', (t) => {
  function inOrder<Seen>(entries: Map<string, Entry<Seen>>, names: { name: string }[]): Entry<Seen>[] {
    return names.flatMap(({ name }) => entries.get(name) ?? [])
  }
  const seen = page({
    ran: inOrder(ran, clients),
    reconstructed: inOrder(reconstructed, streams),
    logins,
    userInfo: inOrder(userInfo, userInfoClients),
  })
  const complete =
    ran.size === clients.length &&
    reconstructed.size === streams.length &&
    logins.length === 1 &&
    userInfo.size === userInfoClients.length
  if (process.argv.includes('--write')) {
    assert.ok(complete, 'only a complete table is written: see which program failed or is not installed')
    mkdirSync(join(root, 'docs'), { recursive: true })
    writeFileSync(file, seen)
    return
  }
  const published = withoutVersions(readFileSync(file, 'utf8'))
  const wanted = [...clients, ownLogin].flatMap(({ needs }) => needs)
  const reason = complete ? false : without(...new Set(wanted)) || (!all && 'CI tries every program')
  if (reason !== false) return t.skip(reason)
  assert.ok(complete, 'rows are missing')
  assert.equal(withoutVersions(seen), published)
})

/** Stands before a server and sees every byte that is sent to it. */
async function startTap(t: TestContext, url: string) {
  const chunks: Buffer[] = []
  const tap = createServer((incoming) => {
    const outgoing = connect(Number(new URL(url).port), '127.0.0.1')
    incoming.on('data', (chunk) => chunks.push(chunk))
    incoming.pipe(outgoing).pipe(incoming)
    for (const socket of [incoming, outgoing]) socket.on('error', () => incoming.destroy())
    incoming.on('close', () => outgoing.destroy())
  })
  await new Promise<void>((resolve) => tap.listen(0, '127.0.0.1', resolve))
  t.after(() => tap.close())
  const { port } = tap.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, seen: () => Buffer.concat(chunks).toString('latin1') }
}
