import { words } from '../../../words/language.ts'
import { count, plural } from '../../../words/units.ts'

const renew =
  'Renew it, and put the new one with its key into the files of SIDECAR_TLS_CERT_FILE and SIDECAR_TLS_KEY_FILE. They are read again within 5 seconds.'

/** The words of states. Times and durations come as they are to be written; `happened` is the beginning of a sentence. */
export const stateWords = words('stateWords', {
  // Of the sidecar
  draining: (inFlight: number) => ({
    title: 'The sidecar is shutting down',
    sentence: `It takes no new requests.${inFlight > 0 ? ' It ends the requests that it has accepted.' : ''}`,
  }),
  starting: {
    title: 'The sidecar is starting',
    sentence: 'CATAPA has not answered the first token request yet.',
  },

  // Of token, credentials and login
  refusedTokens: {
    title: 'CATAPA refuses the tokens that it gives',
    sentence: 'The login works, but requests are answered with 401.',
    remedy:
      'Check in CATAPA that the OAuth client is active and has its permissions, and that no other program uses it.',
  },
  /** If CATAPA cannot be reached, a test of the way says more than the last attempt. */
  askDoctor: 'To find where the connection fails, run: catapa-sidecar doctor (with the settings of this sidecar).',
  lastTokenUntil: (happened: string, until: string) =>
    `${happened}. Calls still work with the last token, until ${until}.`,
  refusedCredentials: 'CATAPA refuses the credentials',
  noAccess: 'No access to CATAPA',
  notForLong: 'It works, but not for long',
  notRenewed: { title: 'The token cannot be renewed', verdict: 'It works, but the token cannot be renewed' },
  login: (unusable: boolean): string => (unusable ? 'The stored login cannot be used' : 'A person has to log in'),
  noSecret: 'The sidecar gets no client secret',
  secretCommand: (happened: string) => ({
    title: "The secret's command fails",
    sentence: `${happened}. The secret that it printed before stays in use.`,
  }),
  store: (happened: string, since: string | undefined) => ({
    title: 'The token is not shared for now',
    sentence: `${happened}${since === undefined ? '' : `, since ${since}`}. Calls go on: each sidecar asks for a token of its own meanwhile. If a new token ends the old one, sidecars end each other's tokens, and a write may meet a 401.`,
  }),

  // Of the way to CATAPA
  callFailed: (happened: string) => `The last call failed. ${happened}.`,
  pausesOften: {
    title: 'CATAPA asks for pauses again and again',
    sentence:
      'More is sent than CATAPA takes from this client. While a pause lasts, reads wait and writes are refused.',
    remedy:
      'Give the caller that sends most a rate or max-in-flight in the callers file, and ask CATAPA for the quota of this client.',
  },
  paused: (until: string) => ({
    title: `CATAPA has asked for a pause until ${until}`,
    remedy:
      'Nothing now: it passes by itself. If it happens often, give the caller that sends most a rate in the callers file.',
  }),
  left: (time: string) => `${time} left.`,
  operationEnds: (operation: string, when: string, calls: number) => ({
    title: `CATAPA says that ${operation} ends`,
    sentence: `${when} ${count(calls)} calls of it since the start got this answer.`,
    remedy:
      'Look in the API reference of CATAPA for what takes its place, and change the program that calls it in time.',
  }),
  /** `2027-03-01`, with whether it lies ahead; a deprecation may have no day. */
  endsOn: (
    deprecated: Readonly<{ day: string | undefined; ahead: boolean }> | undefined,
    sunset: Readonly<{ day: string; ahead: boolean }> | undefined,
  ) => {
    const end = sunset && `It ${sunset.ahead ? 'is to answer until' : 'was to answer until'} ${sunset.day}.`
    const day = deprecated?.day === undefined ? '' : ` ${deprecated.ahead ? 'from' : 'since'} ${deprecated.day}`
    return [deprecated && `It is deprecated${day}.`, end].filter((text) => text !== undefined).join(' ')
  },

  // Of audit trail and writes
  auditStopped: (happened: string, since: string, refused: string, without: string) => ({
    title: 'The audit trail cannot be written',
    sentence: `${happened}, since ${since}.`,
    counts: `Refused so far: ${refused}. Without a line so far: ${without}.`,
  }),
  /** By SIDECAR_AUDIT_ON_FAILURE. */
  auditVerdicts: {
    writes: 'Only reading works: the audit trail cannot be written',
    all: 'Everything is refused: the audit trail cannot be written',
    open: 'It works, but nothing is recorded',
  },
  auditRefusals: {
    writes: 'Calls that may change something are refused meanwhile; reading goes on without a line.',
    all: 'Everything is refused meanwhile.',
    open: 'Everything goes on without a line.',
  },
  auditReplaced: (happened: string, at: string, times: number) => ({
    title: 'Another program has changed the audit trail',
    sentence: `${happened}. That was noticed at ${at}. ${times > 1 ? `It has happened ${count(times)} times since the start. ` : ''}This stays so until the sidecar is started again.`,
  }),
  writesUnknown: (writes: number, oldest: string, caller: string) => {
    const several = writes > 1
    return {
      title: several ? `The outcome of ${count(writes)} writes is unknown` : 'The outcome of a write is unknown',
      sentence: `${several ? `The oldest is of ${oldest}` : `It is of ${oldest}, by ${caller}`}. CATAPA may have done ${several ? 'them' : 'it'}. If a program sends ${several ? 'one of them' : 'it'} again, it is refused until somebody has looked.`,
      remedy:
        'Look in CATAPA whether it is there. If it is not, release it on the status page or with catapa-sidecar repeats release, and let the program send it again.',
    }
  },

  // Of files
  callersFile: (file: string, readAt: string, problems: number, lines: readonly number[], more: boolean) => ({
    title: 'The callers file has problems, and its changes are not in use',
    sentence: `The sidecar goes on with what it read at ${readAt}. In ${file} there ${problems === 1 ? 'is' : 'are'} ${plural(problems, 'problem')}${lines.length === 0 ? '' : `, in line${lines.length === 1 ? '' : 's'} ${lines.join(', ')}${more ? ' and others' : ''}`}.`,
    remedy:
      'Correct the file: catapa-sidecar check tells what is wrong in each line. It is read again within 5 seconds.',
  }),
  reported: (callers: readonly string[]) => ({
    title: `Restrictions are reported only: ${callers.join(', ')}`,
    sentence: 'Calls that they would refuse go on all the same, and are counted below.',
    remedy: 'Once every reported call should really be refused, take the line "report = true" out of the callers file.',
  }),
  settings: (names: readonly string[], more: boolean) => ({
    title: 'The files with the settings have problems, and their changes are not in use',
    sentence: `The credentials in use stay, and a restart would fail. The problems are in ${names.join(', ')}${more ? ' and others' : ''}.`,
    remedy: 'Correct the file: catapa-sidecar check tells what is wrong. It is read again within 2 seconds.',
  }),
  certificate: (readAt: string, happened: string) => ({
    title: 'The certificate files have a problem, and are not in use',
    sentence: `The sidecar goes on with what it read at ${readAt}. ${happened}.`,
  }),
  noHttps: 'No program can call over HTTPS',
  certificateEarly: (from: string) => ({
    title: 'The certificate is not valid yet',
    sentence: `It is valid only from ${from} on, and callers over HTTPS refuse it.`,
    remedy: 'Check the clock of this machine; if it is right, put the earlier certificate back.',
  }),
  certificateEnded: (at: string) => ({
    title: 'The certificate has ended',
    sentence: `It has ended at ${at}, and callers over HTTPS refuse it.`,
    remedy: renew,
  }),
  certificateEndsSoon: (left: string, at: string) => ({
    title: 'The certificate ends soon',
    verdict: 'It works, but the certificate ends soon',
    sentence: `It ends in ${left}, at ${at}. From then on callers over HTTPS refuse it.`,
    remedy: renew,
  }),
})
