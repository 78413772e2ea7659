// The language of the words for people (design/promises 17). The browser loads this very module, so it imports nothing.

export const languages = ['en', 'id'] as const
export type Language = (typeof languages)[number]

/** The language of what nobody has asked for in another one, by the setting. */
export function orEnglish(set: 'auto' | Language): Language {
  return set === 'auto' ? 'en' : set
}

let spoken: Language = 'en'
let teacher: (() => Promise<unknown>) | undefined
const tables = new Map<string, object>()
const indonesian = new Map<string, object>()

/** The language of what is put into words now. */
export function language(): Language {
  return spoken
}

/** From now on all of this process is in this language: for commands, whose words go to one person. Load it before: `loadLanguage`. */
export function speak(next: Language): void {
  spoken = next
}

/** What `say` puts into words, in this language. It must not wait for anything: others put things into words meanwhile. */
export function inLanguage<Said>(next: Language, say: () => Said): Said {
  const before = spoken
  spoken = next
  try {
    return say()
  } finally {
    spoken = before
  }
}

/** How Indonesian is loaded, where somebody wants it. */
export function teach(indonesian: () => Promise<unknown>): void {
  teacher = indonesian
}

/** Loads the words of a language, once. Until then its words are English. */
export async function loadLanguage(wanted: Language): Promise<void> {
  if (wanted === 'id') await teacher?.()
}

/** A table of words in the language that is spoken. */
export type Words<Name extends string, Table> = { (): Table; readonly named: Name }

/**
 * A table of words, in English: texts, and functions from facts to texts. Another language is another table of the same type, which
 * finds it by its name: were one to import the other, each English table would become a part of the program of its own.
 */
export function words<Name extends string, Table extends object>(named: Name, english: Table): Words<Name, Table> {
  tables.set(named, english)
  const spokenTable = () => {
    const other = spoken === 'id' ? indonesian.get(named) : undefined
    return isLike(english, other) ? other : english
  }
  return Object.assign(spokenTable, { named })
}

/** Takes the Indonesian table of the one with this name, be that loaded or not. */
export function learn<Known extends Words<string, object>>(named: Known['named'], other: ReturnType<Known>): void {
  indonesian.set(named, other)
}

function isLike<Table extends object>(english: Table, other: object | undefined): other is Table {
  return other !== undefined && Object.keys(english).every((key) => key in other)
}

/** Names of English tables without another: none once Indonesian is loaded. For tests. */
export function notLearnt(): string[] {
  return [...tables].filter(([named, english]) => !isLike(english, indonesian.get(named))).map(([named]) => named)
}
