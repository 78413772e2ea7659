import { learn } from '../words/language.ts'
import type { unknownNameWords } from './unknown-name-words.ts'

learn<typeof unknownNameWords>('unknownNameWords', {
  almost: (candidate) => `bukan pengaturan; apakah maksudnya ${candidate}?`,
  almostInLine: (candidate, line) => `bukan pengaturan (baris ${line} file --config); apakah maksudnya ${candidate}?`,
  ignored: (name) => `${name} diisi tetapi bukan pengaturan: diabaikan.`,
  ignoredInLine: (name, line) => `${name} di baris ${line} file --config bukan pengaturan: diabaikan.`,
  ignoredLine: (line) => `Baris ${line} file --config mengisi nama yang bukan pengaturan: diabaikan.`,
  inCallersFile: 'bukan pengaturan: tempatnya di file pemanggil, yang disebutkan oleh SIDECAR_CALLERS_FILE',
  notHere: 'tidak ada di versi catapa-sidecar ini: hapus saja',
})
