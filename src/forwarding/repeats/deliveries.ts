import type { Socket } from 'node:net'
import { performance } from 'node:perf_hooks'

/** So long a connection may take to show that an answer did not arrive (design/promises 12.4). */
const showsMs = 2000

type Delivery = {
  readonly socket: Socket
  readonly dueAt: number
  tell: ((delivered: 'yes' | 'no') => void) | undefined
}

/** Answers of which it is still open whether they arrived, the oldest first. */
export type Deliveries = {
  open: Delivery[]
  /** Those whose connections are listened to. */
  readonly known: WeakSet<Socket>
  timer: NodeJS.Timeout | undefined
}

export function newDeliveries(): Deliveries {
  return { open: [], known: new WeakSet(), timer: undefined }
}

/**
 * Tells once whether an answer that was handed to the kernel arrived: it did unless the connection ends in an error within two
 * seconds, as when its other end was closed before.
 *
 * @param left it was handed over while the connection stood
 */
export function watchDelivery(
  deliveries: Deliveries,
  socket: Socket,
  left: boolean,
  tell: (delivered: 'yes' | 'no') => void,
): void {
  if (!left || socket.destroyed) {
    tell(left && socket.errored === null ? 'yes' : 'no')
    return
  }
  if (!deliveries.known.has(socket)) {
    deliveries.known.add(socket)
    socket.once('close', (failed) => ended(deliveries, socket, failed))
  }
  deliveries.open.push({ socket, dueAt: performance.now() + showsMs, tell })
  deliveries.timer ??= setTimeout(tellDue, showsMs, deliveries)
}

/** Tells all that is open now, as at the end of the sidecar. */
export function tellAll(deliveries: Deliveries): void {
  clearTimeout(deliveries.timer)
  deliveries.timer = undefined
  const { open } = deliveries
  deliveries.open = []
  for (const { tell } of open) tell?.('yes')
}

function ended(deliveries: Deliveries, socket: Socket, failed: boolean): void {
  for (const delivery of deliveries.open) {
    if (delivery.socket !== socket) continue
    const { tell } = delivery
    delivery.tell = undefined
    tell?.(failed ? 'no' : 'yes')
  }
}

function tellDue(deliveries: Deliveries): void {
  const now = performance.now()
  const left = deliveries.open.findIndex(({ dueAt }) => dueAt > now)
  const due = left === -1 ? deliveries.open : deliveries.open.slice(0, left)
  deliveries.open = left === -1 ? [] : deliveries.open.slice(left)
  const [next] = deliveries.open
  deliveries.timer = next && setTimeout(tellDue, next.dueAt - now, deliveries)
  for (const { tell } of due) tell?.('yes')
}
