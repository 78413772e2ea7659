import type { IncomingMessage } from 'node:http'
import { checkHost, checkMethod, checkOrigin, type GuardOptions } from '../http/access-guard.ts'
import type { LocalPeers } from './admin-server.ts'

/** A refusal of the admin listener: a status and a sentence. */
export class AdminRefusal extends Error {
  readonly status: number
  readonly headers: Record<string, string>

  constructor(status: number, sentence: string, headers: Record<string, string> = {}) {
    super(sentence)
    this.name = 'AdminRefusal'
    this.status = status
    this.headers = headers
  }
}

/** Paths that accept any IP address as Host, even one that no host has: a prober may know no other. */
const probes = new Set(['/livez', '/readyz', '/startupz'])
/** Paths for peers on other machines, such as the kubelet and Prometheus. */
const forEveryPeer = new Set([...probes, '/metrics'])

export type AdminGuardOptions = GuardOptions & { adminTrustNetwork: boolean; localPeers: LocalPeers }

/**
 * Keeps web pages, images and other machines from using the admin listener (design/promises 5.4): first the data listener's
 * rules, then the peer's address, then, for requests that change something, a header that no form or image can send.
 *
 * @throws ProblemError as `checkHost`, `checkMethod`, `checkOrigin`; AdminRefusal 400, 403
 */
export function adminGuard(request: IncomingMessage, path: string, options: AdminGuardOptions): void {
  checkHost(request, options, { anyAddress: probes.has(path) })
  if (!path.startsWith('/')) throw new AdminRefusal(400, 'Ask for a path, as in "GET /livez HTTP/1.1".')
  checkMethod(request)
  checkOrigin(request, options)
  const distant = !options.adminTrustNetwork && !options.localPeers.has(request.socket)
  if (distant && !forEveryPeer.has(path)) {
    throw new AdminRefusal(
      403,
      'Only probes and metrics are shown to other machines; ask from this machine, or set SIDECAR_ADMIN_TRUST_NETWORK=true.',
    )
  }
}

/** @throws AdminRefusal 403 */
export function checkIntent({ headers }: IncomingMessage): void {
  if (headers['x-catapa-sidecar'] === '1') return
  throw new AdminRefusal(
    403,
    'Send the header "X-Catapa-Sidecar: 1" with this request: it shows that no web page made it.',
  )
}
