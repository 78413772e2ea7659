import { certificateFlaws, whys } from '../connection-flaws.ts'
import type { TransportFacts } from '../transport.ts'

/** Why a connection failed, as a clause after "could not be reached:", without host names and addresses. */
export function because({ to: _, ...facts }: TransportFacts): string {
  return becauseThere(facts)
}

/** The same for the person who runs the sidecar, with the address of a proxy. */
export function becauseThere(facts: TransportFacts): string {
  if (facts.atProxy !== true) return plainly(facts)
  const verdict = facts.why === 'untrusted' ? 'its certificate is not trusted, ' : ''
  return `${proxyAt(facts)} failed: ${verdict}${plainly(facts)}`
}

/** ` (host:port)` that was not reached, for the person who runs the sidecar; empty where it was the proxy. */
export function at({ to, why, atProxy }: TransportFacts): string {
  return to === undefined || atProxy || why === 'proxy_status' || why === 'proxy_login' ? '' : ` (${to})`
}

function proxyAt({ to }: TransportFacts): string {
  return `the outgoing proxy (HTTPS_PROXY${to === undefined ? '' : `, ${to}`})`
}

function plainly(facts: TransportFacts): string {
  const { why, certificate, issuer, status, schemes = [] } = facts
  if (why === 'untrusted') {
    const reason = certificate === undefined ? 'it is not trusted' : certificateFlaws[certificate]
    return issuer === undefined ? reason : `${reason} (issued by ${issuer})`
  }
  if (why === 'proxy_status') return `${proxyAt(facts)} refused with status ${status}`
  if (why === 'proxy_login') {
    return schemes.length === 0 || schemes.some((scheme) => scheme.toLowerCase() === 'basic')
      ? 'the outgoing proxy wants a user and password: put them into the URL of HTTPS_PROXY'
      : `the outgoing proxy wants ${schemes.join(' or ')}, which is not supported; put a local proxy in between that speaks it`
  }
  return whys[why][0]
}
