import type { SecureContext } from 'node:tls'
import { connectionPool } from './connection.ts'
import { readAtMost } from './read-at-most.ts'

/** More of an answer is not read. */
const mostAnswerBytes = 64 * 1024
const connectTimeoutMs = 10_000

export type OutletRequest = Readonly<{
  method: 'GET' | 'POST'
  url: URL
  headers?: Readonly<Record<string, string>>
  body?: string | Buffer
  /** For all of it: connection, request and answer. */
  timeoutMs: number
}>

/** `text`: the beginning of the body, 64 KiB at most. */
export type OutletAnswer = Readonly<{
  status: number
  headers: Readonly<Record<string, string | string[] | undefined>>
  text: string
}>

export type Outlet = Readonly<{
  /** One request, to this origin only: a redirect is an answer like any other. @throws any error of the connection */
  send(request: OutletRequest): Promise<OutletAnswer>
  /** Ends its connection, and requests under way. */
  close(): Promise<void>
}>

/**
 * The way to a service beside CATAPA, with one connection of its own: it neither waits behind calls nor takes a place from
 * them. User and password of a URL go as Basic.
 *
 * @param way `proxy`: the outgoing proxy, or none. `connectTimeoutMs`: a connection that is being made keeps the process alive
 *   for so long, also after `close`
 */
export function outlet(
  origin: URL,
  way: { secureContext: SecureContext; proxy: URL | undefined; connectTimeoutMs?: number },
): Outlet {
  const pool = connectionPool(origin, { connectTimeoutMs, ...way, connections: 1 })
  return {
    async send({ method, url, headers, body, timeoutMs }) {
      const answer = await pool.request({
        method,
        path: url.pathname + url.search,
        headers: { ...basic(url), ...headers },
        body: body ?? null,
        signal: AbortSignal.timeout(timeoutMs),
      })
      const { text } = await readAtMost(answer.body, mostAnswerBytes)
      return { status: answer.statusCode, headers: answer.headers, text }
    },
    close: () => pool.destroy(),
  }
}

function basic({ username, password }: URL): Record<string, string> {
  if (username === '' && password === '') return {}
  const login = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  return { Authorization: `Basic ${Buffer.from(login).toString('base64')}` }
}
