import type { CertificateFile, CertificateFlaw } from '../../certificates/certificate-files.ts'
import { learn } from '../../words/language.ts'
import { dateAndTime } from '../../words/units.ts'
import type { CertificateWords, certificatePhrases, KeyFlaw } from './certificate-phrases.ts'

const named: Readonly<Record<CertificateFile, string>> = {
  cert: 'file dari SIDECAR_TLS_CERT_FILE',
  key: 'file dari SIDECAR_TLS_KEY_FILE',
  clientCa: 'file dari SIDECAR_TLS_CLIENT_CA_FILE',
}
const atStart: Readonly<Record<CertificateFile, string>> = {
  cert: 'File dari SIDECAR_TLS_CERT_FILE',
  key: 'File dari SIDECAR_TLS_KEY_FILE',
  clientCa: 'File dari SIDECAR_TLS_CLIENT_CA_FILE',
}
const wholePem = 'Salin ulang seluruh file PEM, dari -----BEGIN sampai akhir baris -----END yang terakhir.'
const newPair = 'Letakkan di sana kunci yang dipakai untuk meminta sertifikat ini, atau minta sertifikat baru.'
const order =
  'Mulai dengan sertifikat milik sidecar sendiri, dan setelah setiap sertifikat letakkan sertifikat penerbitnya.'
const shortly =
  'Jika sebuah program sedang mengganti kedua file itu, tidak ada yang perlu dilakukan: keduanya dibaca lagi dalam 5 detik.'

function ofFlaw(flaw: CertificateFlaw): CertificateWords {
  switch (flaw.kind) {
    case 'unreadable':
      return { happened: `${atStart[flaw.file]} ${flaw.flaw}`, remedy: 'Periksa path, pemilik, dan hak aksesnya.' }
    case 'no_certificate':
      return { happened: `${atStart[flaw.file]} tidak memuat sertifikat`, remedy: wholePem }
    case 'cut_certificate':
      return { happened: `${atStart[flaw.file]} memuat sertifikat yang terpotong`, remedy: wholePem }
    case 'bad_certificate':
      return { happened: `Sertifikat ${flaw.at} di ${named[flaw.file]} tidak dapat dibaca`, remedy: wholePem }
    case 'wrong_order':
      return {
        happened: `Sertifikat ${flaw.at} di ${named.cert} bukan penerbit sertifikat sebelumnya`,
        remedy: order,
      }
    case 'no_ca':
      return {
        happened: `Sertifikat ${flaw.at} di ${named.clientCa} bukan sertifikat CA`,
        remedy: 'Letakkan di sana sertifikat CA yang menerbitkan sertifikat pemanggil.',
      }
    case 'cas_ended':
      return {
        happened: `Semua sertifikat di ${named.clientCa} sudah kedaluwarsa, yang terakhir pada ${dateAndTime(flaw.until)}`,
        remedy: 'Letakkan sertifikat CA yang sekarang di sana.',
      }
    case 'ended':
      return {
        happened: `Sertifikat di ${named.cert}, atau salah satu penerbitnya di sana, sudah kedaluwarsa pada ${dateAndTime(flaw.until)}: pemanggil menolaknya`,
        remedy: 'Perbarui sertifikat itu, dan letakkan yang baru di tempatnya; periksa juga jam mesin ini.',
      }
    case 'not_yet':
      return {
        happened: `Sertifikat di ${named.cert} baru berlaku mulai ${dateAndTime(flaw.from)}: pemanggil menolaknya`,
        remedy: 'Periksa jam mesin ini; jika jam itu benar, tunggu, atau kembalikan sertifikat sebelumnya.',
      }
    case 'unusable':
      return {
        happened: `OpenSSL tidak menerima sertifikat dan kuncinya (${flaw.code})`,
        remedy: 'Buat kunci baru, EC P-256 atau RSA dengan 2048 bit atau lebih, dan sertifikat dengan SHA-256.',
      }
    default:
      return ofKey(flaw)
  }
}

function ofKey(flaw: KeyFlaw): CertificateWords {
  switch (flaw.kind) {
    case 'no_key':
      return { happened: `${atStart.key} tidak memuat kunci privat`, remedy: wholePem }
    case 'several_keys':
      return { happened: `${atStart.key} memuat beberapa kunci privat`, remedy: 'Sisakan kunci milik sertifikat itu.' }
    case 'cut_key':
      return { happened: `${atStart.key} memuat kunci privat yang terpotong`, remedy: wholePem }
    case 'bad_key':
      return { happened: `Kunci privat di ${named.key} tidak dapat dibaca`, remedy: wholePem }
    case 'encrypted_key':
      return {
        happened: `Kunci privat di ${named.key} terenkripsi, dan tidak ada orang untuk mengetik kata sandinya saat sidecar dimulai`,
        remedy:
          'Dekripsi kunci itu (openssl pkey -in KEY -out NEWKEY), dan batasi file itu untuk pemiliknya: chmod 600.',
      }
    case 'other_key':
      return {
        happened: 'Kunci privat di SIDECAR_TLS_KEY_FILE bukan pasangan sertifikat di SIDECAR_TLS_CERT_FILE',
        remedy: `${newPair} ${shortly}`,
      }
    case 'key_of_another':
      return {
        happened: `Kunci privat di SIDECAR_TLS_KEY_FILE adalah pasangan sertifikat ${flaw.at} di SIDECAR_TLS_CERT_FILE, bukan yang pertama`,
        remedy: order,
      }
  }
}

learn<typeof certificatePhrases>('certificatePhrases', {
  ofFlaw,
  noNames:
    'sertifikat di SIDECAR_TLS_CERT_FILE tidak memuat nama (subjectAltName): program yang memeriksa nama menolaknya',
})
