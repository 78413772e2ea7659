import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { closeServer, listenOnAll } from '../../network/listen.ts'
import { isLoopback, type ListenAddress } from '../../settings/listen-address.ts'
import { endingPage, type PageName } from './ending-page.ts'

/** Most time for sending the last page. */
const flushMs = 1_000

type Target = Readonly<{ path: string; parameters: URLSearchParams }>
type Refusal = Readonly<{ status: number; page: PageName }>

/** The address to listen on for a redirect URI; undefined if the URI does not lead to this machine over plain HTTP. */
export function listenAddress(redirectUri: string): ListenAddress | undefined {
  const { protocol, hostname, port } = new URL(redirectUri)
  const host = hostname.replace(/^\[|\]$/g, '')
  if (protocol !== 'http:' || !isLoopback(host)) return undefined
  const number = Number(port || 80)
  return host === 'localhost' ? { kind: 'localhost', port: number } : { kind: 'tcp', host, port: number }
}

/**
 * Listens on a loopback redirect URI (RFC 8252 §7.3) for one answer. A request with another `Host` (a web page after DNS
 * rebinding), method, path or state, or a second answer, gets a 4xx, and the login goes on. Nothing of any request is
 * shown or kept.
 *
 * @throws ListenError
 */
export async function listenForRedirect(redirectUri: string, address: ListenAddress, state: string) {
  const uri = new URL(redirectUri)
  let waiting: ServerResponse | undefined
  let take = (_parameters: URLSearchParams) => {}
  const answer = new Promise<URLSearchParams>((resolve) => {
    take = resolve
  })

  /** Why a request is not the answer. */
  function refusal(request: IncomingMessage, { path, parameters }: Target): Refusal | undefined {
    if (!isFor(uri.host, request)) return { status: 421, page: 'notTheAnswer' }
    if (path !== uri.pathname) return { status: 404, page: 'notTheAnswer' }
    if (request.method !== 'GET') return { status: 405, page: 'notTheAnswer' }
    const states = parameters.getAll('state')
    if (states.length !== 1 || states[0] !== state) return { status: 400, page: 'notTheAnswer' }
    return waiting === undefined ? undefined : { status: 410, page: 'tooLate' }
  }

  function receive(request: IncomingMessage, response: ServerResponse): void {
    const target = targetOf(request)
    const refused = refusal(request, target)
    if (refused !== undefined) {
      show(response, refused.status, refused.page)
      return
    }
    waiting = response
    take(target.parameters)
  }

  const { servers } = await listenOnAll([address], () => createServer(receive))
  return {
    /** The parameters of the one answer: the first request with the right state. */
    answer,
    /** Shows the browser that brought the answer how the login ended, and stops listening. */
    async close(ending: 'done' | 'unconfirmed' | 'failed'): Promise<void> {
      if (waiting !== undefined && !waiting.headersSent && !waiting.destroyed) {
        show(waiting, ending === 'failed' ? 400 : 200, ending)
        await Promise.race([once(waiting, 'close'), once(waiting, 'finish')])
      }
      await Promise.all(servers.map((server) => closeServer(server, flushMs)))
    },
  }
}

function targetOf({ url = '' }: IncomingMessage): Target {
  const [path = '', ...query] = url.split('?')
  return { path, parameters: new URLSearchParams(query.join('?')) }
}

/** Whether a request has exactly one `Host`, and that of the redirect URI. */
function isFor(host: string, { rawHeaders }: IncomingMessage): boolean {
  const hosts = rawHeaders.filter((_, at) => at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === 'host')
  return hosts.length === 1 && hosts[0]?.toLowerCase() === host
}

function show(response: ServerResponse, status: number, page: PageName): void {
  const { headers, body } = endingPage(page)
  response.writeHead(status, { ...headers, ...(status === 405 && { Allow: 'GET' }) }).end(body)
}
