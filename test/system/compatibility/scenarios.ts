import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { demoCredentials, json, startBoth, startTestSidecar, startUpstream } from '../../support/sidecar.ts'
import { type Client, run } from './clients.ts'
import type { Stream } from './streams.ts'
import type { Row } from './table.ts'
import { type WireAnswer, wireConnection } from './wire.ts'

const folder = mkdtempSync(join(tmpdir(), 'catapa-compatibility-files-'))
const jsonFile = join(folder, 'request.json')
const uploadFile = join(folder, 'logo.png')
const jsonBody = Buffer.from(JSON.stringify({ name: 'Édith Ñandú 年末調整', notes: 'ä'.repeat(1500) }))
const uploadBody = randomBytes(1_000_000)
writeFileSync(jsonFile, jsonBody)
writeFileSync(uploadFile, uploadBody)

const listPath = '/sandbox/echo/list?query=name:B*;status:ACTIVE,LEAVE;city:Jakarta%20Selatan&size=2'
const postPath = '/sandbox/echo/post'
const uploadPath = '/upload'
const largeBytes = 5_000_000
const smallBytes = 500_000
const bytesPath = (count: number) => `/sandbox/bytes/${count}`

/** What the sandbox sends as `/sandbox/bytes`, said once more. */
const largeBody = Buffer.from(
  Uint8Array.from({ length: largeBytes }, (_, i) => ((i % 65_536) * 31 + ((i % 65_536) >> 8)) & 0xff),
)

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

/** The sidecars that all rows share: one whose CATAPA judges uploads, one that has the wrong secret. */
export async function sharedSidecars(t: TestContext) {
  const judge = await startUpstream(t, async ({ headers, body }, response) => {
    const form = await new Response(body, { headers: { 'content-type': headers['content-type'] ?? '' } }).formData()
    const parts = await Promise.all(
      [...form].map(async ([field, part]) => {
        if (typeof part === 'string') return { field }
        return { field, name: part.name, type: part.type, sha256: sha256(Buffer.from(await part.arrayBuffer())) }
      }),
    )
    response.end(JSON.stringify(parts))
  })
  const { sandboxUrl } = await startBoth(t)
  const credentials = { ...demoCredentials, clientSecret: 'wrong-4711' }
  return {
    judging: await startTestSidecar(t, judge.url),
    refusing: await startTestSidecar(t, sandboxUrl, { credentials }),
  }
}

export type SharedSidecars = Awaited<ReturnType<typeof sharedSidecars>>

function assertList(echo: { method: string; url: string }): void {
  assert.deepEqual({ method: echo.method, url: echo.url }, { method: 'GET', url: listPath })
}

function assertPosted(echo: { method: string; headers: Record<string, string>; bodySha256: string }): void {
  const { method, headers, bodySha256 } = echo
  assert.deepEqual(
    { method, type: headers['content-type'], bodySha256 },
    { method: 'POST', type: 'application/json', bodySha256: sha256(jsonBody) },
  )
}

function assertUploaded(parts: unknown): void {
  assert.deepEqual(parts, [{ field: 'file', name: 'logo.png', type: 'image/png', sha256: sha256(uploadBody) }])
}

/** A sandbox behind a sidecar, and what a row does to it. */
async function ownSandbox(t: TestContext) {
  const { sandboxUrl, port } = await startBoth(t)
  const control = (path: string, init?: RequestInit) => json(fetch(sandboxUrl + path, init))
  return {
    port,
    /** Runs a GET after CATAPA has forgotten every token: it costs one more token request, and nobody sees the 401. */
    async afterRevocation<T>(get: () => Promise<T>): Promise<T> {
      await control('/sandbox/revoke', { method: 'POST' })
      const before = await control('/sandbox/stats')
      const answer = await get()
      const after = await control('/sandbox/stats')
      assert.equal(after.rejectedTokens - before.rejectedTokens, 1, 'CATAPA refused the old token')
      assert.equal(after.tokenRequests - before.tokenRequests, 1, 'one new token')
      return answer
    },
    /** Runs a download that is cut in its middle. */
    async cutting<T>(download: () => Promise<T>): Promise<T> {
      await control('/sandbox/faults', { method: 'PATCH', body: JSON.stringify({ cutBody: { count: 1 } }) })
      const answer = await download()
      const { cutBody } = await control('/sandbox/faults')
      assert.equal(cutBody.count, 0, 'the answer was cut')
      await control('/sandbox/faults', { method: 'DELETE' })
      return answer
    },
  }
}

/** Puts a real program through every scenario. @throws where it does not get what it must */
export async function rowOfClient(t: TestContext, client: Client, shared: SharedSidecars): Promise<Row> {
  const sandbox = await ownSandbox(t)
  const call = (port: number, scenario: string, path: string, file = '-') =>
    run([...client.command, `http://localhost:${port}`, scenario, path, file, ...(client.options ?? [])])

  async function succeed(...[port, scenario, path, file]: Parameters<typeof call>): Promise<Buffer> {
    const { code, out, err } = await call(port, scenario, path, file)
    assert.equal(code, 0, `${scenario} ${path}: ${err}`)
    return out
  }
  const answer = async (...args: Parameters<typeof call>) => JSON.parse((await succeed(...args)).toString())

  async function error(scenario: string, path: string, file?: string): Promise<string> {
    const { code, out, err } = await call(shared.refusing.port, scenario, path, file)
    const shown = out.toString() + err
    assert.notEqual(code, 0, `${scenario}: the program took an error for an answer: ${shown}`)
    assert.match(shown, /\b503\b/, scenario)
    if (shown.includes('"code":"credentials_rejected"')) return '✓ body'
    assert.match(shown, /\(catapa-sidecar: credentials_rejected\)/, scenario)
    return '✓ first line'
  }

  async function cut(path: string, length: number): Promise<string> {
    const { code, out, err } = await sandbox.cutting(() => call(sandbox.port, 'get', path))
    if (code !== 0) return /\b502\b/.test(out.toString() + err) ? '✓ a 502' : '✓ broken off'
    assert.ok(out.length < length, 'the program got all of an answer that was cut')
    return err === '' ? 'unnoticed' : 'a warning only'
  }

  assertPosted(await answer(sandbox.port, 'post', postPath, jsonFile))
  assertUploaded(await answer(shared.judging.port, 'upload', uploadPath, uploadFile))
  assert.equal(sha256(await succeed(sandbox.port, 'get', bytesPath(largeBytes))), sha256(largeBody), 'download')
  // The program sees no difference: this is its plain GET as well.
  assertList(await sandbox.afterRevocation(() => answer(sandbox.port, 'get', listPath)))
  const row: Row = {
    get: '✓',
    post: '✓',
    upload: '✓',
    download: '✓',
    renewal: '✓',
    error: both(await error('get', listPath), await error('upload', uploadPath, uploadFile)),
    smallCut: await bothFramings(cut, smallBytes),
    largeCut: await bothFramings(cut, largeBytes),
  }
  assert.match(row.smallCut, /^✓[^,]*$/, 'every program notices the loss of an answer of up to 1 MiB')
  return row
}

/** Puts the bytes of a program that cannot run here through every scenario that it knows. */
export async function rowOfStream(t: TestContext, stream: Stream, shared: SharedSidecars): Promise<Row> {
  const sandbox = await ownSandbox(t)

  async function connected(port: number) {
    const connection = await wireConnection(port)
    t.after(() => connection.close())
    let first = true
    return (method: string, path: string, type?: string, body?: Buffer): Promise<WireAnswer> => {
      const call = { method, path, host: `localhost:${port}`, first, ...(type && body ? { type, body } : {}) }
      first = false
      return connection.exchange(stream.request(call))
    }
  }

  function ok({ status, body, endedEarly, continued }: WireAnswer, sent?: Buffer): Buffer {
    assert.deepEqual({ status, endedEarly }, { status: 200, endedEarly: false })
    const expects = stream.request({ method: 'POST', path: '/', host: '', body: Buffer.alloc(0), first: true })
    if (sent !== undefined) assert.equal(continued, /^Expect:/m.test(expects.head), 'a 100 comes where it is asked for')
    return body
  }
  const parsed = (answer: WireAnswer, sent?: Buffer) => JSON.parse(ok(answer, sent).toString())

  function error({ status, reason, headers, body, endedEarly }: WireAnswer): string {
    const code = headers.get('x-catapa-sidecar-error')
    assert.deepEqual({ status, code, endedEarly }, { status: 503, code: 'credentials_rejected', endedEarly: false })
    assert.equal(JSON.parse(body.toString()).code, code)
    assert.match(reason, /\(catapa-sidecar: credentials_rejected\)$/)
    return 'body and first line'
  }

  async function cut(path: string, length: number): Promise<string> {
    const talk = await connected(sandbox.port)
    const { status, body, endedEarly } = await sandbox.cutting(() => talk('GET', path))
    assert.ok(status === 502 || body.length < length, 'all of an answer that was cut came')
    if (status === 502 && !endedEarly) return 'a 502'
    assert.ok(endedEarly, 'half an answer came as a whole one')
    return 'broken off'
  }

  const knows = (scenario: 'post' | 'upload') => stream.scenarios.includes(scenario)
  const talk = await connected(sandbox.port)
  assertList(parsed(await talk('GET', listPath)))
  if (knows('post')) assertPosted(parsed(await talk('POST', postPath, 'application/json', jsonBody), jsonBody))
  assert.ok(ok(await talk('GET', bytesPath(largeBytes))).equals(largeBody), 'download')
  assertList(await sandbox.afterRevocation(async () => parsed(await talk('GET', listPath))))
  const { type, body } = multipart()
  if (knows('upload')) {
    const upload = await connected(shared.judging.port)
    assertUploaded(parsed(await upload('POST', uploadPath, type, body), body))
  }
  const refused = await connected(shared.refusing.port)
  const refusedPost = await connected(shared.refusing.port)
  const [errorOfGet, errorOfPost] = [await refused('GET', listPath), await refusedPost('POST', uploadPath, type, body)]
  return {
    get: 'answered',
    post: knows('post') ? 'answered' : '–',
    upload: knows('upload') ? 'answered' : '–',
    download: 'answered',
    renewal: 'answered',
    error: both(error(errorOfGet), error(errorOfPost)),
    smallCut: await bothFramings(cut, smallBytes),
    largeCut: await bothFramings(cut, largeBytes),
  }
}

async function bothFramings(cut: (path: string, length: number) => Promise<string>, length: number): Promise<string> {
  const withLength = await cut(bytesPath(length), length)
  const without = await cut(`${bytesPath(length)}?chunked=true`, length)
  return withLength === without ? withLength : `with a length: ${withLength}, without: ${without}`
}

function both(get: string, upload: string): string {
  return get === upload ? get : `GET: ${get}, upload: ${upload}`
}

function multipart(): { type: string; body: Buffer } {
  const boundary = '---------------------------8dc0ffee4711'
  const head = `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="logo.png"\r\nContent-Type: image/png\r\n\r\n`
  const body = Buffer.concat([Buffer.from(head), uploadBody, Buffer.from(`\r\n--${boundary}--\r\n`)])
  return { type: `multipart/form-data; boundary=${boundary}`, body }
}
