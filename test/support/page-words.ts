// All that the status page can say in a language, to look for what the documentation quotes of it.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { browserWords } from '../../src/admin/page/browser/browser-words.ts'
import { callWords } from '../../src/admin/page/call-words.ts'
import { callerWords } from '../../src/admin/page/caller-words.ts'
import { factWords } from '../../src/admin/page/fact-words.ts'
import { headlineWords } from '../../src/admin/page/headline-words.ts'
import { pageHtml } from '../../src/admin/page/page-html.ts'
import { repeatWords } from '../../src/admin/page/repeat-words.ts'
import { shareWords } from '../../src/admin/page/share-words.ts'
import { stateWords } from '../../src/admin/page/states/state-words.ts'
import { textWords } from '../../src/admin/page/text-words.ts'
import '../../src/commands/indonesian.ts'
import { inLanguage, type Language } from '../../src/words/language.ts'
import { root } from './sidecar.ts'

const tables: readonly (() => object)[] = [
  browserWords,
  callWords,
  callerWords,
  factWords,
  headlineWords,
  repeatWords,
  shareWords,
  stateWords,
  textWords,
]

/** Texts as they are, phrases with parameters, each as the code that makes it, and what stands before the title of a state. */
export type PageWords = Readonly<{ texts: ReadonlySet<string>; phrases: readonly string[]; worksBut: string }>

export function pageWords(language: Language): PageWords {
  return inLanguage(language, () => {
    const html = pageHtml(readFileSync(join(root, 'src/admin/page/page.html'), 'utf8'))
    const said = tables.flatMap((table) => leavesOf(table()))
    const texts = said.filter((one) => typeof one === 'string')
    const trail = factWords().recorded(12_345, '5e3f01ab77aa22cc…', 0) // The one phrase that is quoted with its facts.
    return {
      texts: new Set([...texts, trail, ...(html.match(/(?<=>)[^<>\n]+/g) ?? [])]),
      phrases: said.filter((one) => typeof one === 'function').map(String),
      worksBut: headlineWords().worksBut(''),
    }
  })
}

function leavesOf(said: unknown): unknown[] {
  return typeof said === 'object' && said !== null ? Object.values(said).flatMap(leavesOf) : [said]
}

/** Whether the page says this: a text of it, or, if it is more than one word, a part of a phrase, with `…` in place of facts. */
export function says({ texts, phrases }: PageWords, label: string): boolean {
  if (texts.has(label)) return true
  if (!label.includes(' ')) return false
  const withFacts = label.split('…').map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
  const part = new RegExp(`(?<!\\p{L})${withFacts.join('\\$\\{.+\\}')}(?!\\p{L})`, 'u')
  return phrases.some((phrase) => part.test(phrase))
}
