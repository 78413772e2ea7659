import { learn } from '../../words/language.ts'
import type { callersStepWords } from './callers-step-words.ts'

learn<typeof callersStepWords>('callersStepWords', {
  limit: (profile) => `SIDECAR_PROFILE ${profile} membatasi semua pemanggil`,
  noFile: (limit) => `${limit}; tidak ada file pemanggil`,
  correct: (path) =>
    `Perbaiki ${path}. Sidecar yang berjalan tetap memakai isi file sebelumnya, tetapi tidak akan dapat dimulai lagi.`,
  file: (path) => `file ${path}`,
  whoIn: (named, others) =>
    `${named} pemanggil, pemanggil lain ${others === 'are refused' ? 'ditolak' : 'memiliki bagian sendiri'}`,
  everyoneElse: 'pemanggil lain',
  problem: (sentence) => `file pemanggilnya bermasalah: ${sentence}`,
  usesNone: 'sidecar yang berjalan tidak memakai file pemanggil: sidecar itu dimulai tanpanya, dan harus dimulai ulang',
  usesOther: 'sidecar yang berjalan memakai file pemanggil lain',
  unused: (names) => `sejak sidecar yang berjalan dimulai, tidak ada program yang memanggil sebagai ${names}`,
  notTaken: (names) => `belum diambil alih oleh sidecar yang berjalan: ${names}`,
})
