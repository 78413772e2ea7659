import { learn } from '../words/language.ts'
import type { keyFileWords } from './key-file-words.ts'

learn<typeof keyFileWords>('keyFileWords', {
  tooShort: (characters) => `harus berisi sedikitnya ${characters} karakter`,
  tooLong: (bytes) => `harus berukuran paling banyak ${bytes} byte`,
  inTrail:
    'harus berada di luar SIDECAR_AUDIT_DIR: setiap orang yang diberi jejak audit akan memperoleh kuncinya sekaligus',
  unsafeWay: (flaw) => `harus berada di folder yang hanya dapat ditulis oleh pengguna ini dan root: ${flaw}`,
  noFile: 'harus berupa file',
  otherOwner: (uid) => `harus berupa file milik pengguna ini, tetapi milik pengguna lain (uid ${uid})`,
  tooOpen: 'dapat dibaca atau diubah oleh pengguna lain: chmod 600',
  missing: 'menyebutkan file yang tidak ada',
  unreadable: 'menyebutkan file yang tidak boleh dibaca oleh pengguna ini',
  readFailed: (code) => `menyebutkan file yang tidak dapat dibaca (${code})`,
  noFolder: 'menyebutkan file di folder yang tidak ada',
  notMade: 'menyebutkan file yang tidak boleh dibuat oleh pengguna ini',
  makeFailed: (code) => `menyebutkan file yang tidak dapat dibuat (${code})`,
})
