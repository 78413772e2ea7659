import { type IncomingMessage, request } from 'node:http'
import { readAtMost } from '../network/read-at-most.ts'
import type { Dial } from './dial.ts'

export type LocalAnswer = { status: number; headers: Record<string, string | string[] | undefined>; body: unknown }

/** Far more than a sidecar's status needs. */
const mostBytes = 4 * 1024 * 1024

type Asking = [dial: Dial, path: string, timeoutMs: number, headers?: Record<string, string>]

/**
 * A GET to a listener of this machine, never through a proxy, with the `Host` that a sidecar always accepts. Undefined if
 * there is no HTTP answer in time.
 */
export function localGet(...asking: Asking): Promise<LocalAnswer | undefined> {
  return ask('GET', jsonIn, ...asking)
}

/** As `localGet`, for an answer that is text. Undefined also if its status is not 200. */
export async function localText(...asking: Asking): Promise<string | undefined> {
  const answer = await ask('GET', textIn, ...asking)
  return answer?.status === 200 && typeof answer.body === 'string' ? answer.body : undefined
}

/** As `localGet`, a POST without a body. */
export function localPost(...asking: Asking): Promise<LocalAnswer | undefined> {
  return ask('POST', jsonIn, ...asking)
}

function ask(
  method: string,
  read: (answer: IncomingMessage) => Promise<unknown>,
  ...[dial, path, timeoutMs, more = {}]: Asking
): Promise<LocalAnswer | undefined> {
  return new Promise((resolve) => {
    const at = 'path' in dial ? { socketPath: dial.path } : dial
    const headers = { Host: 'localhost', ...more }
    const options = { method, headers, agent: false, signal: AbortSignal.timeout(timeoutMs) }
    const sent = request({ ...at, path, ...options }, (answer) => {
      read(answer).then((body) => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body }))
    })
    sent.once('error', () => resolve(undefined))
    sent.end()
  })
}

/** Undefined if the body is no JSON, too large, or not there in time. */
async function jsonIn(answer: IncomingMessage): Promise<unknown> {
  try {
    return JSON.parse((await textIn(answer)) ?? '')
  } catch {
    return undefined
  }
}

/** Undefined if the body is too large, or not there in time. */
async function textIn(answer: IncomingMessage): Promise<string | undefined> {
  try {
    const { text, complete } = await readAtMost(answer, mostBytes)
    return complete ? text : undefined
  } catch {
    return undefined
  }
}
