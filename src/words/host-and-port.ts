/** `127.0.0.1:8228`, `[::1]:8228`: an IPv6 address stands in brackets (RFC 3986 §3.2.2). */
export function hostAndPort(host: string, port: number | string): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}
