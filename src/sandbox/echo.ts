import { createHash } from 'node:crypto'
import { type Endpoints, json, type SandboxAnswer, type SandboxCall, springError } from './sandbox-request.ts'

/** What arrived, word for word. The body is hashed as it streams by, never held. */
export async function echo(call: SandboxCall): Promise<SandboxAnswer> {
  const { request } = call
  const hash = createHash('sha256')
  let bodySize = 0
  for await (const chunk of request) {
    hash.update(chunk)
    bodySize += chunk.length
  }
  return json(200, {
    method: call.method,
    url: call.url,
    httpVersion: request.httpVersion,
    headers: headersOf(request.rawHeaders),
    rawHeaders: request.rawHeaders,
    bodySize,
    bodySha256: hash.digest('hex'),
  })
}

function headersOf(raw: readonly string[]): Record<string, string | string[]> {
  // No prototype: a header may be called `__proto__`.
  const headers: Record<string, string | string[]> = Object.create(null)
  for (let at = 0; at < raw.length; at += 2) {
    const name = raw[at]?.toLowerCase() ?? ''
    const value = raw[at + 1] ?? ''
    const earlier = headers[name]
    headers[name] = earlier === undefined ? value : [earlier, value].flat()
  }
  return headers
}

const pattern = Buffer.from(Uint8Array.from({ length: 65_536 }, (_, at) => (at * 31 + (at >> 8)) & 0xff))

/** `n` bytes that are the same each time; `?chunked=true` sends them without Content-Length. */
export const bytes: Endpoints = {
  'GET /sandbox/bytes/{n}': (call) => {
    const [n = ''] = call.params
    const length = /^\d{1,15}$/.test(n) ? Number(n) : undefined
    if (length === undefined) return springError(400, call.path, `'${n}' is not a number of bytes`)
    const headers = { 'Content-Type': 'application/octet-stream' }
    return {
      status: 200,
      headers,
      body: { length, chunks: patterned(length), chunked: call.query.get('chunked') === 'true' },
    }
  },
}

function* patterned(length: number): Generator<Buffer> {
  for (let left = length; left > 0; left -= pattern.length) yield pattern.subarray(0, left)
}
