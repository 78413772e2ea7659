/**
 * Judges each spelling of a word once (docs/design/cost.md, Levers). Others choose the words, so only some are kept, and short ones.
 */
export function remembered<Verdict>(judge: (lowerCase: string, word: string) => Verdict): (word: string) => Verdict {
  const known = new Map<string, Verdict>()
  return (word) => {
    const before = known.get(word)
    if (before !== undefined) return before
    const verdict = judge(word.toLowerCase(), word)
    if (known.size < 500 && word.length <= 64) known.set(word, verdict)
    return verdict
  }
}
