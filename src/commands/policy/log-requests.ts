import { encodingOf } from '../../settings/text-file.ts'
import { jsonObject, memberAt } from '../../words/member-at.ts'
import { type MadeRequest, reportedBy, type Untold, whoDidWhat } from './made-request.ts'

/** Longer than any log line of the sidecar. A longer line is cut, so that it takes no memory; it cannot be read then. */
const longestLine = 64 * 1024

const forPeople = /\b\d\d:\d\d:\d\d (TRACE|DEBUG|INFO|WARN|ERROR|FATAL) /

/** Refusals of the sidecar that no profile changes: the program has to change first. */
const refusals: readonly unknown[] = [
  ...['policy_denied', 'caller_unknown', 'origin_not_allowed', 'host_not_allowed', 'method_not_allowed'],
  ...['bad_request', 'headers_too_large', 'loop_detected'],
]

/** The requests in logs, one log after the other. @throws an error of reading */
export async function* requestsInLogs(
  logs: Iterable<AsyncIterable<Uint8Array>>,
): AsyncGenerator<MadeRequest | Untold, void, void> {
  for (const log of logs) {
    for await (const line of logLines(log)) {
      const found = readLogLine(line)
      if (found !== undefined) yield found
    }
  }
}

async function* logLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string, void, void> {
  let decoder: InstanceType<typeof TextDecoder> | undefined
  let rest = ''
  for await (const chunk of chunks) {
    decoder ??= new TextDecoder(encodingOf(chunk))
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = (lines.pop() ?? '').slice(0, longestLine)
    yield* lines
  }
  yield rest
}

/** Text before the JSON, as `docker compose logs` and journalctl write it, is skipped. @returns undefined for a line without a request */
function readLogLine(line: string): MadeRequest | Untold | undefined {
  if (line.trim() === '') return undefined
  const begin = line.indexOf('{"level":')
  if (begin === -1) return untold(forPeople.test(line) ? 'pretty' : 'foreign')
  const entry = jsonObject(line.slice(begin)) ?? {}
  const { msg, more, path, origin, problem, status, callerGone, wouldHaveBeenRefused, rule } = entry
  if (typeof msg !== 'string') return untold('foreign')
  if (msg !== 'request') return typeof more === 'number' ? untold('flood', more) : undefined // src/log/flood-gate.ts
  if (path === undefined) return undefined // The target of the request was refused.
  const who = whoDidWhat(entry)
  if (who === undefined) return untold('foreign')
  const ofCatapa = origin === 'catapa'
  // Answered by the sidecar without a failure: a placeholder token or a preflight, which CATAPA never gets.
  if (!ofCatapa && problem === undefined && callerGone !== true) return undefined
  return {
    ...who,
    status: ofCatapa && typeof status === 'number' ? status : undefined,
    refusedFor: !ofCatapa && refusals.includes(problem) ? String(problem) : undefined,
    reported: reportedBy(wouldHaveBeenRefused, memberAt(rule, 'kind')),
  }
}

function untold(kind: Untold['kind'], count = 1): Untold {
  return { kind, count }
}
