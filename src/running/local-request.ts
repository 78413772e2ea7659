import { type IncomingMessage, request } from 'node:http'
import { readAtMost } from '../network/read-at-most.ts'
import type { ListenAddress } from '../settings/listen-address.ts'

/** Where a listener of this machine is reached. */
export type Local = { host: string; port: number } | { socketPath: string }

export type LocalAnswer = { status: number; headers: Record<string, string | string[] | undefined>; body: unknown }

/** Where to call a listener; none for a port that is not known. */
export function reachable(address: ListenAddress): Local[] {
  if (address.kind === 'unix') return [{ socketPath: address.path }]
  if (address.port === 0) return []
  if (address.kind === 'tcp') return [{ host: asDialled(address.host), port: address.port }]
  return ['127.0.0.1', '::1'].map((host) => ({ host, port: address.port }))
}

/** The same for an address as the sidecar says it: `http://127.0.0.1:8228`, `unix:/run/sidecar.sock`. */
export function reachableAt(address: string): Local | undefined {
  if (address.startsWith('unix:')) return { socketPath: address.slice('unix:'.length) }
  if (!URL.canParse(address)) return undefined
  const { hostname, port } = new URL(address)
  return { host: asDialled(hostname.replace(/^\[|\]$/g, '')), port: Number(port) }
}

function asDialled(host: string): string {
  return host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host
}

/** Far more than a sidecar's status takes. */
const mostBytes = 4 * 1024 * 1024

/**
 * A GET to a listener of this machine, never through a proxy, by the name that a sidecar always answers to. Undefined where
 * nothing speaks HTTP there in time.
 */
export function localGet(
  at: Local,
  path: string,
  timeoutMs: number,
  headers: Record<string, string> = {},
): Promise<LocalAnswer | undefined> {
  return new Promise((resolve) => {
    const options = { headers: { Host: 'localhost', ...headers }, agent: false, signal: AbortSignal.timeout(timeoutMs) }
    const sent = request({ ...at, path, ...options }, (answer) => {
      jsonIn(answer).then((body) => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body }))
    })
    sent.once('error', () => resolve(undefined))
    sent.end()
  })
}

/** Undefined where it is none, too large, or not there in time. */
async function jsonIn(answer: IncomingMessage): Promise<unknown> {
  try {
    return JSON.parse((await readAtMost(answer, mostBytes)).text)
  } catch {
    return undefined
  }
}
