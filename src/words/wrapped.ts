/** Breaks a text into lines between words, and long words within. Control characters are removed. */
export function wrapped(text: string, columns: number, indent = 0): string[] {
  const room = columns - indent
  const words = text
    .replace(/\p{Cc}+/gu, ' ')
    .split(' ')
    .flatMap((word) => word.match(new RegExp(`.{1,${room}}`, 'gu')) ?? [''])
  const lines: string[] = []
  for (const word of words) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= room) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines.map((line) => `${' '.repeat(indent)}${line}`)
}
