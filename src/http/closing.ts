import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import { hasBody } from './framing.ts'
import { underneath } from './tls-server.ts'

/** How long the rest of a request is read after its answer. */
const lingerMs = 2000

/** Whether the caller is still sending its request. */
export function isUnfinished(request: IncomingMessage): boolean {
  return !request.complete && hasBody(request)
}

/**
 * Closes a connection whose request was answered before it had ended. Node would close at once, the kernel would reset, and
 * the caller would lose the answer while it is still writing (design/libraries 26). So the end is sent, and the rest of the
 * request is read and discarded for a while.
 */
export function closeAfterAnswer(response: ServerResponse): void {
  const { socket } = response
  if (socket !== null) lingerOnClose(socket)
  response.req.resume()
}

/** Makes Node's own closing of this socket a lingering one. */
export function lingerOnClose(socket: Socket): void {
  // grip: lingering close
  socket.destroySoon = () => {
    socket.end()
    socket.resume()
    const timer = setTimeout(() => socket.destroy(), lingerMs).unref()
    socket.once('close', () => clearTimeout(timer))
  }
}

/** Cuts a connection so that it is not taken for a clean end (design/libraries 25): a reset, or a close on a socket file. */
export function resetConnection(response: ServerResponse): void {
  const { socket } = response
  if (socket === null || socket.destroyed) return
  try {
    const below = socket instanceof TLSSocket ? underneath(socket) : socket
    below?.resetAndDestroy()
  } catch {
    // ERR_INVALID_HANDLE_TYPE on a socket file.
  }
  socket.destroy()
}
