import { learn } from '../words/language.ts'
import type { urlWords } from './url-words.ts'

learn<typeof urlWords>('urlWords', {
  https: 'harus berupa URL yang diawali https://',
  user: 'tidak boleh memuat user atau kata sandi',
  queryOrFragment: 'tidak boleh memuat query atau fragment',
  fragment: 'tidak boleh memuat fragment',
  path: 'harus berupa origin tanpa path: path berasal dari pemanggil',
  encoding: 'harus memuat user dan kata sandi dengan percent-encoding: % sendiri ditulis %25',
  fragmentInPassword: 'tidak boleh memuat fragment; dalam kata sandi # ditulis %23',
  store:
    'harus berupa redis://host:port atau rediss://host:port, dengan user:password@ di depan host jika penyimpanan token itu memerlukannya',
  queryOrFragmentInPassword:
    'tidak boleh memuat query atau fragment; dalam kata sandi ? ditulis %3F, dan # ditulis %23',
  noPassword: 'memuat user tanpa kata sandi; kata sandi saja ditulis sebagai redis://:password@host',
  database: 'harus diakhiri nomor database, seperti /0, atau tanpa nomor',
})
