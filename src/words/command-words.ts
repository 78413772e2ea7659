import { commandFlawWords } from './command-flaw-words.ts'

/** The words of a command, or a flaw that follows its name. Never quotes the text, which may hold a secret. */
export type CommandWords = Readonly<{ words: readonly [string, ...string[]] } | { flaw: string }>

/** A part in quotes, a part without, blanks. A backslash within double quotes may stand before the quote that ends them. */
const part = /'([^']*)'|"((?:[^"\\]|\\[\s\S])*)"|([^\s'"]+)|\s+/gy

/**
 * Splits a command as a shell does, but expands nothing: quotes of both kinds hold a word together, and a backslash is itself, so
 * that paths of Windows can be written, but before `"` and `\` within double quotes. A JSON array of strings is taken as it is.
 */
export function commandWords(text: string): CommandWords {
  if (text.trimStart().startsWith('[')) return fromJson(text)
  const words: string[] = []
  let word: string | undefined
  let end = 0
  for (const [all, single, double, bare] of text.matchAll(part)) {
    end += all.length
    const piece = single ?? double?.replace(/\\(["\\])/g, '$1') ?? bare
    if (piece !== undefined) word = (word ?? '') + piece
    else if (word !== undefined) {
      words.push(word)
      word = undefined
    }
  }
  if (end < text.length) return { flaw: commandFlawWords().quotation }
  if (word !== undefined) words.push(word)
  return judged(words)
}

function fromJson(text: string): CommandWords {
  try {
    const found: unknown = JSON.parse(text)
    if (Array.isArray(found) && found.every((one): one is string => typeof one === 'string')) return judged(found)
  } catch {} // Its text quotes the value.
  return { flaw: commandFlawWords().noList }
}

function judged([program, ...others]: readonly string[]): CommandWords {
  if (!program) return { flaw: commandFlawWords().noProgram }
  const words: readonly [string, ...string[]] = [program, ...others]
  return words.some((word) => word.includes('\0')) ? { flaw: commandFlawWords().nul } : { words }
}
