// The load: a process of its own that is told over IPC what to send. Requests are bytes made beforehand; of an answer
// it reads the status line and Content-Length, and counts the body.
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { hugeBytes } from './upstream.ts'

const urls = 1000
const postBytes = 20 * 1024

const postBody = Buffer.from(JSON.stringify({ rows: 'x'.repeat(postBytes - 11) }))
const piece = Buffer.alloc(64 * 1024, 'x')
/** What can be sent: where to, the body, and how much of a body the answer has. */
const kinds = {
  get: { path: '/core/v1/employees', answerBytes: 1024 },
  post: { path: '/bodies', body: postBody, answerBytes: 0 },
  large: { path: '/large', answerBytes: 100 * 1024 },
  huge: { path: '/huge', answerBytes: hugeBytes },
  upload: { path: '/bodies', uploadBytes: hugeBytes, answerBytes: 0 },
  refused: { path: '/refused', answerBytes: 7, status: 401, orElse: 503 }, // Where a renewal comes in between.
}

/** A kind of request in another shape: other sizes, more headers, more or fewer different URLs. */
function shaped(name, shape = {}) {
  const kind = { name, urls, headers: 0, ...kinds[name], ...shape }
  return shape.answerBytes === undefined ? kind : { ...kind, path: `/sized/${shape.answerBytes}` }
}

/** The head of each request of a kind to a target, made once. */
const made = new Map()
function heads(target, kind) {
  const { name, path, body, uploadBytes, urls, headers: moreHeaders } = kind
  const key = [target.port, name, path, uploadBytes, urls, moreHeaders].join(' ')
  const known = made.get(key)
  if (known !== undefined) return known
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
  made.set(key, all)
  return all
}

/** A kept-alive connection with at most one request under way. */
class Connection {
  partial
  /** Bytes of the body that are still to come; negative while the head is awaited. */
  left = -1
  status = 0
  length = 0
  waiting

  constructor(target) {
    this.open = new Promise((resolve, reject) => {
      this.socket = connect({ port: target.port, host: '127.0.0.1', noDelay: true }, resolve)
      this.socket.on('error', (error) => {
        reject(error)
        this.done(error)
      })
    })
    this.socket.on('data', (chunk) => this.take(chunk))
    this.socket.on('close', () => this.done(new Error('the connection was closed during a request')))
  }

  /** Servers close connections that were idle for long. */
  isFree() {
    return this.waiting === undefined && this.socket.readyState === 'open'
  }

  /** `waiting` is called with the error, if any; `status` and `length` are then the answer's. */
  send(head, { body, uploadBytes }, waiting) {
    if (!this.isFree()) return waiting(new Error('the connection was closed or is in use'))
    this.waiting = waiting
    this.socket.cork()
    this.socket.write(head)
    if (body !== undefined) this.socket.write(body)
    this.socket.uncork()
    if (uploadBytes !== undefined) this.upload(uploadBytes)
  }

  upload(bytes) {
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

  take(chunk) {
    if (this.waiting === undefined) return void this.socket.destroy(new Error('an answer to no request'))
    if (this.left < 0) {
      const bytes = this.partial === undefined ? chunk : Buffer.concat([this.partial, chunk])
      const end = bytes.indexOf('\r\n\r\n')
      if (end === -1) {
        this.partial = bytes
        return
      }
      this.partial = undefined
      const head = bytes.latin1Slice(0, end + 2)
      this.status = Number(head.slice(9, 12))
      this.length = this.status === 204 ? 0 : Number(/\r\ncontent-length: *(\d+)\r\n/i.exec(head)?.[1])
      this.left = this.length - (bytes.length - end - 4)
      if (!(this.left >= 0)) return void this.socket.destroy(new Error(`an answer that cannot be read: ${head}`))
    } else this.left -= chunk.length
    if (this.left < 0) this.socket.destroy(new Error('an answer that is longer than it said'))
    else if (this.left === 0) this.done(undefined)
  }

  done(error) {
    const { waiting } = this
    if (waiting === undefined) return
    this.waiting = undefined
    this.left = -1
    waiting(error)
  }
}

/** Port → its open connections. They stay open between commands, as a caller's do. */
const pools = new Map()

async function connections(target, count) {
  const open = (pools.get(target.port) ?? []).filter((connection) => connection.isFree())
  while (open.length < count) open.push(new Connection(target))
  pools.set(target.port, open)
  await Promise.all(open.map((connection) => connection.open))
  return open.slice(0, count)
}

/** What came back: how many answers were right, or what they were instead, and how long each took. */
class Tally {
  statuses = {}
  #times

  constructor(count) {
    this.#times = new Float64Array(count)
    this.count = 0
  }

  add({ status, length }, { answerBytes, status: wanted, orElse }, tookMs) {
    const right = wanted === undefined ? status === 200 || status === 204 : status === wanted
    const wrong = status === orElse ? 'or else' : `${status} with ${length} bytes`
    const answer = right && length === answerBytes ? 'right' : wrong
    this.statuses[answer] = (this.statuses[answer] ?? 0) + 1
    this.#times[this.count++] = tookMs
  }

  result() {
    const sorted = this.#times.slice(0, this.count).sort()
    const quantile = (q) => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))]
    return { statuses: this.statuses, p50Ms: quantile(0.5), p99Ms: quantile(0.99) }
  }
}

/** As many requests as fast as `count` connections get them answered. */
async function burst({ target, kind: name, connections: count, requests, shape }) {
  const kind = shaped(name, shape)
  const ready = heads(target, kind)
  const tally = new Tally(requests)
  let sent = 0
  const open = await connections(target, count)
  const one = (connection) =>
    new Promise((resolve, reject) => {
      const next = () => {
        if (sent === requests) return resolve()
        const begun = performance.now()
        connection.send(ready[sent++ % ready.length], kind, (error) => {
          if (error !== undefined) return reject(error)
          tally.add(connection, kind, performance.now() - begun)
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
async function rate({ targets, perSecond, requests, kind: name = 'get', connections: count = 8 }) {
  const kind = shaped(name)
  const tallies = targets.map(() => new Tally(requests))
  const open = await Promise.all(targets.map((target) => connections(target, count)))
  const ready = targets.map((target) => heads(target, kind))
  const order = [...targets.keys()]
  const pending = []
  const begun = performance.now()
  for (let i = 0; i < requests * targets.length; i++) {
    if (i % order.length === 0) shuffle(order)
    const which = order[i % order.length]
    await sleep(Math.max(0, begun + (i * 1000) / perSecond - performance.now()))
    if (!open[which].some((connection) => connection.isFree())) {
      const busy = open[which].filter((connection) => connection.waiting !== undefined).length
      if (busy >= count) throw new Error(`${targets[which].name} did not answer at ${perSecond} requests/s`)
      open[which] = await connections(targets[which], count) // The others were closed while they were idle.
    }
    const connection = open[which].find((connection) => connection.isFree())
    const sentAt = performance.now()
    pending.push(
      new Promise((resolve, reject) => {
        connection.send(ready[which][i % ready[which].length], kind, (error) => {
          if (error !== undefined) return reject(error)
          tallies[which].add(connection, kind, performance.now() - sentAt)
          resolve()
        })
      }),
    )
  }
  await Promise.all(pending)
  return tallies.map((tally) => tally.result())
}

function shuffle(list) {
  for (let i = list.length - 1; i > 0; i--) {
    const j = Math.floor(Math.random() * (i + 1))
    ;[list[i], list[j]] = [list[j], list[i]]
  }
}

/** Asks for a huge answer and reads nothing of it for a while, then the rest. */
async function stall({ target, holdMs }) {
  const connection = new Connection(target)
  await connection.open
  connection.socket.pause()
  const tally = new Tally(1)
  const answered = new Promise((resolve, reject) => {
    connection.send(heads(target, shaped('huge'))[0], kinds.huge, (error) =>
      error === undefined ? resolve() : reject(error),
    )
  })
  await sleep(holdMs)
  connection.socket.resume()
  await answered
  tally.add(connection, kinds.huge, holdMs)
  connection.socket.destroy()
  return tally.result()
}

const commands = { burst, rate, stall }
process.on('message', async ({ command, ...options }) => {
  try {
    process.send({ result: await commands[command](options) })
  } catch (error) {
    process.send({ error: `${options.target?.name ?? ''}: ${error.message}` })
  }
})
process.on('disconnect', () => process.exit())
