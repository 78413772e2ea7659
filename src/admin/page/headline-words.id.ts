import { learn } from '../../words/language.ts'
import { asClause, type headlineWords } from './headline-words.ts'

learn<typeof headlineWords>('headlineWords', {
  works: 'Berfungsi',
  worksBut: (title) => `Berfungsi, tetapi ${asClause(title)}`,
  expired: 'Sudah lama tidak ada panggilan, sehingga token kedaluwarsa. Panggilan berikutnya mendapat token baru.',
  accepts: (until) => `CATAPA menerima sidecar ini. Tokennya berlaku sampai ${until}, dan diperbarui sebelum itu.`,
  gone: 'Sidecar tidak merespons',
  stopped: (seenAt) =>
    `Sidecar dihentikan, atau tidak dapat dihubungi dari sini.${seenAt === undefined ? '' : ` Di bawah ini statusnya yang terakhir, dari ${seenAt}.`} Halaman ini terus mencoba.`,
  startAgain:
    'Jalankan lagi, atau hubungi administratornya. Sampai saat itu program tidak dapat menghubungi CATAPA melaluinya.',
})
