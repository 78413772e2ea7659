import { learn } from '../../../words/language.ts'
import { count } from '../../../words/units.ts'
import type { stateWords } from './state-words.ts'

const renew =
  'Perbarui, lalu simpan sertifikat baru beserta kuncinya ke file SIDECAR_TLS_CERT_FILE dan SIDECAR_TLS_KEY_FILE. Keduanya dibaca lagi dalam 5 detik.'

learn<typeof stateWords>('stateWords', {
  draining: (inFlight) => ({
    title: 'Sidecar sedang berhenti',
    sentence: `Sidecar tidak menerima request baru.${inFlight > 0 ? ' Request yang sudah diterima diselesaikan.' : ''}`,
  }),
  starting: {
    title: 'Sidecar sedang dimulai',
    sentence: 'CATAPA belum merespons permintaan token yang pertama.',
  },

  refusedTokens: {
    title: 'CATAPA menolak token yang diberikannya sendiri',
    sentence: 'Login berhasil, tetapi request direspons dengan 401.',
    remedy:
      'Periksa di CATAPA bahwa OAuth client aktif dan memiliki izinnya, dan bahwa tidak ada program lain yang memakainya.',
  },
  askDoctor:
    'Untuk menemukan letak kegagalan koneksi, jalankan: catapa-sidecar doctor (dengan pengaturan sidecar ini).',
  lastTokenUntil: (happened, until) => `${happened}. Panggilan masih berjalan dengan token terakhir, sampai ${until}.`,
  refusedCredentials: 'CATAPA menolak kredensial',
  noAccess: 'Tidak ada akses ke CATAPA',
  notForLong: 'Berfungsi, tetapi tidak lama lagi',
  notRenewed: {
    title: 'Token tidak dapat diperbarui',
    verdict: 'Berfungsi, tetapi token tidak dapat diperbarui',
  },
  login: (unusable) => (unusable ? 'Login yang tersimpan tidak dapat dipakai' : 'Seseorang harus login'),
  noSecret: 'Sidecar tidak mendapat client secret',
  secretCommand: (happened) => ({
    title: 'Perintah secret gagal',
    sentence: `${happened}. Secret yang dicetaknya sebelum itu tetap dipakai.`,
  }),
  store: (happened, since) => ({
    title: 'Token untuk sementara tidak dipakai bersama',
    sentence: `${happened}${since === undefined ? '' : `, sejak ${since}`}. Panggilan tetap berjalan: sementara itu setiap sidecar meminta tokennya sendiri. Jika token baru mengakhiri token lama, sidecar saling mengakhiri token, dan operasi tulis dapat direspons dengan 401.`,
  }),

  callFailed: (happened) => `Panggilan terakhir gagal. ${happened}.`,
  pausesOften: {
    title: 'CATAPA berulang kali meminta jeda',
    sentence:
      'Yang dikirim lebih banyak daripada yang diterima CATAPA dari client ini. Selama jeda, operasi baca menunggu dan operasi tulis ditolak.',
    remedy:
      'Beri pemanggil yang paling banyak mengirim nilai rate atau max-in-flight di file pemanggil, dan tanyakan kuota client ini kepada CATAPA.',
  },
  paused: (until) => ({
    title: `CATAPA meminta jeda sampai ${until}`,
    remedy:
      'Sekarang tidak ada: jeda ini berakhir sendiri. Jika sering terjadi, beri pemanggil yang paling banyak mengirim nilai rate di file pemanggil.',
  }),
  left: (time) => `${time} lagi.`,
  operationEnds: (operation, when, calls) => ({
    title: `CATAPA menyatakan bahwa ${operation} akan dihentikan`,
    sentence: `${when} Sejak sidecar dijalankan, ${count(calls)} panggilannya mendapat respons ini.`,
    remedy: 'Cari penggantinya di referensi API CATAPA, dan ubah program pemanggilnya tepat waktu.',
  }),
  endsOn: (deprecated, sunset) => {
    const end =
      sunset && `Operasi ini ${sunset.ahead ? 'akan merespons sampai' : 'direncanakan merespons sampai'} ${sunset.day}.`
    const day = deprecated?.day === undefined ? '' : ` ${deprecated.ahead ? 'mulai' : 'sejak'} ${deprecated.day}`
    return [deprecated && `Operasi ini usang${day}.`, end].filter((text) => text !== undefined).join(' ')
  },

  auditStopped: (happened, since, refused, without) => ({
    title: 'Jejak audit tidak dapat ditulis',
    sentence: `${happened}, sejak ${since}.`,
    counts: `Ditolak sejauh ini: ${refused}. Tanpa baris sejauh ini: ${without}.`,
  }),
  auditVerdicts: {
    writes: 'Hanya operasi baca yang berfungsi: jejak audit tidak dapat ditulis',
    all: 'Semuanya ditolak: jejak audit tidak dapat ditulis',
    open: 'Berfungsi, tetapi tidak ada yang dicatat',
  },
  auditRefusals: {
    writes: 'Sementara itu panggilan yang mungkin mengubah sesuatu ditolak; operasi baca tetap berjalan tanpa baris.',
    all: 'Sementara itu semuanya ditolak.',
    open: 'Semuanya tetap berjalan tanpa baris.',
  },
  auditReplaced: (happened, at, times) => ({
    title: 'Program lain mengubah jejak audit',
    sentence: `${happened}. Hal itu diketahui pada ${at}. ${times > 1 ? `Sudah terjadi ${count(times)} kali sejak sidecar dijalankan. ` : ''}Keadaan ini tetap sampai sidecar dimulai ulang.`,
  }),
  writesUnknown: (writes, oldest, caller) => {
    const several = writes > 1
    return {
      title: several
        ? `Hasil ${count(writes)} operasi tulis tidak diketahui`
        : 'Hasil satu operasi tulis tidak diketahui',
      sentence: `${several ? `Yang tertua dari ${oldest}` : `Operasi itu dari ${oldest}, oleh ${caller}`}. CATAPA mungkin sudah menjalankannya. Jika program mengirim ${several ? 'salah satunya' : 'operasi itu'} lagi, operasi itu ditolak sampai ada orang yang memeriksanya.`,
      remedy:
        'Periksa di CATAPA apakah hasilnya ada. Jika tidak ada, lepaskan di halaman status atau dengan catapa-sidecar repeats release, lalu biarkan program mengirimnya lagi.',
    }
  },

  callersFile: (file, readAt, problems, lines, more) => ({
    title: 'File pemanggil bermasalah, dan perubahannya tidak dipakai',
    sentence: `Sidecar tetap memakai isi yang dibaca pada ${readAt}. Di ${file} ada ${count(problems)} masalah${lines.length === 0 ? '' : `, di baris ${lines.join(', ')}${more ? ' dan lainnya' : ''}`}.`,
    remedy:
      'Perbaiki file itu: catapa-sidecar check memberi tahu kesalahan di setiap baris. File dibaca lagi dalam 5 detik.',
  }),
  reported: (callers) => ({
    title: `Pembatasan hanya dilaporkan: ${callers.join(', ')}`,
    sentence: 'Panggilan yang akan ditolaknya tetap berjalan, dan dihitung di bawah.',
    remedy:
      'Setelah setiap panggilan yang dilaporkan memang harus ditolak, hapus baris "report = true" dari file pemanggil.',
  }),
  settings: (names, more) => ({
    title: 'File pengaturan bermasalah, dan perubahannya tidak dipakai',
    sentence: `Kredensial yang dipakai tetap berlaku, tetapi mulai ulang akan gagal. Masalahnya ada di ${names.join(', ')}${more ? ' dan lainnya' : ''}.`,
    remedy: 'Perbaiki file itu: catapa-sidecar check memberi tahu kesalahannya. File dibaca lagi dalam 2 detik.',
  }),
  certificate: (readAt, happened) => ({
    title: 'File sertifikat bermasalah, dan tidak dipakai',
    sentence: `Sidecar tetap memakai isi yang dibaca pada ${readAt}. ${happened}.`,
  }),
  noHttps: 'Tidak ada program yang dapat memanggil melalui HTTPS',
  certificateEarly: (from) => ({
    title: 'Sertifikat belum berlaku',
    sentence: `Sertifikat baru berlaku mulai ${from}, dan pemanggil melalui HTTPS menolaknya.`,
    remedy: 'Periksa jam mesin ini; jika benar, kembalikan sertifikat sebelumnya.',
  }),
  certificateEnded: (at) => ({
    title: 'Sertifikat sudah berakhir',
    sentence: `Sertifikat berakhir pada ${at}, dan pemanggil melalui HTTPS menolaknya.`,
    remedy: renew,
  }),
  certificateEndsSoon: (left, at) => ({
    title: 'Sertifikat segera berakhir',
    verdict: 'Berfungsi, tetapi sertifikat segera berakhir',
    sentence: `Sertifikat berakhir dalam ${left}, pada ${at}. Sejak saat itu pemanggil melalui HTTPS menolaknya.`,
    remedy: renew,
  }),
})
