import type { Socket } from 'node:net'

export type Answer = Readonly<{
  status: number
  /** The header lines, in lower case. */
  head: string
  body: string
}>

/** Why there is no whole answer. `began`: some of one has come. */
export type Lost = Readonly<{ why: string; began: boolean }>

/** A connection that is kept alive, with one request at a time; a lost one is opened anew by the next request. */
export type Connection = Readonly<{
  ask(request: string): Promise<Answer | Lost>
  /** Hangs up at once. */
  close(): void
}>

type Waiting = (answer: Answer | Lost) => void

/** @param open gives a new socket that connects */
export function connection(open: () => Socket): Connection {
  let socket: Socket | undefined
  let waiting: Waiting | undefined
  let bytes: Buffer = Buffer.alloc(0)

  function settle(answer: Answer | Lost): void {
    const done = waiting
    waiting = undefined
    bytes = Buffer.alloc(0)
    done?.(answer)
  }

  function connected(): Socket {
    if (socket !== undefined && !socket.destroyed && socket.writable) return socket
    const now = open()
    socket = now
    now.setNoDelay(true)
    now.on('error', (error: NodeJS.ErrnoException) => {
      if (socket === now) settle({ why: error.code ?? error.message, began: bytes.length > 0 })
    })
    now.on('close', () => {
      if (socket !== now) return
      socket = undefined
      settle({ why: 'closed', began: bytes.length > 0 })
    })
    now.on('end', () => now.destroy())
    now.on('data', (chunk: Buffer) => {
      if (socket !== now) return
      bytes = bytes.length === 0 ? chunk : Buffer.concat([bytes, chunk])
      const answer = wholeAnswer(bytes)
      if (answer === undefined) return
      if (/\r\nconnection: close\r\n/.test(answer.head)) {
        socket = undefined
        now.destroy()
      }
      settle(answer)
    })
    return now
  }

  return {
    ask: (request) =>
      new Promise((resolve) => {
        waiting = resolve
        connected().write(request, 'latin1')
      }),
    close() {
      const now = socket
      socket = undefined
      now?.destroy()
      settle({ why: 'hung up', began: false })
    },
  }
}

/** @returns undefined as long as there is more to come */
function wholeAnswer(bytes: Buffer): Answer | undefined {
  const end = bytes.indexOf('\r\n\r\n')
  if (end === -1) return undefined
  const head = bytes.toString('latin1', 0, end + 2).toLowerCase()
  const length = Number(/\r\ncontent-length: (\d+)\r\n/.exec(head)?.[1] ?? 0)
  if (bytes.length < end + 4 + length) return undefined
  return { status: Number(head.slice(9, 12)), head, body: bytes.toString('latin1', end + 4, end + 4 + length) }
}

export function headerOf({ head }: Answer, name: string): string | undefined {
  const from = head.indexOf(`\r\n${name}: `)
  return from === -1 ? undefined : head.slice(from + name.length + 4, head.indexOf('\r\n', from + 2))
}
