import { readFile } from 'node:fs/promises'

/**
 * The kernel gives its tables piece by piece: while connections come and go it can pass over a row, or show one twice. Who
 * misses a row looks again, so often in all.
 */
export const mostLooks = 3

/**
 * The kernel's tables of TCP connections, of IPv4 and of IPv6 (proc(5)); empty where there is none. It takes the kernel 5 to
 * 10 ms, which a thread of libuv's waits for.
 */
export function connectionTables(): Promise<string[]> {
  return Promise.all(
    ['/proc/self/net/tcp', '/proc/self/net/tcp6'].map((path) => readFile(path, 'latin1').catch(() => '')),
  )
}

/** A port as it stands there. */
export function portInTables(port: number): string {
  return port.toString(16).toUpperCase().padStart(4, '0')
}
