import { learn } from '../words/language.ts'
import type { textFileWords } from './text-file-words.ts'

learn<typeof textFileWords>('textFileWords', {
  missing: 'tidak ada',
  folder: 'adalah folder, bukan file',
  forbidden: 'tidak boleh dibaca oleh pengguna ini',
  noFile: 'bukan file dan bukan link ke sebuah file',
  tooLarge: 'lebih besar dari 1 MiB',
  noText: 'bukan UTF-8 dan bukan UTF-16 dengan byte order mark',
  unreadable: (code) => `tidak dapat dibaca (${code})`,
  named: (variable, path) => (path === undefined ? `file dari ${variable}` : `file ${path} dari ${variable}`),
  empty: (named) => `${named} kosong`,
  noCertificate: (named) => `${named} harus memuat sertifikat PEM, "-----BEGIN CERTIFICATE-----"`,
  cutCertificate: (named) => `${named} memuat sertifikat tanpa akhir`,
  badCertificate: (named, number) => `sertifikat ${number} di ${named} tidak dapat dibaca`,
})
