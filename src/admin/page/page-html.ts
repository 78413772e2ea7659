import { language } from '../../words/language.ts'
import { htmlWords } from './html-words.ts'

/** What people read of page.html: texts between two tags, and the names of pictures; and the spaces between tags. */
const texts = /(?<=>|aria-label=")[^<>"]+/g
/** The switch is in the language that it leads to. */
const ways = { en: 'lang="id">Bahasa Indonesia', id: 'lang="en">English' }

/** page.html in the language that is spoken. In English it is the file, byte for byte. */
export function pageHtml(english: string): string {
  const spoken = language()
  if (spoken === 'en') return english
  return english
    .replace('<html lang="en">', `<html lang="${spoken}">`)
    .replace(ways.en, ways[spoken])
    .replace(texts, (text) => htmlWords().text(text))
}
