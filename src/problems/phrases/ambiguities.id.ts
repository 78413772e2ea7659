import { learn } from '../../words/language.ts'
import type { ambiguityWords } from './ambiguities.ts'

learn<typeof ambiguityWords>('ambiguityWords', {
  semicolon: ['";" di path-nya', 'hilangkan tanda itu'],
  empty_segment: ['"//" di path-nya', 'tulis satu "/"'],
  trailing_slash: ['"/" di akhir path-nya', 'hilangkan tanda itu'],
  backslash: ['"\\" di path-nya', 'hilangkan tanda itu'],
  encoded_delimiter: ['"/", ";", "?" atau "#" yang di-encode di path-nya', 'hilangkan karakter itu'],
  encoded_plain: ['huruf, angka, "-", ".", "_" atau "~" yang di-encode di path-nya', 'tulis tanpa encoding'],
  encoded_control: ['karakter kontrol yang di-encode di path-nya', 'hilangkan karakter itu'],
  encoded_edge: ['spasi yang di-encode di awal atau akhir salah satu bagian path-nya', 'hilangkan spasi itu'],
  encoded_odd: ['karakter yang di-encode di path-nya dan dibaca berbeda-beda oleh server', 'hilangkan karakter itu'],
  double_encoding: ['"%25" di path-nya, yaitu encoding dari encoding', 'encode satu kali saja'],
  suffix: ['"." di bagian terakhir path-nya, yang mungkin adalah akhiran nama file', 'hilangkan akhiran itu'],
  letter_case: [
    'bagian tetap dari path-nya dengan huruf besar dan kecil yang lain daripada tulisan CATAPA',
    'tulis seperti di dokumentasi CATAPA',
  ],
  override_header: ['header yang meminta method atau path lain', 'hilangkan header itu'],
  override_parameter: ['parameter _method di query-nya, yang meminta method lain', 'hilangkan parameter itu'],
  content_types: ['lebih dari satu Content-Type, atau satu dengan charset yang tidak lazim', 'kirim satu, dalam UTF-8'],
  no_content_type: ['body tanpa Content-Type', 'kirim header itu, dengan isi application/json'],
  form: ['body seperti body form HTML, yang dapat memuat kolom untuk meminta method lain', 'kirim JSON'],
  multipart: ['upload (multipart) yang tidak ada di dokumentasi CATAPA untuk operasi ini', 'kirim JSON'],
  override_part: ['kolom _method di upload-nya, yang meminta method lain', 'hilangkan kolom itu'],
  upload_preamble: [
    'sesuatu sebelum bagian pertama upload-nya, atau boundary yang tidak lazim',
    'mulai dengan "--" dan boundary itu',
  ],
  compressed_upload: ['upload terkompresi, yang kolomnya tidak dapat dilihat', 'kirim tanpa Content-Encoding'],
})
