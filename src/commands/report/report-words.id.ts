import { learn } from '../../words/language.ts'
import type { reportWords } from './report-words.ts'

learn<typeof reportWords>('reportWords', {
  about:
    'Laporan ini berisi versi, sistem, pengaturan, pemeriksaan doctor, kegagalan terakhir, serta status dan metrik ' +
    'sidecar yang berjalan; laporan ini tidak berisi secret, token, nilai request, alamat pemanggil, nama mesin ini, ' +
    'maupun nama orang yang telah masuk; tidak ada yang dikirim.',
  readIt:
    'Baca laporan ini sebelum Anda mengirimnya kepada siapa pun: di dalamnya ada nama pemanggil, file, tenant, dan client. Semua waktu dalam UTC.',
  written: (at) => `Ditulis ${at}`,
  versions: 'Versi',
  system: 'Sistem',
  settings: 'Pengaturan',
  checks: 'Pemeriksaan doctor',
  failures: 'Kegagalan terakhir, yang terbaru lebih dahulu',
  status: (address) => `Status sidecar di ${address}`,
  metrics: 'Metrik, tanpa yang bernilai 0 dan tanpa bucket histogram',
  nobody: 'Tidak ada sidecar yang merespons.',
  noFailures: 'Tidak ada sejak sidecar dimulai.',
  default: (value, usual) => `${value} (default: ${usual})`,
  wrong: 'Pengaturan salah:',
  noneShown: 'Karena itu tidak ada yang ditampilkan.',
  times: (code, count) => `${code}, ${count} kali sejak sidecar dimulai`,
  noOperation: 'bukan operasi CATAPA',
  ids: (ours, catapas) => `id request: dari sidecar ${ours}, dari CATAPA ${catapas}`,
  notKept: 'tidak disimpan',
  leftOut: 'dihilangkan',
  none: 'tidak ada',
  unknown: 'tidak diketahui',
  addressUnknown: 'alamat yang tidak diketahui',
  yes: 'ya',
  no: 'tidak',
  personLoggedIn: 'seseorang telah masuk, namanya dihilangkan',
  person: '(seseorang)',
  thisHost: '(host ini)',
})
