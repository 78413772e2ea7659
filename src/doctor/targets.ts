import type { Config } from '../settings/config.ts'
import { hostAndPort } from '../words/host-and-port.ts'

/** An endpoint that the sidecar needs, and the way to it. */
export type NeededEndpoint = {
  /** The setting that names it. */
  variable: 'CATAPA_BASE_URL' | 'CATAPA_TOKEN_URL'
  url: URL
  proxy: URL | undefined
}

/** The API and, if it is on another server or reached another way, the token endpoint. */
export function targets({ baseUrl, tokenUrl, proxy }: Config): NeededEndpoint[] {
  const api: NeededEndpoint = { variable: 'CATAPA_BASE_URL', url: baseUrl, proxy: proxy.base }
  if (tokenUrl.origin === baseUrl.origin && proxy.token?.href === proxy.base?.href) return [api]
  return [api, { variable: 'CATAPA_TOKEN_URL', url: tokenUrl, proxy: proxy.token }]
}

/** A host and port, and the setting that names them; without the user and password of a proxy. */
export type Peer = { host: string; port: number; variable: string; secure: boolean }

/** The peer of the TCP connection: the proxy if there is one, which looks up all other names itself. */
export function firstHop({ url, proxy, variable }: NeededEndpoint): Peer {
  return peer(proxy ?? url, proxy === undefined ? variable : proxyVariable(url))
}

export function destination({ url, variable }: NeededEndpoint): Peer {
  return peer(url, variable)
}

/** `host:port`, as CONNECT and people want it. */
export function authority({ host, port }: Peer): string {
  return hostAndPort(host, port)
}

export function proxyVariable(url: URL): 'HTTPS_PROXY' | 'HTTP_PROXY' {
  return url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY'
}

function peer(url: URL, variable: string): Peer {
  const secure = url.protocol === 'https:'
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port || (secure ? 443 : 80)),
    variable,
    secure,
  }
}

/** Each peer once. */
export function distinct(peers: readonly Peer[]): Peer[] {
  return peers.filter((peer, index) => peers.findIndex((other) => authority(other) === authority(peer)) === index)
}
