import type { Facts } from '../../status/known-facts.ts'
import type { SidecarState } from './sidecar-state.ts'
import { stateWords } from './state-words.ts'

/** States of the command that prints the secret (design/promises 15.4). The browser loads this module. */
export function secretStates({ secretCommand, token }: Pick<Facts, 'secretCommand' | 'token'>): SidecarState[] {
  if (secretCommand?.failing === undefined) return []
  const { happened, remedy, since } = secretCommand.failing
  const state = { name: 'secret_command_failing', remedy, since } as const
  if (isForWantOfSecret(token.failure)) {
    return [{ ...state, condition: 'bad', title: stateWords().noSecret, sentence: `${happened}.`, unready: true }]
  }
  return [{ ...state, condition: 'warning', ...stateWords().secretCommand(happened) }]
}

/** Whether there is no token since there is no secret. */
export function isForWantOfSecret(failure: Facts['token']['failure']): boolean {
  return failure?.cause === 'secret_command_failed' || failure?.cause === 'secret_command_unusable'
}
