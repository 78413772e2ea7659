import { once } from 'node:events'
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http'
import { finished } from 'node:stream/promises'

/** One request as the endpoints see it. */
export type SandboxCall = Readonly<{
  request: IncomingMessage
  method: string
  /** The target as it came. */
  url: string
  /** The path as it came, without the query: nothing decoded, nothing tidied. */
  path: string
  query: URLSearchParams
  /** What the template's `{…}` stood for, decoded, in order. */
  params: readonly string[]
  /** Where the sandbox is reached, for URLs in answers. */
  origin: string
}>

/** A body whose length is known although it isn't in memory; `chunked` leaves Content-Length out. */
export type Streamed = Readonly<{ length: number; chunks: Iterable<Buffer>; chunked?: boolean }>

export type SandboxAnswer = Readonly<{
  status: number
  headers?: Readonly<Record<string, string>>
  body: string | Buffer | Streamed
}>

export type Endpoint = (call: SandboxCall) => SandboxAnswer | Promise<SandboxAnswer>

/** Endpoints by `METHOD /path/{template}`. */
export type Endpoints = Readonly<Record<string, Endpoint>>

/** Thrown where an endpoint cannot go on; the answer is what the caller gets. */
export class SandboxRefusal extends Error {
  readonly answer: SandboxAnswer

  constructor(answer: SandboxAnswer) {
    super(`refused with ${answer.status}`)
    this.answer = answer
  }
}

/** An answer in JSON. */
export function json(status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): SandboxAnswer {
  return {
    status,
    headers: { 'Content-Type': 'application/json;charset=UTF-8', ...headers },
    body: JSON.stringify(value),
  }
}

/** An error as Spring Boot's BasicErrorController tells it. */
export function springError(
  status: number,
  path: string,
  message: string,
  more: Readonly<Record<string, unknown>> = {},
): SandboxAnswer {
  const error = STATUS_CODES[status] ?? 'Error'
  return json(status, { timestamp: new Date().toISOString(), status, error, message, path, ...more })
}

/** An error as Spring Security OAuth tells it (RFC 6749 §5.2, RFC 6750 §3). */
export function oauthError(
  status: number,
  error: string,
  description: string,
  headers: Readonly<Record<string, string>> = {},
): SandboxAnswer {
  return json(
    status,
    { error, error_description: description },
    { 'Cache-Control': 'no-store', Pragma: 'no-cache', ...headers },
  )
}

/** All values of one header as they arrived: Node joins or drops repeated ones in `headers`. */
export function headerValues(request: IncomingMessage, name: string): string[] {
  const values: string[] = []
  for (let at = 0; at < request.rawHeaders.length; at += 2) {
    if (request.rawHeaders[at]?.toLowerCase() === name) values.push(request.rawHeaders[at + 1] ?? '')
  }
  return values
}

/** The whole body. Over the limit it is a 413, told at once; Node discards the rest. */
export async function readBody(call: SandboxCall, limitBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  // `destroyOnReturn: false`: leaving the loop early must not reset the connection under the answer.
  for await (const chunk of call.request.iterator({ destroyOnReturn: false })) {
    size += chunk.length
    if (size > limitBytes) throw new SandboxRefusal(springError(413, call.path, 'Maximum upload size exceeded'))
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** The body as a JSON object or array; `whenEmpty` where there is none. Anything else is a 400. */
export async function readJson(call: SandboxCall, whenEmpty?: object): Promise<object> {
  const text = (await readBody(call, 1024 * 1024)).toString('utf8')
  const value = text === '' && whenEmpty !== undefined ? whenEmpty : parseJson(text)
  if (typeof value !== 'object' || value === null) {
    const problem = text.trim() === '' ? 'Required request body is missing' : 'JSON parse error: an object was expected'
    throw new SandboxRefusal(springError(400, call.path, problem))
  }
  return value
}

/** Undefined for what isn't JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Reads the rest of the body and forgets it. */
export async function drain(request: IncomingMessage): Promise<void> {
  if (request.readableEnded || request.destroyed) return
  request.resume()
  await finished(request, { writable: false })
}

/** Slows the chunks of a body down, or ends them early by throwing. */
export type Shaping = (body: Streamed) => AsyncIterable<Buffer>

/** Writes head and body, at the pace of the caller. */
export async function send(
  call: SandboxCall,
  response: ServerResponse,
  answer: SandboxAnswer,
  gone: AbortSignal,
  shaping?: Shaping,
): Promise<void> {
  if (gone.aborted) return
  const body = streamed(answer.body)
  const framing: Record<string, string> = body.chunked ? {} : { 'Content-Length': String(body.length) }
  response.writeHead(answer.status, { ...answer.headers, ...framing })
  if (call.method === 'HEAD') {
    response.end()
    return
  }
  if (shaping) response.flushHeaders()
  for await (const chunk of shaping ? shaping(body) : body.chunks) {
    if (!response.write(chunk)) await once(response, 'drain', { signal: gone })
  }
  response.end()
}

function streamed(body: SandboxAnswer['body']): Streamed {
  if (typeof body !== 'string' && !Buffer.isBuffer(body)) return body
  const bytes = Buffer.from(body)
  return { length: bytes.length, chunks: bytes.length === 0 ? [] : [bytes] }
}
