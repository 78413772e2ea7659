// A CATAPA that misbehaves as it is told, and keeps a book of what it got. It shares no code with the program.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type Ending, listenOnFreePort } from '../../support/sidecar.ts'
import { type Book, type Harm, newBook } from './book.ts'
import type { Findings } from './findings.ts'
import { answerTo, nameOf } from './ids.ts'
import type { Plants } from './plants.ts'
import type { Timeline } from './timeline.ts'
import { issueTokens, type Tokens } from './tokens.ts'

export type FakeCatapa = Readonly<{
  url: string
  tokens: Tokens
  book: Book
  /** Answers come so much later. */
  delay(ms: number): void
  figures: Book['figures']
}>

const pauseS = 1
const lateMs = 500
const tornMs = 5
/** What is done to an answer once CATAPA has acted. */
const afterTheAct: readonly Harm[] = ['reset late', 'reset in the head', 'cut', 'no answer']

type Ways = { findings: Findings; timeline: Timeline; plants: Plants; clientId: string }
type Taken = Readonly<{ id: string; target: string; isWrite: boolean }>

export async function startFakeCatapa(t: Ending, { findings, timeline, plants, clientId }: Ways): Promise<FakeCatapa> {
  const tokens = issueTokens({ clientId, findings, timeline, plants })
  const book = newBook(plants)
  let delayMs = 0

  function serve(request: IncomingMessage, response: ServerResponse): void {
    const id = String(request.headers['x-request-id'])
    const name = nameOf(id)
    const taken = { id, target: request.url ?? '', isWrite: request.method !== 'GET' }
    book.figures.requests += 1
    if (taken.isWrite && name !== undefined) book.arrived.add(id)
    if (name?.kind === 'refused' || plants.take('refused-arrives')) {
      findings.add('nothing refused arrives at CATAPA', `${request.method} ${taken.target}`)
    }
    const isRefused = tokens.judge(request.headers.authorization, name)
    const harm = isRefused ? book.harm(id, '401') : book.lot(id)
    if (!isRefused) book.remember(id)
    if (harm === 'reset early') {
      request.socket.resetAndDestroy()
      return
    }
    let body = ''
    request.on('error', () => {})
    request.setEncoding('latin1').on('data', (chunk) => {
      body += chunk
    })
    request.on('end', () => {
      if (taken.isWrite && (harm === undefined || afterTheAct.includes(harm))) book.act(numberIn(body))
      const wait = delayMs + (name?.kind === 'late' ? lateMs : 0)
      const answer = () => end(response, harm, taken)
      if (wait > 0) setTimeout(answer, wait)
      else answer()
    })
  }

  function end(response: ServerResponse, harm: Harm | undefined, { id, target, isWrite }: Taken): void {
    const text = answerTo(id, target)
    const head = { 'content-type': 'application/json', 'content-length': text.length }
    const tear = () => response.socket?.resetAndDestroy()
    if (harm === undefined) response.writeHead(isWrite ? 201 : 200, head).end(text)
    else if (harm === 'reset late') tear()
    else if (harm === 'reset in the head') {
      response.socket?.write('HTTP/1.1 200 OK\r\nContent-Ty')
      setTimeout(tear, tornMs)
    } else if (harm === 'cut') {
      response.writeHead(isWrite ? 201 : 200, head).write(text.slice(0, text.length / 2))
      setTimeout(tear, tornMs)
    } else if (harm !== 'no answer') {
      const pauses = harm.startsWith('pause')
      if (pauses) timeline.lasts('pause', pauseS * 1000, nameOf(id)?.sidecar)
      refuse(response, Number(harm.slice(-3)), pauses ? { 'retry-after': pauseS } : {})
    }
  }

  const server = createServer((request, response) => {
    if (request.url === '/oauth/token') tokens.answer(request, response)
    else serve(request, response)
  })
  server.keepAliveTimeout = 120_000
  return {
    url: `http://127.0.0.1:${await listenOnFreePort(t, server)}`,
    ...{ tokens, book, figures: book.figures },
    delay(ms) {
      delayMs = ms
    },
  }
}

function refuse(response: ServerResponse, status: number, more: Record<string, number>): void {
  const text = '{"message":"CATAPA does not feel well"}'
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': text.length, ...more }).end(text)
}

function numberIn(body: string): number {
  return Number(/"number":(\d+)/.exec(body)?.[1] ?? -1)
}
