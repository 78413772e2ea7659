import type { Cause, FactsOf } from '../failure.ts'
import type { TransportFacts } from '../transport.ts'

// A clause of `happened` has no full stop; a `next` that begins with a small letter continues its sentence.

type Text<Facts> = string | ((facts: Facts, retrying: boolean) => string)

/** The words for one cause. */
export type Phrases<Facts> = Readonly<{
  happened: Text<Facts>
  next: Text<Facts>
  /** Other words for the person who runs the sidecar; callers learn no path, address or name. */
  operator?: Readonly<{ happened?: Text<Facts>; next?: Text<Facts> }>
}>

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
