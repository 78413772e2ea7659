// A CATAPA that misbehaves as it is told, and keeps a book of what it got. It shares no code with the program.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type Ending, listenOnFreePort } from '../../support/sidecar.ts'
import type { Findings } from './findings.ts'
import { answerTo, nameOf } from './ids.ts'
import type { Plants } from './plants.ts'
import type { Timeline } from './timeline.ts'
import { issueTokens, type Tokens } from './tokens.ts'

/** What can be done to one request. `no answer` acts, `reset early` does not; `pause` has a Retry-After. */
export const harms = [
  'reset early',
  'reset late',
  'reset in the head',
  'cut',
  'no answer',
  '429',
  '503',
  '500',
  'pause 429',
  'pause 503',
] as const
export type Harm = (typeof harms)[number] | '401'

export type FakeCatapa = Readonly<{
  url: string
  tokens: Tokens
  /** Does this to the next requests. */
  harmNext(harm: (typeof harms)[number], count: number): void
  /** Answers come so much later. */
  delay(ms: number): void
  /** What was done to this request; it is forgotten by that. */
  harmsOf(id: string): readonly Harm[]
  /** By its number, how often a write was done. */
  acts: Map<number, number>
  /** Ids of writes that have arrived, by sidecar. */
  arrived: Set<string>
  /** Whether this request came, with a token that was good, within the last minutes. */
  hasArrived(id: string): boolean
  figures: { requests: number; acts: number; harmed: number }
}>

const pauseS = 1
const lateMs = 500
const mostRemembered = 50_000

type Ways = { findings: Findings; timeline: Timeline; plants: Plants; clientId: string }

export async function startFakeCatapa(t: Ending, { findings, timeline, plants, clientId }: Ways): Promise<FakeCatapa> {
  const tokens = issueTokens({ clientId, findings, timeline, plants })
  const acts = new Map<number, number>()
  const arrived = new Set<string>()
  const done = new Map<string, Harm[]>()
  const figures = { requests: 0, acts: 0, harmed: 0 }
  let waiting: Harm[] = []
  let delayMs = 0
  let [recent, older] = [new Set<string>(), new Set<string>()]

  function remember(id: string): void {
    recent.add(id)
    if (recent.size < mostRemembered) return
    older = recent
    recent = new Set()
  }

  function harm(id: string, what: Harm): Harm {
    const list = done.get(id)
    if (list === undefined) done.set(id, [what])
    else list.push(what)
    figures.harmed += 1
    return what
  }

  /** No request is harmed by lot twice: the sidecar promises to get over one harm to a read. */
  function lot(id: string): Harm | undefined {
    if (waiting.length === 0 || done.get(id)?.some((what) => what !== '401')) return undefined
    const next = waiting.pop()
    return next === undefined ? undefined : harm(id, next)
  }

  function act(number: number): void {
    figures.acts += 1
    acts.set(number, (acts.get(number) ?? 0) + (plants.take('doubled-write') ? 2 : 1))
  }

  function serve(request: IncomingMessage, response: ServerResponse): void {
    const id = String(request.headers['x-request-id'])
    const name = nameOf(id)
    const target = request.url ?? ''
    figures.requests += 1
    const isWrite = request.method !== 'GET'
    if (isWrite && name !== undefined) arrived.add(id)
    if (name?.kind === 'refused') findings.add('nothing refused arrives at CATAPA', `${request.method} ${target}`)
    const refused = tokens.judge(request.headers.authorization, name)
    const harmed = refused ? harm(id, '401') : lot(id)
    if (harmed !== '401') remember(id)
    if (harmed === 'reset early') return void request.socket.resetAndDestroy()
    let body = ''
    request.on('error', () => {})
    request.setEncoding('latin1').on('data', (chunk) => {
      body += chunk
    })
    request.on('end', () => {
      const wait = delayMs + (name?.kind === 'late' ? lateMs : 0)
      if (harmed === undefined && isWrite) act(numberIn(body))
      const answer = () => end(response, harmed, { id, target, isWrite, body })
      if (wait > 0) setTimeout(answer, wait)
      else answer()
    })
  }

  function end(
    response: ServerResponse,
    harmed: Harm | undefined,
    { id, target, isWrite, body }: { id: string; target: string; isWrite: boolean; body: string },
  ): unknown {
    const text = answerTo(id, target)
    const status = isWrite ? 201 : 200
    const written =
      harmed === 'reset late' || harmed === 'reset in the head' || harmed === 'cut' || harmed === 'no answer'
    if (written && isWrite) act(numberIn(body))
    switch (harmed) {
      case '401':
        return respond(response, 401, '{"error":"invalid_token"}')
      case '429':
      case '503':
      case '500':
        return respond(response, Number(harmed), '{"message":"CATAPA does not feel well"}')
      case 'pause 429':
      case 'pause 503':
        timeline.lasts('pause', pauseS * 1000, nameOf(id)?.sidecar)
        return respond(response, Number(harmed.slice(-3)), '{"message":"later"}', { 'retry-after': pauseS })
      case 'reset late':
        return response.socket?.resetAndDestroy()
      case 'reset in the head':
        response.socket?.write('HTTP/1.1 200 OK\r\nContent-Ty')
        return setTimeout(() => response.socket?.resetAndDestroy(), 5)
      case 'cut':
        response.writeHead(status, { 'content-type': 'application/json', 'content-length': text.length })
        response.write(text.slice(0, text.length / 2))
        return setTimeout(() => response.socket?.resetAndDestroy(), 5)
      case 'no answer':
        return undefined
      default:
        return respond(response, status, text)
    }
  }

  const server = createServer((request, response) => {
    if (request.url === '/oauth/token') tokens.answer(request, response)
    else serve(request, response)
  })
  server.keepAliveTimeout = 120_000
  return {
    url: `http://127.0.0.1:${await listenOnFreePort(t, server)}`,
    ...{ tokens, acts, arrived, figures },
    harmNext(what, count) {
      waiting = Array.from({ length: count }, () => what)
    },
    delay(ms) {
      delayMs = ms
    },
    harmsOf(id) {
      if (done.size === 0) return []
      const list = done.get(id) ?? []
      done.delete(id)
      return list
    },
    hasArrived: (id) => recent.has(id) || older.has(id),
  }
}

function respond(response: ServerResponse, status: number, text: string, more: Record<string, number> = {}): void {
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text), ...more }
  response.writeHead(status, headers).end(text)
}

function numberIn(body: string): number {
  return Number(/"number":(\d+)/.exec(body)?.[1] ?? -1)
}
