// Both ends of the wire as bare sockets: fetch and node:http tidy up what these tests are about.
import { createHash } from 'node:crypto'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import type { TestContext } from 'node:test'
import { connectAs } from './over-tls.ts'

export const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
export const sha256 = (bytes: Buffer | string) => createHash('sha256').update(bytes).digest('hex')

/**
 * How long a test waits for what is sure to come. It only tells what hangs from what is slow: a busy machine may not run a process
 * for seconds.
 */
export const patienceMs = 90_000

/** Time limits that are not under test: none of them ends on a machine however busy. */
export const patient = {
  connectTimeoutMs: 240_000,
  responseTimeoutMs: 240_000,
  bodyTimeoutMs: 240_000,
  tokenTimeoutMs: 240_000,
  tokenWaitMs: 240_000,
  queueTimeoutMs: 240_000,
}

/** Something that happens when the test says so. */
export function gate(): { opened: Promise<void>; open: () => void } {
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { opened, open }
}

/** Waits until something holds. */
export async function eventually(holds: () => boolean, what: string, withinMs = patienceMs): Promise<void> {
  const deadline = performance.now() + withinMs
  while (!holds()) {
    if (performance.now() > deadline) throw new Error(`not within ${withinMs} ms: ${what}`)
    await sleep(5)
  }
}

export type Dial = {
  socket: Socket
  /** Everything that came so far, as Latin-1. */
  text(): string
  bytes(): number
  send(data: string | Buffer): void
  /** Resolves with the text once it matches; rejects when the connection ends first. */
  until(pattern: RegExp, withinMs?: number): Promise<string>
  /** How the connection ended: cleanly (FIN), or with an error's code. */
  closed: Promise<{ how: string; text: string; afterMs: number }>
}

/** A caller. `keep: false` counts bytes only. */
export function dial(to: number | string | { port: number; host: string }, { keep = true, paused = false } = {}): Dial {
  const target = typeof to === 'string' ? { path: to } : typeof to === 'number' ? { port: to, host: '127.0.0.1' } : to
  const socket = connectAs({ ...target, allowHalfOpen: true })
  const chunks: Buffer[] = []
  let bytes = 0
  let ended = false
  const watchers = new Set<() => void>()
  const openedAt = performance.now()
  if (!paused) {
    socket.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (keep) chunks.push(chunk)
      for (const watcher of watchers) watcher()
    })
  }
  const text = () => Buffer.concat(chunks).toString('latin1')
  const closed = new Promise<{ how: string; text: string; afterMs: number }>((resolve) => {
    const done = (how: string) => {
      ended = true
      for (const watcher of watchers) watcher()
      resolve({ how, text: text(), afterMs: performance.now() - openedAt })
      socket.destroy()
    }
    socket.once('end', () => done('end'))
    socket.once('error', (error: NodeJS.ErrnoException) => done(error.code ?? 'error'))
    socket.once('close', () => done('closed'))
  })
  return {
    socket,
    text,
    bytes: () => bytes,
    send: (data) => socket.write(typeof data === 'string' ? Buffer.from(data, 'latin1') : data),
    until: (pattern, withinMs = patienceMs) =>
      new Promise((resolve, reject) => {
        const settle = (act: () => void) => {
          watchers.delete(look)
          clearTimeout(timer)
          act()
        }
        const look = () => {
          const now = text()
          if (pattern.test(now)) settle(() => resolve(now))
          else if (ended) settle(() => reject(new Error(`closed before ${pattern} came; there was:\n${now}`)))
        }
        const timer = setTimeout(
          () => settle(() => reject(new Error(`no ${pattern} within ${withinMs} ms; there was:\n${text()}`))),
          withinMs,
        )
        watchers.add(look)
        look()
      }),
    closed,
  }
}

/** Sends bytes and waits for the end of the connection. */
export function ask(to: number | string, data: string | Buffer, withinMs = patienceMs) {
  const caller = dial(to)
  caller.send(data)
  let timer: NodeJS.Timeout
  const tooLate = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      caller.socket.destroy()
      reject(new Error(`still open after ${withinMs} ms; there was:\n${caller.text()}`))
    }, withinMs)
  })
  return Promise.race([caller.closed, tooLate]).finally(() => clearTimeout(timer))
}

export type Heard = { head: string; body: Buffer; socket: Socket; connection: number }

export type RawUpstream = {
  url: string
  port: number
  /** What came, without token requests, in the order of completion. */
  heard: Heard[]
  /** Connections for requests that are open now, and the most that were at once. */
  open: () => number
  mostOpen: () => number
  connections: () => number
  tokenRequests: () => number
}

/**
 * A CATAPA that a test scripts byte for byte. `answer` is called when a request is complete, or with `early` as soon
 * as its head is. Token requests are answered with `token-1`, `token-2`, …, each once
 * `beforeToken` resolves.
 */
export async function startRawUpstream(
  t: TestContext,
  answer: (heard: Heard) => void,
  { early = false, beforeToken = async (_count: number): Promise<void> => {} } = {},
): Promise<RawUpstream> {
  const heard: Heard[] = []
  const all = new Set<Socket>()
  const serving = new Set<Socket>()
  let most = 0
  let tokenRequests = 0
  let connections = 0

  const server = createServer((socket) => {
    let buffer: Buffer = Buffer.alloc(0)
    let connection = 0
    let waiting: { head: string; heard: Heard } | undefined
    all.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => {
      all.delete(socket)
      serving.delete(socket)
    })
    socket.on('data', (chunk: Buffer) => {
      buffer = buffer.length === 0 ? chunk : Buffer.concat([buffer, chunk])
      for (;;) {
        if (waiting === undefined) {
          const end = buffer.indexOf('\r\n\r\n')
          if (end === -1) return
          const head = buffer.subarray(0, end + 4).toString('latin1')
          buffer = buffer.subarray(end + 4)
          const isToken = head.startsWith('POST /oauth/token ')
          if (!isToken && !serving.has(socket)) {
            serving.add(socket)
            connections += 1
            connection = connections
            most = Math.max(most, serving.size)
          }
          waiting = { head, heard: { head, body: Buffer.alloc(0), socket, connection } }
          if (early && !isToken) {
            heard.push(waiting.heard)
            answer(waiting.heard)
          }
        }
        const { head } = waiting
        const taken = takeBody(head, buffer)
        if (taken === undefined) return
        buffer = taken.rest
        const complete = waiting.heard
        complete.body = taken.body
        waiting = undefined
        if (head.startsWith('POST /oauth/token ')) {
          tokenRequests += 1
          const body = JSON.stringify({
            access_token: `token-${tokenRequests}`,
            token_type: 'bearer',
            expires_in: 3600,
          })
          const reply = `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`
          beforeToken(tokenRequests).then(() => socket.destroyed || socket.write(reply))
        } else if (!early) {
          heard.push(complete)
          answer(complete)
        }
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.close()
    for (const socket of all) socket.destroy()
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    heard,
    open: () => serving.size,
    mostOpen: () => most,
    connections: () => connections,
    tokenRequests: () => tokenRequests,
  }
}

function takeBody(head: string, buffer: Buffer): { body: Buffer; rest: Buffer } | undefined {
  if (/\r\ntransfer-encoding: *chunked/i.test(head)) {
    const end = buffer.indexOf('0\r\n\r\n')
    if (end === -1) return undefined
    return { body: buffer.subarray(0, end + 5), rest: buffer.subarray(end + 5) }
  }
  const length = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0)
  if (buffer.length < length) return undefined
  return { body: buffer.subarray(0, length), rest: buffer.subarray(length) }
}

/** A complete answer as text. */
export function ok(body = 'ok', headers = ''): string {
  return `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n${headers}\r\n${body}`
}

/** The problem in an answer of the sidecar's. */
export function problemIn(text: string): { code: string; status: number; reached: string; detail: string } {
  const body = text.slice(text.lastIndexOf('\r\n\r\n') + 4)
  return JSON.parse(body)
}
