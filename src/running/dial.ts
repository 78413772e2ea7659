import { type ListenAddress, parseListenAddress } from '../settings/listen-address.ts'

/** Where a listener of this machine is reached, as `connect` of node:net takes it. */
export type Dial = { host: string; port: number } | { path: string }

/** Where to dial a listener; nowhere for port 0, which is any free one. */
export function dialsOf(listener: ListenAddress): Dial[] {
  const address = asDialled(listener)
  if (address.kind === 'unix') return [{ path: address.path }]
  const { kind, port } = address
  if (port === 0) return []
  return (kind === 'tcp' ? [address.host] : ['127.0.0.1', '::1']).map((host) => ({ host, port }))
}

/** The same for an address as a sidecar says it: `http://127.0.0.1:8228`, `unix:/run/sidecar.sock`. */
export function dialOfSaid(address: string): Dial | undefined {
  const parsed = parseListenAddress(address.replace(/^http:\/\//, ''))
  return 'flaw' in parsed ? undefined : dialsOf(parsed)[0]
}

/** Every address of the machine includes loopback, which is where to ask. */
export function asDialled(address: ListenAddress): ListenAddress {
  if (address.kind !== 'tcp') return address
  const { host } = address
  return { ...address, host: host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host }
}
