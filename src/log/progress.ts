/** The part of a terminal, or of what stands for it, that is written to. */
export type Output = { write(text: string): unknown; isTTY?: boolean; columns?: number }

/** Something that takes time, told in one line that replaces itself, on a terminal; nothing in a pipe or a file. */
export function progressOn(stream: Output) {
  let shown = false
  /** Takes it away, so that the next line begins on a clean one. */
  const clear = () => {
    if (shown) stream.write('\r\x1b[K')
    shown = false
  }
  return {
    say(text: string): void {
      if (stream.isTTY !== true) return
      clear()
      // A line that wraps could not be taken away.
      stream.write(text.slice(0, Math.max(0, (stream.columns || 80) - 1)))
      shown = true
    },
    clear,
  }
}
