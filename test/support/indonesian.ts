// Indonesian can be loaded, and what looks like English in it is found.
import { teach } from '../../src/words/language.ts'

teach(() => import('../../src/commands/indonesian.ts'))

/** Words that stand in nearly every English sentence, and in no Indonesian one, outside of code such as `max-in-flight`. */
const english =
  /(?<![\w-])(the|and|is|are|not|with|for|of|to|has|was|it|by|from|at|no longer|than)(?![\w-])[^.\n]{0,60}/gi

/** Pieces of English sentences in a text. */
export function englishIn(text: string): string[] {
  return text.match(english) ?? []
}
