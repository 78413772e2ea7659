import { learn } from '../../words/language.ts'
import type { endingPageWords } from './ending-page-words.ts'

learn<typeof endingPageWords>('endingPageWords', {
  done: {
    title: 'Anda sudah masuk',
    sentences: [
      'Jendela ini boleh ditutup. Terminal menampilkan siapa yang masuk, dan langkah berikutnya.',
      'Program yang memanggil sidecar dengan login ini bertindak di CATAPA sebagai Anda.',
    ],
  },
  unconfirmed: {
    title: 'Anda sudah masuk: sekarang kembali ke terminal',
    sentences: [
      'Terminal menanyakan apakah Anda orang yang benar. Tidak ada yang disimpan sampai pertanyaan itu dijawab di sana.',
      'Jendela ini boleh ditutup.',
    ],
  },
  failed: {
    title: 'Login tidak berhasil',
    sentences: [
      'Tidak ada yang berubah. Jendela ini boleh ditutup: terminal menjelaskan apa yang salah dan apa yang harus dilakukan.',
    ],
  },
  notTheAnswer: {
    title: 'Ini bukan jawaban yang ditunggu login',
    sentences: [
      'Tidak ada yang berubah, dan login tetap berlangsung.',
      'Buka alamat yang ditampilkan terminal; jendela lama atau bookmark tidak dapat dipakai.',
    ],
  },
  tooLate: {
    title: 'Login ini sudah mendapat jawabannya',
    sentences: ['Jawaban kedua ini tidak mengubah apa pun. Terminal menjelaskan bagaimana login itu berakhir.'],
  },
  footer: 'catapa-sidecar, di mesin ini',
})
