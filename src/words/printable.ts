/** What moves the cursor of a terminal, hides, or turns the direction of writing. */
const unfit = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu

/** What somebody else has written, fit for a terminal. */
export function printable(text: string): string {
  return /^[ -~]*$/.test(text) ? text : text.replace(unfit, '?')
}

/** Whether it is so already. */
export function isPrintable(text: string): boolean {
  return printable(text) === text
}
