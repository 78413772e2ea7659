import { words } from '../words/language.ts'

export const waitWords = words('waitWords', {
  waiting: (address: string, sentence: string) => `waiting for the sidecar at ${address}: ${sentence}`,
  notReady: (address: string, seconds: number, sentence: string) =>
    `${address} was not ready within ${seconds} s: ${sentence}`,
  /** Of `exec`, too. */
  timeoutFlaw: (most: number) => `--timeout should be seconds, from 0 to ${most}, for example 2.5`,
})
