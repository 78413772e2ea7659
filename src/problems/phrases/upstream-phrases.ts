import { putCa, raiseLimit, type Table } from './table.ts'
import { because } from './transport-phrases.ts'

const onlyReads = 'a request that only reads can be sent again'
const askAgain =
  'Try again; if it stays, look at the network and at the status of CATAPA. Check for lost writes there first.'

/** The sidecar itself, and the way to CATAPA and back. */
export const upstreamPhrases = {
  fault: {
    happened: 'This is a fault of catapa-sidecar',
    next: 'please report it with its log',
    operator: { next: 'Report it with the log lines of the request.' },
  },
  shutting_down: {
    happened: 'The sidecar is shutting down',
    next: 'send the request again in a moment',
  },
  shut_down_meanwhile: {
    happened: 'The sidecar is shutting down',
    next: 'send the request again when it is back',
  },
  cut_by_shutdown: {
    happened: 'The sidecar was stopped while CATAPA was working on the request',
    next: onlyReads,
    operator: { next: 'Check in CATAPA before you send it again.' },
  },
  too_many_waiting: {
    happened: 'Too many requests are waiting already',
    next: 'send fewer at a time',
    operator: { next: 'Send fewer requests at a time, or raise SIDECAR_MAX_WAITING.' },
  },
  queued_too_long: {
    happened: 'No connection to CATAPA came free within SIDECAR_QUEUE_TIMEOUT',
    next: 'send fewer requests at a time, or this one again in a moment',
    operator: {
      next: 'All connections were in use: send fewer requests at a time, look in the log for what takes so long, or raise SIDECAR_UPSTREAM_CONNECTIONS.',
    },
  },
  too_many_pipelined: {
    happened: 'Too many requests were sent without awaiting an answer',
    next: 'send the next once one is answered',
  },
  unreachable: {
    happened: (facts) => `CATAPA could not be reached: ${because(facts)}`,
    next: 'Check the network, CATAPA_BASE_URL and HTTPS_PROXY.',
    operator: {
      next: ({ why }) =>
        why === 'file_handles'
          ? raiseLimit
          : 'Check the network from this machine, the firewall, HTTPS_PROXY and CATAPA_BASE_URL.',
    },
  },
  untrusted: {
    happened: (facts) => `The certificate that answered for CATAPA is not trusted: ${because(facts)}`,
    next: putCa,
    operator: {
      next: 'Something else than CATAPA answered, mostly a company proxy that inspects TLS: put its CA into CATAPA_CA_FILE.',
    },
  },
  lost: {
    happened: (facts) => `CATAPA gave no complete answer: ${because(facts)}`,
    next: onlyReads,
    operator: { next: ({ why }) => (why === 'file_handles' ? raiseLimit : askAgain) },
  },
  malformed_answer: {
    happened: ({ how }) =>
      `CATAPA gave no complete answer: ${how === 'not_http' ? 'its answer is not HTTP/1.1 as it should be' : 'its answer cannot be passed on'}`,
    next: onlyReads,
    operator: { next: askAgain },
  },
  connect_timeout: {
    happened: 'No connection to CATAPA came about in time',
    next: 'check the network, or try again',
    operator: {
      next: 'Something on the way holds the connection up: check the firewall and HTTPS_PROXY, or try again.',
    },
  },
  response_timeout: {
    happened: 'CATAPA did not answer within SIDECAR_RESPONSE_TIMEOUT',
    next: 'ask for less at a time, or raise the limit',
  },
  body_timeout: {
    happened: 'The answer of CATAPA fell silent for SIDECAR_BODY_TIMEOUT',
    next: 'try again',
    operator: { next: 'Ask CATAPA for less at a time, or raise SIDECAR_BODY_TIMEOUT.' },
  },
  request_unread: {
    happened: 'CATAPA read nothing more of the request for SIDECAR_BODY_TIMEOUT',
    next: 'try again',
    operator: { next: 'Send less at a time, or raise SIDECAR_BODY_TIMEOUT.' },
  },
} satisfies Partial<Table>
