import { learn } from '../../words/language.ts'
import type { answerWords } from './answer-words.ts'

learn<typeof answerWords>('answerWords', {
  checkFirst: 'CATAPA mungkin sudah menjalankan request ini: periksa dahulu di sana sebelum mengirimnya lagi.',
  onlyRefused: 'CATAPA sudah merespons request ini dengan 401, dan tidak menjalankan apa pun darinya.',
})
