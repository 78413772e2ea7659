import { learn } from '../words/language.ts'
import type { logFileWords } from './log-file-words.ts'

learn<typeof logFileWords>('logFileWords', {
  notUsable: (flaw) => `tidak dapat digunakan: ${flaw}`,
  link: 'file itu adalah sebuah link',
  noFile: 'bukan sebuah file',
  otherOwner: (uid) => `file itu milik pengguna lain, dengan id ${uid}`,
  secondName: 'file itu mempunyai nama kedua (hard link)',
})
