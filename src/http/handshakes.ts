import type { Socket } from 'node:net'

/** A connection has so long to become one, from its first moment on. */
const handshakeMs = 10_000
/** A silent connection costs a descriptor and some KiB; so many of them are no load. */
const mostWaiting = 256

type Waiting = Readonly<{ timer: NodeJS.Timeout; failed: (why: HandshakeFailure) => void }>

/** Why a connection was closed before it was one: `late`, `crowded`: gave way to a newer one. */
export type HandshakeFailure = 'late' | 'crowded'

export type Handshakes = ReturnType<typeof newHandshakes>

/**
 * The connections of all `tls:` listeners that have not ended their handshake. When there are too many, the oldest gives way and
 * not the newest: a genuine caller is done after milliseconds, so the oldest is one that stands still, and 256 silent connections
 * cannot keep all others out for ten seconds.
 */
export function newHandshakes(most = mostWaiting, timeoutMs = handshakeMs) {
  const waiting = new Map<Socket, Waiting>()

  function close(socket: Socket, why: HandshakeFailure): void {
    const known = waiting.get(socket)
    end(socket)
    known?.failed(why)
    socket.destroy()
  }

  function end(socket: Socket): void {
    clearTimeout(waiting.get(socket)?.timer)
    waiting.delete(socket)
  }

  return {
    /** Takes a connection in; it is closed if it is not ended in time. */
    begin(socket: Socket, failed: Waiting['failed']): void {
      for (const oldest of waiting.keys()) {
        if (waiting.size < most) break
        close(oldest, 'crowded')
      }
      waiting.set(socket, { failed, timer: setTimeout(close, timeoutMs, socket, 'late').unref() })
      socket.once('close', () => end(socket))
    },
    /** The handshake of a connection is over. */
    end,
    size: () => waiting.size,
  }
}
