import { accessWords } from './access-words.ts'

accessWords.learn({
  group: 'grupnya',
  everyone: 'setiap pengguna mesin ini',
  otherOwner: (path, uid) => `${path} milik pengguna lain (uid ${uid})`,
  writableBy: (path, writers) => `${path} dapat ditulis oleh ${writers}`,
})
