import { didYouMeanWords } from './did-you-mean-words.ts'

/** The word that was probably meant: within two letters of `word`, or one if it is short. */
export function meantWord(word: string, words: readonly string[]): string | undefined {
  const upper = words.map((known) => known.toUpperCase())
  const found = nearest(word, upper, word.length < 6 ? 1 : 2)
  return words.find((known) => known.toUpperCase() === found)
}

/** The end of a problem: the word probably meant, without repeating `word`, which may be a secret. */
export function didYouMean(word: string, words: readonly string[]): string {
  const meant = meantWord(word, words)
  return meant === undefined ? '' : didYouMeanWords().meant(meant)
}

/** How many letters to add, drop, change or swap with their neighbour to turn one word into the other (Damerau, Levenshtein). */
export function distance(from: string, to: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (let i = 1; i <= from.length; i++) {
    const row = [i]
    for (let j = 1; j <= to.length; j++) {
      const same = from[i - 1] === to[j - 1]
      const swapped = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1]
      row[j] = Math.min(
        (last[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + 1,
        (last[j - 1] ?? 0) + (same ? 0 : 1),
        swapped ? (beforeLast[j - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
      )
    }
    beforeLast = last
    last = row
  }
  return last[to.length] ?? 0
}

/** The candidate nearest to `word` in any letter case, within so many letters. Candidates are upper case. */
export function nearest(word: string, candidates: readonly string[], letters: number): string | undefined {
  const near = candidates
    .filter((candidate) => Math.abs(candidate.length - word.length) <= letters)
    .map((candidate) => ({ candidate, letters: distance(word.toUpperCase(), candidate) }))
    .filter((found) => found.letters <= letters)
    .sort((one, other) => one.letters - other.letters)
  return near[0]?.candidate
}
