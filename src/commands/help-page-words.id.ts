import { learn } from '../words/language.ts'
import type { helpPageWords } from './help-page-words.ts'

learn<typeof helpPageWords>('helpPageWords', {
  page: (
    rows,
  ) => `catapa-sidecar masuk ke CATAPA untuk program yang tidak bisa melakukannya sendiri: program itu memanggil
http://localhost:8228, dan sidecar menambahkan token.

Pemakaian: catapa-sidecar [COMMAND] [--config FILE]

${rows}

  --config FILE   pengaturan sebagai baris NAME=value; isi environment yang menang
  -h, --help      teks ini; setelah sebuah perintah, teks perintah itu (juga help, help COMMAND)
  -v, --version   versi

Pengaturan adalah variabel environment: config.example.env memuat semuanya. Secret tidak pernah menjadi argumen.
`,
})
