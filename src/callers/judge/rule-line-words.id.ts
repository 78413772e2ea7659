import { learn } from '../../words/language.ts'
import type { ruleLineWords } from './rule-line-words.ts'

learn<typeof ruleLineWords>('ruleLineWords', {
  form: 'harus berupa METHOD[,METHOD] PATTERN, misalnya GET,PUT /core/v1/employees/*; * berarti setiap metode',
  starAlone: 'harus memuat "*" saja, atau metode: "*" berarti setiap metode',
  oneComma: 'harus memuat satu koma di antara metode, tanpa spasi',
  head: 'tidak boleh menyebutkan HEAD: GET berlaku juga untuknya',
  refusedMethod: (method) => `tidak boleh menyebutkan ${method}, yang ditolak untuk semua`,
  method: 'harus menyebutkan metode HTTP, atau * untuk semua',
  slash: 'harus memuat pola yang diawali "/": path CATAPA, tanpa host',
  query: 'tidak boleh memuat "?" atau "#" dalam polanya: teks setelahnya tidak dinilai',
  braces: 'harus memuat * untuk setiap segmen yang berisi id dalam kurung kurawal',
  partOfSegment: 'harus memuat "*" hanya untuk seluruh segmen, juga untuk segmen seperti externalId%3D…',
  starsAtEnd: 'harus memuat "**" hanya di akhir polanya',
  misspelt: (meant) => `memuat pola yang tidak cocok dengan path CATAPA mana pun; apakah maksudnya ${meant}?`,
  emptySegment: 'harus memuat satu "/" sebagai ganti "//" dalam polanya',
  trailingSlash: 'tidak boleh memuat "/" di akhir polanya; "/**" berarti semua yang ada di bawahnya',
  encoded: 'harus memuat huruf, angka, dan "-._~" tanpa encoding dalam polanya',
  nothing: 'memuat pola yang tidak cocok dengan apa pun: request yang dapat dibaca dengan dua cara ditolak',
})
