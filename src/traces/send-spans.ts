import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { FastifyBaseLogger } from 'fastify'
import type { Outlet, OutletAnswer } from '../network/outlet.ts'
import { retryAfterMs } from '../network/retry-after.ts'
import { because } from '../problems/phrases/transport-phrases.ts'
import { type TransportFacts, transportFacts } from '../problems/transport.ts'
import type { TraceSettings } from '../settings/traces.ts'
import { jsonObject, memberAt } from '../words/member-at.ts'
import { traceWords } from './trace-words.ts'

export const batchSpans = 512
const everyMs = 5_000
/** Those that wait and those under way. */
export const mostSpans = 2_048
const longestRetryAfterMs = 60_000
const mostTries = 5
const firstRetryMs = 1_000
const retryable = new Set([429, 502, 503, 504])

/** What became of spans. `full`: too many waited; `refused`: the collector does not want them; `failed`: after all tries; `unsent`: at the end. */
export const spanResults = ['sent', 'rejected', 'full', 'refused', 'failed', 'unsent'] as const
export type SpanCounts = Readonly<Record<(typeof spanResults)[number], number>>

type Parts<Item extends { size: number }> = Readonly<{
  settings: Pick<TraceSettings, 'endpoint' | 'headers' | 'timeoutMs' | 'gzip'>
  outlet: Outlet
  /** The body of a request with these. */
  bodyOf: (items: readonly Item[]) => Buffer
  log: Pick<FastifyBaseLogger, 'info' | 'warn'>
  /** Tests only. */
  everyMs?: number | undefined
  firstRetryMs?: number | undefined
}>

/**
 * Sends spans to the collector in batches, one request at a time (OTLP specification, "OTLP/HTTP"). Nothing waits for it: what there is no
 * room for is dropped and counted.
 */
export function sendSpans<Item extends { size: number }>(parts: Parts<Item>) {
  const counts = { sent: 0, rejected: 0, full: 0, refused: 0, failed: 0, unsent: 0 }
  const waiting: Item[] = []
  const post = deliveries(parts)
  let held = 0
  let timer: NodeJS.Timeout | undefined
  let underWay: Promise<void> | undefined
  let ending = false

  function schedule(): void {
    if (underWay !== undefined || waiting.length === 0 || ending) return
    // All that is held waits: nothing is under way.
    if (held >= batchSpans) start()
    else timer ??= setTimeout(start, parts.everyMs ?? everyMs).unref()
  }

  function start(): void {
    clearTimeout(timer)
    timer = undefined
    underWay = deliver(nextBatch(waiting)).finally(() => {
      underWay = undefined
      schedule()
    })
  }

  async function deliver(batch: readonly Item[]): Promise<void> {
    const size = sizeOf(batch)
    const outcome = await post.deliver(parts.bodyOf(batch))
    held -= size
    const rejected = outcome.is === 'sent' ? Math.min(outcome.rejected, size) : 0
    counts.rejected += rejected
    counts[outcome.is] += size - rejected
  }

  return {
    add(item: Item): void {
      if (ending) counts.unsent += item.size
      else if (held + item.size > mostSpans) counts.full += item.size
      else {
        held += item.size
        waiting.push(item)
        schedule()
      }
    },
    counts: (): SpanCounts => counts,
    /** Why the last request was in vain, if it was. */
    failing: post.failing,
    /** Sends what is there, once, for so long at most. */
    async stop(patienceMs: number): Promise<void> {
      ending = true
      clearTimeout(timer)
      post.hurry()
      const deadline = setTimeout(() => void parts.outlet.close(), Math.max(0, patienceMs))
      await underWay
      while (waiting.length > 0 && post.failing() === undefined && patienceMs > 0) await deliver(nextBatch(waiting))
      counts.unsent += sizeOf(waiting.splice(0))
      clearTimeout(deadline)
      await parts.outlet.close()
    },
  }
}

type Outcome = { is: 'sent'; rejected: number } | { is: 'refused' | 'failed' | 'unsent' }
/** The status of an answer that is not a success, or why there was none. */
type Failure = number | TransportFacts
type Way = Pick<Parts<never>, 'settings' | 'outlet' | 'log' | 'firstRetryMs'>

/** Sends one body after the other, each again after passing trouble. The first failure in a row is logged, and the first success after it. */
function deliveries({ log, firstRetryMs: firstMs, ...way }: Way) {
  const { host } = way.settings.endpoint
  let failing: Failure | undefined
  let hurried = false
  let wake = () => {}

  function came(failure: Failure | undefined): void {
    if (failure !== undefined && failing === undefined)
      log.warn({ host, failure: inWords(failure) }, 'traces do not arrive')
    if (failure === undefined && failing !== undefined) log.info({ host }, 'traces arrive again')
    failing = failure
  }

  /** Ends early once the sidecar does. */
  function pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const over = setTimeout(resolve, ms).unref()
      wake = () => {
        clearTimeout(over)
        resolve()
      }
    })
  }

  return {
    /** In the language that is spoken. */
    failing: () => (failing === undefined ? undefined : inWords(failing)),
    /** No more waiting, and no more tries than one. */
    hurry(): void {
      hurried = true
      wake()
    },
    async deliver(plain: Buffer): Promise<Outcome> {
      const body = await encoded(plain, way.settings.gzip)
      for (let tried = 1; ; tried++) {
        const answer = await ask(way, body).catch(transportFacts)
        const answered = 'headers' in answer ? answer : undefined
        if (answered !== undefined && answered.status >= 200 && answered.status < 300) {
          came(undefined)
          return { is: 'sent', rejected: rejectedOf(answered) }
        }
        came('headers' in answer ? answer.status : answer)
        if (answered !== undefined && !retryable.has(answered.status)) return { is: 'refused' }
        if (hurried) return { is: 'unsent' }
        if (tried === mostTries) return { is: 'failed' }
        await pause(Math.max(backoffMs(tried, firstMs), answered === undefined ? 0 : askedMs(answered)))
      }
    },
  }
}

function inWords(failure: Failure): string {
  return typeof failure === 'number' ? traceWords().answered(failure) : because(failure)
}

function sizeOf(items: readonly { size: number }[]): number {
  return items.reduce((sum, { size }) => sum + size, 0)
}

/** Takes the first ones away, as many as a batch has room for. */
function nextBatch<Item extends { size: number }>(waiting: Item[]): Item[] {
  let size = 0
  let end = 0
  for (const item of waiting) {
    size += item.size
    if (size > batchSpans && end > 0) break
    end += 1
  }
  return waiting.splice(0, end)
}

type Encoded = Readonly<{ body: Buffer; coding: Readonly<Record<string, string>> }>

async function encoded(plain: Buffer, compressed: boolean): Promise<Encoded> {
  if (!compressed) return { body: plain, coding: {} }
  return { body: await promisify(gzip)(plain), coding: { 'Content-Encoding': 'gzip' } }
}

function ask(
  { settings: { endpoint, headers, timeoutMs }, outlet }: Pick<Way, 'settings' | 'outlet'>,
  { body, coding }: Encoded,
): Promise<OutletAnswer> {
  const sent = { 'User-Agent': 'catapa-sidecar', ...headers, 'Content-Type': 'application/json', ...coding }
  return outlet.send({ method: 'POST', url: endpoint, headers: sent, body, timeoutMs })
}

/** Spans of a batch that the collector has not taken, although it has taken others. */
function rejectedOf({ text }: OutletAnswer): number {
  const rejected = Number(memberAt(jsonObject(text), 'partialSuccess', 'rejectedSpans') ?? 0)
  return Number.isSafeInteger(rejected) && rejected > 0 ? rejected : 0
}

function askedMs({ headers }: OutletAnswer): number {
  const [value, date] = [headers['retry-after'], headers.date]
  const asked = typeof value === 'string' ? retryAfterMs(value, [date].flat()[0], Date.now()) : undefined
  return Math.min(asked ?? 0, longestRetryAfterMs)
}

/** Doubling, with jitter, so that many sidecars do not come back together. */
function backoffMs(tried: number, firstMs = firstRetryMs): number {
  return firstMs * 2 ** (tried - 1) * (0.75 + Math.random() / 2)
}
