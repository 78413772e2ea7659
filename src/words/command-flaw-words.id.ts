import type { commandFlawWords } from './command-flaw-words.ts'
import { learn } from './language.ts'

learn<typeof commandFlawWords>('commandFlawWords', {
  quotation: 'memiliki tanda kutip tanpa tanda penutupnya',
  noList: 'diawali [ tetapi bukan array JSON yang berisi string',
  noProgram: 'tidak menyebut program',
  nul: 'mengandung karakter NUL',
})
