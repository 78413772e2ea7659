import type { FactsOf } from '../failure.ts'
import type { Table } from './table.ts'

type Repeated = FactsOf['repeated_write']

/** What became of the earlier write, `named` by its request id or, for the log, by its audit line. */
function whatHappened({ outcome, status, time }: Repeated, named: string): string {
  if (outcome === 'under_way') return `A request with the same Idempotency-Key is under way (${named}, from ${time})`
  const before = `The same write was sent before (${named}, at ${time})`
  if (outcome === 'unknown') return `${before}, and nobody knows whether CATAPA did it`
  return `${before}; CATAPA answered it${status === undefined ? '' : ` with ${status}`}, but the answer did not arrive and is no longer here`
}

function lookThenRelease({ outcome, seq }: Repeated): string {
  if (outcome === 'under_way') return 'send it again after the Retry-After to get its answer'
  const release = `"catapa-sidecar repeats release${seq === undefined ? '' : ` ${seq}`}"`
  return outcome === 'unknown'
    ? `look in CATAPA whether it is there; only if it is not, release it (${release}) and send it again`
    : `look for it in CATAPA; to do the same once more, release it (${release}) and send it again`
}

/** As a sentence of its own. */
function sentence(next: string): string {
  return `${next.charAt(0).toUpperCase()}${next.slice(1)}.`
}

/** Writes that come again (design/promises 12). */
export const repeatPhrases = {
  idempotency_key: [
    'The Idempotency-Key is empty, repeated, or no text in double quotes',
    'send one such as "8e03978e-40d5-43dd-bc93-6894a57f9324", quotes included, or none',
    'Correct the calling program; the log line of the request names its path and program.',
  ],
  repeated_write: [
    (facts) => whatHappened(facts, `request ${facts.requestId}`),
    lookThenRelease,
    (facts) => sentence(lookThenRelease(facts)),
    (facts) =>
      whatHappened(
        facts,
        facts.seq === undefined ? 'not yet in the audit trail' : `line ${facts.seq} of the audit trail`,
      ),
  ],
  key_reused: [
    ({ requestId }) => `Another request (${requestId}) had the same Idempotency-Key`,
    'give each write a key of its own, and repeat a write without changing it',
    'Let the program make a new key for each write, and send the same bytes again when it repeats one.',
    'Another request of this caller had the same Idempotency-Key and another content, method or target',
  ],
  carried_writes: [
    'Half of all connections to CATAPA carry writes whose callers have gone, also of this one, until CATAPA answers them',
    'wait longer for answers, and send this one again after the Retry-After',
    'The program gives up before CATAPA answers: raise its time-out over SIDECAR_RESPONSE_TIMEOUT, and let it send less at a time.',
  ],
  open_writes: [
    'Thousands of writes, some of this caller, are of unknown outcome',
    'have somebody look for them in CATAPA (catapa-sidecar repeats), or send this one again once SIDECAR_REPEAT_WINDOW is over',
    'Look why connections to CATAPA break; then look for the writes in CATAPA, and release them.',
  ],
} satisfies Partial<Table>
