import type { FactsOf } from '../failure.ts'
import type { Table } from './table.ts'

type Repeated = FactsOf['repeated_write']

function whatHappened({ outcome, status, time }: Repeated, named: string): string {
  if (outcome === 'under_way')
    return `Request dengan Idempotency-Key yang sama masih berlangsung (${named}, sejak ${time})`
  const before = `Operasi tulis yang sama sudah pernah dikirim (${named}, pada ${time})`
  if (outcome === 'unknown') return `${before}, dan tidak diketahui apakah CATAPA sudah menjalankannya`
  return `${before}; CATAPA sudah meresponsnya${status === undefined ? '' : ` dengan ${status}`}, tetapi respons itu tidak sampai dan sudah tidak ada di sini`
}

function lookThenRelease({ outcome, seq }: Repeated): string {
  if (outcome === 'under_way') return 'kirim lagi setelah Retry-After untuk mendapat responsnya'
  const release = `"catapa-sidecar repeats release${seq === undefined ? '' : ` ${seq}`}"`
  return outcome === 'unknown'
    ? `periksa di CATAPA apakah operasi itu sudah dijalankan; hanya jika belum, lepaskan operasi itu (${release}) dan kirim lagi`
    : `cari hasilnya di CATAPA; jika hal yang sama memang ingin dijalankan sekali lagi, lepaskan operasi itu (${release}) dan kirim lagi`
}

function sentence(next: string): string {
  return `${next.charAt(0).toUpperCase()}${next.slice(1)}.`
}

/** Writes that come again. */
export const indonesianRepeatPhrases = {
  idempotency_key: [
    'Idempotency-Key kosong, berulang, atau bukan teks dalam tanda kutip ganda',
    'kirim satu seperti "8e03978e-40d5-43dd-bc93-6894a57f9324", beserta tanda kutipnya, atau jangan kirim header itu',
    'Perbaiki program pemanggil; baris log request ini menyebutkan path dan programnya.',
  ],
  repeated_write: [
    (facts) => whatHappened(facts, `request ${facts.requestId}`),
    lookThenRelease,
    (facts) => sentence(lookThenRelease(facts)),
    (facts) =>
      whatHappened(facts, facts.seq === undefined ? 'belum ada di jejak audit' : `baris ${facts.seq} di jejak audit`),
  ],
  key_reused: [
    ({ requestId }) => `Request lain (${requestId}) memakai Idempotency-Key yang sama`,
    'berikan kunci sendiri kepada setiap operasi tulis, dan ulangi operasi tulis tanpa mengubahnya',
    'Buat program membuat kunci baru untuk setiap operasi tulis, dan mengirim byte yang sama jika mengulanginya.',
    'Request lain dari pemanggil ini memakai Idempotency-Key yang sama dengan isi, method, atau target yang berbeda',
  ],
  carried_writes: [
    'Separuh dari semua koneksi ke CATAPA dipakai untuk operasi tulis dari pemanggil (termasuk pemanggil ini) yang sudah memutus koneksinya, sampai CATAPA merespons',
    'tunggu respons lebih lama, dan kirim request ini lagi setelah Retry-After',
    'Program berhenti menunggu sebelum CATAPA merespons: naikkan batas waktu program di atas SIDECAR_RESPONSE_TIMEOUT, dan kurangi request yang dikirim program bersamaan.',
  ],
  open_writes: [
    'Hasil ribuan operasi tulis tidak diketahui, sebagian dari pemanggil ini',
    'minta seseorang memeriksanya di CATAPA (catapa-sidecar repeats), atau kirim request ini lagi setelah SIDECAR_REPEAT_WINDOW berlalu',
    'Cari sebab koneksi ke CATAPA terputus; lalu periksa operasi tulis itu di CATAPA, dan lepaskan.',
  ],
} satisfies Partial<Table>
