import { EventEmitter, once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout } from 'node:timers/promises'

/** An answer as bytes on a connection. */
export type WireAnswer = {
  /** A 100 came before the body was sent. */
  continued: boolean
  status: number
  reason: string
  headers: Map<string, string>
  body: Buffer
  /** The connection ended before the answer did. Node shows a reset as an end when it comes behind unread bytes. */
  endedEarly: boolean
}

export type WireRequest = { head: string; body: Buffer | undefined }

/** .NET waits so long for a 100, then it sends the body all the same. */
const continueWaitMs = 5_000

/** One kept-alive connection, for requests whose bytes are given. */
export async function wireConnection(port: number) {
  const socket = connect({ port, host: 'localhost', noDelay: true })
  await once(socket, 'connect')
  const incoming = reader(socket)
  return {
    async exchange({ head, body }: WireRequest): Promise<WireAnswer> {
      socket.write(head, 'latin1')
      const expects = /^expect: 100-continue\r$/im.test(head)
      const continued = expects && (await Promise.race([incoming.interim(), setTimeout(continueWaitMs, false)]))
      if (body !== undefined) socket.write(body)
      return { continued, ...(await incoming.answer()) }
    },
    close: () => socket.destroy(),
  }
}

/** Reads answers as RFC 9112 §6.3 frames them. */
function reader(socket: Socket) {
  let bytes = Buffer.alloc(0)
  let over = false
  const progress = new EventEmitter()
  socket.on('data', (chunk) => {
    bytes = Buffer.concat([bytes, chunk])
    progress.emit('more')
  })
  socket.on('error', () => {})
  for (const event of ['end', 'close']) {
    socket.on(event, () => {
      over = true
      progress.emit('more')
    })
  }

  /** Waits until the bytes hold what is looked for, or nothing more can come. */
  async function until(found: () => boolean): Promise<boolean> {
    while (!found() && !over) await once(progress, 'more')
    return found()
  }

  function take(count: number): Buffer {
    const taken = bytes.subarray(0, count)
    bytes = bytes.subarray(count)
    return taken
  }

  async function line(ending: string): Promise<string | undefined> {
    const whole = await until(() => bytes.includes(ending))
    return whole ? take(bytes.indexOf(ending) + ending.length).toString('latin1') : undefined
  }

  async function sized(length: number): Promise<{ body: Buffer; endedEarly: boolean }> {
    const whole = await until(() => bytes.length >= length)
    return { body: take(length), endedEarly: !whole }
  }

  async function chunked(): Promise<{ body: Buffer; endedEarly: boolean }> {
    const chunks: Buffer[] = []
    for (;;) {
      const size = Number.parseInt((await line('\r\n')) ?? '', 16)
      const { body, endedEarly } = Number.isNaN(size) ? { body: bytes, endedEarly: true } : await sized(size + 2)
      chunks.push(body.subarray(0, size))
      if (size === 0 || endedEarly) return { body: Buffer.concat(chunks), endedEarly }
    }
  }

  const isInterim = () => /^HTTP\/1\.1 100 /.test(bytes.toString('latin1', 0, 13))

  return {
    /** Whether a 100 is the next thing that comes. */
    async interim(): Promise<boolean> {
      await until(() => bytes.includes('\r\n\r\n'))
      return isInterim()
    },

    /** The next answer, behind any 100. */
    async answer(): Promise<Omit<WireAnswer, 'continued'>> {
      let head: string | undefined
      do head = await line('\r\n\r\n')
      while (head?.startsWith('HTTP/1.1 100 '))
      const [first = '', ...fields] = (head ?? '').trim().split('\r\n')
      const [, status = '0', reason = ''] = /^HTTP\/1\.1 (\d{3}) (.*)$/.exec(first) ?? []
      const headers = new Map(fields.map((field) => [nameOf(field), field.replace(/^[^:]*:\s*/, '')]))
      const isChunked = headers.get('transfer-encoding') === 'chunked'
      const { body, endedEarly } = isChunked ? await chunked() : await sized(Number(headers.get('content-length') ?? 0))
      return { status: Number(status), reason, headers, body, endedEarly: endedEarly || head === undefined }
    },
  }
}

function nameOf(field: string): string {
  return field.split(':', 1)[0]?.toLowerCase() ?? ''
}
