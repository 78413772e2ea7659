import type { Cause } from '../codes.ts'
import type { FactsOf } from '../failure.ts'
import type { TransportFacts } from '../transport.ts'

type Text<Facts> = string | ((facts: Facts, retrying: boolean) => string)

/**
 * The words for one cause: what happened, as a clause without a full stop, and the next step, which continues its sentence if it
 * begins with a small letter. The person who runs the sidecar may be told others; callers learn no path, address or name.
 */
export type Phrases<Facts> = readonly [
  happened: Text<Facts>,
  next: Text<Facts>,
  nextForOperator?: Text<Facts>,
  happenedForOperator?: Text<Facts>,
]

export type Table = { [C in Cause]: Phrases<FactsOf[C]> }

/** The next step where it may pass: of the sidecar, or else of the caller. */
export function patience(_: unknown, retrying: boolean): string {
  return retrying ? 'the sidecar keeps trying' : 'try again in a moment'
}

export function keeps(retrying: boolean): string {
  return retrying ? '; the sidecar keeps trying' : ''
}

export const putCa = 'If a proxy of your company inspects TLS, put its CA into CATAPA_CA_FILE.'
/** The next step where the machine itself has too little. */
export const machineAdvice: Readonly<Partial<Record<TransportFacts['why'], string>>> = {
  file_handles:
    'Too many files are open: raise "ulimit -n" for the sidecar (systemd: LimitNOFILE), or the limit of the whole machine.',
  local_ports:
    'Find the program that has so many connections ("ss -tanp"), or widen net.ipv4.ip_local_port_range. To an IPv6 address this machine needs one of its own.',
}
