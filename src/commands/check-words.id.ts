import { learn } from '../words/language.ts'
import type { checkWords } from './check-words.ts'

learn<typeof checkWords>('checkWords', {
  fine: ({ tenant, clientId, origin, callers }) =>
    `Konfigurasi baik: tenant ${tenant}, client ${clientId}, ${origin}; ${callers === undefined ? 'tanpa file pemanggil' : `${callers.named} pemanggil di ${callers.file}`}.`,
  note: (sentence) => `Catatan: ${sentence}`,
})
