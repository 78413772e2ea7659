import { keyWords } from './key-words.ts'

keyWords.learn({
  remarks: `Baris pertama adalah kunci, hanya untuk program pemanggil. Baris kedua ditaruh di bagian program itu di file pemanggil.
Tidak ada yang disimpan: kunci ini tidak dapat ditampilkan lagi.
`,
})
