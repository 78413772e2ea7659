import { learn } from '../../words/language.ts'
import type { tokenStepWords } from './token-step-words.ts'

learn<typeof tokenStepWords>('tokenStepWords', {
  notNew: 'tidak dicoba, agar token baru tidak diminta',
  noSecret: 'tidak dicoba, karena sidecar yang berjalan belum meminta token (--new-token)',
  given: (minutes) => `CATAPA memberi token, berlaku ${minutes} menit`,
  shared: (minutes) => `token dipakai bersama oleh beberapa sidecar, berlaku ${minutes} menit`,
  ofRunning: (minutesLeft) =>
    `sidecar yang berjalan memiliki token, masih berlaku${minutesLeft === undefined ? '' : ` ${minutesLeft} menit`}; token lain tidak diminta (--new-token)`,
  refused: (happened) => `sidecar yang berjalan ditolak: ${happened}`,
  checkSecret: 'Periksa CATAPA_CLIENT_SECRET lebih dahulu, lalu CATAPA_CLIENT_ID dan CATAPA_TENANT.',
  again: (remedy) => `${remedy} Dengan --new-token, token diminta lagi dari CATAPA.`,
})
