import { machineAdvice, putCa, type Table } from './table.ts'
import { at, because, becauseThere } from './transport-phrases.ts'

const onlyReads = 'a request that only reads can be sent again'
const askAgain =
  'Try again; if it stays, look at the network and at the status of CATAPA. Check for lost writes there first.'

function ownLimit({ caller }: { caller: string | undefined }): string {
  return caller === undefined ? 'The limit that all callers without a name share' : `The limit of the caller ${caller}`
}

export function sectionOf(caller: string | undefined): string {
  return `[${caller ?? '*'}]`
}

/** The sidecar itself, and the way to CATAPA and back. */
export const upstreamPhrases = {
  fault: [
    'This is a fault of catapa-sidecar',
    'please report it with its log',
    'Report it with the log lines of the request.',
  ],
  shutting_down: ['The sidecar is shutting down', 'send the request again in a moment'],
  shut_down_meanwhile: ['The sidecar is shutting down', 'send the request again when it is back'],
  cut_by_shutdown: [
    'The sidecar was stopped while CATAPA was working on the request',
    onlyReads,
    'Check in CATAPA before you send it again.',
  ],
  too_many_waiting: [
    'Too many requests are waiting already',
    'send fewer at a time',
    'Send fewer requests at a time, or raise SIDECAR_MAX_WAITING.',
  ],
  queued_too_long: [
    ({ halved }) =>
      `No connection to CATAPA came free within SIDECAR_QUEUE_TIMEOUT${halved ? ', and fewer are used since CATAPA has answered 429' : ''}`,
    'send fewer requests at a time, or this one again in a moment',
    ({ halved }) =>
      halved
        ? 'CATAPA gets more requests than it wants: send fewer at a time, or give the busiest callers a rate in the callers file.'
        : 'All connections were in use: send fewer requests at a time, look in the log for what takes so long, or raise SIDECAR_UPSTREAM_CONNECTIONS.',
  ],
  made_room: [
    'Too many requests are waiting, and most of them are of this caller',
    'send fewer at a time',
    'The last of them made room for another caller: let this one send fewer requests at a time, or raise SIDECAR_MAX_WAITING.',
  ],
  over_max_in_flight: [
    (facts) =>
      `${ownLimit(facts)} of ${facts.most} at a time (max-in-flight) was used up for all of SIDECAR_QUEUE_TIMEOUT`,
    'send fewer requests at a time, or this one again in a moment',
    ({ caller }) =>
      `Let the program send fewer requests at a time, or raise max-in-flight in the section ${sectionOf(caller)} of the callers file.`,
  ],
  over_rate: [
    (facts) =>
      `${ownLimit(facts)} of ${facts.perSecond} per second (rate) ${facts.atOnce ? 'is used up for longer than' : 'was used up for all of'} SIDECAR_QUEUE_TIMEOUT`,
    'send requests more slowly, and this one again after the Retry-After',
    ({ caller }) =>
      `Let the program send requests more slowly, or raise rate in the section ${sectionOf(caller)} of the callers file.`,
  ],
  catapa_pauses: [
    'CATAPA has asked for a pause (Retry-After), so nothing is sent to it',
    'send the request again after the Retry-After',
    'Send it again after the Retry-After; if this happens often, give the busiest callers a rate in the callers file.',
  ],
  too_many_pipelined: ['Too many requests were sent without awaiting an answer', 'send the next once one is answered'],
  unreachable: [
    (facts) => `CATAPA could not be reached: ${because(facts)}`,
    ({ why }) =>
      machineAdvice(why) === undefined
        ? 'Check the network, CATAPA_BASE_URL and HTTPS_PROXY.'
        : 'try again in a moment',
    ({ why }) =>
      machineAdvice(why) ?? 'Check the network from this machine, the firewall, HTTPS_PROXY and CATAPA_BASE_URL.',
    (facts) => `CATAPA${at(facts)} could not be reached: ${becauseThere(facts)}`,
  ],
  untrusted: [
    (facts) => `The certificate that answered for CATAPA is not trusted: ${because(facts)}`,
    putCa,
    'Something else than CATAPA answered, mostly a company proxy that inspects TLS: put its CA into CATAPA_CA_FILE.',
    (facts) => `The certificate that answered for CATAPA${at(facts)} is not trusted: ${becauseThere(facts)}`,
  ],
  lost: [
    (facts) => `CATAPA gave no complete answer: ${because(facts)}`,
    onlyReads,
    ({ why }) => machineAdvice(why) ?? askAgain,
  ],
  malformed_answer: [
    ({ how }) =>
      `CATAPA gave no complete answer: ${how === 'not_http' ? 'its answer is not HTTP/1.1 as it should be' : 'its answer cannot be passed on'}`,
    onlyReads,
    askAgain,
  ],
  connect_timeout: [
    'No connection to CATAPA came about in time',
    'check the network, or try again',
    'Something on the way holds the connection up: check the firewall and HTTPS_PROXY, or try again.',
  ],
  response_timeout: [
    'CATAPA did not answer within SIDECAR_RESPONSE_TIMEOUT',
    'ask for less at a time, or raise the limit',
  ],
  body_timeout: [
    'The answer of CATAPA fell silent for SIDECAR_BODY_TIMEOUT',
    'try again',
    'Ask CATAPA for less at a time, or raise SIDECAR_BODY_TIMEOUT.',
  ],
  request_unread: [
    'CATAPA read nothing more of the request for SIDECAR_BODY_TIMEOUT',
    'try again',
    'Send less at a time, or raise SIDECAR_BODY_TIMEOUT.',
  ],
} satisfies Partial<Table>
