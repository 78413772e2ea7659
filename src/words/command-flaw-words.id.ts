import { commandFlawWords } from './command-flaw-words.ts'

commandFlawWords.learn({
  quotation: 'memiliki tanda kutip tanpa tanda penutupnya',
  noList: 'diawali [ tetapi bukan array JSON yang berisi string',
  noProgram: 'tidak menyebut program',
  nul: 'mengandung karakter NUL',
})
