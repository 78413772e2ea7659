import { words } from '../words/language.ts'

export const repeatsWords = words('repeatsWords', {
  isOff: 'SIDECAR_ADMIN_LISTEN is off: there is nothing to ask',
  listTakesNone: 'list takes no more words',
  releaseTakesOne: 'release takes one number or request id, as repeats list prints them',
  guardsNone: 'the running sidecar guards no writes: set SIDECAR_REPEATS, or repeats in the callers file',
  none: 'No write is of unknown outcome.\n',
  released: 'Released: the same write may be sent again.\n',
  answered: (status: number) => `the answer was ${status}`,
  nobody: (addresses: string) => `no sidecar answers at ${addresses}`,
  columns: ['number', 'time (UTC)', 'caller', 'outcome', 'write', 'request id'],
  /** Below the table. */
  next: 'Look in CATAPA whether each of them is there. Release one that is not: catapa-sidecar repeats release NUMBER\n',
})
