import { shownWords } from './shown-words.ts'

shownWords.learn({
  none: 'tidak ada',
  isSet: '(diisi, tidak ditampilkan)',
  fromCommand: '(dari perintah)',
  proxyOf: (what) => `HTTPS_PROXY atau HTTP_PROXY, untuk ${what === 'api' ? 'API' : 'endpoint token'}`,
})
