import { learn } from '../../../words/language.ts'
import type { browserWords } from './browser-words.ts'

learn<typeof browserWords>('browserWords', {
  toDo: 'Yang perlu dilakukan:',
  noAnswer: 'tidak merespons',
  live: 'terhubung',
  notKnown: 'tidak diketahui',
  left: 'lagi',
  byDefault: (usual) => `default: ${usual}`,
  noErrors: 'Tidak ada sejak sidecar dijalankan.',
  noCalls: 'Belum ada program yang memanggil.',
  notAccepted: '(alamat tidak diterima)',
  noStatus: 'tidak ada',
  mayDo: (what) => `boleh: ${what}`,
  lastSeen: (when) => `terakhir terlihat: ${when}`,
  asking: 'Meminta token dari CATAPA …',
  refreshed: 'CATAPA menerima kredensial dan memberi token.',
  notRefreshed: (why) => `Tidak ada token baru: ${why}`,
  didNotAnswer: 'Sidecar tidak merespons.',
  release: 'Lepaskan',
  releaseOf: (write, seq) => `Lepaskan ${write}, no. ${seq}`,
  numbered: (write, seq) => `${write} (no. ${seq})`,
  sure: (write) => `Apakah ${write} memang tidak ada di CATAPA? Setelah dilepaskan, program boleh mengirimnya lagi.`,
  released: (write) => `Dilepaskan: ${write}.`,
  notReleased: (status, detail) =>
    `Tidak dilepaskan: ${status === 404 ? 'tidak ada lagi operasi tulis seperti itu dengan hasil tidak diketahui.' : detail}`,
})
