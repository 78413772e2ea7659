import type { Cause, FactsOf, RefusalFacts, TokenFlaw, TransportFacts } from './failure.ts'
import { flawOf, mendOf, notStored, storeMend } from './login-phrases.ts'
import { because } from './transport-phrases.ts'

// The one table of words: another language is another table. A clause of `happened` has no full stop; a `next` that
// begins with a small letter goes on with the sentence.

type Text<Facts> = string | ((facts: Facts, retrying: boolean) => string)

export type Phrases<Facts> = Readonly<{
  happened: Text<Facts>
  next: Text<Facts>
  /** Where who runs the sidecar is told otherwise than a caller, who learns no path, no address and no name. */
  operator?: Readonly<{ happened?: Text<Facts>; next?: Text<Facts> }>
}>

const correctProgram = {
  next: 'Correct the request in the calling program; the log line of the request names its path and program.',
}
const sendLess = { next: 'Send a shorter query or fewer headers.' }
const lookAtProgram = {
  next: 'The calling program stopped, or was too slow, in its request or in reading the answer: look at it, or at the network before it.',
}
const callByName = {
  next: 'Call the sidecar as localhost or by the IP address of its machine, or list the name in SIDECAR_ALLOWED_HOSTS.',
}
const noUse = { next: 'The calling program uses a method that CATAPA has no use for.' }
const waitForCatapa = (_: unknown, retrying: boolean) =>
  retrying
    ? 'Wait: this often passes, and the sidecar keeps trying. If it stays, ask CATAPA.'
    : 'CATAPA itself has trouble: try again later, and ask its support if it stays.'
const checkTokenUrl =
  'Check CATAPA_TOKEN_URL, or CATAPA_BASE_URL where that is not set: what answers there gives no tokens.'
const checkWay = (_: unknown, retrying: boolean) =>
  `Check the network, HTTPS_PROXY and CATAPA_TOKEN_URL${keeps(retrying)}.`
const checkAddress = (_: unknown, retrying: boolean) => `Check CATAPA_TOKEN_URL${keeps(retrying)}.`
const patience = (_: unknown, retrying: boolean) => (retrying ? 'the sidecar keeps trying' : 'try again in a moment')
const checkWayFromHere = (_: unknown, retrying: boolean) =>
  `Check the network from this machine, HTTPS_PROXY and CATAPA_TOKEN_URL${keeps(retrying)}.`
const notInTime =
  'Try again. If it stays, CATAPA is overloaded, or something on the way holds the request back for longer than SIDECAR_TOKEN_TIMEOUT.'
const putCa = 'If a proxy of your company inspects TLS, put its CA into CATAPA_CA_FILE.'
const onlyReads = 'a request that only reads can be sent again'
const setup = 'Setup > OAuth 2.0 Clients'
const checkClient = `Check CATAPA_CLIENT_SECRET first, then CATAPA_CLIENT_ID and CATAPA_TENANT, and that the client still exists in CATAPA (${setup}).`
const askAgain =
  'try again; if it stays, look at the network and at the status of CATAPA. Check for lost writes there first.'

export const phrases: { [C in Cause]: Phrases<FactsOf[C]> } = {
  no_host: {
    happened: 'The request has no Host header, which HTTP/1.1 requires',
    next: 'send one',
    operator: correctProgram,
  },
  two_hosts: { happened: 'The request has more than one Host header', next: 'send one', operator: correctProgram },
  target: {
    happened: ({ flaw }) => `The request target has ${targetFlaws[flaw][0]}`,
    next: ({ flaw }) => targetFlaws[flaw][1],
    operator: correctProgram,
  },
  not_http: {
    happened: 'The request is not well-formed HTTP/1.1',
    next: 'correct the program that sends it',
    operator: correctProgram,
  },
  tls_to_plain: {
    happened: 'The program speaks TLS, the sidecar plain HTTP',
    next: 'use a base URL that begins with http://',
    operator: correctProgram,
  },
  http_version: {
    happened: 'The request is not in HTTP/1.1 or HTTP/1.0',
    next: 'send it in one of these',
    operator: correctProgram,
  },
  transfer_coding: {
    happened: 'The body has a transfer coding other than "chunked"',
    next: 'send it without',
    operator: correctProgram,
  },
  header_not_forwardable: {
    happened: 'The request has a header that cannot be forwarded',
    next: 'send it without',
    operator: correctProgram,
  },
  too_many_headers: {
    happened: ({ most }) => `The request has over ${most} headers`,
    next: 'send fewer',
    operator: sendLess,
  },
  head_too_large: {
    happened: ({ mostBytes }) => `Request line and headers are over ${mostBytes / 1024} KiB`,
    next: 'send less, for example in several requests',
    operator: sendLess,
  },
  head_late: {
    happened: 'The head of the request did not arrive in time',
    next: 'send it without pauses',
    operator: lookAtProgram,
  },
  body_too_large: {
    happened: 'The request body is over SIDECAR_MAX_BODY',
    next: 'send less at a time, or raise the limit',
  },
  body_silent: {
    happened: 'The request body fell silent',
    next: 'send it without pauses',
    operator: lookAtProgram,
  },
  body_slow: {
    happened: 'The request body came too slowly, with less than 1 KiB in 30 s',
    next: 'send it without pauses',
    operator: lookAtProgram,
  },
  token_request_silent: {
    happened: 'The token request fell silent',
    next: 'send it without pauses',
    operator: lookAtProgram,
  },
  answer_unread: {
    happened: 'The caller stopped reading the answer',
    next: 'read it without pauses',
    operator: lookAtProgram,
  },
  answer_read_slowly: {
    happened: 'The caller read the answer too slowly, less than 1 KiB in 30 s',
    next: 'read it without pauses',
    operator: lookAtProgram,
  },
  impossible_address: {
    happened: 'The sidecar was called by an address that no machine has as its own, as 0.0.0.0 and [::] are',
    next: 'call it as localhost or by the IP address of its machine',
    operator: callByName,
  },
  host: {
    happened: 'The name that the sidecar was called by is not allowed',
    next: 'call the sidecar as localhost or by an IP address, or list the name in SIDECAR_ALLOWED_HOSTS',
    operator: callByName,
  },
  foreign_origin: {
    happened: 'A web page of another origin may not call the sidecar',
    next: 'if this page is yours, list its origin in SIDECAR_ALLOWED_ORIGINS',
  },
  own_via: {
    happened: 'The request came back to a sidecar that it has passed already',
    next: 'check that CATAPA_BASE_URL is CATAPA and not a sidecar',
    operator: { next: 'Set CATAPA_BASE_URL to CATAPA, not to a sidecar.' },
  },
  method: {
    happened: ({ method }) => `${method} is not supported`,
    next: "leave it out: CATAPA's API has no use for it",
    operator: noUse,
  },
  upgrade: {
    happened: 'Protocol upgrades are not supported',
    next: 'send a plain HTTP/1.1 request',
    operator: noUse,
  },
  connect: {
    happened: 'CONNECT is not supported: the sidecar is no forward proxy',
    next: 'Use it as the base URL.',
  },
  other_tenant: {
    happened: ({ where }) =>
      `The request names another tenant in ${tenantPlaces[where]} than the one that this sidecar is for`,
    next: 'leave it out, or run a sidecar for that tenant',
  },
  placeholder_off: {
    happened: 'The sidecar logs in for its callers',
    next: 'leave the token request out, or set SIDECAR_PLACEHOLDER_TOKEN=true',
  },
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
  body_timeout: { happened: 'The answer of CATAPA fell silent for SIDECAR_BODY_TIMEOUT', next: 'try again' },
  request_unread: {
    happened: 'CATAPA read nothing more of the request for SIDECAR_BODY_TIMEOUT',
    next: 'try again',
  },
  token_endpoint_unreachable: {
    happened: (facts) => `The token endpoint could not be reached: ${because(facts)}`,
    next: checkWay,
    operator: { next: afterNoAnswer },
  },
  token_endpoint_untrusted: {
    happened: (facts) => `The certificate of the token endpoint is not trusted: ${because(facts)}`,
    next: putCa,
  },
  token_endpoint_status: {
    happened: ({ status }) => `The token endpoint answered with status ${status}`,
    next: patience,
    operator: { next: waitForCatapa },
  },
  token_endpoint_redirects: {
    happened: ({ status }) => `The token endpoint answered with status ${status}, a redirect, which is not followed`,
    next: (_, retrying) => `check CATAPA_TOKEN_URL${keeps(retrying)}`,
    operator: { next: checkTokenUrl },
  },
  no_token_in_answer: {
    happened: ({ status }) => `The token endpoint answered with status ${status}`,
    next: patience,
    operator: { next: checkTokenUrl },
  },
  token_malformed: {
    happened: ({ flaw }) => `What the token endpoint answered is no token: ${tokenFlaws[flaw]}`,
    next: checkAddress,
    operator: { next: waitForCatapa },
  },
  no_token_endpoint: {
    happened: ({ flaw }) => `What the token endpoint answered is no token: ${tokenFlaws[flaw]}`,
    next: checkAddress,
    operator: { next: checkTokenUrl },
  },
  token_endpoint_is_sidecar: {
    happened: 'The token endpoint is a catapa-sidecar itself',
    next: 'set CATAPA_BASE_URL and CATAPA_TOKEN_URL to CATAPA, not to a sidecar',
  },
  client_refused: {
    happened: (refusal) => `CATAPA refuses the client (${said(refusal)})`,
    next: afterRefusal,
  },
  code_refused: {
    happened:
      'CATAPA does not take the code (invalid_grant): it was used before, has expired, or was given for another CATAPA_REDIRECT_URI or client',
    next: 'Run login again, and log in without a long pause.',
  },
  token_unforeseen: {
    happened: 'The token request failed in an unforeseen way',
    next: patience,
    operator: { next: checkWayFromHere },
  },
  token_pending: {
    happened: 'The token endpoint has not answered in time',
    next: patience,
    operator: { next: checkWayFromHere },
  },
  token_expired_on_the_way: {
    happened: 'The token expired while it was being fetched',
    next: patience,
    operator: { next: waitForCatapa },
  },
  token_handed_back_expired: {
    happened: 'The token endpoint handed back the token that has expired',
    next: patience,
    operator: { next: waitForCatapa },
  },
  token_superseded: {
    happened: 'The login changed while a token was asked for',
    next: 'the sidecar asks anew',
  },
  fresh_token_refused: {
    happened: 'CATAPA refuses fresh tokens too',
    next: 'the sidecar pauses renewal for a minute',
    operator: {
      next: 'Check in CATAPA that the OAuth client is active and has its permissions, and that no other program uses it.',
    },
  },
  token_no_longer_current: {
    happened: 'CATAPA did not accept the request, since its token was no longer current',
    next: 'it was not carried out and may be sent again',
    operator: {
      next: 'Send it again: CATAPA did nothing of it. If this stays, another program may use the same OAuth client.',
    },
  },
  login_flaw: {
    happened: ({ kind }) => (kind === 'missing' ? 'Nobody has logged in' : 'The stored login cannot be used'),
    next: ({ kind }) =>
      kind === 'missing'
        ? 'Whoever runs the sidecar has to log in (catapa-sidecar login).'
        : 'Its log says why and how to mend it, to whoever runs the sidecar.',
    operator: { happened: flawOf, next: mendOf },
  },
  login_read_failed: {
    happened: 'The stored login cannot be read at the moment',
    next: patience,
    operator: { happened: flawOf, next: mendOf },
  },
  login_over: {
    happened: 'The login is over: CATAPA does not accept it any more',
    next: 'Whoever runs the sidecar has to log in again (catapa-sidecar login).',
    operator: {
      happened: ({ path }) =>
        `The login${path === undefined ? '' : ` in ${path}`} is over: CATAPA does not accept it any more (it has expired, was ended, or an answer with its successor was lost)`,
      next: 'Log in again as the user of this sidecar and with its settings: catapa-sidecar login.',
    },
  },
  login_not_stored: {
    happened: 'The login cannot be renewed, because it cannot be stored on this machine',
    next: patience,
    operator: {
      happened: notStored,
      next: (facts, retrying) => `${storeMend(facts)}${retrying ? ' The sidecar keeps trying.' : ''}`,
    },
  },
  login_busy: {
    happened: 'Another process that shares the login is renewing it',
    next: patience,
    operator: {
      happened: ({ folder }) =>
        `Another process has the turn of the login in ${folder}: a sidecar that renews it, a login or a logout`,
      next: ({ folder }) =>
        `Wait a moment. If it stays so, look for another catapa-sidecar that uses ${folder}, and at its log: one that cannot store the login keeps its turn until it can.`,
    },
  },
  login_replaced: {
    happened: 'The login was removed or replaced while it was renewed',
    next: 'the sidecar looks again',
  },
}

function keeps(retrying: boolean): string {
  return retrying ? '; the sidecar keeps trying' : ''
}

function afterNoAnswer({ why }: TransportFacts, retrying: boolean): string {
  if (why === 'file_handles') return raiseLimit
  return why === 'timeout' && !retrying ? notInTime : checkWayFromHere(undefined, retrying)
}

const raiseLimit =
  'Too many files are open: raise "ulimit -n" for the sidecar (systemd: LimitNOFILE), or the limit of the whole machine.'

const targetFlaws: Record<FactsOf['target']['flaw'], readonly [has: string, next: string]> = {
  fragment: ['a "#", which never belongs into a request', 'percent-encode it as %23'],
  path_characters: ['characters in its path that may not stand there', 'percent-encode them'],
  query_characters: ['characters in its query that may not stand there', 'percent-encode them'],
  dot_segment: ['a "." or ".." segment in its path', 'send the path without it'],
  no_path: ['neither a path nor an http URL', 'start it with "/"'],
}

const tenantPlaces: Record<FactsOf['other_tenant']['where'], string> = {
  header: 'the Tenant header',
  query: 'a tenant parameter of the query',
  path: 'a tenant parameter of the path',
}

const tokenFlaws: Record<TokenFlaw, string> = {
  too_large: 'it is over 1 MiB',
  no_object: 'it is not a JSON object',
  access_token: 'its access_token is missing or not visible ASCII',
  lifetime: 'its lifetime is not a number',
  token_type: 'its token_type is not Bearer',
}

function said({ status, error }: RefusalFacts): string {
  return error === undefined ? `status ${status}` : `${error}, status ${status}`
}

const grantTypes = {
  client_credentials: 'grant type client_credentials',
  authorization_code: 'grant types authorization_code and refresh_token',
}

function afterRefusal({ status, error, aboutTenant, grant }: RefusalFacts): string {
  if (error === 'invalid_scope') return 'Check CATAPA_SCOPE; leave it out unless CATAPA asked for it.'
  if (error === 'unauthorized_client' || error === 'unsupported_grant_type') {
    return `In CATAPA (${setup}), give this client the ${grantTypes[grant]}.`
  }
  if (aboutTenant) {
    return 'The answer is about the tenant: check CATAPA_TENANT, which is the code of the tenant, and that this client was made in that tenant.'
  }
  if (error === undefined && (status === 404 || status === 405)) return `Check CATAPA_TOKEN_URL. ${checkClient}`
  return checkClient
}
