// What a lenient server, of the kind that Spring Boot, Tomcat and their filters can be set up to be, would carry out. It shares
// no code with the sidecar: a matcher that shares our code shares our mistakes.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './sidecar.ts'

/** A request as a server has it. */
export type Arrived = Readonly<{ method: string; url: string; rawHeaders: readonly string[]; body: Buffer }>

const operations = readFileSync(join(root, 'test/operations/operations.txt'), 'utf8')
  .trim()
  .split(/\r?\n/)
  .map((name) => {
    const [method = '', template = ''] = name.split(' ')
    const pattern = template.replaceAll('%3D', '=').replace(/\{\w+\}/g, '[^/]+')
    return { name, method, pattern: new RegExp(`^${pattern}$`, 'i'), ids: template.split('{').length - 1 }
  })

/**
 * The operations, as `DELETE /core/v1/employees`, that some such server would carry out for a request: with the method of its
 * line or one that a header, a parameter, a field of a form or a part of an upload asks for, and with any reading of its path.
 */
export function executedBy(request: Arrived): Set<string> {
  const [path = '', query = ''] = split(request.url, '?')
  const methods = methodsOf(request, query)
  const paths = new Set([path, ...headerValues(request, pathHeader)].flatMap((start) => [...readings(start)]))
  return new Set([...methods].flatMap((method) => [...paths].flatMap((read) => handler(method, read))))
}

/** Spring's RequestMappingHandlerMapping: of all patterns that fit, the one with the fewest variables. */
function handler(method: string, path: string): string[] {
  const fitting = operations.filter((known) => known.method === method && known.pattern.test(path))
  const fewest = Math.min(...fitting.map(({ ids }) => ids))
  return fitting.filter(({ ids }) => ids === fewest).map(({ name }) => name)
}

const pathHeader = /^x[-_](original|rewrite|rewritten|override)[-_](url|uri|path)$/i
const methodHeader = /^(x[-_])?((http[-_])?method([-_]override)?|original[-_]method)$|^_method$/i

function headerValues({ rawHeaders }: Arrived, wanted: RegExp): string[] {
  return rawHeaders.filter((_, index) => index % 2 === 1 && wanted.test(rawHeaders[index - 1] ?? ''))
}

/** Spring's HiddenHttpMethodFilter, and filters of others that look into headers. */
function methodsOf(request: Arrived, query: string): Set<string> {
  const types = headerValues(request, /^content[-_]type$/i).join(', ')
  const body = request.body.toString('latin1')
  const asked = [
    ...headerValues(request, methodHeader),
    ...parameters(query),
    ...(/x-www-form-urlencoded/i.test(types) ? parameters(body) : []),
    ...(/multipart\//i.test(types) ? parts(body) : []),
  ]
  return new Set([request.method, ...asked].map((method) => (method === 'HEAD' ? 'GET' : method.trim().toUpperCase())))
}

/** Values of parameters that name a method: split at `&`, or also at `;`, before or after decoding, with blanks dropped. */
function parameters(text: string): string[] {
  const texts = [text, decode(text), decode(decode(text))]
  return texts
    .flatMap((one) => [...one.split('&'), ...one.split(/[&;?]/)])
    .map((parameter) => split(decode(decode(parameter)), '='))
    .filter(([name = '']) => /^!?_method(\[.*)?$/i.test(name.replace(/[\s+\0]/g, '')))
    .map(([, value = '']) => value)
}

/** Values of parts of that name, by Commons FileUpload's lights. */
function parts(body: string): string[] {
  const unfolded = body.replace(/\r?\n[ \t]+/g, ' ')
  return unfolded.split(/\r?\n--|^--/).flatMap((part) => {
    const [head = '', value = ''] = split(part, /\r?\n\r?\n/)
    const name = /[;\s]name\s*(?:\*\s*)?=\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)'(?![\w%])|([^;\r\n]*))/i.exec(head)
    const raw = (name?.[1] ?? name?.[2] ?? name?.[3] ?? '').replace(/\\(.)/g, '$1')
    const text = mail(raw.replace(/^[\w-]*'[\w-]*'/, ''))
    return /^_method$/i.test(decode(decode(text)).trim()) ? [value] : []
  })
}

/** RFC 2047, which Tomcat decodes in the parameters of a part's head. */
function mail(text: string): string {
  const [, kind = '', content = ''] = /^=\?[\w-]+\?([bq])\?(.*)\?=$/i.exec(text) ?? []
  if (kind.toLowerCase() === 'b') return Buffer.from(content, 'base64').toString()
  return kind === '' ? text : content.replaceAll('_', ' ').replace(/=([0-9a-f]{2})/gi, (_, hex) => char(hex))
}

/** What one server or another does to a path before it looks for a handler. */
const habits: ((path: string) => string)[] = [
  decode,
  (path) => path.replace(/;[^/]*/g, ''), // UrlPathHelper.removeSemicolonContent
  (path) => path.replace(/\/{2,}/g, '/'), // Tomcat, StrictHttpFirewall switched off
  (path) => path.replaceAll('\\', '/'), // ALLOW_BACKSLASH
  (path) => path.replace(/(.)\/$/, '$1'), // useTrailingSlashMatch
  (path) => path.replace(/\.[^./]*$/, ''), // useSuffixPatternMatch
  (path) => path.replace(/[?#\0].*$/s, ''),
  (path) => path.replace(/[\x00-\x20\x7f-\x9f\xad\u200b-\u200f\ufeff]/g, ''),
  (path) => path.normalize('NFKC').replace(/[\u2044\u2215]/g, '/'),
  (path) => path.replace(/[ıİ]/g, 'i'), // String.equalsIgnoreCase
  dots,
]

/** All that a path may become, by any of these habits in any order. */
function readings(start: string): Set<string> {
  const found = new Set([start])
  for (const path of found) {
    if (found.size > 2000) throw new Error(`too many readings of ${start}`)
    for (const habit of habits) found.add(habit(path))
  }
  return found
}

function dots(path: string): string {
  const kept: string[] = []
  for (const segment of path.split('/')) {
    if (segment === '..') kept.pop()
    else if (segment !== '.') kept.push(segment)
  }
  return kept.join('/')
}

/** Once, with IIS's `%uXXXX`, overlong UTF-8 and what is no escape left as it is. */
function decode(text: string): string {
  const bytes = text
    .replace(/%u([0-9a-f]{4})/gi, (_, hex) => [...Buffer.from(char(hex))].map(escaped).join(''))
    .replace(/%(c[01])%([89ab][0-9a-f])/gi, (_, first, last) => twoBytes(first, last))
    .replace(/%e0%8([01])%([89ab][0-9a-f])/gi, (_, middle, last) => twoBytes(`c${middle}`, last))
  return bytes.replace(/(?:%[0-9a-f]{2})+/gi, (run) => Buffer.from(run.replaceAll('%', ''), 'hex').toString())
}

function twoBytes(first: string, last: string): string {
  return escaped(((Number.parseInt(first, 16) & 3) << 6) | (Number.parseInt(last, 16) & 0x3f))
}

function escaped(byte: number): string {
  return `%${byte.toString(16).padStart(2, '0')}`
}

function char(hex: string): string {
  return String.fromCharCode(Number.parseInt(hex, 16))
}

/** Before and behind the first separator. */
function split(text: string, separator: string | RegExp): string[] {
  const at = typeof separator === 'string' ? text.indexOf(separator) : text.search(separator)
  if (at === -1) return [text]
  const length = typeof separator === 'string' ? separator.length : (separator.exec(text)?.[0].length ?? 0)
  return [text.slice(0, at), text.slice(at + length)]
}
