import { learn } from '../words/language.ts'
import type { keyWords } from './key-words.ts'

learn<typeof keyWords>('keyWords', {
  remarks: `Baris pertama adalah kunci, hanya untuk program pemanggil. Baris kedua ditaruh di bagian program itu di file pemanggil.
Tidak ada yang disimpan: kunci ini tidak dapat ditampilkan lagi.
`,
})
