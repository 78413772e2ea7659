// The load: a process of its own that is told over IPC what to send. Requests are bytes made beforehand; of an answer
// it reads the status line and Content-Length, and counts the body.
import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { inAnyOrder } from '../order.ts'
import { hugeBytes } from '../upstream/upstream.ts'

/** Where requests go. */
export type Target = { name: string; port: number; headers?: Record<string, string> }

export type KindName = 'get' | 'post' | 'large' | 'huge' | 'upload' | 'refused'

/** What can differ from the kind: other sizes, more headers, more or fewer different URLs. */
export type Shape = { answerBytes?: number; uploadBytes?: number; headers?: number; urls?: number }

export type Burst = { requests: number; kind?: KindName; connections?: number; shape?: Shape | undefined }
export type Rate = { perSecond: number; requests: number; kind?: KindName; connections?: number }

type Commands = {
  burst: { target: Target } & Burst
  rate: { targets: Target[] } & Rate
  stall: { target: Target; holdMs: number }
}
export type Command = { [Name in keyof Commands]: { command: Name } & Commands[Name] }[keyof Commands]

/** What came back: how many answers were right, or what they were instead, and how long they took. */
export type Timing = { name: string; statuses: Record<string, number>; p50Ms: number; p99Ms: number }
export type Answers = { burst: Timing & { seconds: number }; rate: Timing[]; stall: Timing }
export type Reply<Name extends keyof Answers> = { result: Answers[Name] } | { error: string }

/** What can be sent: where to, the body, and how much of a body the answer has. */
type Kind = {
  name: KindName
  path: string
  body?: Buffer
  uploadBytes?: number
  answerBytes: number
  /** Of the right answer, where it is not 200 or 204. */
  status?: number
  /** Another that may come now and then. */
  orElse?: number
  /** How many different ones are asked for. */
  urls: number
  /** How many there are besides the five that each has. */
  headers: number
}

const postBytes = 20 * 1024
const postBody = Buffer.from(JSON.stringify({ rows: 'x'.repeat(postBytes - 11) }))
const piece = Buffer.alloc(64 * 1024, 'x')

const kinds: Record<KindName, Omit<Kind, 'name' | 'urls' | 'headers'>> = {
  get: { path: '/core/v1/employees', answerBytes: 1024 },
  post: { path: '/bodies', body: postBody, answerBytes: 0 },
  large: { path: '/large', answerBytes: 100 * 1024 },
  huge: { path: '/huge', answerBytes: hugeBytes },
  upload: { path: '/bodies', uploadBytes: hugeBytes, answerBytes: 0 },
  refused: { path: '/refused', answerBytes: 7, status: 401, orElse: 503 }, // Where a renewal comes in between.
}

function shaped(name: KindName, shape: Shape = {}): Kind {
  const kind = { name, urls: 1000, headers: 0, ...kinds[name], ...shape }
  return shape.answerBytes === undefined ? kind : { ...kind, path: `/sized/${shape.answerBytes}` }
}

/** Gives the head of the nth request. */
type Heads = (n: number) => Buffer

const made = new Map<string, Heads>()

/** The heads of the requests of a kind to a target, made once. */
function heads(target: Target, kind: Kind): Heads {
  const { name, path, uploadBytes, urls, headers } = kind
  const key = [target.port, name, path, uploadBytes, urls, headers].join(' ')
  const known = made.get(key) ?? makeHeads(target, kind)
  made.set(key, known)
  return known
}

function makeHeads(target: Target, { path, body, uploadBytes, urls, headers: moreHeaders }: Kind): Heads {
  const bytes = uploadBytes ?? body?.length
  const method = bytes === undefined ? 'GET' : 'POST'
  const headers = [
    `Host: localhost:${target.port}`,
    'User-Agent: bench/1.0 (payroll run)',
    'Accept: application/json',
    'Accept-Language: id-ID,id;q=0.9,en;q=0.8',
    'X-Timezone: Asia/Jakarta',
    ...Object.entries(target.headers ?? {}).map(([name, value]) => `${name}: ${value}`),
    ...Array.from({ length: moreHeaders }, (_, i) => `X-Bench-${i}: value of header number ${i}`),
    ...(bytes === undefined ? [] : ['Content-Type: application/json', `Content-Length: ${bytes}`]),
  ]
  const all = Array.from({ length: urls }, (_, i) => {
    const id = `8f3c${String(i * 7919).padStart(8, '0')}`
    const line = `${method} ${path}/${id}/identity-cards?page=${i}&size=20&sort=name HTTP/1.1`
    return Buffer.from(`${[line, ...headers].join('\r\n')}\r\n\r\n`, 'latin1')
  })
  return (n) => {
    const head = all[n % all.length]
    if (head === undefined) throw new Error('there is no URL to ask for')
    return head
  }
}

/** A kept-alive connection with at most one request under way. */
class Connection {
  readonly socket: Socket
  readonly open: Promise<void>
  status = 0
  length = 0
  #partial: Buffer | undefined
  /** Bytes of the body that are still to come; negative while the head is awaited. */
  #left = -1
  #waiting: ((error?: Error) => void) | undefined

  constructor(target: Target) {
    const socket = connect({ port: target.port, host: '127.0.0.1', noDelay: true })
    this.socket = socket
    this.open = new Promise((resolve, reject) => {
      socket.once('connect', resolve)
      socket.once('error', reject)
    })
    socket.on('error', (error) => this.#done(error))
    socket.on('data', (chunk: Buffer) => this.#take(chunk))
    socket.on('close', () => this.#done(new Error('the connection was closed during a request')))
  }

  /** Servers close connections that were idle for long. */
  isFree(): boolean {
    return !this.isBusy() && this.socket.readyState === 'open'
  }

  isBusy(): boolean {
    return this.#waiting !== undefined
  }

  /** `waiting` is called with the error, if any; `status` and `length` are then the answer's. */
  send(head: Buffer, { body, uploadBytes }: Kind, waiting: (error?: Error) => void): void {
    if (!this.isFree()) return void waiting(new Error('the connection was closed or is in use'))
    this.#waiting = waiting
    this.socket.cork()
    this.socket.write(head)
    if (body !== undefined) this.socket.write(body)
    this.socket.uncork()
    if (uploadBytes !== undefined) this.#upload(uploadBytes)
  }

  #upload(bytes: number): void {
    let left = bytes
    const more = () => {
      while (left > 0) {
        const next = piece.subarray(0, left)
        left -= next.length
        if (!this.socket.write(next)) return void this.socket.once('drain', more)
      }
    }
    more()
  }

  #take(chunk: Buffer): void {
    if (this.#waiting === undefined) return void this.socket.destroy(new Error('an answer to no request'))
    if (this.#left < 0) {
      const bytes = this.#partial === undefined ? chunk : Buffer.concat([this.#partial, chunk])
      const end = bytes.indexOf('\r\n\r\n')
      if (end === -1) {
        this.#partial = bytes
        return
      }
      this.#partial = undefined
      const head = bytes.toString('latin1', 0, end + 2)
      this.status = Number(head.slice(9, 12))
      this.length = this.status === 204 ? 0 : Number(/\r\ncontent-length: *(\d+)\r\n/i.exec(head)?.[1])
      this.#left = this.length - (bytes.length - end - 4)
      if (!(this.#left >= 0)) return void this.socket.destroy(new Error(`an answer that cannot be read: ${head}`))
    } else this.#left -= chunk.length
    if (this.#left < 0) this.socket.destroy(new Error('an answer that is longer than it said'))
    else if (this.#left === 0) this.#done(undefined)
  }

  #done(error: Error | undefined): void {
    const waiting = this.#waiting
    if (waiting === undefined) return
    this.#waiting = undefined
    this.#left = -1
    waiting(error)
  }
}

/** Port → its open connections. They stay open between commands, as a caller's do. */
const pools = new Map<number, Connection[]>()

async function connections(target: Target, count: number): Promise<Connection[]> {
  const open = (pools.get(target.port) ?? []).filter((connection) => connection.isFree())
  while (open.length < count) open.push(new Connection(target))
  pools.set(target.port, open)
  await Promise.all(open.map((connection) => connection.open))
  return open.slice(0, count)
}

type Tally = { add(answer: { status: number; length: number }, tookMs: number): void; result(): Timing }

/** Counts the answers of a kind, at most `count`. */
function startTally({ name }: Target, { answerBytes, status: wanted, orElse }: Kind, count: number): Tally {
  const statuses: Record<string, number> = {}
  const times = new Float64Array(count)
  let counted = 0
  return {
    add({ status, length }, tookMs) {
      const right = wanted === undefined ? status === 200 || status === 204 : status === wanted
      const wrong = status === orElse ? 'or else' : `${status} with ${length} bytes`
      const answer = right && length === answerBytes ? 'right' : wrong
      statuses[answer] = (statuses[answer] ?? 0) + 1
      times[counted++] = tookMs
    },
    result() {
      const sorted = times.slice(0, counted).sort()
      const quantile = (q: number) => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN
      return { name, statuses, p50Ms: quantile(0.5), p99Ms: quantile(0.99) }
    },
  }
}

/** As many requests as fast as `count` connections get them answered. */
async function burst({ target, requests, kind: name = 'get', connections: count = 64, shape }: Commands['burst']) {
  const kind = shaped(name, shape)
  const head = heads(target, kind)
  const tally = startTally(target, kind, requests)
  let sent = 0
  const open = await connections(target, count)
  const one = (connection: Connection) =>
    new Promise<void>((resolve, reject) => {
      const next = () => {
        if (sent === requests) return resolve()
        const begun = performance.now()
        connection.send(head(sent++), kind, (error) => {
          if (error !== undefined) return reject(error)
          tally.add(connection, performance.now() - begun)
          next()
        })
      }
      next()
    })
  const begun = performance.now()
  await Promise.all(open.map(one))
  return { ...tally.result(), seconds: (performance.now() - begun) / 1000 }
}

/** Single requests at a fixed rate, each to another target, in an order that changes. One result per target. */
async function rate({ targets, perSecond, requests, kind: name = 'get', connections: count = 8 }: Commands['rate']) {
  const kind = shaped(name)
  const lanes = await Promise.all(
    targets.map(async (target) => ({
      target,
      head: heads(target, kind),
      tally: startTally(target, kind, requests),
      open: await connections(target, count),
    })),
  )
  const pending: Promise<void>[] = []
  const begun = performance.now()
  for (let sent = 0; sent < requests * lanes.length; ) {
    for (const lane of inAnyOrder(lanes)) {
      await sleep(Math.max(0, begun + (sent * 1000) / perSecond - performance.now()))
      const connection = await freeOne(lane, count, perSecond)
      pending.push(single(connection, lane.head(sent++), kind, lane.tally))
    }
  }
  await Promise.all(pending)
  return lanes.map(({ tally }) => tally.result())
}

async function freeOne(lane: { target: Target; open: Connection[] }, count: number, perSecond: number) {
  const { target } = lane
  const free = lane.open.find((connection) => connection.isFree())
  if (free !== undefined) return free
  const busy = lane.open.filter((connection) => connection.isBusy()).length
  if (busy >= count) throw new Error(`${target.name} did not answer at ${perSecond} requests/s`)
  lane.open = await connections(target, count) // The others were closed while they were idle.
  return lane.open[0] ?? new Connection(target)
}

function single(connection: Connection, head: Buffer, kind: Kind, tally: Tally): Promise<void> {
  const sentAt = performance.now()
  return new Promise((resolve, reject) => {
    connection.send(head, kind, (error) => {
      if (error !== undefined) return reject(error)
      tally.add(connection, performance.now() - sentAt)
      resolve()
    })
  })
}

/** Asks for a huge answer and reads nothing of it for a while, then the rest. */
async function stall({ target, holdMs }: Commands['stall']) {
  const kind = shaped('huge')
  const connection = new Connection(target)
  await connection.open
  connection.socket.pause()
  const tally = startTally(target, kind, 1)
  const answered = single(connection, heads(target, kind)(0), kind, tally)
  await sleep(holdMs)
  connection.socket.resume()
  await answered
  connection.socket.destroy()
  return tally.result()
}

function carryOut(command: Command): Promise<Answers[Command['command']]> {
  switch (command.command) {
    case 'burst':
      return burst(command)
    case 'rate':
      return rate(command)
    case 'stall':
      return stall(command)
  }
}

process.on('message', async (command: Command) => {
  try {
    process.send?.({ result: await carryOut(command) })
  } catch (error) {
    const of = 'target' in command ? `${command.target.name}: ` : ''
    process.send?.({ error: of + (error instanceof Error ? error.message : error) })
  }
})
process.on('disconnect', () => process.exit())
