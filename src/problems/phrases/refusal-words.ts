import type { Effect } from '../../operations/operation.ts'
import { words } from '../../words/language.ts'

/** Effects that are not undone easily. */
const deeds: Readonly<Partial<Record<Effect, string>>> = {
  'bulk-delete': 'delete many records at once',
  delete: 'delete something',
  decide: 'approve, reject or undo something',
}

const request = (caller: string | undefined) =>
  caller === undefined
    ? 'The request'
    : `The request of ${caller === 'other' ? 'everyone else ([*])' : `the caller ${caller}`}`

const unknown = {
  nobody: 'The sidecar does not know the program that calls',
  wrong_key: 'The sidecar does not know the key of the request, or not under the name that comes with it',
  two_callers: 'The request shows two different callers',
  repeated: 'The token request has its client_id or its client_secret more than once',
}

/** Of the name that came with a key: `…` is one that the callers file does not have. */
function name(claimed: string | undefined): string {
  if (claimed === undefined) return 'no name came with it'
  return claimed === '…'
    ? 'a name came with it that the callers file does not have'
    : `the name ${claimed} came with it`
}

const which = 'the line of the request in the log has its program, address and listener'

/** Callers that are not known, and what they may not do. `caller`: its name, `other` for everyone else. */
export const refusalWords = words('refusalWords', {
  notAllowed: (caller: string | undefined, rule: string) => `${request(caller)} is not allowed (${rule})`,
  ambiguous: (caller: string | undefined, has: string) => `${request(caller)} has ${has}`,
  deeds,
  asMeant: (deed: string, wanted: string, wouldAllow: string) =>
    `It would ${deed} (${wanted}), and was refused as meant: nothing has to be done, unless this program should do that. ${wouldAllow}`,
  lineWouldAllow: (wanted: string, section: string | undefined) =>
    `The line "allow = ${wanted}" in the section ${section} of the callers file would allow it.`,
  profileWouldAllow: 'Only another SIDECAR_PROFILE would allow it: it limits everyone.',
  withoutLine: (line: number) =>
    `Only without line ${line} of the callers file would it be allowed: a deny line wins over everything.`,
  oneWayOnly: (next: string) => `Callers with restrictions have to send what can be read in one way only: ${next}.`,

  unknown,
  keyOfNobody: (key: string, claimed: string | undefined) =>
    `The callers file does not have the key ${key}… of the request; ${name(claimed)}`,
  keyOfAnother: (key: string, keyOf: string, claimed: string | undefined) =>
    `The key ${key}… of the request is that of ${keyOf}; ${name(claimed)}`,
  keyOfSecond: (key: string, keyOf: string | undefined) =>
    `${unknown.two_callers}; its key ${key}… is that of ${keyOf ?? 'nobody'}`,
  sendOnce: 'send each of them once',
  showWho:
    "A program shows who it is by its key (as Authorization: Bearer, as the password of Basic, as X-Api-Key, or as the client secret of a token request), by the listener that it calls, by its certificate, or by the user that it runs as; the sidecar's callers file has to name one of them.",
  afterCertificate: (next: string) => `${next}. Which program: ${which}.`,
  afterNobody: `It was refused as meant, unless this program should call: then give it a section in the callers file, or add [*] for everyone else. Which it is: ${which}.`,
  afterRepeated: `Let the program send each of them once. Which program: ${which}.`,
  afterTwoCallers: `Let the program show one caller only: its key, its listener, its certificate and its user have to be of one section. Which program: ${which}.`,
  afterWrongName: `Let the program send its key with its own name, or without a name. Which program: ${which}.`,
  afterWrongKey: (section: string | undefined) =>
    `Find the program (${which}), and give it a key of ${section ?? 'its section'}: a new one comes from "catapa-sidecar key". The digits are the first of the SHA-256 that the key lines of the callers file have. If no program of yours sends this key, it was refused as meant.`,
})
