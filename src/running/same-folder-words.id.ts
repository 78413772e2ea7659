import { learn } from '../words/language.ts'
import type { sameFolderWords } from './same-folder-words.ts'

const says = 'Program yang menjawab di SIDECAR_ADMIN_LISTEN menyatakan'
const doubt = 'Setiap pengguna mesin ini dapat menjawab di sana. Jika Anda yakin bahwa itu benar,'

type Other = Parameters<ReturnType<typeof sameFolderWords>['ofUser']>[0]

function belongsTo({ user, uid, stateDir }: Other): string {
  const who = user === undefined ? `pengguna lain${uid === undefined ? '' : ` (uid ${uid})`}` : `pengguna ${user}`
  return `${says} bahwa program itu milik ${who} dan menyimpan loginnya di ${stateDir}`
}

function elsewhere(stateDir: string): string {
  return `${says} bahwa program itu menyimpan loginnya di folder lain, ${stateDir}.`
}

learn<typeof sameFolderWords>('sameFolderWords', {
  inContainer: (container) =>
    `${says} bahwa program itu sidecar di dalam container ${container}, begitu juga folder state-nya. ${doubt} jalankan di sana:`,
  ofService: (other, unit) =>
    `${belongsTo(other)}, sebagai layanan ${unit}. ${doubt} gunakan perintah untuk layanan dari docs/on-behalf-of.md ("systemd"): hanya systemd yang dapat menjalankan program sebagai pengguna suatu layanan, dengan pengaturan milik layanan itu.`,
  ofUser: (other) =>
    `${belongsTo(other)}. ${doubt} jalankan ini sebagai pengguna itu, dengan pengaturan miliknya sendiri; jangan serahkan milik Anda, baik environment maupun file:`,
  onWindows: (stateDir) =>
    `${elsewhere(stateDir)} ${doubt} jalankan ini sebagai administrator, dengan pengaturan sidecar itu (--config), di cmd.exe:`,
  notOurs: (stateDir) =>
    `${elsewhere(stateDir)} Orang lain dapat menaruh file di sana, jadi itu bukan folder untuk login Anda.`,
  elsewhere: (stateDir) => `${elsewhere(stateDir)} ${doubt} jalankan ini sebagai gantinya:`,
})
