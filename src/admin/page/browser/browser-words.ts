import { words } from '../../../words/language.ts'

/** What the page's script says. */
export const browserWords = words('browserWords', {
  toDo: 'What to do:',
  noAnswer: 'no answer',
  live: 'live',
  notKnown: 'not known',
  left: 'left',
  byDefault: (usual: string) => `default: ${usual}`,
  noErrors: 'Nothing since the start.',
  noCalls: 'No program has called yet.',
  notAccepted: '(address not accepted)',
  noStatus: 'none',
  mayDo: (what: string) => `may do: ${what}`,
  lastSeen: (when: string) => `last seen: ${when}`,
  // Refreshing the token
  asking: 'Asking CATAPA for a token …',
  refreshed: 'CATAPA accepted the credentials and gave a token.',
  notRefreshed: (why: string) => `No new token: ${why}`,
  didNotAnswer: 'The sidecar did not answer.',
  // Releasing a write
  release: 'Release',
  releaseOf: (write: string, seq: number | string) => `Release ${write}, no. ${seq}`,
  numbered: (write: string, seq: number | string) => `${write} (no. ${seq})`,
  sure: (write: string) => `Is ${write} not in CATAPA? Once it is released, the program may send it again.`,
  released: (write: string) => `Released: ${write}.`,
  /** @param detail the sidecar's, for programs too: in English */
  notReleased: (_status: number, detail: string) => `Not released: ${detail}`,
})
