import { checkWords } from './check-words.ts'

checkWords.learn({
  fine: ({ tenant, clientId, origin, callers }) =>
    `Konfigurasi baik: tenant ${tenant}, client ${clientId}, ${origin}; ${callers === undefined ? 'tanpa file pemanggil' : `${callers.named} pemanggil di ${callers.file}`}.`,
  note: (sentence) => `Catatan: ${sentence}`,
})
