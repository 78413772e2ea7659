import type { SecureContext } from 'node:tls'
import { createClient } from '@redis/client'

/** Where the store is, with user and password, and how long a command may take. */
export type StorePlace = Readonly<{ url: URL; secureContext: SecureContext; timeoutMs: number }>

export type StoreConnection = ReturnType<typeof storeConnection>

/**
 * A connection to Valkey or Redis, not open yet. Nothing is repeated or queued here: `reconnectingStore` decides when to try
 * again (design/libraries 130 to 133). No other module needs the library, so that it is loaded only where there is a store.
 *
 * @param lost called once when an open connection has ended by itself
 */
export function storeConnection({ url, secureContext, timeoutMs }: StorePlace, lost: (error: unknown) => void) {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  // For TLS (RFC 6066 §3); it cannot be an IP address.
  const serverName = /^[\d.]+$|:/.test(host) ? {} : { servername: host }
  const socket = {
    host,
    port: Number(url.port || 6379),
    connectTimeout: 2 * timeoutMs,
    reconnectStrategy: false,
  } as const
  const client = createClient({
    RESP: 2, // Enough, and every version and compatible store has it.
    // Explicit, since NODE_TLS_REJECT_UNAUTHORIZED changes only the default.
    socket:
      url.protocol === 'rediss:'
        ? { ...socket, tls: true, secureContext, rejectUnauthorized: true, ...serverName }
        : socket,
    ...(url.username !== '' && { username: decodeURIComponent(url.username) }),
    ...(url.password !== '' && { password: decodeURIComponent(url.password) }),
    database: Number(url.pathname.slice(1)),
    disableOfflineQueue: true,
    disableClientInfo: true,
    maintNotifications: 'disabled',
  })
  let connected = false
  let closed = false
  client.on('error', (error: unknown) => {
    if (connected && !closed) lost(error)
    closed = true
  })
  return {
    /** Connects and logs in, once. @throws an error of the socket or of TLS, or the answer of the store */
    async connect(): Promise<void> {
      await client.connect()
      connected = true
    },
    send: (command: readonly string[]): Promise<unknown> => client.sendCommand([...command]),
    close(): void {
      closed = true
      client.destroy()
    },
  }
}
