import { learn } from '../words/language.ts'
import type { receiverWords } from './receiver-words.ts'

learn<typeof receiverWords>('receiverWords', {
  only: 'penerimanya',
  numbered: (number) => (number === 1 ? 'penerima pertama' : `penerima ke-${number}`),
  forms: 'slack:, teams:, googlechat:, telegram:, ntfy:, atau json: dengan URL setelahnya, smtp:// atau smtps://',
  begin: (forms) => `harus diawali ${forms}`,
  twice: 'disebutkan dua kali',
  url: (kind) => `harus mempunyai URL yang diawali https:// setelah ${kind}:`,
  fragment: 'tidak boleh memuat fragment: # ditulis %23',
  topic: 'harus mempunyai topik sebagai path, seperti ntfy:https://host/topic',
  chat: 'harus diakhiri /sendMessage?chat_id= dan nomor chat',
  mail: 'harus berupa smtp://user:password@host:port/?from=ADDRESS&to=ADDRESS; dalam user dan kata sandi semua selain huruf dan angka ditulis dengan percent-encoding',
  userAndPassword: 'harus memuat user dan kata sandi, atau tidak keduanya',
  parameters: 'tidak boleh memuat parameter selain from dan to',
  once: (name) => `harus memuat ${name} satu kali; beberapa alamat to dipisahkan koma`,
  addressEncoding: 'harus memuat alamat dengan percent-encoding: % sendiri ditulis %25',
  addresses: 'harus memuat alamat email di from, dan satu atau lebih di to',
  own: 'tidak boleh berupa salah satu listener milik sidecar: sidecar akan memberi tahu dirinya sendiri',
  https: 'harus mempunyai URL yang diawali https://; CATAPA_ALLOW_HTTP=true mengizinkan http://',
})
