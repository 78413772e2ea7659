import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import type { FastifyInstance } from 'fastify'
import type { Status } from '../status/status.ts'
import { plainText } from './plain-text.ts'

/** The parts of the page, under the same names: `npm run build` puts them there. */
const files = [
  'page.css',
  'icon.svg',
  'headline.js',
  'facts.js',
  'call-words.js',
  'caller-words.js',
  'audit-words.js',
  'share-words.js',
  'notices.js',
  'browser/main.js',
  'browser/callers-table.js',
  'browser/charts.js',
  'browser/dom.js',
  'browser/live.js',
  'browser/refresh.js',
  'browser/sections.js',
  'browser/shares-table.js',
]

/** Shared by all rooms; served at the address that the page's imports lead to. */
const wordsOfAll = ['/words/units.js', '../../words/units.js'] as const

const types: Record<string, string> = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
}

/** Nothing from elsewhere, nothing inline, nothing made from text, in nobody's frame. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join('; ')

/** The status page at `/`, as text for programs that do not ask for HTML. */
export function statusPage(app: FastifyInstance, status: () => Status): void {
  app.get('/', async (request, reply) => {
    reply.headers({ Vary: 'Accept', 'Referrer-Policy': 'no-referrer', 'Cross-Origin-Resource-Policy': 'same-origin' })
    if (!/\btext\/html\b/i.test(request.headers.accept ?? '')) {
      return reply.type('text/plain; charset=utf-8').send(plainText(status(), Date.now()))
    }
    reply.header('Content-Security-Policy', contentSecurityPolicy)
    return reply.type('text/html; charset=utf-8').send(await part('page.html'))
  })
  for (const [path, name] of [...files.map((name) => [`/page/${name}`, name] as const), wordsOfAll]) {
    app.get(path, async (_request, reply) => {
      reply.headers({ 'Referrer-Policy': 'no-referrer', 'Cross-Origin-Resource-Policy': 'same-origin' })
      reply.header('Content-Security-Policy', contentSecurityPolicy) // An icon can be opened as a page of its own.
      return reply.type(types[name.split('.').at(-1) ?? ''] ?? '').send(await part(name))
    })
  }
}

/** The folder of the page's files: beside this file, or beside the parts of the bundle. */
const folder = ['./', '../admin/page/']
  .map((path) => new URL(path, import.meta.url))
  .find((folder) => existsSync(new URL('page.html', folder)))

function part(name: string): Promise<Buffer> {
  return readFile(new URL(name, folder))
}
