/** A word of a command for a POSIX shell, for people to paste. */
export function shellWord(text: string): string {
  return /^[\w./@+:=,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}
