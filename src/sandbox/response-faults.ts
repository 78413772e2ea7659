import type { ServerResponse } from 'node:http'
import { setTimeout } from 'node:timers/promises'
import { type Faults, spend } from './faults.ts'
import type { SandboxAnswer, SandboxCall, Shaping } from './sandbox-request.ts'

/** What the faults do to this answer's body; undefined: nothing. */
export function shapingOf(
  call: SandboxCall,
  answer: SandboxAnswer,
  faults: { slowBody: Faults['slowBody']; cutBody: Faults['cutBody'] },
  gone: AbortSignal,
): Shaping | undefined {
  if (call.method === 'HEAD' || answer.body.length === 0) return undefined
  const cut = spend(faults.cutBody) !== undefined
  const bytesPerSecond = faults.slowBody?.bytesPerSecond
  if (!cut && bytesPerSecond === undefined) return undefined
  return ({ chunks, length }) => {
    const wanted = cut ? halfOf(chunks, length) : chunks
    return bytesPerSecond === undefined ? paced(wanted) : slowed(wanted, bytesPerSecond, gone)
  }
}

/** Ends the connection as a crash does: with RST where there is TCP, so that the caller notices (RFC 9293 §3.5.2). */
export function reset(response: ServerResponse): void {
  const { socket } = response
  // Socket files know no reset (and resetAndDestroy throws on them); what `inject()` makes is no socket.
  const isTcp = socket?.remoteAddress !== undefined && typeof socket.resetAndDestroy === 'function'
  if (socket && isTcp) socket.resetAndDestroy()
  else (socket ?? response).destroy()
}

async function* paced(chunks: Iterable<Buffer> | AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield* chunks
}

async function* slowed(
  chunks: Iterable<Buffer> | AsyncIterable<Buffer>,
  bytesPerSecond: number,
  gone: AbortSignal,
): AsyncGenerator<Buffer> {
  const step = Math.max(1, Math.floor(bytesPerSecond / 20))
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; at += step) {
      yield chunk.subarray(at, at + step)
      await setTimeout((step / bytesPerSecond) * 1000, undefined, { signal: gone })
    }
  }
}

async function* halfOf(chunks: Iterable<Buffer>, length: number): AsyncGenerator<Buffer> {
  let left = Math.floor(length / 2)
  for (const chunk of chunks) {
    if (left <= 0) break
    yield chunk.subarray(0, left)
    left -= chunk.length
  }
  // A reset discards what hasn't left yet; the caller should see the half. In steps: to a process that stood still in one of them the
  // others still give time to send and, in tests, to read.
  for (let step = 0; step < 20; step++) await setTimeout(25)
  throw new Error('cut by the cutBody fault')
}
