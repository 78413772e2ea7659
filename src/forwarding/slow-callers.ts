import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { resetConnection } from '../http/closing.ts'
import { type ProblemError, problem } from '../problems/problem.ts'
import { takenByPeers } from './bytes-taken.ts'
import type { Call, Calls } from './call.ts'
import { endEarly } from './life/end-early.ts'

/** A body has its first such time for itself; in each later one it has to come on by so much (design/promises 3.8). */
const usualWindowMs = 30_000
const leastBytes = 1024

/** What a caller owes: more of its request, or to take what is there of its answer. */
type Owing = 'request' | 'answer'
type Look = { owing: Owing; dueAt: number; before: number | undefined }

/**
 * Ends the requests of callers that send or read too slowly: each holds a place on the connections to CATAPA. Looked for
 * now and then among those that are served, so that a request costs nothing for it. Time in which CATAPA is waited for
 * does not count.
 *
 * @returns how to stop it
 */
export function keepPace(calls: Calls, windowMs = usualWindowMs): () => void {
  let looks = new Map<Call, Look>()
  let lookedAt = performance.now()
  let stopped = false

  async function watch(): Promise<void> {
    while (!stopped) {
      await look()
      await sleep(windowMs / 6, undefined, { ref: false })
    }
  }

  async function look(): Promise<void> {
    const now = performance.now()
    if (now - lookedAt > windowMs / 2) looks.clear() // The machine stood still, and so did all callers.
    lookedAt = now
    const next = new Map<Call, Look>()
    const due: [Call, Look][] = []
    for (const call of calls) {
      const owing = owes(call)
      if (owing === undefined) continue
      const last = looks.get(call)
      if (last?.owing !== owing) next.set(call, { owing, dueAt: now + windowMs, before: undefined })
      else if (last.dueAt > now) next.set(call, last)
      else due.push([call, last])
    }
    looks = next
    const readers = due.flatMap(([{ request }, { owing }]) => (owing === 'answer' ? [request.socket] : []))
    const taken = await takenByPeers(readers)
    for (const [call, { owing, before }] of due) {
      if (owes(call) !== owing) continue
      const moved = owing === 'request' ? call.record.requestBytes : taken(call.request.socket)
      if (moved !== undefined && before !== undefined && moved - before < leastBytes) end(call, owing)
      else looks.set(call, { owing, dueAt: now + windowMs, before: moved })
    }
  }

  void watch()
  return () => {
    stopped = true
  }
}

function owes({ request, response }: Call): Owing | undefined {
  if (response.destroyed) return undefined
  if (response.writableNeedDrain) return 'answer'
  return request.complete || request.isPaused() ? undefined : 'request'
}

function end(call: Call, owing: Owing): void {
  if (owing === 'request') {
    endEarly(call, slowRequest())
    return
  }
  call.record.problem ??= slowReader()
  resetConnection(call.response)
}

function slowRequest(): ProblemError {
  return problem('body_slow', {})
}

function slowReader(): ProblemError {
  return problem('answer_read_slowly', {})
}
