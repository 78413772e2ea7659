import { listenErrorWords } from './listen-error-words.ts'

listenErrorWords.learn({
  cannotListen: (address, code) => `tidak dapat membuka listener di ${address} (${code})`,
})
