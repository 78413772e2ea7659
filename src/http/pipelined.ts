import type { IncomingMessage } from 'node:http'

const pipelined = new WeakSet<IncomingMessage>()

/** Notes that a request came before the answer to the one before it on its connection (RFC 9112 §9.3.2). */
export function cameEarly(request: IncomingMessage): void {
  pipelined.add(request)
}

export function isPipelined(request: IncomingMessage): boolean {
  return pipelined.has(request)
}
