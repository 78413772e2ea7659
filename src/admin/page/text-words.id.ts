import { learn } from '../../words/language.ts'
import type { textWords } from './text-words.ts'

learn<typeof textWords>('textWords', {
  marks: { good: 'OK', warning: 'PERHATIAN', bad: 'TIDAK BERFUNGSI' },
  toDo: (remedy) => `Yang perlu dilakukan: ${remedy}`,
  byDefault: (value, usual) => `${value} (default: ${usual})`,
  access: 'Access token',
  credentials: 'Kredensial',
  connection: 'Koneksi',
  calls: 'Panggilan',
  openWrites: 'Operasi tulis dengan hasil tidak diketahui',
  waiting: 'Pemanggil yang menunggu',
  callers: 'Pemanggil',
  errors: 'Kegagalan',
  noErrors: 'Tidak ada sejak sidecar dijalankan.',
  recent: 'Panggilan terakhir',
  notAccepted: '(tidak diterima)',
  sidecar: 'Sidecar ini',
  settings: 'Pengaturan',
})
