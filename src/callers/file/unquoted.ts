/** Words and numbers, as somebody writes them who has mistaken a rule. */
const plain = /^([a-z]+(-[a-z]+)*|[+-]?[\d.,]+(\/?[a-z]{1,4})?)$/i

/**
 * What stands in a line in place of what should, to be added to that: a short word or number only. A key or a password that
 * was pasted into the wrong line is longer or has both letters and digits, and is not repeated.
 */
export function instead(text: string): string {
  return isPlain(text) ? `, not "${text}"` : ''
}

/** Whether a text of the callers file may be repeated. */
export function isPlain(text: string): boolean {
  return text.length <= 16 && plain.test(text)
}
