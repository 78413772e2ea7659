import { learn } from '../../words/language.ts'
import type { loginWords } from './login-words.ts'

learn<typeof loginWords>('loginWords', {
  invitation: ({ url, redirectUri, listening, paste, unattended }) => {
    const beforehand = unattended
      ? `Standard input bukan terminal. Pada akhirnya di sana harus dijawab apakah orang yang benar sudah masuk. Jika tidak bisa,
sebutkan orangnya terlebih dahulu: --as NAME.
`
      : ''
    const open = `Buka alamat ini di browser dan masuk ke CATAPA sebagai orang yang atas namanya panggilan akan dilakukan:

  ${url}

${beforehand}`
    if (listening) {
      return `${open}Menunggu, paling lama 5 menit, sampai browser kembali ke ${redirectUri} di mesin ini.
(Browser ada di mesin lain? Hentikan ini dengan Ctrl-C dan jalankan login --paste. Halaman itu mempersoalkan redirect URI?
CATAPA_REDIRECT_URI harus sama persis dengan redirect URI yang terdaftar pada client, huruf demi huruf.)
`
    }
    const why = paste ? '' : `${redirectUri} tidak mengarah ke mesin ini, jadi jawabannya perlu Anda bawa ke sini. `
    return `${open}${why}Pada akhirnya browser menuju alamat yang diawali
${redirectUri}. Halaman kesalahan di sana tidak menjadi masalah.
Salin seluruh alamat itu dan tempelkan di sini, dalam 5 menit:
`
  },
  pasteAgain: (flaw) => `${flaw} Tempelkan lagi:`,
  question: (who, tenant) => {
    const [said, as] =
      typeof who === 'string'
        ? [`Seseorang sudah masuk, tetapi namanya tidak diketahui: ${who}.`, 'orang itu']
        : [`${who.called} sudah masuk, di tenant ${tenant}.`, who.name]
    return `\n${said}\nBisa jadi ini bukan orang yang Anda maksud: siapa pun yang melihat alamat tadi dapat memakainya.\nSimpan login ini, dan lakukan panggilan sebagai ${as}? [y/N] `
  },
  conclusion: (who, tenant, path, used) => {
    const as =
      typeof who === 'string'
        ? `Sudah masuk, di tenant ${tenant}. Namanya tidak diketahui: ${who}.`
        : `Sudah masuk sebagai ${who.name}, di tenant ${tenant}.`
    const use = used
      ? 'Sidecar yang sedang berjalan memakainya dalam 5 detik.'
      : 'Sidecar belum memakainya: dengan CATAPA_GRANT=client_credentials panggilan dilakukan sebagai client itu sendiri.\nIsi CATAPA_GRANT=authorization_code dan mulai ulang sidecar.'
    return `\n${as}\nLogin ada di ${path}. Siapa pun yang dapat membaca file itu dapat bertindak sebagai orang ini.\n${use}\n`
  },
  askedInVain: (status) => `/v1/users/me merespons dengan status ${status}`,
  namesNobody: 'respons /v1/users/me tidak menyebut seorang pun',
  notReached: (because) => `/v1/users/me tidak dapat dihubungi: ${because}`,

  otherClient: 'sidecar yang sedang berjalan bekerja untuk tenant atau client lain: login ini tidak akan dipakainya.',
  forgotten: (path) =>
    `Login di ${path} sudah dilupakan. CATAPA tidak diberi tahu: di sana, akses berakhir jika dicabut.\n`,
  noLogin: (folder) => `Tidak ada login di ${folder}.\n`,
  otherFolder: (why) => `login sidecar yang sedang berjalan bukan login ini. ${why}`,
})
