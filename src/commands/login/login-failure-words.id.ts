import { learn } from '../../words/language.ts'
import type { loginFailureWords } from './login-failure-words.ts'

const nothing = 'Tidak ada yang disimpan; login sebelumnya tetap ada.'
const grantTypes =
  'Di CATAPA (Setup > OAuth 2.0 Clients), beri client ini grant type authorization_code dan refresh_token.'

learn<typeof loginFailureWords>('loginFailureWords', {
  emptyName: '--as harus berisi nama orang yang akan masuk',
  interrupted: 'Login dihentikan dari luar.',
  nobodyCame: 'Tidak ada yang masuk dalam 5 menit. Tidak ada yang berubah.',
  unanswered: 'Pertanyaan tidak dijawab dalam 5 menit. Tidak ada yang disimpan.',
  busy: (folder) => `Proses lain sedang memakai ${folder}. Coba lagi sebentar lagi.`,
  noListener: (address, code) => {
    const why =
      code === 'EADDRINUSE'
        ? 'sedang dipakai, mungkin oleh login lain'
        : `tidak dapat dipakai untuk mendengarkan (${code})`
    return `${address}, alamat tempat browser kembali, ${why}. Hentikan program itu, atau jalankan login --paste. Atau daftarkan redirect URI lain pada client dan isi CATAPA_REDIRECT_URI dengannya.`
  },

  thatIsTheLoginPage:
    'Itu alamat halaman login. Masuk di sana terlebih dahulu; kemudian tempelkan alamat terakhir di browser.',
  notWhole: 'Itu bukan seluruh alamat terakhir di browser: di dalamnya ada "code=" dan "state=".',
  ofAnotherLogin:
    'Itu jawaban untuk login lain. Buka alamat di atas, dan tempelkan alamat terakhir di browser setelah itu.',
  nothingPasted: 'Standard input berakhir sebelum ada alamat yang ditempelkan. Jalankan login di terminal.',

  otherTenant:
    'Login dilakukan di tenant lain, bukan di CATAPA_TENANT. Silakan masuk kembali dan pilih tenant itu, atau perbaiki CATAPA_TENANT.',
  noCode: 'Jawaban halaman login tidak memuat code. Periksa CATAPA_AUTHORIZE_URL.',
  denied: 'Akses ditolak di halaman login. Tidak ada yang berubah; silakan masuk kembali untuk mengizinkannya.',
  notForPeople: (code) => `Client ini tidak boleh dipakai untuk login seseorang (${code}). ${grantTypes}`,
  unknownScope: 'CATAPA tidak mengenal scope yang diminta (invalid_scope). Periksa CATAPA_SCOPE.',
  notUnderstood:
    'CATAPA tidak memahami request (invalid_request). Periksa CATAPA_REDIRECT_URI dan CATAPA_SCOPE; jika CATAPA tidak mengenal PKCE, isi CATAPA_PKCE=false.',
  ownTrouble: (code) => `CATAPA sendiri sedang mengalami gangguan (${code}). Coba lagi nanti.`,
  refused: (code) => `CATAPA menolak login${code === undefined ? '' : ` (${code})`}.`,

  noRefreshToken: `CATAPA memberi access token tetapi tidak memberi refresh token, sehingga login akan berakhir dalam satu jam. ${grantTypes} Tidak ada yang disimpan.`,
  notNow: (happened) => `${happened} Tidak ada yang disimpan; jalankan login lagi setelah itu diperbaiki.`,
  clockToo: (happened, next) => ` Selain itu, ${happened}. ${next}`,
  ownTokenRefused:
    'CATAPA tidak menerima token yang baru saja diterbitkannya (status 401). Periksa apakah CATAPA_BASE_URL, CATAPA_TOKEN_URL dan CATAPA_TENANT saling cocok. Tidak ada yang disimpan.',

  inputEnded: `Standard input berakhir sebelum pertanyaan dijawab. ${nothing} Jalankan login di terminal, atau sebutkan orangnya terlebih dahulu: --as NAME.`,
  notConfirmed: `Login tidak dikonfirmasi. ${nothing} Jika orang lain yang masuk, alamat itu sudah dilihat orang lain: dengan --no-browser alamat hanya dicetak di sini.`,
  personUnknown: (why) =>
    `Orang yang sudah masuk tidak diketahui, dan mungkin bukan orang yang disebut --as: ${why}. ${nothing}`,
  otherPerson: (called) => `${called} sudah masuk, dan bukan orang yang disebut --as. ${nothing}`,
})
