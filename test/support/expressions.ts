// Finds the regular expressions of TypeScript sources, and makes texts on which they could take long.

/** An expression as it stands in a source. */
export type Literal = Readonly<{ source: string; flags: string }>

/** What stands before a `/` that begins an expression, and not a division: nothing that has a value. */
const beforeExpression =
  /(?:^|[([{},;:=!&|?+\-*%<>~^]|\b(?:return|typeof|case|in|of|void|throw|delete|do|else|await|yield))$/

/** All literals of a source, comments and texts left out, and how often it calls `RegExp` by name. */
export function expressionsIn(code: string): { literals: Literal[]; made: number } {
  const literals: Literal[] = []
  let made = 0
  /** What has been read without blanks and comments, its last characters. */
  let before = ''
  /** Open braces of each template that is being read. */
  const templates: number[] = []
  let at = 0
  const take = (pattern: RegExp): RegExpExecArray => {
    const sticky = new RegExp(pattern.source, `${pattern.flags}y`)
    sticky.lastIndex = at
    const found = sticky.exec(code)
    if (found === null) throw new Error(`cannot be read: ${code.slice(at, at + 80)}`)
    at += found[0].length
    return found
  }
  const template = () => {
    take(/(?:[^`\\$]|\\.|\$(?!\{))*(?:`|\$\{)/s)
    if (code[at - 1] === '{') templates.push(0)
    before = code[at - 1] === '{' ? '{' : 'x'
  }
  while (at < code.length) {
    const char = code[at] ?? ''
    if (/\s/.test(char)) take(/\s+/)
    else if (code.startsWith('//', at) || (at === 0 && code.startsWith('#!'))) take(/.*/)
    else if (code.startsWith('/*', at)) take(/\/\*.*?\*\//s)
    else if (char === "'" || char === '"') {
      take(char === "'" ? /'(?:[^'\\\n]|\\.)*'/s : /"(?:[^"\\\n]|\\.)*"/s)
      before = 'x'
    } else if (char === '`') {
      at += 1
      template()
    } else if (char === '/' && beforeExpression.test(before)) {
      const splits = code.slice(0, at).endsWith('.split(') // At all of its matches.
      const [, source = '', flags = ''] = take(/\/((?:[^\\/[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+)\/([a-z]*)/)
      literals.push({ source, flags: splits ? `${flags}g` : flags })
      before = 'x'
    } else if (/[\w$]/.test(char)) {
      const [word] = take(/[\w$]+/)
      if (word === 'RegExp' && /^(?:<\w*>)?\(/.test(code.slice(at))) made += 1
      before = /\.$/.test(before) ? 'x' : word // A member may be called like a word of the language.
    } else {
      const open = templates.length - 1
      at += 1
      before = `${before}${char}`.slice(-2)
      if (open === -1 || (char !== '{' && char !== '}')) continue
      const braces = (templates[open] ?? 0) + (char === '{' ? 1 : -1)
      templates[open] = braces
      if (braces >= 0) continue
      templates.pop()
      template()
    }
  }
  return { literals, made }
}

/** A part of an expression: texts that it matches, and those that match what it consists of. */
type Part = { samples: string[]; inner: string[] }

/** Texts that an expression matches in part, of which long runs may cost it much. */
export function piecesOf({ source, flags }: Literal): { pieces: string[]; beginnings: string[] } {
  let at = 0
  const beginnings = new Set([''])
  const pieces = new Set<string>()
  const first = (texts: readonly string[]) => texts[0] ?? ''

  function alternatives(prefix: string): Part {
    const samples: string[] = []
    const inner: string[] = []
    do {
      const one = sequence(prefix)
      samples.push(...one.samples)
      inner.push(...one.inner)
    } while (source[at] === '|' && ++at)
    return { samples, inner }
  }

  function sequence(prefix: string): Part {
    let text = ''
    const inner: string[] = []
    while (at < source.length && source[at] !== '|' && source[at] !== ')') {
      beginnings.add(prefix + text)
      const { samples, inner: within } = atom(prefix + text)
      const repeated = /^(?:[*+?]|\{(\d+)(?:,\d*)?\})\??/.exec(source.slice(at))
      at += repeated?.[0].length ?? 0
      for (const sample of [...samples, ...within]) if (sample !== '') inner.push(sample)
      text += first(samples).repeat(Math.min(8, Number(repeated?.[1] ?? 1)))
    }
    return { samples: [text], inner: [...inner, text] }
  }

  function atom(prefix: string): Part {
    const group = /^\((?:\?(?:[:=!]|<[=!]|<\w+>))?/.exec(source.slice(at))
    if (group !== null) {
      at += group[0].length
      const part = alternatives(prefix)
      at += 1
      return /[=!]$/.test(group[0]) ? { samples: [''], inner: [...part.samples, ...part.inner] } : part
    }
    const [token = ''] =
      /^(?:\[(?:[^\]\\]|\\.)*\]|\\(?:x[\da-f]{2}|u\{[\da-f]+\}|u[\da-f]{4}|[pPk][{<][^}>]*[}>]|.)|.)/is.exec(
        source.slice(at),
      ) ?? []
    at += token.length
    if (/^(?:\^|\$|\\[bB])$/.test(token)) return { samples: [''], inner: [] }
    return { samples: charactersOf(token, flags), inner: [] }
  }

  for (const piece of alternatives('').inner) if (piece !== '' && piece.length <= 200) pieces.add(piece)
  return { pieces: [...pieces], beginnings: [...beginnings] }
}

const tried = [...'a0 \t_-.,:;=/%&"\'\\~!+*?A@#$()[]{}|<>\n\r\0\u00e9\u0085\u200b']

/** A few of those characters that one character of an expression may be. */
function charactersOf(token: string, flags: string): string[] {
  const one = new RegExp(`^(?:${token})$`, flags.replace(/[gy]/g, ''))
  const found = tried.filter((char) => one.test(char))
  if (found.length > 0)
    return token.startsWith('[') || token.length > 1 || token === '.' ? found.slice(0, 6) : found.slice(0, 1)
  for (let code = 0; code < 0x3000; code++) if (one.test(String.fromCharCode(code))) return [String.fromCharCode(code)]
  return []
}

/** Texts, of any length, of runs of what an expression looks for, with ends that it does not. */
export function* attacks(literal: Literal): Generator<(length: number) => string> {
  const found = piecesOf(literal)
  const pieces = some(found.pieces, 60)
  const beginnings = some(found.beginnings, found.pieces.length > 60 ? 6 : 30)
  const run = (piece: string, length: number) => piece.repeat(Math.ceil(length / piece.length)).slice(0, length)
  const ends = ['', '\u0001', 'b', '"']
  for (const piece of pieces)
    for (const end of ends)
      for (const beginning of [...beginnings, 'b']) yield (length) => `${beginning}${run(piece, length)}${end}`
  const short = pieces.filter((piece) => piece.length === 1).slice(0, 8)
  for (const one of short)
    for (const other of short) {
      if (one === other) continue
      yield (length) => `${run(one, length / 2)}${run(other, length / 2)}\u0001`
      yield (length) => `${run(one + other, length)}\u0001`
    }
}

/** As many as `most`, from everywhere in a list. */
function some<Value>(list: readonly Value[], most: number): Value[] {
  const step = Math.ceil(list.length / most)
  return list.filter((_, index) => index % step === 0)
}
