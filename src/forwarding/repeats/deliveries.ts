import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { performance } from 'node:perf_hooks'
import { isPipelined } from '../../http/pipelined.ts'

/** So long a connection may take to show that an answer did not arrive (design/promises 12.4). */
const showsMs = 2000

type Told = (delivered: 'yes' | 'no') => void
type Delivery = Readonly<{ dueAt: number; tell: Told }>

/** Answers of which it is still open whether they arrived, by connection, the oldest first. */
export type Deliveries = {
  readonly open: Map<Socket, Delivery>
  /** Those whose connections are listened to. */
  readonly known: WeakSet<Socket>
  timer: NodeJS.Timeout | undefined
}

export function newDeliveries(): Deliveries {
  return { open: new Map(), known: new WeakSet(), timer: undefined }
}

/**
 * Tells once whether an answer that was handed to the kernel arrived: it did unless the connection ends in an error within two
 * seconds, as when its other end was closed before.
 *
 * @param left it was handed over while the connection stood
 */
export function watchDelivery(deliveries: Deliveries, socket: Socket, left: boolean, tell: Told): void {
  if (!left || socket.destroyed) {
    tell(left && socket.errored === null ? 'yes' : 'no')
    return
  }
  const { open, known } = deliveries
  if (!known.has(socket)) {
    known.add(socket)
    socket.once('close', (failed) => end(deliveries, socket, failed ? 'no' : 'yes'))
  }
  const before = open.get(socket)?.tell // Of requests that came without awaiting an answer.
  open.delete(socket)
  open.set(socket, {
    dueAt: performance.now() + showsMs,
    tell: before === undefined ? tell : both(before, tell),
  })
  deliveries.timer ??= setTimeout(tellDue, showsMs, deliveries)
}

/** A caller that asks for more on its connection has the answer before, unless it did not wait for that. */
export function hearRequest(deliveries: Deliveries, request: IncomingMessage): void {
  if (deliveries.open.size > 0 && !isPipelined(request)) end(deliveries, request.socket, 'yes')
}

/** Tells all that is open now, as at the end of the sidecar. */
export function tellAll(deliveries: Deliveries): void {
  clearTimeout(deliveries.timer)
  deliveries.timer = undefined
  for (const socket of deliveries.open.keys()) end(deliveries, socket, 'yes')
}

function both(first: Told, second: Told): Told {
  return (delivered) => {
    first(delivered)
    second(delivered)
  }
}

function end({ open }: Deliveries, socket: Socket, delivered: 'yes' | 'no'): void {
  const delivery = open.get(socket)
  open.delete(socket)
  delivery?.tell(delivered)
}

function tellDue(deliveries: Deliveries): void {
  deliveries.timer = undefined
  const now = performance.now()
  for (const [socket, { dueAt }] of deliveries.open) {
    if (dueAt > now) {
      deliveries.timer = setTimeout(tellDue, dueAt - now, deliveries)
      return
    }
    end(deliveries, socket, 'yes')
  }
}
