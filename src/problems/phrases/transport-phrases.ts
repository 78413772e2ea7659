import type { TransportFacts } from '../transport.ts'
import { connectionWords } from './connection-words.ts'

/** Why a connection failed, as a clause after "could not be reached:", without host names and addresses. */
export function because({ to: _, ...facts }: TransportFacts): string {
  return becauseThere(facts)
}

/** The same for the person who runs the sidecar, with the address of a proxy. */
export function becauseThere(facts: TransportFacts): string {
  if (facts.atProxy !== true) return plainly(facts)
  const { proxyFailed, proxyUntrusted } = connectionWords()
  return (facts.why === 'untrusted' ? proxyUntrusted : proxyFailed)(facts.to, plainly(facts))
}

/** ` (host:port)` that was not reached, for the person who runs the sidecar; empty where it was the proxy. */
export function at({ to, why, atProxy }: TransportFacts): string {
  return to === undefined || atProxy || why === 'proxy_status' || why === 'proxy_login' ? '' : ` (${to})`
}

function plainly({ why, certificate, issuer, to, status, schemes = [] }: TransportFacts): string {
  const said = connectionWords()
  if (why === 'untrusted') {
    const flaw = certificate === undefined ? said.untrusted : said.certificate[certificate]
    return issuer === undefined ? flaw : said.issuedBy(flaw, issuer)
  }
  if (why === 'proxy_status') return said.proxyRefused(to, status)
  if (why !== 'proxy_login') return said.why[why]
  const takesPassword = schemes.length === 0 || schemes.some((scheme) => scheme.toLowerCase() === 'basic')
  return takesPassword ? said.proxyPassword : said.proxySchemes(schemes)
}
