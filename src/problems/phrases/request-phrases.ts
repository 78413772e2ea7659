import type { FactsOf } from '../failure.ts'
import { callerPhrases } from './caller-phrases.ts'
import type { Table } from './table.ts'

const correctProgram =
  'Correct the request in the calling program; the log line of the request names its path and program.'
const sendLess = 'Send a shorter query or fewer headers.'
const lookAtProgram =
  'The calling program stopped, or was too slow, in its request or in reading the answer: look at it, or at the network before it.'
const callByName =
  'Call the sidecar as localhost or by the IP address of its machine, or list the name in SIDECAR_ALLOWED_HOSTS.'
const noUse = 'The calling program uses a method that CATAPA has no use for.'

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
  no_host: ['The request has no Host header, which HTTP/1.1 requires', 'send one', correctProgram],
  two_hosts: ['The request has more than one Host header', 'send one', correctProgram],
  target: [
    ({ flaw }) => `The request target has ${targetFlaws[flaw][0]}`,
    ({ flaw }) => targetFlaws[flaw][1],
    correctProgram,
  ],
  not_http: ['The request is not well-formed HTTP/1.1', 'correct the program that sends it', correctProgram],
  plain_to_tls: [
    'The program speaks plain HTTP, and this address of the sidecar only HTTPS',
    'use a base URL that begins with https://',
    correctProgram,
  ],
  tls_to_plain: [
    'The program speaks TLS, the sidecar plain HTTP',
    'use a base URL that begins with http://',
    correctProgram,
  ],
  http_version: ['The request is not in HTTP/1.1 or HTTP/1.0', 'send it in one of these', correctProgram],
  transfer_coding: ['The body has a transfer coding other than "chunked"', 'send it without', correctProgram],
  header_not_forwardable: ['The request has a header that cannot be forwarded', 'send it without', correctProgram],
  too_many_headers: [({ most }) => `The request has over ${most} headers`, 'send fewer', sendLess],
  head_too_large: [
    ({ mostBytes }) => `Request line and headers are over ${mostBytes / 1024} KiB`,
    'send less, for example in several requests',
    sendLess,
  ],
  head_late: ['The head of the request did not arrive in time', 'send it without pauses', lookAtProgram],
  body_too_large: ['The request body is over SIDECAR_MAX_BODY', 'send less at a time, or raise the limit'],
  body_silent: ['The request body fell silent', 'send it without pauses', lookAtProgram],
  body_slow: [
    'The request body came too slowly, with less than 1 KiB in 30 s',
    'send it without pauses',
    lookAtProgram,
  ],
  token_request_silent: ['The token request fell silent', 'send it without pauses', lookAtProgram],
  answer_unread: ['The caller stopped reading the answer', 'read it without pauses', lookAtProgram],
  answer_read_slowly: [
    'The caller read the answer too slowly, less than 1 KiB in 30 s',
    'read it without pauses',
    lookAtProgram,
  ],
  impossible_address: [
    'The sidecar was called by an address that no machine has as its own, as 0.0.0.0 and [::] are',
    'call it as localhost or by the IP address of its machine',
    callByName,
  ],
  host: [
    'The name that the sidecar was called by is not allowed',
    'call the sidecar as localhost or by an IP address, or list the name in SIDECAR_ALLOWED_HOSTS',
    callByName,
  ],
  foreign_origin: [
    'A web page of another origin may not call the sidecar',
    'if this page is yours, list its origin in SIDECAR_ALLOWED_ORIGINS',
  ],
  own_via: [
    'The request came back to a sidecar that it has passed already',
    'check that CATAPA_BASE_URL is CATAPA and not a sidecar',
    'Set CATAPA_BASE_URL to CATAPA, not to a sidecar.',
  ],
  method: [({ method }) => `${method} is not supported`, "leave it out: CATAPA's API has no use for it", noUse],
  upgrade: ['Protocol upgrades are not supported', 'send a plain HTTP/1.1 request', noUse],
  connect: ['CONNECT is not supported: the sidecar is no forward proxy', 'Use it as the base URL.'],
  other_tenant: [
    ({ where }) => `The request names another tenant in ${tenantPlaces[where]} than the one that this sidecar is for`,
    'leave it out, or run a sidecar for that tenant',
  ],
  key_in_target: [
    ({ where }) => `The request has the key of a caller in its ${where}, and a key is never sent on to CATAPA`,
    'send it as Authorization: Bearer, as the password of Basic or as X-Api-Key',
  ],
  placeholder_off: [
    'The sidecar logs in for its callers',
    'leave the token request out, or set SIDECAR_PLACEHOLDER_TOKEN=true',
  ],
  ...callerPhrases,
} satisfies Partial<Table>
