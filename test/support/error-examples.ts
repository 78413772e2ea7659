// One real answer for every error code, in both languages: what docs/errors.md and docs/id/errors.md show, and what
// test/problems/error-examples.test.ts holds them against.

import { once } from 'node:events'
import { createServer as createTlsServer } from 'node:https'
import { unavailable } from '../../src/audit/writing/failure-rule.ts'
import '../../src/commands/indonesian.ts'
import type { ProblemCode } from '../../src/problems/codes.ts'
import type { Config } from '../../src/settings/config.ts'
import type { Language } from '../../src/words/language.ts'
import { startWithCallers, testKey } from './callers.ts'
import { makeCertificate } from './certificate.ts'
import { startGuarded } from './guarded.ts'
import { type Ending, listenOnFreePort, raw, startTestSidecar, startUpstream, type TestSidecar } from './sidecar.ts'
import { eventually } from './wire.ts'

/** With `Connection: close`, which is not shown: the end of the answer need not be guessed from a silence. */
const head = (port: number, extra = '', target = '/v1/users/me', method = 'GET') =>
  `${method} ${target} HTTP/1.1\r\nHost: localhost:${port}\r\nConnection: close\r\nX-Request-Id: example-1\r\n${extra}`

/** A sidecar in front of a CATAPA that answers everything. */
async function usual(t: Ending, overrides: Parameters<typeof startTestSidecar>[2] = {}): Promise<TestSidecar> {
  return startTestSidecar(t, (await startUpstream(t)).url, overrides)
}

async function silentUpstream(t: Ending, overrides: Parameters<typeof startTestSidecar>[2] = {}) {
  const upstream = await startUpstream(t, () => {})
  return { upstream, sidecar: await startTestSidecar(t, upstream.url, overrides) }
}

const asked = async (sidecar: TestSidecar, extra = '', target?: string, method?: string) =>
  raw(sidecar.port, `${head(sidecar.port, extra, target, method)}\r\n`)

/** A token endpoint that answers everything with one status. */
async function tokenEndpoint(t: Ending, status: number): Promise<URL> {
  const { createServer } = await import('node:http')
  const server = createServer((_request, response) => response.writeHead(status).end('{"error":"invalid_client"}'))
  return new URL(`http://127.0.0.1:${await listenOnFreePort(t, server)}/oauth/token`)
}

/** The page that shows the answers in this language. */
export const errorPages: Readonly<Record<Language, string>> = { en: 'docs/errors.md', id: 'docs/id/errors.md' }

/** How each answer is brought about by a sidecar with these settings beside its own; the bytes that the caller gets. */
export const errorExamples: Record<ProblemCode, (t: Ending, own: Partial<Config>) => Promise<string>> = {
  bad_request: async (t, own) => asked(await usual(t, own), '', '/core/v1/../users'),
  origin_not_allowed: async (t, own) => asked(await usual(t, own), 'Origin: https://shop.example\r\n'),
  policy_denied: async (t, own) => asked(await usual(t, own), '', '/core/v1/employees?tenant=another'),
  async caller_unknown(t, own) {
    const { url } = await startUpstream(t)
    return asked(await startWithCallers(t, url, `[payroll-export]\n${testKey().line}\n`, own))
  },
  method_not_allowed: async (t, own) => asked(await usual(t, own), '', '/', 'TRACE'),
  request_timeout: async (t, own) =>
    asked(await usual(t, { ...own, bodyTimeoutMs: 200 }), 'Content-Length: 10\r\n', '/core/v1/cities', 'POST'),
  async repeated(t, own) {
    const upstream = await startUpstream(t, (_request, response) => response.destroy())
    const sidecar = await startGuarded(t, upstream.url, own)
    await asked(sidecar, 'Content-Length: 0\r\n', '/core/v1/cities', 'POST')
    return asked(sidecar, 'Content-Length: 0\r\n', '/core/v1/cities', 'POST')
  },
  body_too_large: async (t, own) =>
    asked(await usual(t, { ...own, maxBodyBytes: 1000 }), 'Content-Length: 1001\r\n', '/core/v1/cities', 'POST'),
  host_not_allowed: async (t, own) =>
    raw((await usual(t, own)).port, 'GET / HTTP/1.1\r\nHost: intranet.example\r\nX-Request-Id: example-1\r\n\r\n', {
      until: /\}$/,
    }),
  async key_reused(t, own) {
    const sidecar = await startGuarded(t, (await startUpstream(t)).url, own)
    await asked(sidecar, 'Idempotency-Key: "a"\r\nContent-Length: 0\r\n', '/core/v1/cities', 'POST')
    return asked(sidecar, 'Idempotency-Key: "a"\r\nContent-Length: 0\r\n', '/core/v1/provinces', 'POST')
  },
  headers_too_large: async (t, own) => asked(await usual(t, own), `X-Long: ${'x'.repeat(70_000)}\r\n`),
  async internal_error(t, own) {
    const sidecar = await usual(t, own)
    sidecar.tokens.current = () => {
      throw new TypeError('a mistake of ours')
    }
    return asked(sidecar)
  },
  async upstream_unreachable(t, own) {
    const { url: tokenUrl } = await startUpstream(t)
    return asked(
      await startTestSidecar(t, 'http://127.0.0.1:1', { ...own, tokenUrl: new URL('/oauth/token', tokenUrl) }),
    )
  },
  async upstream_tls_untrusted(t, own) {
    const { key, cert } = makeCertificate({ cn: 'localhost', issuerCn: 'Example Inspection CA', hosts: ['localhost'] })
    const server = createTlsServer({ key, cert })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    t.after(() => server.close())
    const address = server.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const { url: tokenUrl } = await startUpstream(t)
    return asked(
      await startTestSidecar(t, `https://localhost:${port}`, { ...own, tokenUrl: new URL('/oauth/token', tokenUrl) }),
    )
  },
  async upstream_closed(t, own) {
    const upstream = await startUpstream(t, (_request, response) => response.destroy())
    return asked(await startTestSidecar(t, upstream.url, own), 'Content-Length: 0\r\n', '/core/v1/cities', 'POST')
  },
  async interrupted(t, own) {
    const { upstream, sidecar } = await silentUpstream(t, own)
    const answer = asked(sidecar)
    await eventually(() => upstream.received.length > 0, 'the request is at CATAPA')
    await sidecar.stop()
    return answer
  },
  async token_unavailable(t, own) {
    return asked(await usual(t, { ...own, tokenUrl: await tokenEndpoint(t, 503), tokenWaitMs: 100 }))
  },
  credentials_rejected: async (t, own) => asked(await usual(t, { ...own, tokenUrl: await tokenEndpoint(t, 401) })),
  login_required: async (t, own) => asked(await usual(t, { ...own, grant: 'authorization_code' })),
  async audit_unavailable(t, own) {
    const sidecar = await usual(t, own)
    sidecar.tokens.current = () => {
      throw unavailable('/var/lib/catapa/audit', 'ENOSPC') // In place of a disk that is full.
    }
    return asked(sidecar, 'Content-Length: 0\r\n', '/core/v1/cities', 'POST')
  },
  async draining(t, own) {
    const { upstream, sidecar } = await silentUpstream(t, { ...own, shutdownGraceMs: 3000 })
    const working = asked(sidecar)
    await eventually(() => upstream.received.length > 0, 'the request is at CATAPA')
    const stopped = sidecar.stop()
    await eventually(() => true, 'a turn')
    const answer = await asked(sidecar)
    await Promise.all([stopped, working])
    return answer
  },
  async overloaded(t, own) {
    const { upstream, sidecar } = await silentUpstream(t, { ...own, upstreamConnections: 1, maxWaiting: 0 })
    await eventually(() => sidecar.tokens.current() !== undefined, 'a token is there')
    const working = asked(sidecar)
    await eventually(() => upstream.received.length > 0, 'the request is at CATAPA')
    const answer = await asked(sidecar)
    await sidecar.stop()
    await working
    return answer
  },
  upstream_timeout: async (t, own) => asked((await silentUpstream(t, { ...own, responseTimeoutMs: 200 })).sidecar),
  loop_detected: async (t, own) => asked(await usual(t, own), 'Via: 1.1 catapa-sidecar\r\n'),
}

/** The bytes of an answer as the documentation shows them: no date, no connection headers, one time for all, JSON in lines. */
export function shown(answer: string): string {
  const [headText = '', body = ''] = answer
    .replace(/\d{4}-\d\d-\d\dT[\d:.]{12}Z/g, '2026-12-01T09:30:00.000Z')
    .split('\r\n\r\n')
  const [first = '', ...headers] = headText.split('\r\n')
  const kept = headers
    .filter((line) => !/^(date|connection|keep-alive|content-length):/i.test(line))
    .map((line) => line.replace(/^[^:]+/, (name) => name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase())))
  const json = JSON.stringify({ ...JSON.parse(body), requestId: 'example-1' }, null, 2)
  return `${[first, ...kept.map((line) => line.replace(/^(X-Request-Id: ).*/, '$1example-1'))].join('\n')}\n\n${json}`
}
