import { existsSync, readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { sep } from 'node:path'
import type { FastifyInstance } from 'fastify'
import type { Config } from '../../settings/config.ts'
import { inLanguage, loadLanguage } from '../../words/language.ts'
import type { Status } from '../status/status.ts'
import { pageHtml } from './page-html.ts'
import { pageLanguage } from './page-language.ts'
import { plainText } from './plain-text.ts'

/** Shared by all rooms; served at the addresses that the page's imports lead to. */
const wordsOfAll = ['language', 'units', 'unit-words', 'unit-words.id']

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

const apart = { 'Referrer-Policy': 'no-referrer', 'Cross-Origin-Resource-Policy': 'same-origin' }

/** The status page at `/`, as text for programs that do not ask for HTML. @param set SIDECAR_LANGUAGE */
export function statusPage(app: FastifyInstance, status: () => Status, set: Config['language']): void {
  app.get('/', async (request, reply) => {
    const language = pageLanguage(request.headers, set)
    await loadLanguage(language)
    if (language !== 'en') reply.header('Content-Language', language)
    reply.headers({ Vary: 'Accept, Accept-Language, Cookie', ...apart })
    if (!/\btext\/html\b/i.test(request.headers.accept ?? '')) {
      return reply.type('text/plain; charset=utf-8').send(inLanguage(language, () => plainText(status(), Date.now())))
    }
    reply.header('Content-Security-Policy', contentSecurityPolicy)
    const html = String(await part('page.html'))
    return reply.type('text/html; charset=utf-8').send(inLanguage(language, () => pageHtml(html)))
  })
  for (const [path, name] of [...ownParts(), ...sharedParts()]) {
    app.get(path, async (_request, reply) => {
      reply.headers(apart)
      reply.header('Content-Security-Policy', contentSecurityPolicy) // An icon can be opened as a page of its own.
      return reply.type(types[name.split('.').at(-1) ?? ''] ?? '').send(await part(name))
    })
  }
}

const beside = new URL('./', import.meta.url)
/** The folder of the page's files: beside this file, or beside the parts of the bundle. */
const folder = existsSync(new URL('page.html', beside)) ? beside : new URL('../admin/page/', beside)

/** The files that the page loads, with their addresses. */
function ownParts(): [path: string, name: string][] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => name.replaceAll(sep, '/'))
  return names.filter((name) => /\.(css|js|svg)$/.test(name)).map((name) => [`/page/${name}`, name])
}

function sharedParts(): [path: string, name: string][] {
  return wordsOfAll.map((name) => [`/words/${name}.js`, `../../words/${name}.js`])
}

function part(name: string): Promise<Buffer> {
  return readFile(new URL(name, folder))
}
