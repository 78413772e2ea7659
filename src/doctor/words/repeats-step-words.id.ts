import { learn } from '../../words/language.ts'
import { count } from '../../words/units.ts'
import type { repeatsStepWords } from './repeats-step-words.ts'

learn<typeof repeatsStepWords>('repeatsStepWords', {
  found: ({ guarded, unknown, by }) =>
    `${guarded === 'all' ? 'semua pemanggil' : 'pemanggil dalam file pemanggil'} dijaga; ${unknown === 0 ? 'tidak ada operasi tulis' : `${count(unknown)} operasi tulis`} yang hasilnya tidak diketahui, menurut ${by === 'trail' ? 'jejak audit' : 'sidecar yang berjalan'}`,
  oldest: (time) =>
    `yang paling lama adalah dari ${time}. Periksa apakah operasi itu ada di CATAPA, dan lepaskan jika tidak ada: catapa-sidecar repeats`,
  sharesAnEntry:
    'bagi penjaga, semua pemanggil tanpa nama adalah satu pemanggil: operasi tulis yang sama dari dua pemanggil tampak seperti pengulangan. Beri mereka nama di file pemanggil.',
})
