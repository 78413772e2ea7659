import { words } from './language.ts'

export const didYouMeanWords = words('didYouMeanWords', {
  /** The end of a problem. */
  meant: (word: string) => `; did you mean ${word}?`,
})
