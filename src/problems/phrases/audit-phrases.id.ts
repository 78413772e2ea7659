import type { FactsOf } from '../failure.ts'
import { diskReason } from './disk-reasons.ts'
import type { Table } from './table.ts'

type Facts = FactsOf['trail_unwritable']

const reasons: Readonly<Record<string, readonly [why: string, next: string]>> = {
  ENOENT: [
    'salah satu file atau foldernya hilang',
    'Cari tahu siapa yang menghapusnya, dan pastikan foldernya dapat dibuat lagi.',
  ],
  replaced: [
    'program lain mengganti, memendekkan, atau menambahi filenya',
    'Cari tahu program itu, dan pastikan tidak ada program lain yang menulis di sana.',
  ],
  taken: [
    'proses lain sedang menulisnya',
    'Hentikan sidecar lain itu, atau berikan SIDECAR_AUDIT_DIR sendiri kepada masing-masing.',
  ],
  stalled: ['disk tidak merespons', 'Periksa disk itu, atau server tempat disk itu berada.'],
  open_folder: [
    'foldernya tidak lagi terbatas untuk pemiliknya',
    'Jadikan pengguna sidecar pemiliknya, dan tutup folder itu bagi yang lain (chmod 700).',
  ],
  damaged: ['baris terakhirnya rusak', 'Jalankan catapa-sidecar audit verify, yang menyebutkan tempatnya.'],
  stopped: ['sidecar sudah berhenti', 'Jalankan lagi sidecar.'],
  ENOSPC: ['disk penuh', 'Kosongkan ruang di disk itu.'],
  EDQUOT: ['jatah disk pengguna ini penuh', 'Kosongkan ruang di disk itu.'],
}

function reasonOf({ reason }: Facts): readonly [why: string, next: string] {
  return (
    reasons[reason] ?? [
      diskReason(reason),
      'Periksa disk itu, dan siapa yang boleh menulis di folder dari SIDECAR_AUDIT_DIR.',
    ]
  )
}

/** The audit trail. */
export const indonesianAuditPhrases = {
  trail_unwritable: [
    'Request ini sedang tidak dapat dicatat, jadi tidak dijalankan',
    (_, retrying) =>
      retrying
        ? 'kirim lagi setelah beberapa saat, log sidecar menyebutkan sebabnya'
        : 'log sidecar menyebutkan sebabnya',
    (facts, retrying) => `${reasonOf(facts)[1]}${retrying ? ' Sidecar terus mencoba.' : ''}`,
    (facts) => `Jejak audit di ${facts.folder} tidak dapat ditulis: ${reasonOf(facts)[0]}`,
  ],
} satisfies Partial<Table>
