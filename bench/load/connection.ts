import { connect, type Socket } from 'node:net'
import { connect as connectSecured } from 'node:tls'
import type { Target } from './commands.ts'
import type { Kind } from './requests.ts'

const piece = Buffer.alloc(64 * 1024, 'x')

/** A kept-alive connection with at most one request under way. */
export class Connection {
  readonly socket: Socket
  readonly open: Promise<void>
  status = 0
  length = 0
  #partial: Buffer | undefined
  /** Bytes of the body that are still to come; negative while the head is awaited. */
  #left = -1
  #waiting: ((error?: Error) => void) | undefined

  constructor(target: Target) {
    const options = { port: target.port, host: '127.0.0.1', noDelay: true }
    const socket = target.tls === true ? connectSecured({ ...options, rejectUnauthorized: false }) : connect(options)
    this.socket = socket
    this.open = new Promise((resolve, reject) => {
      socket.once(target.tls === true ? 'secureConnect' : 'connect', resolve)
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
      if (Number.isNaN(this.#left)) return void this.socket.destroy(new Error(`an answer that cannot be read: ${head}`))
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
