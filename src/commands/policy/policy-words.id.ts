import { learn } from '../../words/language.ts'
import { count } from '../../words/units.ts'
import type { policyWords } from './policy-words.ts'

const sources = { log: 'log', trail: 'jejak' }

learn<typeof policyWords>('policyWords', {
  checkTakes:
    'check menerima CALLER METHOD PATH, misalnya check payroll-export GET /core/v1/employees; "*" adalah semua yang lain',
  checkTakesJson: 'check hanya menerima --json: --profile dan --caller adalah untuk list',
  listTakes: 'list hanya menerima opsi: --profile P, yang boleh diulang, --caller C, dan --json',
  suggestTakes: 'suggest hanya menerima --callers FILE, dan file log atau --trail DIR',
  suggestTakesOne: 'suggest membaca file log atau --trail DIR, tidak keduanya: request di dalamnya sama',
  badMethod: (meant) => `check menerima metode HTTP sebelum path${meant}`,
  badProfile: (meant, profiles) => `tidak ada profil seperti itu${meant}; pilihannya ${profiles}`,
  noNames: 'SIDECAR_CALLERS_FILE tidak diisi, jadi tidak ada pemanggil yang punya nama: berikan "*"',
  thatIsAKey: (file, names) =>
    `${file} tidak memiliki bagian itu: kunci bukan nama pemanggil. Bagian yang ada: ${names}`,
  noSection: (file, name, meant, names) => `${file} tidak memiliki bagian [${name}]${meant}. Bagian yang ada: ${names}`,

  allowed: (by) => `diizinkan: ${by}`,
  refused: (by) => `ditolak: ${by}`,
  reported: (by) => `diizinkan, karena report = true; seharusnya ditolak: ${by}`,
  everyoneElseRefused:
    'File pemanggil tidak memiliki bagian [*]: pemanggil yang tidak dikenal ditolak (caller_unknown).',
  nobodyMaySend: (why) => `Tidak ada pemanggil yang boleh mengirim itu. ${why}`,
  nobodyMayUse: 'Tidak ada pemanggil yang boleh mengirim itu (method_not_allowed).',
  notInCatalogue: 'Operasi ini tidak ada di katalog: penilaiannya menurut metodenya.',
  operation: (operation, effect, domain, unsure) =>
    `Operasinya adalah ${operation} (${effect}, ${domain}${unsure ? '; efeknya tidak pasti, jadi yang lebih ketat yang dianggap berlaku' : ''}).`,

  badFile: (flaw) => `file dari --callers ${flaw}`,
  fileWithMistakes: (lines) =>
    `file dari --callers harus benar terlebih dahulu:${lines.map(({ line, problem }) => `\n  baris ${line}: ${problem}`).join('')}`,
  unreadable: (source, why) => `${sources[source]} tidak dapat dibaca: ${why}`,
  silentOn: (source, names) => `tidak ada apa pun tentang ${names} di ${sources[source]}, jadi tetap seperti di file`,
  noRequest: (source) => `tidak ada request yang ditemukan di ${sources[source]}`,
  pretty: (lines) =>
    `${count(lines)} baris tidak dapat dibaca, dalam bentuk untuk manusia: isi SIDECAR_LOG_FORMAT=json`,
  foreign: (lines) => `${count(lines)} baris tidak dapat dibaca: tidak ditulis sidecar, atau tidak utuh`,
  flood: (requests) => `${count(requests)} request yang gagal tidak punya baris sendiri, dan tidak dihitung`,
  gap: (lines) => `${count(lines)} baris tidak dapat ditulis ke jejak, dan tidak dihitung`,
  nobodyNamed: (source) => `tidak ada yang punya nama di ${sources[source]} ini: [*] adalah semua yang memanggil`,
})
