import type { Effect } from '../../operations/operation.ts'
import { learn } from '../../words/language.ts'
import type { refusalWords } from './refusal-words.ts'

const deeds: Readonly<Partial<Record<Effect, string>>> = {
  'bulk-delete': 'menghapus banyak data sekaligus',
  delete: 'menghapus sesuatu',
  decide: 'menyetujui, menolak, atau membatalkan sesuatu',
}

const request = (caller: string | undefined) =>
  caller === undefined
    ? 'Request ini'
    : `Request dari ${caller === 'other' ? 'salah satu pemanggil lain ([*])' : `pemanggil ${caller}`}`

const unknown = {
  nobody: 'Sidecar tidak mengenal program yang memanggil',
  wrong_key: 'Sidecar tidak mengenal kunci di request ini, atau tidak mengenalnya dengan nama yang menyertainya',
  two_callers: 'Request ini menunjukkan dua pemanggil yang berbeda',
  repeated: 'Request token ini memuat client_id atau client_secret lebih dari satu kali',
}

function name(claimed: string | undefined): string {
  if (claimed === undefined) return 'tidak ada nama yang menyertainya'
  return claimed === '…'
    ? 'nama yang menyertainya tidak ada di file pemanggil'
    : `nama yang menyertainya adalah ${claimed}`
}

const which = 'baris log request ini memuat program, alamat, dan listener-nya'

learn<typeof refusalWords>('refusalWords', {
  notAllowed: (caller, rule) => `${request(caller)} tidak diizinkan (${rule})`,
  ambiguous: (caller, has) => `${request(caller)} memuat ${has}`,
  deeds,
  asMeant: (deed, wanted, wouldAllow) =>
    `Request ini akan ${deed} (${wanted}), dan memang semestinya ditolak: tidak ada yang perlu dilakukan, kecuali program pemanggil itu seharusnya boleh melakukannya. ${wouldAllow}`,
  lineWouldAllow: (wanted, section) =>
    `Request ini akan diizinkan dengan baris "allow = ${wanted}" di bagian ${section} file pemanggil.`,
  profileWouldAllow: 'Request ini hanya akan diizinkan dengan SIDECAR_PROFILE lain, yang membatasi semua pemanggil.',
  withoutLine: (line) =>
    `Request ini hanya akan diizinkan tanpa baris ${line} di file pemanggil: baris deny mengalahkan semua baris lain.`,
  oneWayOnly: (next) =>
    `Pemanggil dengan pembatasan harus mengirim request yang hanya dapat dibaca dengan satu cara: ${next}.`,

  unknown,
  keyOfNobody: (key, claimed) => `File pemanggil tidak memuat kunci ${key}… dari request ini; ${name(claimed)}`,
  keyOfAnother: (key, keyOf, claimed) => `Kunci ${key}… dari request ini adalah milik ${keyOf}; ${name(claimed)}`,
  keyOfSecond: (key, keyOf) =>
    `${unknown.two_callers}; kuncinya, ${key}…, ${keyOf === undefined ? 'bukan milik siapa pun' : `adalah milik ${keyOf}`}`,
  sendOnce: 'kirim masing-masing satu kali',
  showWho:
    'Sebuah program menunjukkan identitasnya dengan kuncinya (sebagai Authorization: Bearer, sebagai kata sandi Basic, sebagai X-Api-Key, atau sebagai client secret di request token), dengan listener yang dipanggilnya, dengan sertifikatnya, atau dengan pengguna yang menjalankannya; file pemanggil milik sidecar harus menyebutkan salah satunya.',
  afterCertificate: (next) => `${next}. Untuk mencari program itu: ${which}.`,
  afterNobody: `Request ini memang semestinya ditolak, kecuali program pemanggil itu seharusnya boleh memanggil: jika demikian, buat bagian untuknya di file pemanggil, atau tambahkan [*] untuk semua pemanggil lain. Untuk mencari program itu: ${which}.`,
  afterRepeated: `Buat program mengirim masing-masing satu kali. Untuk mencari program itu: ${which}.`,
  afterTwoCallers: `Buat program menunjukkan satu pemanggil saja: kunci, listener, sertifikat, dan penggunanya harus berasal dari satu bagian. Untuk mencari program itu: ${which}.`,
  afterWrongName: `Buat program mengirim kuncinya dengan namanya sendiri, atau tanpa nama. Untuk mencari program itu: ${which}.`,
  afterWrongKey: (section) =>
    `Cari programnya (${which}), dan berikan kepadanya kunci untuk ${section ?? 'bagiannya'}: kunci baru dibuat dengan "catapa-sidecar key". Karakter itu adalah awal SHA-256 dari kunci, seperti di baris key file pemanggil. Jika tidak ada program Anda yang mengirim kunci ini, request itu memang semestinya ditolak.`,
})
