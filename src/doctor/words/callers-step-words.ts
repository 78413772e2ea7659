import { words } from '../../words/language.ts'

export const callersStepWords = words('callersStepWords', {
  limit: (profile: string) => `SIDECAR_PROFILE ${profile} limits everyone`,
  noFile: (limit: string | undefined) => `${limit}; there is no callers file`,
  correct: (path: string | undefined) =>
    `Correct ${path}. A running sidecar goes on with the earlier state of the file, but could not be started again.`,
  file: (path: string) => `the file ${path}`,
  whoIn: (named: number, others: 'have a section' | 'are refused') =>
    `${named} ${named === 1 ? 'caller' : 'callers'}, everyone else ${others === 'are refused' ? 'is refused' : 'has a section'}`,
  everyoneElse: 'everyone else',
  /** What the running sidecar is quoted with, or noted of it. */
  problem: (sentence: string) => `its callers file has a problem: ${sentence}`,
  usesNone: 'the running sidecar uses no callers file: it was started without, and has to be restarted',
  usesOther: 'the running sidecar uses another callers file',
  unused: (names: string) => `since the running sidecar started no program has called as ${names}`,
  notTaken: (names: string) => `not taken over yet by the running sidecar: ${names}`,
})
