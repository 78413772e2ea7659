import { learn } from '../words/language.ts'
import type { commandLineWords } from './command-line-words.ts'

learn<typeof commandLineWords>('commandLineWords', {
  noSuchOption: (option, meant) => `tidak memiliki opsi ${option}${meant}`,
  noValue: (option) => `menerima ${option} tanpa nilai`,
  valueMissing: (option) => `memerlukan nilai setelah ${option}, seperti ${option}=VALUE`,
  noChild: 'tidak menerima --',
  childAfterDashes: 'memerlukan perintah untuk dijalankan setelah --',
  noArguments: 'tidak menerima argumen',
  takes: (words) => `menerima ${words}`,

  seeHelp: (command, flaw) => `${flaw}; lihat catapa-sidecar ${command} --help`,
  noSuchCommand: (name, meant) => `catapa-sidecar: tidak ada perintah ${name}${meant}`,
  seeAll: 'Lihat catapa-sidecar --help.',
})
