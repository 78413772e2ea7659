import { shownOrigin } from '../../settings/shown-origin.ts'
import type { RefusalFacts, TokenFlaw } from '../failure.ts'
import type { TransportFacts } from '../transport.ts'
import { keeps, machineAdvice, patience, putCa, type Table } from './table.ts'
import { at, because, becauseThere } from './transport-phrases.ts'

const waitForCatapa = (_: unknown, retrying: boolean) =>
  retrying
    ? 'Wait: this often passes, and the sidecar keeps trying. If it stays, ask CATAPA.'
    : 'CATAPA itself has trouble: try again later, and ask its support if it stays.'
const checkTokenUrl = (_: unknown, retrying: boolean) =>
  `Check CATAPA_TOKEN_URL, or CATAPA_BASE_URL where that is not set: the answer from there has no token${keeps(retrying)}.`
const checkWay = (_: unknown, retrying: boolean) =>
  `Check the network, HTTPS_PROXY and CATAPA_TOKEN_URL${keeps(retrying)}.`
const checkAddress = (_: unknown, retrying: boolean) => `Check CATAPA_TOKEN_URL${keeps(retrying)}.`
const checkWayFromHere = (_: unknown, retrying: boolean) =>
  `Check the network from this machine, HTTPS_PROXY and CATAPA_TOKEN_URL${keeps(retrying)}.`
const notInTime =
  'Try again. If it stays, CATAPA is overloaded, or something on the way holds the request back for longer than SIDECAR_TOKEN_TIMEOUT.'
const cutOff =
  'Try again. If it stays, something on the way cuts the connection, or CATAPA_TOKEN_URL does not lead to a token endpoint.'
export const setup = 'Setup > OAuth 2.0 Clients'
const checkClient = `Check CATAPA_CLIENT_SECRET first, then CATAPA_CLIENT_ID and CATAPA_TENANT, and that the client still exists in CATAPA (${setup}).`

function afterNoAnswer({ why }: TransportFacts, retrying: boolean): string {
  const advice = machineAdvice(why)
  if (advice !== undefined) return advice
  if (why === 'timeout' && !retrying) return notInTime
  const connected = why === 'lost' || why === 'not_http' || why === 'unknown'
  return connected && !retrying ? cutOff : checkWayFromHere(undefined, retrying)
}

const tokenFlaws: Record<TokenFlaw, string> = {
  too_large: 'it is over 1 MiB',
  no_object: 'it is not a JSON object',
  access_token: 'its access_token is missing or not visible ASCII',
  lifetime: 'its lifetime is not a number',
  token_type: 'its token_type is not Bearer',
}

/** The refusal as the token endpoint said it. */
export function said({ status, error }: RefusalFacts): string {
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

/** Codes that are not about tenant, id or secret. */
export function isOfGrant(error = ''): boolean {
  return ['invalid_scope', 'unauthorized_client', 'unsupported_grant_type'].includes(error)
}

/** The place to correct it: the environment wins over the `--config` file. */
function comesFrom({ error, aboutTenant, from }: RefusalFacts): string {
  if (from === undefined || isOfGrant(error)) return ''
  return aboutTenant
    ? ` The tenant comes from: ${shownOrigin(from.tenant)}.`
    : ` The secret comes from: ${shownOrigin(from.clientSecret)}.`
}

/** The token endpoint, and tokens. */
export const tokenPhrases = {
  token_endpoint_unreachable: [
    (facts) => `The token endpoint could not be reached: ${because(facts)}`,
    checkWay,
    afterNoAnswer,
    (facts) => `The token endpoint${at(facts)} could not be reached: ${becauseThere(facts)}`,
  ],
  token_endpoint_untrusted: [
    (facts) => `The certificate of the token endpoint is not trusted: ${because(facts)}`,
    putCa,
    putCa,
    (facts) => `The certificate of the token endpoint${at(facts)} is not trusted: ${becauseThere(facts)}`,
  ],
  token_endpoint_status: [({ status }) => `The token endpoint answered with status ${status}`, patience, waitForCatapa],
  token_endpoint_redirects: [
    ({ status }) => `The token endpoint answered with status ${status}, a redirect, which is not followed`,
    (_, retrying) => `check CATAPA_TOKEN_URL${keeps(retrying)}`,
    checkTokenUrl,
  ],
  no_token_in_answer: [({ status }) => `The token endpoint answered with status ${status}`, patience, checkTokenUrl],
  token_malformed: [
    ({ flaw }) => `The answer of the token endpoint is no token: ${tokenFlaws[flaw]}`,
    checkAddress,
    waitForCatapa,
  ],
  no_token_endpoint: [
    ({ flaw }) => `The answer of the token endpoint is no token: ${tokenFlaws[flaw]}`,
    checkAddress,
    checkTokenUrl,
  ],
  token_endpoint_is_sidecar: [
    'The token endpoint is a catapa-sidecar itself',
    'set CATAPA_BASE_URL and CATAPA_TOKEN_URL to CATAPA, not to a sidecar',
  ],
  client_refused: [
    (refusal) => `CATAPA refuses the client (${said(refusal)})`,
    afterRefusal,
    (refusal) => `${afterRefusal(refusal)}${comesFrom(refusal)}`,
  ],
  code_refused: [
    'CATAPA does not take the code (invalid_grant): it was used before, has expired, or was given for another CATAPA_REDIRECT_URI or client',
    'Run login again, and log in without a long pause.',
  ],
  token_unforeseen: ['The token request failed in an unforeseen way', patience, checkWayFromHere],
  token_pending: ['The token endpoint has not answered in time', patience, checkWayFromHere],
  token_expired_on_the_way: ['The token expired while it was being fetched', patience, waitForCatapa],
  token_handed_back_expired: ['The token endpoint handed back the token that has expired', patience, waitForCatapa],
  token_superseded: ['The login changed while a token was asked for', 'the sidecar asks anew'],
  fresh_token_refused: [
    'CATAPA refuses fresh tokens too',
    'the sidecar pauses renewal for a minute',
    'Check in CATAPA that the OAuth client is active and has its permissions, and that no other program uses it.',
  ],
  token_no_longer_current: [
    'CATAPA did not accept the request, since its token was no longer current',
    ({ lost }) =>
      lost ? 'a request that only reads can be sent again' : 'it was not carried out and may be sent again',
    ({ lost }) =>
      `Send it again${lost ? '' : ': CATAPA did nothing of it'}. If this stays, another program may use the same OAuth client.`,
  ],
} satisfies Partial<Table>
