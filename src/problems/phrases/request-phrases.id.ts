import type { FactsOf } from '../failure.ts'
import { callerPhrases } from './caller-phrases.ts'
import type { Table } from './table.ts'

const correctProgram = 'Perbaiki request di program pemanggil; baris log request ini menyebutkan path dan programnya.'
const sendLess = 'Kirim query yang lebih pendek atau lebih sedikit header.'
const lookAtProgram =
  'Program pemanggil berhenti, atau terlalu lambat, saat mengirim request atau membaca respons: periksa program itu, atau jaringan di depannya.'
const callByName =
  'Panggil sidecar sebagai localhost atau dengan alamat IP mesinnya, atau daftarkan nama itu di SIDECAR_ALLOWED_HOSTS.'
const noUse = 'Program pemanggil memakai method yang tidak berguna bagi CATAPA.'
const withoutPauses = 'kirim tanpa terhenti'

const targetFlaws: Record<FactsOf['target']['flaw'], readonly [has: string, next: string]> = {
  fragment: ['memuat "#", yang tidak pernah termasuk dalam request', 'tulis dengan percent-encoding sebagai %23'],
  path_characters: ['memuat karakter yang tidak boleh ada di path', 'tulis karakter itu dengan percent-encoding'],
  query_characters: ['memuat karakter yang tidak boleh ada di query', 'tulis karakter itu dengan percent-encoding'],
  dot_segment: ['memuat segmen "." atau ".." di path-nya', 'kirim path tanpa segmen itu'],
  no_path: ['bukan path dan bukan URL http', 'awali dengan "/"'],
}

const tenantPlaces: Record<FactsOf['other_tenant']['where'], string> = {
  header: 'header Tenant',
  query: 'parameter tenant di query',
  path: 'parameter tenant di path',
}

/** The request as it came, and the guards. */
export const indonesianRequestPhrases = {
  no_host: ['Request tidak memuat header Host, yang diwajibkan HTTP/1.1', 'kirim satu', correctProgram],
  two_hosts: ['Request memuat lebih dari satu header Host', 'kirim satu', correctProgram],
  target: [({ flaw }) => `Target request ${targetFlaws[flaw][0]}`, ({ flaw }) => targetFlaws[flaw][1], correctProgram],
  not_http: ['Request bukan HTTP/1.1 yang benar', 'perbaiki program yang mengirimnya', correctProgram],
  plain_to_tls: [
    'Program memakai HTTP biasa, sedangkan alamat sidecar ini hanya menerima HTTPS',
    'pakai base URL yang diawali https://',
    correctProgram,
  ],
  tls_to_plain: [
    'Program memakai TLS, sedangkan sidecar memakai HTTP biasa',
    'pakai base URL yang diawali http://',
    correctProgram,
  ],
  http_version: ['Request tidak memakai HTTP/1.1 atau HTTP/1.0', 'kirim dengan salah satunya', correctProgram],
  transfer_coding: ['Body memakai transfer coding selain "chunked"', 'kirim tanpa itu', correctProgram],
  header_not_forwardable: [
    'Request memuat header yang tidak dapat diteruskan',
    'kirim tanpa header itu',
    correctProgram,
  ],
  too_many_headers: [({ most }) => `Request memuat lebih dari ${most} header`, 'kirim lebih sedikit', sendLess],
  head_too_large: [
    ({ mostBytes }) => `Baris request dan header melebihi ${mostBytes / 1024} KiB`,
    'kirim lebih sedikit, misalnya dalam beberapa request',
    sendLess,
  ],
  head_late: ['Head request tidak tiba dalam batas waktu', withoutPauses, lookAtProgram],
  body_too_large: ['Body request melebihi SIDECAR_MAX_BODY', 'kirim lebih sedikit setiap kali, atau naikkan batasnya'],
  body_silent: ['Pengiriman body request terhenti', withoutPauses, lookAtProgram],
  body_slow: ['Body request datang terlalu lambat, kurang dari 1 KiB dalam 30 s', withoutPauses, lookAtProgram],
  token_request_silent: ['Pengiriman request token terhenti', withoutPauses, lookAtProgram],
  answer_unread: ['Pemanggil berhenti membaca respons', 'baca tanpa terhenti', lookAtProgram],
  answer_read_slowly: [
    'Pemanggil membaca respons terlalu lambat, kurang dari 1 KiB dalam 30 s',
    'baca tanpa terhenti',
    lookAtProgram,
  ],
  impossible_address: [
    'Sidecar dipanggil dengan alamat yang bukan milik mesin mana pun, seperti 0.0.0.0 dan [::]',
    'panggil sebagai localhost atau dengan alamat IP mesinnya',
    callByName,
  ],
  host: [
    'Nama yang dipakai untuk memanggil sidecar tidak diizinkan',
    'panggil sidecar sebagai localhost atau dengan alamat IP, atau daftarkan nama itu di SIDECAR_ALLOWED_HOSTS',
    callByName,
  ],
  foreign_origin: [
    'Halaman web dari origin lain tidak boleh memanggil sidecar',
    'jika halaman ini milik Anda, daftarkan origin-nya di SIDECAR_ALLOWED_ORIGINS',
  ],
  own_via: [
    'Request kembali ke sidecar yang sudah pernah dilaluinya',
    'periksa apakah CATAPA_BASE_URL adalah CATAPA dan bukan sidecar',
    'Atur CATAPA_BASE_URL ke CATAPA, bukan ke sidecar.',
  ],
  method: [({ method }) => `${method} tidak didukung`, 'jangan kirim: method itu tidak berguna bagi API CATAPA', noUse],
  upgrade: ['Upgrade protokol tidak didukung', 'kirim request HTTP/1.1 biasa', noUse],
  connect: ['CONNECT tidak didukung: sidecar bukan forward proxy', 'Pakai sidecar sebagai base URL.'],
  other_tenant: [
    ({ where }) => `Request menyebut tenant selain tenant sidecar ini di ${tenantPlaces[where]}`,
    'hilangkan nama tenant itu, atau jalankan sidecar untuk tenant tersebut',
  ],
  key_in_target: [
    ({ where }) => `Request memuat kunci pemanggil di ${where}-nya, dan kunci tidak pernah diteruskan ke CATAPA`,
    'kirim kunci itu sebagai Authorization: Bearer, sebagai kata sandi Basic, atau sebagai X-Api-Key',
  ],
  placeholder_off: [
    'Sidecar login untuk para pemanggilnya',
    'hilangkan request token, atau atur SIDECAR_PLACEHOLDER_TOKEN=true',
  ],
  ...callerPhrases,
} satisfies Partial<Table>
