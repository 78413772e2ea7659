import type { ServerResponse } from 'node:http'
import { sandboxed } from '../../http/sandboxed-headers.ts'

const everyMs = 1000
const heartbeatMs = 15_000
const mostReaders = 20

type Reader = { response: ServerResponse; sent: string | undefined; sentAt: number }

/**
 * Server-sent events (WHATWG HTML §9.2): a snapshot each second, only while it changes, to a bounded number of
 * readers. A slow reader misses snapshots, but never the newest.
 */
export function eventStream(snapshot: () => string) {
  const readers = new Set<Reader>()
  let timer: NodeJS.Timeout | undefined

  function tick(): void {
    const text = snapshot()
    for (const reader of readers) show(reader, text)
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

    add(response: ServerResponse): void {
      const reader: Reader = { response, sent: undefined, sentAt: 0 }
      response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store', ...sandboxed })
      readers.add(reader)
      response.once('close', () => {
        readers.delete(reader)
        if (readers.size > 0) return
        clearInterval(timer)
        timer = undefined
      })
      show(reader, snapshot())
      timer ??= setInterval(tick, everyMs).unref()
    },

    /** Shows the end, and ends. */
    stop(): void {
      tick()
      for (const { response } of readers) response.end()
    },
  }
}
