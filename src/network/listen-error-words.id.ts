import { learn } from '../words/language.ts'
import type { listenErrorWords } from './listen-error-words.ts'

learn<typeof listenErrorWords>('listenErrorWords', {
  cannotListen: (address, code) => `tidak dapat membuka listener di ${address} (${code})`,
})
