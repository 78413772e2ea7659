import { nearest } from './distance.ts'

/** The one of the words that was meant: within two letters of what stands there, one of a short word. */
export function meantWord(word: string, words: readonly string[]): string | undefined {
  const upper = words.map((known) => known.toUpperCase())
  const found = nearest(word, upper, word.length < 6 ? 1 : 2)
  return words.find((known) => known.toUpperCase() === found)
}

/** The end of a problem: what was meant, without repeating what stands there. */
export function didYouMean(word: string, words: readonly string[]): string {
  const meant = meantWord(word, words)
  return meant === undefined ? '' : `; did you mean ${meant}?`
}
