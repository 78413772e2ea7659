import type { Status } from '../../status/status.ts'
import { inOwnLanguage } from './language-switch.ts'

export type Timed = Status & { at: string }

export type Watcher = {
  /** `skewMs` is the sidecar's clock minus this one. */
  seen(status: Status, skewMs: number): void
  gone(): void
}

/** An idle sidecar sends nothing; after this time it is asked for its status. */
const silenceMs = 15_000
const answerWithinMs = 5_000
const retryMs = 3_000

/**
 * Follows the sidecar's events. A stream that breaks or is silent proves little: the sidecar is asked for its status then, and
 * is gone if it does not answer. Without a stream it is asked again and again.
 */
export function watch({ seen, gone }: Watcher): void {
  let skewMs = 0
  let lastAt = 0
  let stream: EventSource | undefined

  function connect(): void {
    stream?.close()
    stream = new EventSource(inOwnLanguage('/api/events'))
    stream.addEventListener('status', ({ data }) => {
      lastAt = performance.now()
      seen(JSON.parse(data), skewMs)
    })
    stream.addEventListener('error', () => {
      stream?.close()
      stream = undefined
      ask()
    })
  }

  /** Asks for the status, and the sidecar's clock. */
  async function ask(): Promise<void> {
    try {
      const response = await fetch(inOwnLanguage('/api/status'), { signal: AbortSignal.timeout(answerWithinMs) })
      if (!response.ok) throw new Error(`status ${response.status}`)
      const status: Timed = await response.json()
      skewMs = Date.parse(status.at) - Date.now()
      lastAt = performance.now()
      seen(status, skewMs)
    } catch {
      gone()
    }
  }

  async function look(): Promise<void> {
    const silent = performance.now() - lastAt > silenceMs
    if (stream === undefined || silent) await ask()
    if (stream === undefined) connect()
    setTimeout(look, retryMs)
  }

  look()
}
