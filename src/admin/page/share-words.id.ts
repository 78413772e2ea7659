import { learn } from '../../words/language.ts'
import { count } from '../../words/units.ts'
import type { shareWords } from './share-words.ts'

learn<typeof shareWords>('shareWords', {
  nameless: (address) => `pemanggil tanpa nama, di ${address}`,
  why: {
    rate: 'panggilannya dalam detik ini sudah sebanyak yang diizinkan bagiannya di file pemanggil',
    'max-in-flight': 'panggilannya yang sedang berjalan sudah sebanyak yang diizinkan bagiannya di file pemanggil',
    hold: 'CATAPA meminta jeda',
  },
  doesNotWait: 'tidak menunggu',
  fewPlaces: (limit) =>
    `panggilan yang sedang berjalan sudah sebanyak yang saat ini diterima CATAPA (${limit}); para pemanggil bergiliran`,
  noPlace: (connections) => `semua ${count(connections)} koneksi ke CATAPA sedang dipakai; para pemanggil bergiliran`,
  summary: (waits, inUse, limit) =>
    `${waits === 0 ? 'Tidak ada panggilan yang menunggu.' : `${count(waits)} panggilan menunggu; tidak perlu tindakan.`} Sedang berjalan di CATAPA: ${inUse}, paling banyak ${limit} sekaligus.`,
  pause: (status, since, until) =>
    `CATAPA ${status === 429 ? 'merespons "too many requests" (429)' : `merespons bahwa ia sibuk (${status})`} pada ${since} dan meminta jeda sampai ${until}. Sampai saat itu tidak ada yang dikirim, untuk pemanggil mana pun.`,
  most: (name, times, all) =>
    `${all === 1 ? 'Panggilan terakhir yang diterima CATAPA' : `Dari ${count(all)} panggilan terakhir yang diterima CATAPA, ${count(times)}`} berasal dari ${name}.`,
  programAt: (program, address) => `${program} di ${address}`,
  row: (waiting, inFlight, why) =>
    `${waiting} menunggu, ${inFlight} sedang berjalan${why === undefined ? '' : `. Alasan: ${why}`}.`,
})
