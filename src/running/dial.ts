import { type ListenAddress, parseListenAddress } from '../settings/listen-address.ts'

/** The address of a listener on this machine, for `connect` of node:net. */
export type Dial = { host: string; port: number } | { path: string }

/** The addresses to dial for a listener; none for port 0, which is any free port. */
export function dialsOf(listener: ListenAddress): Dial[] {
  const address = asDialled(listener)
  if (address.kind === 'unix') return [{ path: address.path }]
  const { kind, port } = address
  if (port === 0) return []
  return (kind === 'tcp' ? [address.host] : ['127.0.0.1', '::1']).map((host) => ({ host, port }))
}

/** The address to dial for one in a sidecar's status: `http://127.0.0.1:8228`, `unix:/run/sidecar.sock`. */
export function dialOfSaid(address: string): Dial | undefined {
  const parsed = parseListenAddress(address.replace(/^https?:\/\//, ''))
  return 'flaw' in parsed ? undefined : dialsOf(parsed)[0]
}

/** Loopback in place of "all addresses", which include it. */
export function asDialled(address: ListenAddress): ListenAddress {
  if (address.kind !== 'tcp') return address
  const { host } = address
  return { ...address, host: host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host }
}
