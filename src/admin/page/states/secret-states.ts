import type { Facts } from '../../status/known-facts.ts'
import type { SidecarState } from './sidecar-state.ts'

/** States of the command that prints the secret (design/promises 15.4). The browser loads this module. */
export function secretStates({ secretCommand, token }: Pick<Facts, 'secretCommand' | 'token'>): SidecarState[] {
  if (secretCommand?.failing === undefined) return []
  const { happened, remedy, since } = secretCommand.failing
  const state = { name: 'secret_command_failing', remedy, since } as const
  if (isForWantOfSecret(token.failure)) {
    const title = 'The sidecar gets no client secret'
    return [{ ...state, condition: 'bad', title, sentence: `${happened}.`, unready: true }]
  }
  const title = "The secret's command fails"
  const sentence = `${happened}. The secret that it printed before stays in use.`
  return [{ ...state, condition: 'warning', title, sentence }]
}

/** Whether there is no token since there is no secret. */
export function isForWantOfSecret(failure: Facts['token']['failure']): boolean {
  return failure?.cause === 'secret_command_failed' || failure?.cause === 'secret_command_unusable'
}
