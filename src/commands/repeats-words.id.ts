import { learn } from '../words/language.ts'
import type { repeatsWords } from './repeats-words.ts'

learn<typeof repeatsWords>('repeatsWords', {
  isOff: 'SIDECAR_ADMIN_LISTEN bernilai off: tidak ada sidecar yang dapat ditanyai',
  listTakesNone: 'list tidak menerima kata lain',
  releaseTakesOne: 'release menerima satu nomor atau request id, seperti yang dicetak repeats list',
  guardsNone:
    'sidecar yang sedang berjalan tidak melindungi operasi tulis: isi SIDECAR_REPEATS, atau repeats di file pemanggil',
  none: 'Tidak ada operasi tulis dengan hasil tidak diketahui.\n',
  released: 'Dilepaskan: operasi tulis yang sama boleh dikirim lagi.\n',
  answered: (status) => `responsnya ${status}`,
  nobody: (addresses) => `tidak ada sidecar yang merespons di ${addresses}`,
  columns: ['nomor', 'waktu (UTC)', 'pemanggil', 'hasil', 'operasi tulis', 'request id'],
  next: 'Periksa di CATAPA apakah masing-masing ada di sana. Lepaskan yang tidak ada: catapa-sidecar repeats release NUMBER\n',
})
