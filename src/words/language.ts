// The language of the words for people (design/promises 17). The browser loads this very module, so it imports nothing.

export const languages = ['en', 'id'] as const
export type Language = (typeof languages)[number]

/** The language of what nobody has asked for in another one, by the setting. */
export function orEnglish(set: 'auto' | Language): Language {
  return set === 'auto' ? 'en' : set
}

let spoken: Language = 'en'
let teacher: (() => Promise<unknown>) | undefined
const tables: { english: object; isLearnt: () => boolean }[] = []

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
export type Words<Table> = {
  (): Table
  /** Takes the Indonesian one. */
  learn(other: Table): void
}

/** A table of words, in English: texts, and functions from facts to texts. Another language is another table of the same type. */
export function words<Table extends object>(english: Table): Words<Table> {
  let indonesian: Table | undefined
  tables.push({ english, isLearnt: () => indonesian !== undefined })
  return Object.assign(() => (spoken === 'id' && indonesian) || english, {
    learn(other: Table) {
      indonesian = other
    },
  })
}

/** English tables without another: none once Indonesian is loaded. For tests. */
export function notLearnt(): object[] {
  return tables.filter(({ isLearnt }) => !isLearnt()).map(({ english }) => english)
}
