import { X509Certificate } from 'node:crypto'
import { type DetailedPeerCertificate, rootCertificates, type TLSSocket } from 'node:tls'
import { tlsStepWords } from './words/tls-step-words.ts'

/** The certificate of a server, for people. */
export type ShownCertificate = {
  issuer: string
  validFrom: string
  validTo: string
  /** The chain ends in a CA that every Node trusts. */
  publicRoot: boolean
  /** The product that inspects TLS on the way, if the issuer's name shows it. */
  interceptor: string | undefined
}

/** Products that inspect TLS on the way, by a part of their issuer's name. */
const interceptors: readonly (readonly [part: RegExp, product: string])[] = [
  [/zscaler/i, 'Zscaler'],
  [/netskope|goskope/i, 'Netskope'],
  [/forti(net|gate)/i, 'Fortinet FortiGate'],
  [/palo ?alto|globalprotect/i, 'Palo Alto Networks'],
  [/blue ?coat|symantec web|proxysg/i, 'Symantec ProxySG'],
  [/cisco umbrella|opendns|ironport/i, 'Cisco Umbrella'],
  [/sophos/i, 'Sophos'],
  [/check ?point/i, 'Check Point'],
  [/forcepoint|websense/i, 'Forcepoint'],
  [/mcafee|skyhigh/i, 'Skyhigh (McAfee) Web Gateway'],
  [/barracuda/i, 'Barracuda'],
  [/sonicwall/i, 'SonicWall'],
  [/watchguard/i, 'WatchGuard'],
  [/cloudflare gateway|gateway ca - cloudflare/i, 'Cloudflare Gateway'],
  [/kaspersky/i, 'Kaspersky'],
  [/avast|avg web/i, 'Avast'],
  [/\beset\b/i, 'ESET'],
  [/bitdefender/i, 'Bitdefender'],
  [/squid/i, 'Squid'],
  [/mitmproxy/i, 'mitmproxy'],
  [/fiddler|do_not_trust/i, 'Fiddler'],
  [/charles proxy/i, 'Charles'],
  [/portswigger/i, 'Burp'],
]

/** Reads the chain of a connection during its handshake; undefined without a certificate. */
export function shownBy(socket: TLSSocket): ShownCertificate | undefined {
  const leaf = socket.getPeerCertificate(true)
  if (!leaf?.issuer) return undefined
  const chain = chainOf(leaf)
  const names = chain.map(({ issuer }) => named(issuer))
  const text = names.join('\n')
  return {
    issuer: names[0] ?? tlsStepWords().noName,
    validFrom: day(leaf.valid_from),
    validTo: day(leaf.valid_to),
    publicRoot: chain.some(({ raw }) => isPublic(raw)),
    interceptor: interceptors.find(([part]) => part.test(text))?.[1],
  }
}

function chainOf(leaf: DetailedPeerCertificate): DetailedPeerCertificate[] {
  const chain = [leaf]
  for (
    let next = leaf.issuerCertificate;
    next && !chain.includes(next) && chain.length < 10;
    next = next.issuerCertificate
  ) {
    chain.push(next)
  }
  return chain
}

/** `CN (O)`, printable. */
function named({ CN, O }: { CN?: string | string[]; O?: string | string[] }): string {
  const clean = (text: string | string[] | undefined) =>
    [text ?? []]
      .flat()
      .join(', ')
      .replace(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, '')
      .slice(0, 80)
  const [name, organisation] = [clean(CN), clean(O)]
  if (name === '') return organisation || tlsStepWords().noName
  return organisation === '' ? name : `${name} (${organisation})`
}

let roots: ReadonlySet<string> | undefined

function isPublic(raw: Buffer): boolean {
  roots ??= new Set(rootCertificates.map((pem) => new X509Certificate(pem).fingerprint256))
  return roots.has(new X509Certificate(raw).fingerprint256)
}

function day(date: string): string {
  const at = new Date(date)
  return Number.isNaN(at.getTime()) ? tlsStepWords().unknownDay : at.toISOString().slice(0, 10)
}
