// The generated tables of docs/id: those of docs-tables.ts in Bahasa Indonesia (docs/id/istilah.md).
import '../../src/commands/indonesian.ts'
import { operations } from '../../src/operations/catalogue.ts'
import { inLanguage } from '../../src/words/language.ts'
import {
  type ProfileWords,
  tableOfErrors,
  tableOfProfiles,
  tableOfRefusals,
  type Whens,
  type Whys,
} from './docs-tables.ts'

const whens: Whens = {
  bad_request: 'request tidak dapat diteruskan apa adanya; juga tanpa `Host` di HTTP/1.1, atau dengan dua',
  origin_not_allowed: 'request browser dari origin asing',
  policy_denied:
    'request menyebut tenant lain, memuat kunci di path atau query, meminta token pengganti padahal itu dimatikan, atau tidak termasuk hak pemanggilnya',
  caller_unknown: 'file pemanggil tidak mengenal pemanggil ini, atau kuncinya salah',
  method_not_allowed: '`CONNECT`, `TRACE`, atau peralihan protokol (upgrade)',
  request_timeout: 'pemanggil berhenti mengirim di tengah request, atau mengirim kurang dari 1 KiB body dalam 30 s',
  repeated:
    'operasi tulis yang sama sudah pernah dikirim, dan responsnya tidak sampai ke pemanggil: operasi itu mungkin sudah dijalankan, dan tidak dikirim lagi (`SIDECAR_REPEATS=guard`)',
  body_too_large: 'body melebihi `SIDECAR_MAX_BODY`',
  host_not_allowed: '`Host` bukan nama loopback, bukan alamat IP sebuah host, dan tidak ada di `SIDECAR_ALLOWED_HOSTS`',
  key_reused:
    'request lain dari pemanggil yang sama memakai `Idempotency-Key` yang sama dengan isi, method, atau target yang berbeda (`SIDECAR_REPEATS=guard`)',
  headers_too_large: 'baris request dan header melebihi 64 KiB, atau lebih dari 1.000 header',
  internal_error: 'kesalahan di sidecar sendiri; harap laporkan bersama baris log request ini',
  upstream_unreachable: 'koneksi ke CATAPA tidak dapat dibuat',
  upstream_tls_untrusted: 'sertifikat yang menjawab sebagai CATAPA tidak dipercaya',
  upstream_closed: 'koneksi terputus sebelum ada respons, atau responsnya bukan HTTP atau head-nya melebihi 64 KiB',
  interrupted: 'masa tenggang penghentian habis ketika CATAPA masih bekerja',
  token_unavailable: 'sidecar tidak mendapat token yang berlaku dalam batas waktu',
  credentials_rejected: 'token endpoint menolak client',
  login_required: 'panggilan dilakukan atas nama seseorang, tetapi belum ada yang login, atau login itu sudah berakhir',
  audit_unavailable:
    'ada jejak audit, jejak itu sedang tidak dapat ditulis, dan `SIDECAR_AUDIT_ON_FAILURE` tidak mengizinkan request seperti ini tanpa baris audit',
  draining: 'sidecar sedang berhenti',
  overloaded:
    'lebih dari `SIDECAR_MAX_WAITING` request menunggu koneksi atau token, tidak ada koneksi yang bebas dalam `SIDECAR_QUEUE_TIMEOUT`, pemanggilnya melebihi `max-in-flight` atau `rate`, atau CATAPA meminta jeda',
  upstream_timeout: 'pembuatan koneksi melewati batas waktu, atau penantian respons atau body-nya',
  loop_detected: 'request sudah memuat `Via` dari sidecar ini sendiri',
}

/** The generated table of docs/id/errors.md; its examples are made elsewhere. */
export const indonesianErrorsTable: Record<string, string> = {
  errors: tableOfErrors(['kode', 'status', 'kapan'], whens),
}

const profileWords: ProfileWords = {
  full: ['semuanya', 'ya'],
  'no-bulk-delete': ['semuanya selain penghapusan banyak data sekaligus, misalnya semua karyawan', 'ya'],
  'no-delete': ['semuanya selain penghapusan', 'semuanya selain `DELETE`'],
  'no-approvals': [
    'semuanya selain keputusan (menyetujui, menolak, membatalkan) dan perubahan rekening bank',
    'yang tidak tampak seperti salah satunya',
  ],
  'read-only': ['membaca, mengunduh, dan menghitung, termasuk gaji dan semuanya', '`GET`'],
  'payroll-input': ['seperti `read-only`, ditambah mengisi variabel, tambahan gaji, dan catatan di slip gaji', '`GET`'],
  'time-import': ['seperti `directory`, ditambah membaca dan menulis catatan waktu', 'tidak'],
  directory: [
    'membaca siapa saja karyawannya dan susunan perusahaan, tanpa gaji, rekening bank, pajak, nomor identitas, dan keluarga',
    'tidak',
  ],
}

const whys: Whys = {
  profile: 'profilnya tidak mengizinkan',
  noAllowLine: 'tidak ada baris `allow` yang mengizinkan',
  deny: 'sebuah baris `deny` menolak',
  sidecarProfile: '`SIDECAR_PROFILE` menolak',
  ambiguous: 'dapat dibaca dengan dua cara',
  wrongKey: 'kuncinya salah',
}

/** The generated tables of docs/id/callers.md. */
export const indonesianCallersTables: Record<string, string> = {
  profiles: tableOfProfiles(
    ['profil', 'mengizinkan', `dari ${operations.length} operasi`, 'yang tidak dikenal'],
    profileWords,
  ),
  refusals: inLanguage('id', () => tableOfRefusals(['alasan', '`detail`'], whys)),
}
