import { learn } from '../../words/language.ts'
import type { clockStepWords } from './clock-step-words.ts'

learn<typeof clockStepWords>('clockStepWords', {
  noDate: 'tidak dapat diketahui: respons tidak memuat Date',
  noAnswer: (host, because) => `${host} tidak memberi respons HTTP: ${because}`,
  check: 'Pastikan CATAPA_BASE_URL adalah alamat CATAPA, dan periksa apakah CATAPA aktif: buka di browser.',
  same: 'waktunya sama dengan CATAPA',
  ahead: (seconds) => `lebih cepat ${seconds} detik dari CATAPA`,
  behind: (seconds) => `lebih lambat ${seconds} detik dari CATAPA`,
})
