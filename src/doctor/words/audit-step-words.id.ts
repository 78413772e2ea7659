import { learn } from '../../words/language.ts'
import type { auditStepWords } from './audit-step-words.ts'

learn<typeof auditStepWords>('auditStepWords', {
  full: (failing, folder, free) =>
    `sidecar yang berjalan menyatakan: ${failing}; sisa ruang di disk tempat ${folder} adalah ${free}`,
  makeRoom: (folder) => `Sediakan ruang di disk tempat ${folder}.`,
  owner:
    'Folder itu, atau folder di atasnya, harus ada dan hanya boleh diakses oleh pengguna yang menjalankan sidecar: hak akses 0700.',
  noFolder: (folder) => `${folder} tidak ada, demikian juga folder di atasnya`,
  readOnly: (folder) => `${folder} hanya dapat dibaca`,
  noRight: (folder, code) => `pengguna ini tidak boleh menulis di ${folder} (${code})`,
  folder: (path) => `folder ${path}`,
  madeAtStart: 'dibuat saat sidecar dimulai lagi',
  noKey: 'tanpa kunci, sehingga path tidak dapat dicari di jejak audit',
  key: 'ada kunci',
  noKeyYet: 'kunci belum ada: dibuat saat sidecar dimulai lagi',
  writable: 'dapat ditulis',
  written: (lines) => `ditulis oleh sidecar yang berjalan${lines === undefined ? '' : ` (${lines} baris)`}`,
  free: (size) => `sisa ruang ${size}`,
  few: 'jika disk penuh, panggilan yang mengubah sesuatu ditolak',
  replaced: (sentence) => `${sentence}: jalankan catapa-sidecar audit verify`,
  writesNone: 'sidecar yang berjalan tidak menulis jejak audit: sidecar itu dimulai tanpanya, dan harus dimulai ulang',
  writesElsewhere: 'sidecar yang berjalan menulis jejak auditnya di folder lain',
})
