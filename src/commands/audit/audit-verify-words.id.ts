import { learn } from '../../words/language.ts'
import { count } from '../../words/units.ts'
import type { auditVerifyWords } from './audit-verify-words.ts'

const behind = 'Baris setelah kerusakan tidak diperiksa.'

learn<typeof auditVerifyWords>('auditVerifyWords', {
  takes: 'verify menerima satu folder, --head SEQ:HASH dan --json',
  badHead: '--head harus berupa SEQ:HASH, seperti di log dan /api/status',
  verifying: (percent, lines) => `memeriksa: ${percent} %, ${count(lines)} baris`,
  noTrail: (folder) => `Tidak ada jejak di ${folder}.`,
  torn: (file, line, bytes) =>
    `${file}, baris ${line}, tidak diakhiri line feed (${count(bytes)} byte): terpotong oleh crash, atau sedang ditulis. Start sidecar berikutnya memotongnya, dan mencatatnya di jejak.`,
  strangers: (names) => `Tidak dibaca, karena nama segmen tidak seperti itu: ${names}`,

  broken: (file, line, reason) => `Rusak: ${file}, baris ${line}: ${reason}.`,
  nothingBefore: 'Tidak ada baris sebelumnya yang terbaca.',
  before: (first, last, head, asked) => {
    const lines = `Baris dari seq ${first} sampai ${last} cocok satu sama lain`
    if (head === 'unknown')
      return `${lines}, dan tidak ada lagi yang diketahui tentangnya: semuanya mungkin dibuat ulang. ${behind}`
    return head === 'known'
      ? `${lines}, dan sampai seq ${asked} memang milik head itu. ${behind}`
      : `${lines}. ${behind}`
  },

  whole: (met, lines, segments, first, last) =>
    `Utuh${met ? ', dan memiliki head yang ditanyakan' : ''}: ${count(lines)} baris dalam ${count(segments)} segmen, seq ${first.seq} sampai ${last.seq}, dari ${first.time} sampai ${last.time}.`,
  deleted: (seq, ended) =>
    ended === undefined
      ? `Baris sebelum seq ${seq} sudah dihapus, menurut jejak itu sendiri. Apakah masa simpannya sudah lewat tidak diketahui: versi yang lebih lama memulai file ini, dan tidak mencatat kapan baris itu berakhir.`
      : `Baris sebelum seq ${seq}, yang berakhir pada ${ended}, dihapus setelah masa simpannya lewat, menurut jejak itu sendiri.`,
  keeps: (least, most) =>
    least === most
      ? `Menurut jejak itu, baris disimpan ${count(least)} hari.`
      : `Menurut jejak itu, baris disimpan ${count(least)} hari di sebagian tempat, dan sampai ${count(most)} hari di tempat lain.`,
  head: (seq, hash) => `Head-nya ${seq}:${hash}`,
  withoutHead:
    'Semua baris cocok satu sama lain. Apakah semuanya dibuat ulang, atau ada baris yang hilang di akhir, hanya terlihat dengan --head dan sebuah head dari tempat lain.',
  older: (seq) =>
    `Tidak terbukti: head yang ditanyakan lebih lama daripada baris yang disimpan, dan baris itu dimulai dengan seq ${seq}.`,
})
