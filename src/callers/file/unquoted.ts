import { callersFileWords } from './callers-file-words.ts'

/** Words and numbers, as people write them who mistake a rule. */
const plain = /^([a-z]+(-[a-z]+)*|[+-]?[\d.,]+(\/?[a-z]{1,4})?)$/i

/**
 * `, not "…"` with the text found, to end a problem; empty unless it is a short word or number. A key or password pasted
 * into the wrong line is longer or has both letters and digits, and is not repeated.
 */
export function instead(text: string): string {
  return isPlain(text) ? callersFileWords().instead(text) : ''
}

/** Whether a text of the callers file may be repeated. */
export function isPlain(text: string): boolean {
  return text.length <= 16 && plain.test(text)
}
