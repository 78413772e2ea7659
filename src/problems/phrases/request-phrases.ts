import type { FactsOf } from '../failure.ts'
import { callerPhrases } from './caller-phrases.ts'
import type { Table } from './table.ts'

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

/** The request as it came, and the guards. */
export const requestPhrases = {
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
  key_in_target: {
    happened: ({ where }) =>
      `The request has the key of a caller in its ${where}, and a key is never sent on to CATAPA`,
    next: 'send it as Authorization: Bearer, as the password of Basic or as X-Api-Key',
  },
  placeholder_off: {
    happened: 'The sidecar logs in for its callers',
    next: 'leave the token request out, or set SIDECAR_PLACEHOLDER_TOKEN=true',
  },
  ...callerPhrases,
} satisfies Partial<Table>
