import { BlockList, isIP } from 'node:net'
import { tried } from '../words/tried.ts'
import { isLoopbackUrl, parseHttpUrl } from './upstream-url.ts'
import { parseList } from './values.ts'

/** Whether percent-encoding can be undone. */
export function isDecodable(text: string): boolean {
  return tried(() => decodeURIComponent(text)) !== undefined
}

/** Reads HTTPS_PROXY or HTTP_PROXY; user and password are percent-encoded and stay in the URL. */
export function parseProxy(text: string): URL | undefined {
  const url = parseHttpUrl(text)
  if (url?.pathname !== '/' || /[?#]/.test(text)) return undefined
  return isDecodable(url.username) && isDecodable(url.password) ? url : undefined
}

function inSubnet(address: string, subnet: string): boolean {
  const [, network = '', bits = ''] = /^(.+)\/(\d{1,3})$/.exec(subnet) ?? []
  const family = isIP(network)
  if (family === 0 || isIP(address) !== family || Number(bits) > (family === 6 ? 128 : 32)) return false
  const list = new BlockList()
  const type = family === 6 ? 'ipv6' : 'ipv4'
  list.addSubnet(network, Number(bits), type)
  return list.check(address, type)
}

/** Splits `host:port`, `[::1]:port`, `::1` and plain names. */
function hostAndPort(entry: string): { host: string; port: string | undefined } {
  const [, host, port] = /^(\[[^\]]*\]|[^:]*):(\d+)$/.exec(entry) ?? []
  return { host: (host ?? entry).replace(/^\[|\]$/g, ''), port }
}

/** Whether NO_PROXY says that the URL is reached directly: names and their subdomains, `host:port`, `*`, addresses, subnets. */
export function isExempt(url: URL, noProxy: string | undefined): boolean {
  const target = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '')
  const targetPort = url.port || (url.protocol === 'https:' ? '443' : '80')
  return parseList(noProxy?.toLowerCase()).some((entry) => {
    if (entry === '*') return true
    if (inSubnet(target, entry)) return true
    const { host, port } = hostAndPort(entry)
    if (port !== undefined && Number(port) !== Number(targetPort)) return false
    const name = host.replace(/^\*?\./, '').replace(/\.$/, '')
    return target === name || (isIP(target) === 0 && target.endsWith(`.${name}`))
  })
}

/** The proxy that the URL is reached through; plain `http:` to a loopback host never is (design/promises 2.5). */
export function proxyFor(
  url: URL,
  {
    httpsProxy,
    httpProxy,
    noProxy,
  }: { httpsProxy: URL | undefined; httpProxy: URL | undefined; noProxy: string | undefined },
): URL | undefined {
  if (isExempt(url, noProxy)) return undefined
  if (url.protocol === 'https:') return httpsProxy
  return isLoopbackUrl(url) ? undefined : httpProxy
}
