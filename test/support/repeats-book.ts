// A CATAPA that misbehaves at random, and notes every write that it acted on (test/support/repeats-crash.ts).
import { createServer, type ServerResponse } from 'node:http'
import { type Ending, listenOnFreePort } from './sidecar.ts'
import { sleep } from './wire.ts'

/** CATAPA acted on a write. */
export type Act = {
  /** `X-Request-Id` of the try that brought it. */
  readonly by: string
  /** As performance.now. */
  readonly at: number
  /** When the answer left, as performance.now; undefined where it never did. */
  answeredAt: number | undefined
}

export type Book = Readonly<{
  url: string
  /** By what the program meant: the id of a try without its last part. */
  acts: Map<string, Act[]>
  actsOn(meant: string): readonly Act[]
}>

/** What a try meant. */
export function meantBy(requestId: string): string {
  return requestId.slice(0, requestId.lastIndexOf('.'))
}

export async function openBook(t: Ending, random: () => number): Promise<Book> {
  const acts = new Map<string, Act[]>()

  function act(by: string): Act {
    const done: Act = { by, at: performance.now(), answeredAt: undefined }
    acts.set(meantBy(by), [...(acts.get(meantBy(by)) ?? []), done])
    return done
  }

  async function work(by: string, number: unknown, response: ServerResponse): Promise<void> {
    const [lot, size] = [random(), random()]
    await sleep(random() < 0.2 ? 100 + random() * 300 : random() * 40)
    if (lot < 0.04) return void response.destroy()
    if (lot < 0.09) return void response.writeHead(503, { 'content-length': 0 }).end()
    if (lot < 0.11) return void response.writeHead(504, { 'content-length': 0 }).end()
    const done = act(by)
    await sleep(random() < 0.2 ? 100 + random() * 200 : random() * 20)
    if (lot < 0.15) return void response.destroy()
    done.answeredAt = performance.now()
    if (lot < 0.17) return void response.writeHead(504, { 'content-length': 0 }).end()
    const padding = 'x'.repeat(size < 0.1 ? 100_000 : size < 0.3 ? 20_000 : 100)
    const body = JSON.stringify({ by, number, padding })
    response.writeHead(201, { 'content-type': 'application/json', 'content-length': body.length })
    if (lot >= 0.2) return void response.end(body)
    response.write(body.slice(0, 50)) // The answer breaks off.
    await sleep(5)
    response.destroy()
  }

  const server = createServer((request, response) => {
    if (request.url === '/oauth/token') return response.end('{"access_token":"token-4711","expires_in":3600}')
    let text = ''
    request.on('data', (chunk: Buffer) => {
      text += chunk.toString()
    })
    // It acts also where the connection is lost meanwhile.
    return request.once('end', () => void work(String(request.headers['x-request-id']), numberOf(text), response))
  })
  const url = `http://127.0.0.1:${await listenOnFreePort(t, server)}`
  return { url, acts, actsOn: (meant) => acts.get(meant) ?? [] }
}

/** Of the body of a write, or of an answer to one. */
export function numberOf(text: string): unknown {
  return JSON.parse(text).number
}
