import { words } from '../../words/language.ts'

const nothing = 'Nothing was stored; an earlier login stays.'
const grantTypes =
  'In CATAPA (Setup > OAuth 2.0 Clients), give this client the grant types authorization_code and refresh_token.'

/** Why a login came to nothing, and what to do. `code`: an error code of RFC 6749. */
export const loginFailureWords = words('loginFailureWords', {
  emptyName: '--as should be the name of the person to log in',
  interrupted: 'The login was interrupted.',
  nobodyCame: 'Nobody logged in within 5 minutes. Nothing has changed.',
  unanswered: 'The question was not answered within 5 minutes. Nothing was stored.',
  busy: (folder: string) => `Another process keeps ${folder} busy. Try again in a moment.`,
  noListener: (address: string, code: string) => {
    const why = code === 'EADDRINUSE' ? 'is taken, perhaps by another login' : `cannot be listened on (${code})`
    return `${address}, the address that the browser comes back to, ${why}. End that program, or run login --paste. Or register another redirect URI with the client and set CATAPA_REDIRECT_URI to it.`
  },

  // What was pasted.
  thatIsTheLoginPage:
    'That is the address of the login page. Log in there first; then paste the address that the browser ends on.',
  notWhole: 'That is not the whole address that the browser ended on: it has "code=" and "state=" in it.',
  ofAnotherLogin: 'That is the answer to another login. Open the address above, and paste where the browser ends then.',
  nothingPasted: 'Standard input ended before an address was pasted. Run login in a terminal.',

  // What the login page answered.
  otherTenant:
    'The login was made in another tenant than CATAPA_TENANT. Log in again and choose that tenant, or correct CATAPA_TENANT.',
  noCode: 'The answer of the login page has no code in it. Check CATAPA_AUTHORIZE_URL.',
  denied: 'Access was denied on the login page. Nothing has changed; log in again to allow it.',
  notForPeople: (code: string) => `This client may not log people in (${code}). ${grantTypes}`,
  unknownScope: 'CATAPA does not know the scope that was asked for (invalid_scope). Check CATAPA_SCOPE.',
  notUnderstood:
    'CATAPA does not understand the request (invalid_request). Check CATAPA_REDIRECT_URI and CATAPA_SCOPE; if CATAPA knows no PKCE, set CATAPA_PKCE=false.',
  ownTrouble: (code: string) => `CATAPA has trouble of its own (${code}). Try again later.`,
  refused: (code: string | undefined) => `CATAPA refused the login${code === undefined ? '' : ` (${code})`}.`,

  // What CATAPA answered after that. `happened`: sentences.
  noRefreshToken: `CATAPA gave an access token but no refresh token, so the login would be over within the hour. ${grantTypes} Nothing was stored.`,
  notNow: (happened: string) => `${happened} Nothing was stored; run login again once that is mended.`,
  clockToo: (happened: string, next: string) => ` Also, ${happened}. ${next}`,
  ownTokenRefused:
    'CATAPA does not accept the token that it has just issued (status 401). Check that CATAPA_BASE_URL, CATAPA_TOKEN_URL and CATAPA_TENANT belong together. Nothing was stored.',

  // The person. `why`: a clause.
  inputEnded: `Standard input ended before the question was answered. ${nothing} Run login in a terminal, or name the person beforehand: --as NAME.`,
  notConfirmed: `The login was not confirmed. ${nothing} If somebody else has logged in, others have seen the address: with --no-browser it is printed here only.`,
  personUnknown: (why: string) =>
    `The person who has logged in is not known, and may not be the one that --as names: ${why}. ${nothing}`,
  otherPerson: (called: string) => `${called} has logged in, which is not the person that --as names. ${nothing}`,
})
