import { learn } from '../words/language.ts'
import type { configFileWords } from './config-file-words.ts'

learn<typeof configFileWords>('configFileWords', {
  inLine: (line, flaw) => `baris ${line} ${flaw}`,
  ofShell: 'ditulis untuk shell: hapus "export"',
  noPair: 'harus berupa NAME=value, atau diawali #',
  noName: 'tidak mempunyai nama yang benar sebelum "="',
  sameName: (line, earlier) =>
    `baris ${line} mengisi nama yang sama dengan baris ${earlier}: pertahankan salah satunya`,
})
