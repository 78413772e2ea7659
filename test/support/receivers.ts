// Receivers over HTTP and the ways to them, for tests.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { trust } from '../../src/network/connection.ts'
import { type SendWays, sender } from '../../src/notices/send.ts'
import type { Receiver } from '../../src/settings/notify-url.ts'
import { systemClock } from '../../src/time.ts'
import { type Ending, listenOnFreePort } from './sidecar.ts'

/** Parts of URLs that must be seen nowhere. */
export const canary = 'hush-4719'

export type Heard = Readonly<{ url: string; headers: IncomingMessage['headers']; body: string }>

/** A receiver that answers each message as told, by its number from 1. */
export async function startReceiver(
  t: Ending,
  answer: (number: number, response: ServerResponse) => void = (_, response) => response.end('ok'),
) {
  const heard: Heard[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (chunk) => {
      body += chunk
    })
    request.on('error', () => {})
    request.on('end', () => {
      heard.push({ url: request.url ?? '', headers: request.headers, body })
      answer(heard.length, response)
    })
  })
  const port = await listenOnFreePort(t, server)
  return { port, heard, url: new URL(`http://user:${canary}@127.0.0.1:${port}/${canary}?key=${canary}`) }
}

export const noProxies = { httpsProxy: undefined, httpProxy: undefined, noProxy: undefined }

export function testSender(t: Ending, receiver: Receiver, ways: Partial<SendWays> = {}) {
  const one = sender(receiver, {
    secureContext: trust(undefined, undefined),
    proxies: noProxies,
    clock: systemClock,
    ...ways,
  })
  t.after(() => one.close())
  return one
}
