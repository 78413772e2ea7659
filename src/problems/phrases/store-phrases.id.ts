import { storeTimeoutMs } from '../../settings/cache-url.ts'
import type { StoreRefusal } from '../failure.ts'
import type { TransportFacts } from '../transport.ts'
import { putCa, type Table } from './table.ts'
import { because } from './transport-phrases.ts'

const refusals: Record<StoreRefusal, string> = {
  login: 'pengguna atau kata sandinya tidak diterima',
  permission: 'penggunanya tidak boleh melakukan yang diperlukan',
  full: 'memorinya habis',
  disk: 'data tidak dapat disimpan ke disk-nya, dan tidak ada data baru yang diterima',
  read_only: 'store itu replika, dan tidak menerima data',
  cluster: 'store itu bagian dari cluster, dan bagian ini tidak bertanggung jawab',
  database: 'database dengan nomor ini tidak ada',
  busy: 'store itu sedang sibuk, atau sedang memuat datanya',
  other: 'store itu tidak melakukan hal yang diperlukan',
}

const mends: Record<StoreRefusal, string> = {
  login:
    'Periksa pengguna dan kata sandi di SIDECAR_CACHE_URL; semua karakter di dalamnya selain huruf dan angka harus ditulis dengan percent-encoding.',
  permission:
    'Berikan kepada pengguna di SIDECAR_CACHE_URL hak atas kunci catapa-sidecar:* dan perintah EVAL, GET, SET, DEL, PTTL, dan PEXPIRE.',
  full: 'Tambah memorinya, atau biarkan data lama dibuang (maxmemory-policy). Token bersama memerlukan kurang dari 8 KiB.',
  disk: 'Periksa log store itu: disk-nya mungkin penuh. Token bersama tidak perlu disimpan ke disk.',
  read_only: 'Arahkan SIDECAR_CACHE_URL ke primary.',
  cluster: 'Arahkan SIDECAR_CACHE_URL ke store yang bukan cluster: satu atau dua token tidak memerlukannya.',
  database: 'Perbaiki nomor di akhir SIDECAR_CACHE_URL, atau hilangkan.',
  busy: 'Tunggu: ini akan berlalu. Jika tetap terjadi, periksa log store itu.',
  other: 'Store harus berupa Valkey, atau Redis 6 atau yang lebih baru, dan dapat menjalankan skrip (EVAL).',
}

const way = 'Periksa SIDECAR_CACHE_URL, apakah store berjalan, dan apakah mesin ini boleh terhubung ke sana.'

function mend({ why }: TransportFacts): string {
  if (why === 'untrusted') return `${putCa()} Jika store memiliki CA sendiri, masukkan CA itu ke sana.`
  if (why === 'no_tls') return `${way} rediss:// adalah dengan TLS, redis:// tanpa TLS.`
  return why === 'timeout'
    ? `${way} Batas waktunya ${storeTimeoutMs} ms untuk setiap perintah, jadi store sebaiknya dekat.`
    : way
}

/** The store of a shared token. */
export const indonesianStorePhrases = {
  store_unreachable: [(facts) => `Store untuk token bersama tidak dapat dipakai: ${because(facts)}`, mend],
  store_refuses: [
    ({ refusal }) => `Store untuk token bersama tidak dapat dipakai: ${refusals[refusal]}`,
    ({ refusal }) => mends[refusal],
  ],
} satisfies Partial<Table>
