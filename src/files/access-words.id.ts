import { learn } from '../words/language.ts'
import type { accessWords } from './access-words.ts'

learn<typeof accessWords>('accessWords', {
  group: 'grupnya',
  everyone: 'setiap pengguna mesin ini',
  otherOwner: (path, uid) => `${path} milik pengguna lain (uid ${uid})`,
  writableBy: (path, writers) => `${path} dapat ditulis oleh ${writers}`,
})
