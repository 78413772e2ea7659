import { learn } from '../../words/language.ts'
import type { execWords } from './exec-words.ts'

learn<typeof execWords>('execWords', {
  noCommand: 'exec memerlukan perintah setelah --, misalnya: catapa-sidecar exec -- php job.php',
  waiting: (seconds) => `menunggu token dari CATAPA, paling lama ${seconds} s …`,
  notStarted: (file, why) => `${file} tidak dijalankan: ${why}`,
  notFound: 'program itu tidak ditemukan: periksa namanya dan PATH',
  mayNotBeExecuted: 'program itu tidak boleh dijalankan: periksa hak aksesnya',
  cannotBeExecuted: (why) => `program itu tidak dapat dijalankan (${why})`,
  longPath: 'harus berupa path yang lebih pendek: exec menaruh file socket-nya di sana',
  noFolder: (code) =>
    `harus berupa folder yang dapat ditulis pengguna ini (${code}): exec menaruh file socket-nya di sana`,
})
