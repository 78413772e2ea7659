// Requests, as bytes made beforehand.
import { hugeBytes } from '../upstream/sizes.ts'
import type { KindName, Shape, Target } from './commands.ts'

/** What can be sent: where to, the body, and how much of a body the answer has. */
export type Kind = {
  name: KindName
  path: string
  body?: Buffer
  uploadBytes?: number
  answerBytes: number
  /** Of the right answer, where it is not 200 or 204. */
  status?: number
  /** Another that may come now and then. */
  orElse?: number
  /** How many different ones are asked for. */
  urls: number
  /** How many there are besides the five that each has. */
  headers: number
}

const postBytes = 20 * 1024
const noteBody = Buffer.from(JSON.stringify({ note: 'x'.repeat(1024 - 11) }))
const postBody = Buffer.from(JSON.stringify({ rows: 'x'.repeat(postBytes - 11) }))

const kinds: Record<KindName, Omit<Kind, 'name' | 'urls' | 'headers'>> = {
  get: { path: '/core/v1/employees', answerBytes: 1024 },
  post: { path: '/bodies', body: postBody, answerBytes: 0 },
  note: { path: '/bodies', body: noteBody, answerBytes: 0 },
  large: { path: '/large', answerBytes: 100 * 1024 },
  huge: { path: '/huge', answerBytes: hugeBytes },
  upload: { path: '/bodies', uploadBytes: hugeBytes, answerBytes: 0 },
  refused: { path: '/refused', answerBytes: 7, status: 401, orElse: 503 }, // Where a renewal comes in between.
}

export function shaped(name: KindName, shape: Shape = {}): Kind {
  const kind = { name, urls: 1000, headers: 0, ...kinds[name], ...shape }
  return shape.answerBytes === undefined ? kind : { ...kind, path: `/sized/${shape.answerBytes}` }
}

/** Gives the head of the nth request. */
type Heads = (n: number) => Buffer

const made = new Map<string, Heads>()

/** The heads of the requests of a kind to a target on its nth connection, made once. */
export function heads(target: Target, kind: Kind, connection = 0): Heads {
  const { name, path, uploadBytes, urls, headers } = kind
  const own = Object.entries(target.headers ?? {}).map(([name, value]) => `${name}: ${nth(value, connection)}`)
  const key = [target.port, name, path, uploadBytes, urls, headers, ...own].join(' ')
  const known = made.get(key) ?? makeHeads(target, kind, own)
  made.set(key, known)
  return known
}

function makeHeads(
  { port }: Target,
  { path, body, uploadBytes, urls, headers: moreHeaders }: Kind,
  own: string[],
): Heads {
  const bytes = uploadBytes ?? body?.length
  const method = bytes === undefined ? 'GET' : 'POST'
  const headers = [
    `Host: localhost:${port}`,
    'User-Agent: bench/1.0 (payroll run)',
    'Accept: application/json',
    'Accept-Language: id-ID,id;q=0.9,en;q=0.8',
    'X-Timezone: Asia/Jakarta',
    ...Array.from({ length: moreHeaders }, (_, i) => `X-Bench-${i}: value of header number ${i}`),
    ...(bytes === undefined ? [] : ['Content-Type: application/json', `Content-Length: ${bytes}`]),
  ]
  const all = Array.from({ length: urls }, (_, i) => {
    const id = `8f3c${String(i * 7919).padStart(8, '0')}`
    const line = `${method} ${path}/${id}/identity-cards?page=${i}&size=20&sort=name HTTP/1.1`
    return Buffer.from(`${[line, ...headers, ...own].join('\r\n')}\r\n\r\n`, 'latin1')
  })
  return (n) => {
    const head = all[n % all.length]
    if (head === undefined) throw new Error('there is no URL to ask for')
    return head
  }
}

function nth(value: string | readonly string[], n: number): string {
  return typeof value === 'string' ? value : (value[n % value.length] ?? '')
}
