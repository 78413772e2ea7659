import { moment } from '../../../words/units.ts'
import type { Facts } from '../../status/known-facts.ts'
import { isForWantOfSecret } from './secret-states.ts'
import type { SidecarState } from './sidecar-state.ts'

/** States of token, credentials and login (design/promises 4 and 7). The browser loads this module. */

type Failing = NonNullable<Facts['token']['failure']>

export function tokenStates(facts: Facts, now: number): SidecarState[] {
  const { token, started } = facts
  if (isForWantOfSecret(token.failure)) return [] // Its own state says more.
  if (token.failure !== undefined) return [withoutRenewal(facts, token.failure, now)]
  if (token.rejectionsPaused) return [refusedTokens]
  return started ? [] : [starting]
}

const starting: SidecarState = {
  name: 'starting',
  condition: 'warning',
  title: 'The sidecar is starting',
  sentence: 'CATAPA has not answered the first token request yet.',
  unready: true,
}

const refusedTokens: SidecarState = {
  name: 'tokens_refused',
  condition: 'bad',
  title: 'CATAPA refuses the tokens that it gives',
  sentence: 'The login works, but requests are answered with 401.',
  remedy: 'Check in CATAPA that the OAuth client is active and has its permissions, and that no other program uses it.',
}

/** If CATAPA cannot be reached, a test of the way says more than the last attempt. */
const askDoctor = 'To find where the connection fails, run: catapa-sidecar doctor (with the settings of this sidecar).'

function withoutRenewal(facts: Facts, failure: Failing, now: number): SidecarState {
  const { valid, expiresAt } = facts.token
  const { happened, remedy, since } = failure
  if (valid && expiresAt !== undefined) {
    const sentence = `${happened}. Calls still work with the last token, until ${moment(expiresAt, now)}.`
    return stillValid(facts, { ...failure, sentence })
  }
  const state = { condition: 'bad', sentence: `${happened}.`, remedy, unready: true } as const
  if (failure.code === 'login_required') {
    return { ...state, name: 'login_required', title: titleOfLogin(facts), since }
  }
  if (failure.code === 'credentials_rejected') {
    return { ...state, name: 'credentials_rejected', title: refusedTitle, since }
  }
  // The last token may have served for a while after the first failure.
  const without = expiresAt !== undefined && expiresAt > since ? expiresAt : since
  const title = 'No access to CATAPA'
  return { ...state, name: 'token_unavailable', title, remedy: `${remedy} ${askDoctor}`, since: without }
}

const refusedTitle = 'CATAPA refuses the credentials'

/** A token cannot be renewed, and the last one still serves. */
function stillValid(facts: Facts, { code, sentence, remedy, since }: Failing & { sentence: string }): SidecarState {
  const state = { condition: 'warning', sentence, remedy, since } as const
  const verdict = 'It works, but not for long'
  if (code === 'login_required') return { ...state, name: 'login_required', title: titleOfLogin(facts), verdict }
  if (code === 'credentials_rejected') {
    // No other pod should be sent here: refused credentials are refused for each of them.
    return { ...state, name: 'credentials_rejected', title: refusedTitle, verdict, unready: true }
  }
  const title = 'The token cannot be renewed'
  return { ...state, name: 'token_renewal_failing', title, verdict: 'It works, but the token cannot be renewed' }
}

function titleOfLogin({ login }: Facts): string {
  const unusable = login?.flaw !== undefined && login.flaw !== 'missing'
  return unusable ? 'The stored login cannot be used' : 'A person has to log in'
}
