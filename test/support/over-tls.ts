import { connect, type NetConnectOpts, type Socket } from 'node:net'
import { connect as connectSecured } from 'node:tls'

/**
 * The tests of the plain listener, run once more over TLS (test/http/over-tls.test.ts): sidecars of tests listen on `tls:`, and what
 * a test sends to their ports goes over it.
 */
export const runsOverTls = process.env.RUNS_OVER_TLS === 'true'

/** The ports at which tests speak TLS. */
export const securedPorts = new Set<number>()

/** As `connect` of node:net. Over TLS the certificate is not looked at: other tests do that. */
export function connectAs(options: NetConnectOpts): Socket {
  return 'port' in options && securedPorts.has(options.port)
    ? connectSecured({ ...options, rejectUnauthorized: false })
    : connect(options)
}
