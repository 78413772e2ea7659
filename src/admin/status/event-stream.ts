import type { ServerResponse } from 'node:http'
import { sandboxed } from '../../http/sandboxed-headers.ts'
import { inLanguage, type Language } from '../../words/language.ts'

const everyMs = 1000
const heartbeatMs = 15_000
const mostReaders = 20

type Reader = { response: ServerResponse; language: Language; sent: string | undefined; sentAt: number }

/**
 * Server-sent events (WHATWG HTML §9.2): a snapshot each second, only while it changes, to a bounded number of
 * readers. A slow reader misses snapshots, but never the newest. `snapshot` is asked once for each language in which somebody reads.
 */
export function eventStream(snapshot: () => string) {
  const readers = new Set<Reader>()
  let timer: NodeJS.Timeout | undefined

  function tick(): void {
    const texts = new Map<Language, string>()
    for (const reader of readers) {
      const text = texts.get(reader.language) ?? inLanguage(reader.language, snapshot)
      texts.set(reader.language, text)
      show(reader, text)
    }
  }

  function show(reader: Reader, text: string): void {
    const { response } = reader
    if (response.writableLength > 0) return
    const now = performance.now()
    if (reader.sent !== text) response.write(`event: status\ndata: ${text}\n\n`)
    else if (now - reader.sentAt >= heartbeatMs) response.write(': still here\n\n')
    else return
    reader.sent = text
    reader.sentAt = now
  }

  return {
    isFull: (): boolean => readers.size >= mostReaders,

    add(response: ServerResponse, language: Language = 'en'): void {
      const reader: Reader = { response, language, sent: undefined, sentAt: 0 }
      response.writeHead(200, {
        ...{ 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store', ...sandboxed },
        ...(language !== 'en' && { 'Content-Language': language }),
      })
      readers.add(reader)
      response.once('close', () => {
        readers.delete(reader)
        if (readers.size > 0) return
        clearInterval(timer)
        timer = undefined
      })
      show(reader, inLanguage(language, snapshot))
      timer ??= setInterval(tick, everyMs).unref()
    },

    /** Shows the end, and ends. */
    stop(): void {
      tick()
      for (const { response } of readers) response.end()
    },
  }
}
