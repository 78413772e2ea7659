// Receivers of a heartbeat. No request of theirs is read by code of ours.
import { createServer, type ServerResponse } from 'node:http'
import { type Ending, listenOnFreePort, secret } from './sidecar.ts'

/** A key that nothing may print. */
export const heartbeatKey = '5bf66975-d4c7-4bf5-bcc8-b8d8a82ea278'
secret(heartbeatKey)

/** What a receiver understood, in order; `headers` of the last request. */
export type Heard = { url: string; heard: string[]; authorization: (string | undefined)[]; requests: string[] }

type Taken = { method: string; path: string; query: URLSearchParams; body: string }

async function receiver(
  t: Ending,
  take: (taken: Taken, answer: ServerResponse) => string | undefined,
  path: string,
): Promise<Heard> {
  const heard: Heard = { url: '', heard: [], authorization: [], requests: [] }
  const server = createServer(async (request, response) => {
    heard.requests.push(`${request.method} ${request.url}`)
    heard.authorization.push(request.headers.authorization)
    let body = ''
    for await (const chunk of request.setEncoding('utf8')) body += chunk
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://receiver')
    const understood = take({ method: request.method ?? '', path: pathname, query: searchParams, body }, response)
    if (understood !== undefined) heard.heard.push(understood)
  })
  heard.url = `http://127.0.0.1:${await listenOnFreePort(t, server)}${path}`
  return heard
}

/** As https://healthchecks.io/docs/http_api/ says: HEAD, GET or POST; success, /start, /fail, /0 to /255; the body is kept. */
export function healthchecks(t: Ending): Promise<Heard> {
  return receiver(
    t,
    ({ method, path, body }, answer) => {
      const [, key, action = 'success', more] = path.split('/')
      const status = /^\d+$/.test(action) ? Number(action) : undefined
      if (!['HEAD', 'GET', 'POST'].includes(method)) answer.writeHead(405).end()
      else if (key !== heartbeatKey || more !== undefined) answer.writeHead(404).end('not found')
      else if (status !== undefined && status > 255) answer.writeHead(400).end('invalid url format')
      else if (status === undefined && !['success', 'start', 'fail', 'log'].includes(action))
        answer.writeHead(404).end()
      else {
        answer.end('OK')
        return [action, ...(body === '' ? [] : [body])].join(': ')
      }
      return undefined
    },
    `/${heartbeatKey}`,
  )
}

/** As server/routers/api-router.js of uptime-kuma does: any method, `up` or else down, `msg` or OK. */
export function uptimeKuma(t: Ending): Promise<Heard> {
  return receiver(
    t,
    ({ path, query }, answer) => {
      answer.setHeader('content-type', 'application/json')
      if (path !== `/api/push/${heartbeatKey}`) {
        answer.writeHead(404).end('{"ok":false,"msg":"Monitor not found or not active."}')
        return undefined
      }
      answer.end('{"ok":true}')
      return `${(query.get('status') || 'up') === 'up' ? 'up' : 'down'}: ${query.get('msg') || 'OK'}`
    },
    `/api/push/${heartbeatKey}?status=up&msg=OK&ping=`,
  )
}

/** Answers as it is told, or not at all. */
export function unwilling(t: Ending, answer: (response: ServerResponse) => void): Promise<Heard> {
  return receiver(
    t,
    (_taken, response) => {
      answer(response)
      return undefined
    },
    `/${heartbeatKey}`,
  )
}
