import { dirname, join } from 'node:path'
import { shellWord } from '../../words/shell-word.ts'
import type { LoginFlaw, LoginFolderFacts } from '../failure.ts'
import { diskReason } from './disk-reasons.ts'
import { octal } from './login-phrases.ts'
import { patience, type Table } from './table.ts'

/** A person's login. */
export const indonesianLoginPhrases = {
  login_flaw: [
    ({ kind }) => (kind === 'missing' ? 'Belum ada yang login' : 'Login yang tersimpan tidak dapat dipakai'),
    ({ kind }) =>
      kind === 'missing'
        ? 'Orang yang menjalankan sidecar harus login (catapa-sidecar login).'
        : 'Log sidecar menyebutkan sebabnya, dan cara memperbaikinya.',
    mendOf,
    flawOf,
  ],
  login_read_failed: ['Login yang tersimpan sedang tidak dapat dibaca', patience, mendOf, flawOf],
  login_over: [
    'Login sudah berakhir: CATAPA tidak menerimanya lagi',
    'Orang yang menjalankan sidecar harus login lagi (catapa-sidecar login).',
    'Login lagi sebagai pengguna sidecar ini dan dengan pengaturannya: catapa-sidecar login.',
    ({ path }) =>
      `Login${path === undefined ? '' : ` di ${path}`} sudah berakhir: CATAPA tidak menerimanya lagi (login itu kedaluwarsa, diakhiri, atau respons dengan login penggantinya tidak sampai ke sidecar)`,
  ],
  login_not_stored: [
    'Login tidak dapat diperbarui, karena tidak dapat disimpan di mesin ini',
    patience,
    (facts, retrying) => `${loginFolderMend(facts)}${retrying ? ' Sidecar terus mencoba.' : ''}`,
    notStored,
  ],
  login_busy: [
    'Proses lain yang memakai login yang sama sedang memperbaruinya',
    patience,
    ({ folder }) =>
      `Tunggu sebentar. Jika tetap begitu, cari catapa-sidecar lain yang memakai ${folder}, dan periksa log-nya: selama login tidak dapat disimpan, proses itu menahan lock.`,
    ({ folder }) =>
      `Proses lain memegang lock dari login di ${folder}: sidecar yang sedang memperbaruinya, sebuah login, atau sebuah logout`,
  ],
  login_replaced: ['Login dihapus atau diganti selagi diperbarui', 'sidecar memeriksanya lagi'],
} satisfies Partial<Table>

const damages: Readonly<Record<Extract<LoginFlaw, { kind: 'damaged' }>['how'], string>> = {
  link: 'adalah link, bukan file',
  no_file: 'bukan file',
  broken: 'rusak',
  no_login: 'bukan login',
  incomplete: 'rusak: ada yang kurang di dalamnya',
}

const others = { tenant: 'tenant lain', client: 'client OAuth lain', token_url: 'CATAPA_TOKEN_URL lain' }

function flawOf(flaw: LoginFlaw): string {
  const { path } = flaw
  switch (flaw.kind) {
    case 'missing':
      return `tidak ada login di ${path}`
    case 'damaged':
      return `${path} ${damages[flaw.how]}`
    case 'other_version':
      return `${path} ditulis oleh versi lain dari catapa-sidecar`
    case 'foreign':
      return `${path} adalah login untuk ${flaw.of.map((what) => others[what]).join(' dan ')}`
    case 'unreadable':
      return `${path} tidak boleh dibaca oleh pengguna ini`
    case 'read_failed':
      return `${path} tidak dapat dibaca (${flaw.errno})`
    case 'other_owner':
      return `${flaw.folder ? 'folder state ' : ''}${path} adalah milik pengguna lain (uid ${flaw.uid})`
    case 'too_open':
      return flaw.folder
        ? `folder state ${path} memiliki hak akses ${octal(flaw.mode & 0o7777)}, sehingga pengguna lain dapat menulis di dalamnya`
        : `${path} memiliki hak akses ${octal(flaw.mode & 0o777)}, sehingga pengguna lain dapat membukanya`
  }
}

const logIn =
  'Jalankan catapa-sidecar login sebagai pengguna mesin yang menjalankan sidecar ini, dengan pengaturan yang sama'
const again = `${logIn}. File itu akan diganti.`
const another = 'atur SIDECAR_STATE_DIR ke folder yang belum ada, yang lalu dibuat untuk penggunanya saja'

function mendOf(flaw: LoginFlaw): string {
  const { path } = flaw
  switch (flaw.kind) {
    case 'missing':
      return `${logIn}.`
    case 'damaged':
      return again
    case 'other_version':
      return `Pakai versi itu, atau login lagi. ${again}`
    case 'foreign':
      return `Atur SIDECAR_STATE_DIR ke folder milik sidecar ini sendiri. ${again}`
    case 'read_failed':
      return 'Sidecar terus mencoba. Jika tetap terjadi, periksa disk dan batas jumlah file yang boleh terbuka.'
    case 'unreadable':
      return giveToUs(flaw)
    case 'other_owner':
      return flaw.folder ? `Jalankan ini sebagai pengguna itu, atau ${another}.` : giveToUs(flaw)
    case 'too_open':
      if (flaw.ours) return `Batasi untuk pemiliknya: chmod ${flaw.folder ? 700 : 600} ${shellWord(path)}`
      return `Minta agar folder itu ditutup bagi pengguna lain, atau ${another}: SIDECAR_STATE_DIR=${shellWord(join(path, 'catapa-sidecar'))}`
  }
}

function giveToUs({ path, own }: { path: string; own: number | undefined }): string {
  return own === undefined
    ? again
    : `Jalankan sidecar sebagai pengguna itu, atau serahkan folder itu kepada pengguna sidecar: chown -R ${own} ${shellWord(dirname(path))}`
}

function notStored({ folder, errno }: LoginFolderFacts): string {
  return `login tidak dapat disimpan di ${folder}: ${diskReason(errno)}`
}

function loginFolderMend({ folder, errno, own }: LoginFolderFacts): string {
  if (errno === 'ENOSPC' || errno === 'EDQUOT') return 'Kosongkan ruang di disk itu.'
  if (own === undefined) {
    return `Serahkan ${folder} kepada pengguna sidecar, agar hanya pengguna itu yang dapat menulisinya, atau atur SIDECAR_STATE_DIR ke folder lain.`
  }
  return `Jalankan ini sebagai pengguna pemilik ${folder}, atau serahkan folder itu beserta seluruh isinya kepada pengguna ini (chown -R ${own} ${shellWord(folder)}), atau atur SIDECAR_STATE_DIR ke folder lain.`
}
