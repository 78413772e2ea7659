import { learn } from '../words/language.ts'
import type { noticeWords } from './notice-words.ts'

learn<typeof noticeWords>('noticeWords', {
  locale: 'id-ID',
  dateAt: (date, time, zone) => `${date} pukul ${time} ${zone}`,
  page: (address) => `Halaman status: ${address}`,
  more: (subject, others) => `${subject} (dan ${others} lagi)`,
  over: (after) => (after === undefined ? 'Selesai: ' : `Selesai setelah ${after}: `),
  still: (after) => `Masih berlangsung, sudah ${after}: `,
  began: (at) => `Mulai pada ${at}.`,
  since: (at) => `Sejak ${at}.`,
  left: {
    none: 'Mungkin masih ada lagi: ini pesan terakhir hari ini (UTC). Halaman status memuat semuanya.',
    'at once':
      'Mungkin masih ada lagi: sampai besok (UTC) hanya kredensial yang ditolak dan operasi tulis dengan hasil tidak diketahui yang diberitahukan. Halaman status memuat semuanya.',
  },
  test: 'Ini uji coba catapa-sidecar: tidak ada masalah. Jika ada masalah, pemberitahuannya muncul di sini.',
  nothingToDo: 'Tidak perlu tindakan.',
  instance: (tenant, host, file) => `${tenant} di ${host}, ${file ?? 'pengaturan dari variabel environment'}`,
  exitStatus: (status) => `exit status ${status}`,
})
