import { learn } from '../words/language.ts'
import type { certificateWords } from './certificate-words.ts'

const toPem = 'sertifikat dalam DER menjadi PEM dengan "openssl x509 -inform der -in FILE -out FILE.pem"'

learn<typeof certificateWords>('certificateWords', {
  takes: 'menerima satu file berisi sertifikat, misalnya catapa-sidecar certificate payroll.pem',
  noText: `bukan teks, jadi bukan PEM: ${toPem}`,
  privateKey:
    'berisi kunci privat, dan kunci itu hanya untuk programnya sendiri: berikan file berisi sertifikat (BEGIN CERTIFICATE)',
  unreadable: {
    certificate: 'berisi sertifikat yang tidak dapat dibaca',
    key: 'berisi kunci publik yang tidak dapat dibaca',
  },
  nothingInIt: `tidak berisi sertifikat dalam PEM ("-----BEGIN CERTIFICATE-----"): ${toPem}`,
  firstOf: (certificates) =>
    `Yang pertama dari ${certificates} sertifikat di file ini, yaitu yang pertama ditunjukkan programnya`,
  subject: (subject) => `Subject: ${subject === '' ? 'tidak ada' : subject}`,
  valid: (from, to, now) => {
    const judged = { early: ', jadi belum berlaku', fine: '', over: ', jadi tidak berlaku lagi: programnya ditolak' }
    return `Berlaku dari ${from} sampai ${to}${judged[now]}`
  },
  byName: (name) => `Dengan nama, jika CA-nya ada di SIDECAR_TLS_CLIENT_CA_FILE: certificate = ${name}`,
})
