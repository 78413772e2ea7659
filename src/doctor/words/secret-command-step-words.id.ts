import { learn } from '../../words/language.ts'
import type { secretCommandStepWords } from './secret-command-step-words.ts'

type Run = Parameters<ReturnType<typeof secretCommandStepWords>['failed']>[0]
const ran = ({ command, user, uid, took }: Run) =>
  `${command} berjalan sebagai ${user ?? `pengguna ${uid}`} selama ${took}`

learn<typeof secretCommandStepWords>('secretCommandStepWords', {
  notSet: 'tidak dicoba, karena tidak ada perintah yang diatur',
  notRun: 'tidak dijalankan, karena tidak ada yang diminta selain yang sudah dimiliki sidecar',
  failed: (run, happened) => `${ran(run)}: ${happened}`,
  printed: (run, expiresAt) =>
    `${ran(run)} dan mencetak secret${expiresAt === undefined ? '' : `, yang kedaluwarsa pada ${expiresAt}`}`,
  notYet: (program) =>
    `sidecar yang berjalan belum menjalankan ${program} (dengan --new-token, ${program} dijalankan di sini)`,
  ranThere: ({ program, at, took }) =>
    `sidecar yang berjalan menjalankan ${program} pada ${at}${took === undefined ? '' : `, selama ${took}`}; tidak dijalankan lagi (--new-token)`,
})
