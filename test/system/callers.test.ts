import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { promisify } from 'node:util'
import { without } from '../support/programs.ts'
import { json, startBoth } from '../support/sidecar.ts'
import { sleep } from '../support/wire.ts'

const run = promisify(execFile)
const folder = mkdtempSync(join(tmpdir(), 'catapa-callers-'))

/** Runs a real program. */
async function program(file: string, ...args: string[]): Promise<string> {
  const { stdout } = await run(file, args, {
    maxBuffer: 100 * 1024 * 1024,
    env: { PATH: process.env.PATH, NO_PROXY: '*' },
  })
  return stdout
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}

const upload = join(folder, 'upload.bin')
before(() => writeFileSync(upload, randomBytes(50 * 1024 * 1024)))

test('curl, wget, PHP and Python get the employees without any login', {
  skip: without('curl', 'wget', 'php-cli', 'python3'),
}, async (t) => {
  const { url } = await startBoth(t)
  const list = `${url}/core/v1/employees?size=2`
  const answers = {
    curl: await program('curl', '-sSf', list),
    wget: await program('wget', '-qO-', list),
    php: await program('php', '-r', `echo file_get_contents('${list}');`),
    python: await program(
      'python3',
      '-c',
      `import urllib.request; print(urllib.request.urlopen('${list}').read().decode())`,
    ),
  }
  for (const [name, answer] of Object.entries(answers)) assert.equal(JSON.parse(answer).content.length, 2, name)
})

test("a payslip through the sidecar is byte for byte the sandbox's own", { skip: without('curl') }, async (t) => {
  const { url, sandboxUrl } = await startBoth(t)
  const list = JSON.parse(await program('curl', '-sSf', `${url}/core/v1/employees?size=1`))
  const path = `/core/v1/employees/${list.content[0].id}/payslip`
  const through = join(folder, 'through.pdf')
  const direct = join(folder, 'direct.pdf')
  await program('curl', '-sSf', '-o', through, '-X', 'POST', `${url}${path}`)
  const echo = JSON.parse(await program('curl', '-sSf', `${url}/sandbox/echo/token`))
  const headers = ['Authorization', 'Tenant'].flatMap((name) => ['-H', `${name}: ${echo.headers[name.toLowerCase()]}`])
  await program('curl', '-sSf', '-o', direct, '-X', 'POST', ...headers, `${sandboxUrl}${path}`)
  assert.ok(readFileSync(through).equals(readFileSync(direct)))
  assert.match(readFileSync(through, 'latin1'), /^%PDF-/)
})

test('a multipart upload of 3 MB and a PUT of 50 MB arrive whole', { skip: without('curl') }, async (t) => {
  const { url } = await startBoth(t)
  const logo = join(folder, 'logo.png')
  writeFileSync(logo, readFileSync(upload).subarray(0, 3 * 1024 * 1024))
  const multipart = JSON.parse(
    await program('curl', '-sSf', '-F', `file=@${logo};type=image/png`, `${url}/sandbox/echo/multipart`),
  )
  assert.ok(multipart.bodySize > 3 * 1024 * 1024)
  const company = await program(
    'curl',
    '-sSf',
    '-F',
    'request={"name":"PT Contoh"};type=application/json',
    '-F',
    `file=@${logo};type=image/png`,
    `${url}/core/v1/companies`,
  )
  assert.equal(JSON.parse(company).logoOriginalFilename, 'logo.png')
  const put = JSON.parse(await program('curl', '-sSf', '-T', upload, `${url}/sandbox/echo/put`))
  assert.equal(put.bodySize, 50 * 1024 * 1024)
  assert.equal(put.bodySha256, sha256(readFileSync(upload)))
})

test('200 first requests at once cause one token request', async (t) => {
  const { url, sandboxUrl } = await startBoth(t)
  const statuses = await Promise.all(
    Array.from({ length: 200 }, async () => (await fetch(`${url}/v1/users/me`)).status),
  )
  assert.deepEqual([...new Set(statuses)], [200])
  const stats = await json(fetch(`${sandboxUrl}/sandbox/stats`))
  assert.equal(stats.tokenRequests, 1)
  assert.equal(stats.apiRequests, 200)
})

test('wrong credentials and a sandbox that is down: never a 2xx, never a 401, and the code says which', async (t) => {
  const { url, sandboxUrl } = await startBoth(t, {
    credentials: { tenant: 'demo', clientId: 'demo-client', clientSecret: 'wrong-one-4711' },
  })
  assert.equal((await json(fetch(`${url}/v1/users/me`))).code, 'credentials_rejected')
  const stats = await json(fetch(`${sandboxUrl}/sandbox/stats`))
  assert.equal(stats.apiRequests, 0, 'no request went without a token')
})

test('tokens of 5 s and 10 s of steady calls: every answer is a 200, and each lifetime costs one token request', async (t) => {
  const { url, sandboxUrl } = await startBoth(t, {}, { tokenLifetimeSeconds: 5 })
  const statuses = new Map<number, number>()
  const beganAt = Date.now()
  while (Date.now() - beganAt < 10_000) {
    await sleep(20)
    const response = await fetch(`${url}/v1/users/me`)
    await response.arrayBuffer()
    statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1)
  }
  assert.deepEqual([...statuses.keys()], [200])
  const stats = await json(fetch(`${sandboxUrl}/sandbox/stats`))
  assert.equal(stats.rejectedTokens, 0)
  const most = 2 + Math.floor((Date.now() - beganAt) / 4000) // The margin is a fifth.
  assert.ok(stats.tokenRequests >= 3 && stats.tokenRequests <= most, `${stats.tokenRequests} token requests`)
})
