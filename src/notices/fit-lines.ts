import type { Message } from './message.ts'
import { endWords, itemWords } from './words.ts'

/**
 * The lines of a message for people; an empty one stands between two states, and before the end.
 *
 * @param fits whether the receiver takes so many: what does not fit is cut from the last state backwards, so that the instance
 *   and the address of the page stay
 */
export function fittingLines(message: Message, fits: (lines: readonly string[]) => boolean): readonly string[] {
  const states = message.items.map((item) => itemWords(item, message.at).join('\n')).join('\n\n')
  const end = endWords(message)
  const withEnd = (text: string) => [...text.split('\n'), ...(end.length > 0 ? [''] : []), ...end]
  if (fits(withEnd(states))) return withEnd(states)
  const shorter = cut(states, (text) => fits(withEnd(text)))
  // Where not even the end fits, the beginning of it stays.
  return shorter === undefined ? [cut(end.join(' '), (text) => fits([text])) ?? ''] : withEnd(shorter)
}

/** The longest beginning that fits with an … after it; undefined where nothing does. */
function cut(text: string, fits: (text: string) => boolean): string | undefined {
  const characters = [...text]
  const begin = (length: number) => `${characters.slice(0, length).join('').trimEnd()}…`
  if (!fits(begin(0))) return undefined
  let [fitting, over] = [0, characters.length]
  while (over - fitting > 1) {
    const middle = Math.floor((fitting + over) / 2)
    if (fits(begin(middle))) fitting = middle
    else over = middle
  }
  return begin(fitting)
}
