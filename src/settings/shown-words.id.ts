import { learn } from '../words/language.ts'
import type { shownWords } from './shown-words.ts'

learn<typeof shownWords>('shownWords', {
  none: 'tidak ada',
  isSet: '(diisi, tidak ditampilkan)',
  fromCommand: '(dari perintah)',
  proxyOf: (what) => `HTTPS_PROXY atau HTTP_PROXY, untuk ${what === 'api' ? 'API' : 'endpoint token'}`,
})
