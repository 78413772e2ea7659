import { learn } from '../../words/language.ts'
import type { certificateLineWords } from './certificate-line-words.ts'

learn<typeof certificateLineWords>('certificateLineWords', {
  forms: 'harus berupa dns:NAME, uri:URI, atau sha256: dan 64 digit heksadesimal',
  commonName:
    'harus berupa dns:NAME, uri:URI, atau sha256: dan 64 digit heksadesimal: common name (CN) tidak dilihat, hanya nama jenis DNS dan URI',
  address:
    'harus berupa dns:NAME, uri:URI, atau sha256: dan 64 digit heksadesimal: alamat dalam sertifikat tidak dilihat',
  uriBefore: 'harus menuliskan uri: di depan URI, seperti uri:spiffe://…',
  dnsAddress: 'harus memuat nama setelah dns:, bukan alamat: alamat dalam sertifikat tidak dilihat',
  ascii: 'harus memuat nama seperti dalam sertifikat, dalam ASCII: huruf lain ditulis xn--…',
  finalDot: 'harus memuat nama tanpa titik di akhir, seperti dalam sertifikat',
  hostName: 'harus memuat nama host setelah dns:, misalnya dns:payroll.example.com',
  uri: 'harus memuat URI setelah uri:, misalnya uri:spiffe://example.com/payroll',
  wildcard: 'harus memuat nama lengkap: wildcard tidak dilihat',
  colons:
    'harus memuat 64 digit heksadesimal tanpa titik dua, dari kunci publiknya: hasil openssl x509 -fingerprint adalah dari seluruh sertifikat; catapa-sidecar certificate FILE.pem mencetak barisnya',
  base64: 'harus memuat pin dalam heksadesimal, bukan base64; catapa-sidecar certificate FILE.pem mencetak barisnya',
  digits:
    'harus memuat 64 digit heksadesimal setelah sha256:, yaitu SHA-256 dari kunci publiknya; catapa-sidecar certificate FILE.pem mencetak barisnya',
})
