import { moment } from '../../../words/units.ts'
import type { Facts } from '../../status/known-facts.ts'
import { isForWantOfSecret } from './secret-states.ts'
import type { SidecarState } from './sidecar-state.ts'
import { stateWords } from './state-words.ts'

/** States of token, credentials and login (design/promises 4 and 7). The browser loads this module. */

type Failing = NonNullable<Facts['token']['failure']>

export function tokenStates(facts: Facts, now: number): SidecarState[] {
  const { token, started } = facts
  if (isForWantOfSecret(token.failure)) return [] // Its own state says more.
  if (token.failure !== undefined) return [withoutRenewal(facts, token.failure, now)]
  if (token.rejectionsPaused) return [{ name: 'tokens_refused', condition: 'bad', ...stateWords().refusedTokens }]
  return started ? [] : [{ name: 'starting', condition: 'warning', ...stateWords().starting, unready: true }]
}

function withoutRenewal(facts: Facts, failure: Failing, now: number): SidecarState {
  const { valid, expiresAt } = facts.token
  const { happened, remedy, since } = failure
  const say = stateWords()
  if (valid && expiresAt !== undefined) {
    const sentence = say.lastTokenUntil(happened, moment(expiresAt, now))
    return stillValid(facts, { ...failure, sentence })
  }
  const state = { condition: 'bad', sentence: `${happened}.`, remedy, unready: true } as const
  if (failure.code === 'login_required') {
    return { ...state, name: 'login_required', title: titleOfLogin(facts), since }
  }
  if (failure.code === 'credentials_rejected') {
    return { ...state, name: 'credentials_rejected', title: say.refusedCredentials, since }
  }
  // The last token may have served for a while after the first failure.
  const without = expiresAt !== undefined && expiresAt > since ? expiresAt : since
  return {
    ...{ ...state, name: 'token_unavailable', title: say.noAccess },
    ...{ remedy: `${remedy} ${say.askDoctor}`, since: without },
  }
}

/** A token cannot be renewed, and the last one still serves. */
function stillValid(facts: Facts, { code, sentence, remedy, since }: Failing & { sentence: string }): SidecarState {
  const state = { condition: 'warning', sentence, remedy, since } as const
  const { notForLong: verdict, refusedCredentials, notRenewed } = stateWords()
  if (code === 'login_required') return { ...state, name: 'login_required', title: titleOfLogin(facts), verdict }
  if (code === 'credentials_rejected') {
    // No other pod should be sent here: refused credentials are refused for each of them.
    return { ...state, name: 'credentials_rejected', title: refusedCredentials, verdict, unready: true }
  }
  return { ...state, name: 'token_renewal_failing', ...notRenewed }
}

function titleOfLogin({ login }: Facts): string {
  const unusable = login?.flaw !== undefined && login.flaw !== 'missing'
  return stateWords().login(unusable)
}
