import { learn } from '../../words/language.ts'
import type { secretFileStepWords } from './secret-file-step-words.ts'

learn<typeof secretFileStepWords>('secretFileStepWords', {
  noSecret: 'tidak dicoba, karena tidak ada client secret',
  fromProgram: (program) => `tidak ada: ${program} yang mencetak secret`,
  inEnvironment: (beaten) =>
    `di environment${beaten === undefined ? '' : `, yang didahulukan dari ${beaten}`}, tanpa file`,
  configFile: (path) => `di file --config ${path}`,
  file: (path) => `file ${path}`,
  fileOf: (variable) => `file dari ${variable}`,
  setting: (variable, inConfig) => `${variable}, ${inConfig ? 'di file --config' : 'di environment'},`,
  setPath: (variable) => `Isi ${variable} dengan path file itu.`,
  warning: (sentence) => `catatan: ${sentence}`,
  byteOrderMark: 'byte order mark-nya dilewati',
  wholeLine: {
    is: 'berisi satu baris utuh NAME=value',
    remedy: 'Sisakan hanya secret itu sendiri di sana.',
  },
  nul: {
    is: 'mengandung karakter NUL',
    remedy: 'Simpan sebagai UTF-8: tampaknya ini UTF-16 tanpa byte order mark.',
  },
  lines: { is: 'terdiri atas lebih dari satu baris', remedy: 'Sisakan satu baris, yang berisi secret saja.' },
  blanks: { is: 'diapit spasi', remedy: 'Hapus spasi sebelum dan sesudahnya.' },
  quoted: {
    is: 'berada dalam tanda kutip',
    remedy: 'Hapus tanda kutip yang mengapitnya: tanda itu dikirim ke CATAPA sebagai bagian dari secret.',
  },
  unseen: {
    is: 'mengandung karakter yang tidak terlihat',
    remedy: 'Ketik secret itu, atau salin lagi dari CATAPA.',
  },
})
