import type { CommandFlaw, FactsOf, OutputFlaw } from '../failure.ts'
import { settingNames } from './secret-phrases.ts'
import { keeps, type Table } from './table.ts'

type Failed = FactsOf['secret_command_failed']
type Unusable = FactsOf['secret_command_unusable']

function failedHow(flaw: CommandFlaw): string {
  switch (flaw.kind) {
    case 'missing':
      return 'tidak ditemukan'
    case 'not_executable':
      return 'tidak boleh dijalankan'
    case 'not_started':
      return `tidak dapat dimulai (${flaw.errno})`
    case 'status':
      return `berakhir dengan status ${flaw.status}`
    case 'signal':
      return `diakhiri oleh ${flaw.signal}`
    case 'late':
      return `berjalan lebih dari ${flaw.seconds} s dan diakhiri`
    case 'too_large':
      return 'mencetak lebih dari 64 KiB'
    case 'held_open':
      return 'sudah berakhir, tetapi program yang dimulainya menahan output-nya tetap terbuka'
  }
}

function unusableHow(flaw: OutputFlaw): string {
  switch (flaw.kind) {
    case 'empty':
      return 'tidak mencetak apa pun'
    case 'several_lines':
      return 'mencetak beberapa baris'
    case 'not_text':
      return 'mencetak sesuatu selain UTF-8'
    case 'not_json':
      return 'mencetak teks yang diawali seperti JSON tetapi bukan JSON'
    case 'expires_at':
      return 'mencetak expiresAt yang bukan ISO 8601, dengan zonanya, dan bukan jumlah detik sejak 1970'
    case 'unfit':
      return `mencetak ${flaw.member} yang juga tidak boleh menjadi nilai ${settingNames[flaw.member]}`
    case 'differs':
      return `mencetak ${flaw.member} yang berbeda dari ${settingNames[flaw.member]}`
    case 'lacks':
      return `tidak mencetak ${flaw.member}`
  }
}

const byHand =
  'Jalankan perintah itu sendiri sebagai pengguna sidecar, tanpa input: catapa-sidecar doctor --new-token menyebutkan pengguna itu.'

function mendRun({ flaw, saidMore }: Failed, retrying: boolean): string {
  if (flaw.kind === 'missing') return `Periksa CATAPA_CLIENT_SECRET_COMMAND dan PATH${keeps(retrying)}.`
  if (flaw.kind === 'not_executable')
    return `Periksa hak akses program dari CATAPA_CLIENT_SECRET_COMMAND${keeps(retrying)}.`
  if (flaw.kind === 'too_large')
    return 'Buat CATAPA_CLIENT_SECRET_COMMAND mencetak secret saja, atau JSON yang memuatnya.'
  if (flaw.kind === 'held_open') return 'Buat program yang dibiarkannya berjalan menutup standard output-nya.'
  const why = saidMore
    ? 'Perintah itu menulis sebabnya ke standard error, yang tidak dibaca oleh sidecar.'
    : 'Perintah itu tidak menulis apa pun ke standard error.'
  return `${why} ${byHand}`
}

function mendOutput({ flaw, saidMore }: Unusable): string {
  if (flaw.kind === 'differs') {
    return `Perbaiki ${settingNames[flaw.member]}, atau hilangkan, atau buat perintah itu mencetak nilai dari client yang sama.`
  }
  if (flaw.kind === 'lacks' && flaw.member !== 'clientSecret') {
    return `Atur ${settingNames[flaw.member]}, atau buat perintah itu mencetak JSON dengan ${flaw.member}.`
  }
  if (flaw.kind === 'empty' && saidMore)
    return `Perintah itu menulis sesuatu ke standard error, yang tidak dibaca oleh sidecar. ${byHand}`
  return 'Buat CATAPA_CLIENT_SECRET_COMMAND mencetak satu baris, yaitu secret, atau satu objek JSON dengan clientSecret, dan tidak ada yang lain.'
}

const happened = 'Sidecar tidak mendapat client secret dari tempat penyimpanannya'
const next = (_: unknown, retrying: boolean) => `administrator sidecar harus memeriksanya${keeps(retrying)}`
const programOf = ({ program }: { program: string }) => `Perintah secret, ${program},`

/** The command that prints the secret. */
export const indonesianSecretPhrases = {
  secret_command_failed: [happened, next, mendRun, (facts) => `${programOf(facts)} ${failedHow(facts.flaw)}`],
  secret_command_unusable: [happened, next, mendOutput, (facts) => `${programOf(facts)} ${unusableHow(facts.flaw)}`],
  tenant_not_known: [
    'Sidecar belum mengetahui tenant-nya, jadi belum dapat menentukan apakah request ini untuk tenant lain, atau operasi tulis yang datang lagi',
    'coba lagi setelah beberapa saat',
    'Tunggu perintah secret, atau atur CATAPA_TENANT.',
  ],
} satisfies Partial<Table>
