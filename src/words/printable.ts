/** Characters that move a terminal's cursor, are invisible, or change the direction of writing. */
const unfit = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu

/** A text from elsewhere, made safe for a terminal. */
export function printable(text: string): string {
  return /^[ -~]*$/.test(text) ? text : text.replace(unfit, '?')
}

/** Whether a text is safe for a terminal as it is. */
export function isPrintable(text: string): boolean {
  return printable(text) === text
}
