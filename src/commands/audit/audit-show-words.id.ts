import { learn } from '../../words/language.ts'
import { count } from '../../words/units.ts'
import type { auditShowWords, entryWords } from './audit-show-words.ts'

learn<typeof auditShowWords>('auditShowWords', {
  takes:
    'show menerima satu folder, dan --caller, --since, --until, --effect, --path, --refused, --limit, --tz, --json',
  badZone: '--tz menerima zona waktu seperti Asia/Jakarta atau WIB, atau selisih seperti +07:00',
  badLimit: (most) => `--limit menerima angka dari 1 sampai ${most}`,
  badEffect: (meant, effects) => `tidak ada efek seperti itu${meant}; pilihannya ${effects}`,
  badTime:
    '--since dan --until menerima waktu seperti 2026-11-27T10:00Z (tanpa zona berarti UTC, atau zona dari --tz), atau 2h atau 3d yang lalu',
  badPath: '--path menerima path seperti /core/v1/employees/4711, tanpa query',
  noKey: '--path memerlukan kunci yang dipakai saat jejak ditulis: isi SIDECAR_AUDIT_KEY_FILE',
  none: 'jejak tidak memiliki entri seperti itu',
  unread: (lines) => `${lines} baris tidak seperti yang ditulis sidecar: jalankan catapa-sidecar audit verify`,

  noTrailNamed: 'sebutkan folder jejak, atau isi SIDECAR_AUDIT_DIR',
  missing: 'tidak ada',
  noFolder: 'bukan folder',
  forbidden: 'tidak boleh dibaca pengguna ini',
  unreadable: (code) => `tidak dapat dibaca (${code})`,
})

const reportedBy = (rule: string | undefined) => (rule === undefined ? '' : `, akan ditolak (${rule})`)
const acted = { maybe: ', mungkin sudah dijalankan', yes: ', CATAPA sudah merespons', no: '' }

learn<typeof entryWords>('entryWords', {
  columns: (zone) => ['baris', `waktu (${zone})`, 'pemanggil', 'hasil', 'ukuran', 'efek', 'panggilan'],
  outcomeUnknown: 'hasil tidak diketahui',
  refused: (by) => `ditolak (${by})`,
  answered: (status, rule) => `${status}${reportedBy(rule)}`,
  failed: (status, reached, rule) =>
    `${status === undefined ? 'pemanggil pergi' : `${status} dari sidecar`}${acted[reached]}${reportedBy(rule)}`,
  ofLine: (line) => ` untuk baris ${line}`,
  repeats: (line) => `(mengulang ${line})`,
  flood: (of, more, since, change) => {
    const kinds: Readonly<Record<string, string>> = {
      request: 'penolakan',
      'token-refresh': 'permintaan token',
      'log-level': 'perubahan level log',
    }
    const changed = change === undefined ? '' : `, dari ${change[0]} menjadi ${change[1]}`
    return `${count(more)} ${kinds[of] ?? of} lagi sejak ${since}${changed}`
  },
})
