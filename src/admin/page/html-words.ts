import { words } from '../../words/language.ts'

/** The texts of page.html. */
export const htmlWords = words('htmlWords', {
  /** @param english a text between two tags, or of an attribute, as it stands in the file */
  text: (english: string): string => english,
})
