import { learn } from '../../words/language.ts'
import type { callersFileWords } from './callers-file-words.ts'

const nameOf = (rule: string, section: string | undefined) => (section === undefined ? rule : `${rule} di [${section}]`)

learn<typeof callersFileWords>('callersFileWords', {
  inLine: (line, problem) => `baris ${line}: ${problem}`,
  ofRule: (rule, section, flaw) => `${nameOf(rule, section)} ${flaw}`,
  semicolon: 'diawali ";", yang di sini bukan komentar: tulis #',
  commentAtEnd: 'memuat komentar di akhirnya: tulis di baris tersendiri yang diawali #',
  takenName: (name) => `memulai bagian [${name}], nama yang sudah dipakai`,
  sectionName: 'harus berupa [name] dari paling banyak 32 huruf kecil, angka, dan "-", atau [*] untuk semua yang lain',
  twice: (name, line) => `memulai bagian [${name}] untuk kedua kalinya, setelah baris ${line}`,
  unknowable:
    'memulai bagian tanpa key, listen, certificate, atau user: tidak ada pemanggil yang dikenali dengan bagian ini',
  noEntry: 'harus berupa [name] atau name = value, atau diawali #',
  beforeSections: 'berada sebelum bagian pertama: mulai dengan [name]',
  ofEveryone: (rule) => `memuat ${rule} untuk [*], yaitu semua pemanggil yang tidak dikenal bagian lain`,
  unknownRule: (rule, section, end) =>
    `${rule === undefined ? 'memuat' : `${nameOf(rule, section)} adalah`} aturan yang tidak dikenal versi catapa-sidecar ini${end}`,
  knownRules: (names) => `: aturan yang dikenal adalah ${names.join(', ')}`,
  keyItself:
    'memuat kunci itu sendiri, sehingga setiap orang yang dapat membaca file ini akan memilikinya: ganti dengan kunci baru (catapa-sidecar key mencetaknya), dan tulis di sini hanya baris key = sha256:… dari kunci itu',
  nobody: (path) =>
    `${path} tidak menyebutkan satu pemanggil pun, sehingga setiap program akan ditolak: mulai dengan [name], atau hapus pengaturan ini`,
  instead: (text) => `, bukan "${text}"`,
  openToAll:
    'memulai bagian [*], yang akan menerima setiap program yang dapat terhubung ke alamat tls: dari SIDECAR_LISTEN: hapus bagian ini, kecuali SIDECAR_TRUST_NETWORK bernilai true',
  notEnforced: (callers) => `pembatasan hanya dicatat dan tidak diberlakukan untuk ${callers.join(', ')}`,
  everyoneElse: 'semua yang lain',
})
