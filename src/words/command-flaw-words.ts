import { words } from './language.ts'

/** Flaws of a command; they follow its name. */
export const commandFlawWords = words('commandFlawWords', {
  quotation: 'has a quotation mark without the one that ends it',
  noList: 'begins with [ but is not a JSON array of strings',
  noProgram: 'names no program',
  nul: 'contains a NUL character',
})
